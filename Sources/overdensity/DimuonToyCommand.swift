import ArgumentParser
import Datasets
import EventFiles
import Execution
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import Reporting

struct DimuonToyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dimuon",
    abstract: "NPLM on simulated muon pairs: what a plan of signals and experiments gives.",
    discussion: """
      The plan (YAML, in Studies/dimuon) names experiments (luminosity, reference size, selection,
      variables, network, clipping, momentum scale) and signals (a Z', a contact interaction). Each
      gets pseudo-experiments without and data sets with signal, and the significance of a search
      made for the signal beside: arXiv:1912.12155, section 5.

      The output folder holds toy-dimuon.json, points.csv (a line a point) and figures. A run that
      was interrupted continues; a plan with more points adds only theirs.

      Examples:
        overdensity toy dimuon Studies/dimuon/quick.yaml -o quick/
        overdensity toy dimuon Studies/dimuon/fig8.yaml --events dimuon/ -o fig8/
      """)

  @Argument(help: "The plan in YAML.", completion: .file())
  var plan: String

  @Option(
    help: """
      Folder that Simulation/make_dimuon.sh made; without it the embedded events: a Z' of 300 GeV, \
      no contact interaction.
      """, completion: .directory)
  var events: String?

  @Option(name: [.short, .long], help: "Folder for figures, numbers and finished fits.")
  var output: String

  @Flag(help: "Say how many fits there are and how long they take, then stop.")
  var dryRun = false

  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func run() throws {
    let folder = URL(fileURLWithPath: output)
    if !dryRun { try execution.detachIfAsked(folder) }
    try reproducibility.apply()
    let plan = try DimuonPlan(contentsOf: URL(fileURLWithPath: plan))
    let study = DimuonStudy(
      plan: plan,
      events: try events.map { try DimuonEvents(folder: URL(fileURLWithPath: $0)) }
        ?? DimuonEvents(), seed: Seed(reproducibility.seed))
    if dryRun {
      print(try study.estimate(jobs: compute.jobs))
      return
    }
    let interruption = execution.interruption()
    defer { withExtendedLifetime(interruption) {} }
    let run = try RunFolder(folder, key: study.key)
    let lock = try execution.lock(folder)
    defer { withExtendedLifetime(lock) {} }
    let display = ProgressDisplay("Fitting", isSilent: compute.isSilent)
    let outcome = try study.run(
      executor: execution.makeExecutor(compute), store: run.units, jobs: compute.jobs,
      progress: display.show)
    let json = try JSONEncoder.readable.encode(outcome)
    try run.write(json, as: "toy-dimuon.json")
    try run.write(Data(outcome.csv.utf8), as: "points.csv")
    _ = try writeFigures(
      outcome.figures(against: plan.against), to: folder.appendingPathComponent("figures"))
    compute.show(json, table: outcome.text, place: "Figures and numbers: \(output)")
  }
}

extension DimuonStudy {
  /// How many fits a plan has and how long they take, from one fit of each variant.
  fileprivate func estimate(jobs: Int) throws -> String {
    let clock = ContinuousClock()
    var total = 0.0
    var lines: [String] = []
    for variant in plan.variants {
      let problem = try DimuonExperiment(events, variant.setting).problem(.none)
      let one = RepeatedTest(
        problem, try variant.nplm, withSignal: false, label: "one", count: 1, seed: seed)
      let seconds = try clock.measure { _ = try one.values() }.inSeconds
      let fits = variant.pseudoExperiments + variant.dimuonSignals.count * variant.dataSets
      total += seconds * Double(fits)
      lines.append(
        "  \(variant.name): \(fits) fits of \(variant.network), \(fixed(seconds, 1)) s each")
    }
    return
      (["Would measure \(plan.variants.reduce(0) { $0 + $1.dimuonSignals.count }) points:"] + lines
      + ["  time, \(jobs) at once: about \(CostEstimate.time(total / Double(jobs)))"])
      .joined(separator: "\n")
  }
}
