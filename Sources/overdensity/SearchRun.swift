import AnomalyMethods
import ArgumentParser
import Datasets
import EventFiles
import EventModel
import Execution
import Foundation
import NeuralNetworks
import Reporting
import ResonanceSearch

/// One search from the command line: read, train, write the run folder, print.
struct SearchRun {
  let events: String
  let output: URL
  let plan: SearchPlan
  let options: SearchOptions

  func callAsFunction() throws {
    let clock = ContinuousClock()
    let start = clock.now
    if !options.dryRun { try options.execution.detachIfAsked(output) }
    let isSilent = options.compute.isSilent
    let interruption = options.execution.interruption()
    defer { withExtendedLifetime(interruption) {} }

    let display = ProgressDisplay("Training", isSilent: isSilent)
    let reader = InputReader(
      options.input, options.compute, options.execution, interruption: interruption)
    // A dry run leaves nothing behind.
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-\(ProcessInfo.processInfo.processIdentifier)")
    defer { if options.dryRun { try? FileManager.default.removeItem(at: scratch) } }
    if !options.resume, !options.dryRun { try RunFolder.forget(output) }
    let workFolder = options.dryRun ? scratch : output
    let input = try reader.read(events, workFolder: workFolder)
    let alsoScore = try options.scoreAlso.map { try reader.read($0, workFolder: workFolder) }
    let search = try Search(
      options.simulation.adding(to: input.searchInput, reader: reader, workFolder: workFolder),
      plan: plan, seed: options.reproducibility.seed, blind: options.blind,
      alsoScore: alsoScore?.searchInput)
    let read = clock.now
    let instructionSet = InstructionSet.current.rawValue
    if options.dryRun {
      let estimate = try options.execution.estimate(search, options.compute)
      print(estimate.description)
      if let count = options.pseudoExperiments {
        print(estimate.pseudoExperiments(count))
      }
      return
    }

    let executor = try options.execution.makeExecutor(options.compute)
    let folder = try RunFolder(
      output, key: search.key(version: Overdensity.version, instructionSet: instructionSet))
    let lock = try options.execution.lock(output)
    defer { withExtendedLifetime(lock) {} }
    display.note(summary(search, kind: input.kind))
    var outcome = try search(
      environment: (Overdensity.version, instructionSet), command: reproducingCommand,
      executor: executor, store: folder.units, progress: display.show)
    outcome.record.timing.insert(
      SearchRecord.StageTiming(stage: "reading and features", seconds: (read - start).inSeconds),
      at: 0)

    let writing = clock.now
    if !options.execution.isWorker { try outcome.write(search, into: folder) }
    outcome.record.timing.append(
      SearchRecord.StageTiming(
        stage: "scores and record", seconds: (clock.now - writing).inSeconds))
    if let count = options.pseudoExperiments {
      let calibrating = clock.now
      try CalibrationRun(
        options: options.calibration, pseudoExperiments: count, reader: reader,
        jobs: options.compute.jobs, executor: executor
      )(
        &outcome.record, search: search, plan: plan, folder: folder,
        display: ProgressDisplay("Pseudo-experiments", isSilent: isSilent))
      outcome.record.timing.append(
        SearchRecord.StageTiming(
          stage: "pseudo-experiments", seconds: (clock.now - calibrating).inSeconds))
    }
    let drawing = clock.now
    let report = try writeReport(outcome.record, to: output)
    outcome.record.timing.append(
      SearchRecord.StageTiming(stage: "report", seconds: (clock.now - drawing).inSeconds))
    try folder.write(
      try SearchTiming(
        outcome.record.timing, jobs: options.compute.jobs,
        events: URL(fileURLWithPath: events).path,
        simulation: options.simulation.path.map { URL(fileURLWithPath: $0).path }
      ).json, as: "timing.json")
    try options.compute.show(outcome.record.result, report: report)
  }

  private func summary(_ search: Search, kind: String) -> String {
    let trainings = search.trainings
    return "\(search.input.name): \(search.prepared.cutflow[0].events) events, \(kind); "
      + "\(search.prepared.table.count) in the fit range.\n"
      + "\(plan.method.title): \(search.prepared.windows.count) windows, "
      + "\(search.prepared.folds.count) folds, \(trainings.models) trainings."
  }

  /// The command that makes the same result again, without absolute paths.
  private var reproducingCommand: String {
    let name = URL(fileURLWithPath: events).lastPathComponent
    return "overdensity search \(name) --plan plan.yaml --seed \(options.reproducibility.seed) "
      + "--instruction-set \(InstructionSet.current.rawValue) --output run/"
      + (options.blind ? " --blind" : "")
      + (options.simulation.path.map {
        " --simulation \(URL(fileURLWithPath: $0).lastPathComponent)"
      } ?? "")
      + (options.pseudoExperiments.map {
        " --global-pvalue \($0)\(options.calibration.arguments)"
      } ?? "")
  }
}
