public import Foundation

/// Writes commands that do the units, for schedulers that this program cannot reach.
///
/// The first call for a stage writes the commands and ends with ``PartDone/commandsWritten``; when
/// all of them have run, the next call finds the units in the store and gives their bytes.
public struct UnitCommands: Executor {
  private let submission: Submission
  private let unitsPerWorker: Int?

  /// - Parameters:
  ///   - command: The command that is being run.
  ///   - workers: Worker processes that will run at once.
  ///   - unitsPerWorker: Units that one process does; `nil` follows from `workers`.
  ///   - jobs: Threads of each worker process.
  public init(command: RecordedCommand, workers: Int, unitsPerWorker: Int?, jobs: Int) {
    submission = Submission(command: command, jobs: jobs, workers: workers)
    self.unitsPerWorker = unitsPerWorker
  }

  public func perform(
    _ units: [WorkUnit], stage name: String, store: UnitStore?,
    progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> [Data] {
    let pending = try store?.missing(of: units.map(\.label)) ?? []
    guard let store, !pending.isEmpty else {
      return try Threads(jobs: 1).perform(units, stage: name, store: store, progress: progress)
    }
    let stage = try WorkFolder(besides: store).open(
      stage: name, by: submission, executor: "commands", labels: units.map(\.label))
    let batches = try stage.batches()
    let handedOut = Set(batches.flatMap { $0.chunks.joined() })
    let new = pending.filter { !handedOut.contains($0) }
    guard !new.isEmpty else {
      throw try unfinished(pending: pending, of: units.count, stage: stage, batches: batches)
    }
    let batch = try stage.makeBatch(
      chunks(of: new, workers: submission.workers, size: unitsPerWorker)
    ) { submission.allFiles(for: $0, in: stage) }
    throw PartDone.commandsWritten(
      stage: name, units: new.count, commands: batch.chunks.count, batch: batch.folder.path,
      run: stage.run)
  }

  private func unfinished(
    pending: [String], of total: Int, stage: WorkStage, batches: [WorkBatch]
  ) throws -> ExecutorError {
    let missing = Set(pending)
    let places = batches.flatMap { batch in
      batch.chunks.indices.filter { !missing.isDisjoint(with: batch.chunks[$0]) }.map {
        (batch, $0)
      }
    }
    let failure = places.compactMap { batch, chunk -> String? in
      let line = batch.lastLine(ofChunk: chunk)
      return line.flatMap { $0.hasPrefix("error:") ? $0 : nil }
    }.first
    return .unfinished(
      stage: stage.name, finished: total - pending.count, total: total,
      batch: places.first?.0.folder.path ?? stage.folder.path, failure: failure)
  }
}
