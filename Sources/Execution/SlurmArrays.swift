public import Foundation

/// Gives units to worker processes that Slurm runs as arrays of jobs, and follows them.
///
/// What decides is the run's store: a unit is finished when it lies there whole. Slurm is asked only
/// whether somebody is still at work on the rest. Units that nobody works on are submitted again, a
/// bounded number of times. Jobs do not need the process that submitted them: the next one finds
/// them by their names, which follow from the folder.
public struct SlurmArrays: Executor {
  private let submission: Submission
  private let unitsPerWorker: Int?
  private let options: [String]
  private let notice: @Sendable (String) -> Void
  package var queue = SlurmQueue()
  /// How often a unit is submitted by one process.
  package var attempts = 3
  /// The longest time between two looks.
  package var longestPause = 10.0
  /// Seconds after which a unit of a worker that ended well is missing: shared folders are slow.
  package var grace = 60.0
  /// Seconds for which Slurm may be out of reach.
  package var patience = 600.0

  /// - Parameters:
  ///   - command: The command that is being run.
  ///   - workers: Worker processes at once.
  ///   - unitsPerWorker: Units that one process does; `nil` follows from `workers`.
  ///   - jobs: Threads of each worker process.
  ///   - options: More options of `sbatch`.
  ///   - notice: Told what a user should know: submissions, failures.
  public init(
    command: RecordedCommand, workers: Int, unitsPerWorker: Int?, jobs: Int, options: [String],
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    submission = Submission(command: command, jobs: jobs, workers: workers)
    self.unitsPerWorker = unitsPerWorker
    self.options = options
    self.notice = notice
  }

  public func perform(
    _ units: [WorkUnit], stage name: String, store: UnitStore?,
    progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> [Data] {
    let pending = try store?.missing(of: units.map(\.label)) ?? []
    if let store, !pending.isEmpty {
      let stage = try WorkFolder(besides: store).open(
        stage: name, by: submission, executor: "slurm", labels: units.map(\.label))
      try follow(pending, of: units.count, stage: stage, store: store, progress: progress)
    }
    // Reads them all; one that was damaged since is done here.
    return try Threads(jobs: submission.jobs).perform(
      units, stage: name, store: store, progress: { _ in })
  }

  /// Returns when all units are in the store.
  private func follow(
    _ all: [String], of total: Int, stage: WorkStage, store: UnitStore,
    progress: @Sendable (WorkProgress) -> Void
  ) throws {
    var pending = all
    var batches = try stage.batches()
    var orphans = OrphanWatch(attempts: attempts, grace: grace)
    var contact = Contact(patience: patience, notice: notice)
    /// A batch that could not be submitted yet.
    var waiting: WorkBatch?
    var pause = 0.1
    var reason: String?
    while true {
      // Asked before the store is read, so that a task that ends in between counts as running.
      let names = batches.map { Submission.jobName(of: $0, in: stage) }
      let tasks = try contact { try queue.tasks(ofJobs: names) }
      pending = try store.missing(of: pending)
      let view = QueueView(tasks ?? [], batches: batches, stage: stage)
      progress(
        WorkProgress(
          finished: total - pending.count, total: total, resumed: total - all.count,
          label: view.summary))
      guard !pending.isEmpty else { return }
      // Whoever reads a log wants to know why nothing moves; not in the first seconds.
      if pause > 2, let words = view.reasonForIdleness, words != reason {
        notice("No worker runs: \(words)")
        reason = words
      }
      let unattended = try tasks == nil ? [] : orphans.find(among: pending, view)
      if !unattended.isEmpty {
        let batch = try waiting ?? makeBatch(of: unattended, in: stage)
        if waiting == nil { batches.append(batch) }
        waiting = batch
        let script = batch.folder.appendingPathComponent(Submission.slurmScript).path
        let answer: Void?
        do {
          answer = try contact(isFirst: !orphans.hasSubmitted) {
            try queue.submit(script, options: options)
          }
        } catch {
          // Never handed out.
          try? FileManager.default.removeItem(at: batch.folder)
          throw error
        }
        if answer != nil {
          waiting = nil
          orphans.submitted(batch.chunks.flatMap(\.self))
          pause = 0.1
          notice(
            "Submitted \(unattended.count) units as \(batch.chunks.count) tasks of the Slurm job "
              + Submission.jobName(of: batch, in: stage))
        }
      }
      Thread.sleep(forTimeInterval: pause)
      pause = min(pause * 1.5, longestPause)
    }
  }

  private func makeBatch(of labels: [String], in stage: WorkStage) throws -> WorkBatch {
    try stage.makeBatch(chunks(of: labels, workers: submission.workers, size: unitsPerWorker)) {
      submission.slurmFiles(for: $0, in: stage)
    }
  }
}

/// Whether Slurm answers.
private struct Contact {
  /// Seconds for which it may be out of reach.
  let patience: Double
  let notice: @Sendable (String) -> Void
  private var silentSince: Date?

  init(patience: Double, notice: @escaping @Sendable (String) -> Void) {
    self.patience = patience
    self.notice = notice
  }

  /// Asks Slurm; `nil` if it did not answer, which a controller that restarts is allowed for a while.
  ///
  /// - Parameters:
  ///   - isFirst: Whether a refusal is final, as that of a first submission.
  ///   - request: What is asked.
  /// - Returns: The answer.
  /// - Throws: ``ExecutorError``.
  mutating func callAsFunction<Answer>(
    isFirst: Bool = false, _ request: () throws -> Answer
  ) throws -> Answer? {
    do {
      let answer = try request()
      silentSince = nil
      return answer
    } catch let ExecutorError.refused(program, message) where !isFirst {
      if silentSince == nil { notice("\(program) failed (\(message)); trying again.") }
      let since = silentSince ?? Date()
      silentSince = since
      let seconds = -since.timeIntervalSinceNow
      guard seconds < patience else {
        throw ExecutorError.unreachable(program: program, message: message, seconds: Int(seconds))
      }
      return nil
    }
  }
}
