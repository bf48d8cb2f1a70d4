public import AnomalyMethods
import EventModel
public import Execution
public import Foundation

/// A grid of searches, each in its own run folder, that continues where it was interrupted.
public struct Study: Sendable {
  public let plan: StudyPlan
  public let folder: URL
  /// Names of the program's version and instruction set.
  public let environment: (version: String, instructionSet: String)

  /// - Parameters:
  ///   - plan: What is searched.
  ///   - folder: Holds `runs/`, one folder a search.
  ///   - environment: Names of the program's version and instruction set.
  public init(
    _ plan: StudyPlan, folder: URL, environment: (version: String, instructionSet: String)
  ) {
    self.plan = plan
    self.folder = folder
    self.environment = environment
  }

  /// The run folder of one search.
  public func runFolder(of point: StudyPlan.Point) -> URL {
    folder.appendingPathComponent("runs").appendingPathComponent(point.label)
  }

  /// Makes every search that is not finished.
  ///
  /// Searches run side by side; where fewer are left than `jobs`, each takes several jobs itself.
  ///
  /// - Parameters:
  ///   - executor: Who makes the searches.
  ///   - jobs: Trainings at once in this process.
  ///   - events: Gives the events of a point; called from several threads.
  ///   - references: Gives the scores of a reference line, one table a window; called likewise.
  ///   - progress: Called after each search.
  /// - Throws: ``StudyError`` naming the search that failed; finished ones stay.
  public func run(
    executor: any Executor = .threads(1), jobs: Int,
    events: @escaping @Sendable (StudyPlan.Point) throws -> SearchInput,
    references: @escaping @Sendable (ReferenceLine, StudyPlan.Point, Search) throws -> [ScoreTable],
    progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
  ) throws {
    let points = plan.points
    let together = min(max(jobs, 1), points.count)
    let jobsEach = max(jobs / max(together, 1), 1)
    let units = points.map { point in
      WorkUnit(label: point.label) { _ in
        do {
          try search(point, jobs: jobsEach, events: events, references: references)
        } catch {
          throw StudyError.search(point.label, reason: "\(error)")
        }
        return Data()
      }
    }
    if !(executor is Threads) {
      _ = try executor.perform(units, stage: "searches", store: try marks(), progress: progress)
    }
    // Those that others made are only looked at.
    _ = try perform(units, jobs: together, store: nil, progress: progress)
  }

  /// One mark for each search that others finished, as far as it is still there.
  private func marks() throws -> UnitStore {
    let marks = try UnitStore(folder: folder.appendingPathComponent("units"))
    for point in plan.points where try !isFinished(point) { try marks.remove(point.label) }
    return marks
  }

  private func search(
    _ point: StudyPlan.Point, jobs: Int, events: (StudyPlan.Point) throws -> SearchInput,
    references: (ReferenceLine, StudyPlan.Point, Search) throws -> [ScoreTable]
  ) throws {
    let search = try Search(events(point), plan: point.variant.plan, seed: point.seed)
    var key = search.key(
      version: environment.version, instructionSet: environment.instructionSet)
    key["reference"] = point.variant.reference?.rawValue
    let run = try RunFolder(runFolder(of: point), key: key)
    let lock = try run.lock()
    defer { withExtendedLifetime(lock) {} }
    if !SearchOutcome.isWritten(in: run.url) {
      let outcome =
        if let line = point.variant.reference {
          try reference(line, point, search, references: references)
        } else {
          try search(environment: environment, executor: .threads(jobs), store: run.units)
        }
      try outcome.write(search, into: run)
      try run.write(
        try SearchTiming(outcome.record.timing, jobs: jobs, events: nil).json, as: "timing.json")
    }
    if try !isFinished(point), let count = plan.pseudoExperiments {
      try calibrate(search, count, in: run, jobs: jobs)
    }
  }

  /// Whether a search has all that the plan asks for.
  private func isFinished(_ point: StudyPlan.Point) throws -> Bool {
    let folder = runFolder(of: point)
    guard SearchOutcome.isWritten(in: folder) else { return false }
    guard let count = plan.pseudoExperiments, point.variant.reference == nil else { return true }
    return try SearchRecord(run: folder).result.calibration?.pseudoExperiments == count
  }

  private func calibrate(_ search: Search, _ count: Int, in run: RunFolder, jobs: Int) throws {
    var record = try SearchRecord(run: run.url)
    let null = try search.nullDistribution(
      from: search.donorEvents(), count: count, executor: .threads(jobs), store: run.units)
    try record.calibrate(with: null, into: run)
  }

  private func reference(
    _ line: ReferenceLine, _ point: StudyPlan.Point, _ search: Search,
    references: (ReferenceLine, StudyPlan.Point, Search) throws -> [ScoreTable]
  ) throws -> SearchOutcome {
    let clock = ContinuousClock()
    let start = clock.now
    let tables = try references(line, point, search)
    return try search(
      scored: tables, seconds: (clock.now - start).inSeconds, by: line, environment: environment)
  }
}

/// Why a study stopped.
public enum StudyError: Error, Equatable {
  case search(String, reason: String)
}

extension StudyError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .search(let label, let reason): "the search \(label) of the study: \(reason)"
    }
  }
}
