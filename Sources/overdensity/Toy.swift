import AnomalyMethods
import ArgumentParser
import Datasets
import EventModel
import EventFiles
import Foundation
import Learners
import NeuralNetworks
import Randomness
import Reporting
import ResonanceSearch

struct Toy: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a toy problem with a known answer.",
    subcommands: [
      CWoLaToyCommand.self, ProportionsToyCommand.self, TwoSampleToyCommand.self,
      NPLMToyCommand.self, DimuonToyCommand.self,
    ])
}

struct CWoLaToyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cwola",
    abstract: "Classification without labels on three mass bins and two observables.",
    discussion: """
      10,000 background events in each of three mass bins, uniform in (x1, x2) on the unit square;
      300 signal events in the middle bin, inside the central square of side 0.2. Before a cut that
      is 3 standard deviations; a perfect classifier gives 15 at background efficiency 0.04 and 7.5
      at 0.01. The network, and the ratio of histograms beside it, see no label.
      """)

  @Option(help: "Number of toys; the table gives the median.")
  var toys = 10

  @Option(name: [.short, .long], help: "Folder for the figures of the first toy.")
  var output: String?

  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard toys >= 1 else { throw ValidationError("--toys must be at least 1.") }
  }

  func run() throws {
    try reproducibility.apply()
    let study = CWoLaToyStudy(seed: Seed(reproducibility.seed), toys: toys)
    let display = ProgressDisplay("Toys", isSilent: compute.isSilent)
    let outcome = try study.run(jobs: compute.jobs, progress: display.show)
    if let output {
      _ = try writeFigures(try study.figures(), to: URL(fileURLWithPath: output))
    }
    compute.show(
      try JSONEncoder.readable.encode(outcome), table: outcome.table,
      place: output.map { "Figures: \($0)" })
  }
}

struct ProportionsToyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proportions",
    abstract: "Full supervision, label proportions (LLP) and no labels (CWoLa) on two Gaussians.",
    discussion: """
      Signal and background are Gaussians in one observable, of means 5 and 10 and standard
      deviation 5. Two mixed samples hold the fractions f1 and f2 = 1 - f1 of signal. The same
      network is trained three ways: told which events are signal; told the fractions; told the
      sample only. The table gives the area under the ROC curve, at best 0.7602, against f1.
      """)

  @Option(help: "Number of repetitions; the table gives median and middle 68 %.")
  var repetitions = 20

  @Option(help: "Events in each mixed sample.")
  var events = 1_000

  @Option(name: [.short, .long], help: "Folder for the figure and the numbers as JSON.")
  var output: String?

  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    guard repetitions >= 1 else { throw ValidationError("--repetitions must be at least 1.") }
    guard events >= 2 else { throw ValidationError("--events must be at least 2.") }
  }

  func run() throws {
    try reproducibility.apply()
    let study = ProportionsToyStudy(
      seed: Seed(reproducibility.seed), repetitions: repetitions, eventsPerSample: events)
    let display = ProgressDisplay("Repetitions", isSilent: compute.isSilent)
    let outcome = try study.run(jobs: compute.jobs, progress: display.show)
    let json = try JSONEncoder.readable.encode(outcome)
    if let output {
      let folder = URL(fileURLWithPath: output)
      _ = try writeFigures([outcome.figure], to: folder)
      try writeAtomically(json, to: folder.appendingPathComponent("toy-proportions.json").path)
    }
    compute.show(
      json, table: outcome.table, place: output.map { "Figure and numbers: \($0)" })
  }
}
