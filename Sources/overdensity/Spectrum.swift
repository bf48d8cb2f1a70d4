import ArgumentParser

/// Everything that needs no events and no training, only counts in bins.
struct Spectrum: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Analyse a published mass spectrum: no events and no training needed.",
    discussion: """
      The table has the bins' lower and upper edges and their counts, in any order of columns:
        low_GeV,high_GeV,observed
        1100,1133,4059920
        1133,1166,3414040
      """,
    subcommands: [
      SpectrumFit.self, SpectrumScan.self, SpectrumLimit.self, SpectrumBumpHuntCommand.self,
    ])
}
