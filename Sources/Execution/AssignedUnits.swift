public import Foundation

/// A worker process's part: the units whose labels it was given, into the run's store.
///
/// The worker runs the same command as the process that sent it. In the stage that its labels belong
/// to it does them and ends with ``PartDone/assignedUnits``; stages before are finished, or nobody
/// would have sent it, and are read from the store.
public struct AssignedUnits: Executor {
  /// The file with the labels, one a line.
  public let file: URL
  public let labels: [String]
  /// How many run at once.
  public let jobs: Int

  /// Reads the labels that a worker was given.
  ///
  /// - Throws: ``StoreError/notReadable(path:reason:)``.
  public init(file: URL, jobs: Int) throws {
    self.file = file
    self.jobs = jobs
    labels = try readLines(of: file)
  }

  public func perform(
    _ units: [WorkUnit], stage: String, store: UnitStore?,
    progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> [Data] {
    guard let store else {
      return try Threads(jobs: jobs).perform(units, stage: stage, store: nil, progress: progress)
    }
    let wanted = Set(labels)
    let own = units.filter { wanted.contains($0.label) }
    guard !own.isEmpty else {
      return try units.map { unit in
        guard let data = try store.load(unit.label) else {
          throw ExecutorError.unknownUnit(labels.first ?? "", file: file.path)
        }
        return data
      }
    }
    if let unknown = labels.first(where: { label in !own.contains { $0.label == label } }) {
      throw ExecutorError.unknownUnit(unknown, file: file.path)
    }
    _ = try Execution.perform(own, jobs: jobs, store: store, progress: progress)
    throw PartDone.assignedUnits
  }
}
