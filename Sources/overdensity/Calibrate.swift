import ArgumentParser
import EventModel
import Execution
import Foundation
import NeuralNetworks
import Reporting
import ResonanceSearch

struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Give a finished search its global p-value: the same search without a signal.",
    discussion: """
      The whole search, training included, is repeated on background-only pseudo-data. The largest
      local significance of each gives the global p-value, each window and cut its calibrated local
      one. Finished pseudo-experiments are kept in the run folder: give the same command again to
      continue, or a larger number to add some.

      Examples:
        overdensity calibrate run/ --pseudo-experiments 99
        overdensity calibrate run/ --pseudo-experiments 999 --background simulation.h5
        overdensity calibrate run/ --pseudo-experiments 9999 --global-pvalue-method spectrum
      """)

  @Argument(help: ArgumentHelp("Run folder of a search.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Option(help: "How many searches without a signal; p-values are at least 1/(N + 1).")
  var pseudoExperiments: Int

  @Option(
    help: "The searched file, if it has moved since or the command runs elsewhere.",
    completion: .file())
  var events: String?

  @Flag(help: "Say what would run and how long it takes, then stop.")
  var dryRun = false

  @OptionGroup var calibration: CalibrationOptions
  @OptionGroup var simulation: SimulationOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func validate() throws {
    try CalibrationOptions.check(
      pseudoExperiments: pseudoExperiments, option: "--pseudo-experiments")
  }

  func run() throws {
    let url = URL(fileURLWithPath: runFolder)
    if !dryRun { try execution.detachIfAsked(url) }
    var record = try SearchRecord(run: url)
    guard !record.result.blind else { throw NullSourceError.blind }
    let plan = try SearchPlan(contentsOf: url.appendingPathComponent("plan.yaml"))
    if let set = InstructionSet(rawValue: record.result.instructionSet) {
      try InstructionSet.pin(set)
    }
    let interruption = execution.interruption()
    defer { withExtendedLifetime(interruption) {} }
    let reader = InputReader(input, compute, execution, interruption: interruption)
    let search =
      calibration.globalPvalueMethod == .retrain
      ? try search(of: record, plan: plan, reader: reader, folder: url) : nil
    if dryRun {
      print(
        try search.map {
          try execution.estimate($0, compute).pseudoExperiments(pseudoExperiments)
        } ?? "Would fluctuate \(record.spectra.count) spectra \(pseudoExperiments) times: seconds")
      return
    }
    let folder = try RunFolder(url, key: key(of: search, folder: url))
    let lock = try execution.lock(url)
    defer { withExtendedLifetime(lock) {} }
    let searched = record.plan.command.prefix { $0 != "\n" }
    record.plan.command =
      "\(searched)\noverdensity calibrate run/ --pseudo-experiments \(pseudoExperiments)"
      + calibration.arguments
    try CalibrationRun(
      options: calibration, pseudoExperiments: pseudoExperiments, reader: reader,
      jobs: compute.jobs, executor: try execution.makeExecutor(compute)
    )(
      &record, search: search, plan: plan, folder: folder,
      display: ProgressDisplay("Pseudo-experiments", isSilent: compute.isSilent))
    try compute.show(record.result, report: try writeReport(record, to: url))
  }

  /// The search of the run again, on the same events.
  private func search(
    of record: SearchRecord, plan: SearchPlan, reader: InputReader, folder: URL
  ) throws -> Search {
    let path = try record.searchedFile(events, run: folder)
    let file = try reader.read(path, workFolder: folder)
    guard file.searchInput.sha256 == record.result.input.sha256 else {
      throw RunError.otherEvents(
        path: path, expected: "SHA-256 \(record.result.input.sha256.prefix(12))...",
        found: "SHA-256 \(file.searchInput.sha256.prefix(12))...")
    }
    let simulation = simulation.ofRun(folder)
    let input = try simulation.adding(to: file.searchInput, reader: reader, workFolder: folder)
    if let searched = record.result.simulation, input.simulation?.sha256 != searched.sha256 {
      throw RunError.otherEvents(
        path: simulation.path ?? "no --simulation",
        expected: "the simulation \(searched.name)",
        found: input.simulation?.name ?? "none")
    }
    let search = try Search(input, plan: plan, seed: record.result.seed)
    guard search.prepared.cutflow == record.result.cutflow else {
      throw RunError.otherEvents(
        path: path, expected: "\(record.result.cutflow.last?.events ?? 0) events in the fit range",
        found: "\(search.prepared.table.count) (are --units, --columns and --weight those of the "
          + "search?)")
    }
    return search
  }

  /// The run's key, but for what only the search itself needed; other differences are refused.
  private func key(of search: Search?, folder: URL) throws -> [String: String] {
    let found = try RunFolder.key(of: folder)
    guard let search else { return found }
    var key = search.key(
      version: Overdensity.version, instructionSet: InstructionSet.current.rawValue)
    key["alsoScore"] = found["alsoScore"]
    return key
  }
}

extension SearchRecord {
  /// The path of the events that were searched.
  ///
  /// - Parameters:
  ///   - given: Where they are now, if the user says so; otherwise they are where the search read them.
  ///   - run: The run folder.
  /// - Returns: A path where a file is.
  /// - Throws: ``MissingEvents``.
  func searchedFile(_ given: String?, run: URL) throws(MissingEvents) -> String {
    guard let path = given ?? SearchTiming(run: run)?.events,
      FileManager.default.fileExists(atPath: path)
    else { throw MissingEvents(name: result.input.name) }
    return path
  }
}

/// The searched file is not where it was.
struct MissingEvents: Error, CustomStringConvertible {
  let name: String

  var description: String {
    "the searched file \(name) is not where the search read it: give --events FILE"
  }
}
