import ArgumentParser
import EventFiles
import Foundation
import NeuralNetworks
import Reporting
import ResonanceSearch

struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract:
      "Make a grid of searches and collect them: injected signal, methods, settings, seeds.",
    discussion: """
      The plan (YAML, examples in Plans/studies) names data, signal, amounts of signal to inject,
      seeds, and variants of the search plan. Every search has a run folder of its own below
      runs/, so that 'evaluate', 'compare' and 'report' work on it. A study that was interrupted
      continues when the same command is given again; a plan with more seeds, amounts or variants
      adds only their searches.

      The output folder holds study.html, study.json, study.csv (one line a search) and figures.

      Examples:
        overdensity study Plans/studies/quick.yaml -o study/
        overdensity study Plans/studies/signal-scan.yaml -o study/ --data qcd.h5 --signal xy.h5
        overdensity study plan.yaml -o study/ --dry-run
      """)

  @Argument(help: "The study's plan in YAML.", completion: .file())
  var plan: String

  @Option(name: [.short, .long], help: "Folder for runs and results.", completion: .directory)
  var output: String

  @Option(help: "Jet features of data or background, instead of the plan's.", completion: .file())
  var data: String?

  @Option(help: "Jet features of signal events, instead of the plan's.", completion: .file())
  var signal: String?

  @OptionGroup var simulation: SimulationOptions

  @Flag(help: "Say what would run and how long it takes, then stop.")
  var dryRun = false

  @Option(help: "Pin the instruction set: sse2, avx2 or avx512.")
  var instructionSet: InstructionSet?

  @OptionGroup var input: InputOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func run() throws {
    if !dryRun { try execution.detachIfAsked(URL(fileURLWithPath: output)) }
    if let instructionSet { try InstructionSet.pin(instructionSet) }
    let plan = try StudyPlan(contentsOf: URL(fileURLWithPath: plan))
    let folder = URL(fileURLWithPath: output)
    let study = Study(
      plan, folder: folder,
      environment: (Overdensity.version, InstructionSet.current.rawValue))
    let events = try StudyEvents(
      plan, data: data, signal: signal, simulation: simulation.path,
      options: input.readOptions)
    if dryRun {
      print(try StudyEstimate(study, events: events) { try execution.estimate($0, compute) })
      return
    }
    let interruption = execution.interruption()
    defer { withExtendedLifetime(interruption) {} }
    let lock = try execution.lock(folder)
    defer { withExtendedLifetime(lock) {} }
    let display = ProgressDisplay("Searches", isSilent: compute.isSilent)
    try study.run(
      executor: try execution.makeExecutor(compute), jobs: compute.jobs,
      events: { try events.input(of: $0) },
      references: { try events.scores(of: $0, $1, $2) }, progress: display.show)

    let report = try StudyReport(plan, runs: try events.evaluate(study))
    let json = try JSONEncoder.readable.encode(report)
    let files = try report.write(to: folder)
    try writeAtomically(json, to: folder.appendingPathComponent("study.json").path)
    compute.show(json, table: report.text, place: "Page: \(files.page.path)")
  }
}

/// What a study would take: the first search's time for each variant, times their number.
private struct StudyEstimate: CustomStringConvertible {
  let description: String

  init(
    _ study: Study, events: StudyEvents, estimate: (Search) throws -> CostEstimate
  ) throws {
    let points = study.plan.points
    var seconds = 0.0
    var trainings = 0
    var atOnce = 1
    var lines: [String] = []
    for variant in study.plan.variants {
      let own = points.filter { $0.variant == variant }
      guard let first = own.first else { continue }
      let search = try Search(events.input(of: first), plan: variant.plan, seed: first.seed)
      let one = try estimate(search)
      atOnce = one.atOnce
      let each = variant.reference == nil ? 1 + (study.plan.pseudoExperiments ?? 0) : 1
      seconds += one.seconds * Double(own.count * each)
      trainings += search.trainings.models * own.count * each
      lines.append(
        "  \(variant.name): \(own.count) searches of \(search.trainings.models) trainings"
          + (each > 1 ? ", each with \(each - 1) of pseudo-data" : ""))
    }
    description =
      (["Would make \(points.count) searches with \(trainings) trainings:"] + lines + [
        "  time, \(atOnce) at once      about \(CostEstimate.time(seconds)) (estimated on small samples)"
      ]).joined(separator: "\n")
  }
}
