public import Foundation

/// How far the work of a run has come, as any machine that sees its folder can tell.
public struct WorkStatus: Sendable, Hashable, Codable {
  /// The run folder.
  public let run: String
  /// The command, without the program's name.
  public let command: [String]
  /// `slurm` or `commands`.
  public let executor: String
  /// Whether a scheduler was asked; otherwise running and failed come from the workers' logs alone,
  /// and a worker that was killed counts as running.
  public let isFromScheduler: Bool
  /// In the order of their start.
  public let stages: [Stage]

  /// One list of units.
  public struct Stage: Sendable, Hashable, Codable {
    public let name: String
    public let units: Int
    public let finished: Int
    /// Worker processes at work.
    public let running: Int
    /// Worker processes that have not started.
    public let waiting: Int
    /// Worker processes that ended before their units were finished.
    public let failed: [Failure]
    /// Seconds, at the rate since the newest batch was handed out; `nil` before it finished a unit.
    public let secondsLeft: Double?
  }

  public struct Failure: Sendable, Hashable, Codable {
    public let log: String
    /// The worker's last words; `nil` if there are none.
    public let lastLine: String?
    /// Units that it left.
    public let units: Int
  }

  /// Looks at a run's folder, and into Slurm's queue where this machine has one.
  ///
  /// - Parameters:
  ///   - run: The run folder.
  ///   - now: The time.
  /// - Throws: ``ExecutorError/nothingHandedOut(run:)`` or ``StoreError``.
  public init(run: URL, now: Date = Date()) throws {
    try self.init(run: run, now: now, queue: SlurmQueue())
  }

  package init(run: URL, now: Date = Date(), queue: SlurmQueue) throws {
    let folder = WorkFolder(run: run)
    let description = try folder.description()
    self.run = run.path
    command = description.command.arguments
    let units = Self.finishedUnits(in: run.appendingPathComponent("units"))
    var isAsked = false
    let executor = description.executor
    self.executor = executor
    stages = try description.stages.map { name in
      let stage = folder.stage(name)
      let batches = try stage.batches()
      let names = batches.map { Submission.jobName(of: $0, in: stage) }
      let tasks = try? queue.tasks(ofJobs: names)
      // Commands may have been taken to any scheduler: an empty queue says nothing then.
      let isKnown = tasks.map { executor == "slurm" || !$0.isEmpty } ?? false
      isAsked = isAsked || isKnown
      return Stage(
        name, labels: try stage.labels(),
        places: QueueView(tasks ?? [], batches: batches, stage: stage).places,
        isFromScheduler: isKnown,
        finished: units, now: now)
    }
    isFromScheduler = isAsked
  }

  /// Labels of the units in a store with the times when they were written.
  private static func finishedUnits(in folder: URL) -> [String: Date] {
    let files =
      (try? FileManager.default.contentsOfDirectory(
        at: folder, includingPropertiesForKeys: [.contentModificationDateKey])) ?? []
    return files.reduce(into: [:]) { units, file in
      guard file.pathExtension == "unit" else { return }
      let values = try? file.resourceValues(forKeys: [.contentModificationDateKey])
      units[file.deletingPathExtension().lastPathComponent] =
        values?.contentModificationDate ?? .distantPast
    }
  }
}

extension WorkStatus.Stage {
  fileprivate init(
    _ name: String, labels: [String], places: [[QueueView.Place]], isFromScheduler: Bool,
    finished: [String: Date], now: Date
  ) {
    self.name = name
    units = labels.count
    let times = labels.compactMap { finished[$0] }
    self.finished = times.count
    // A unit that was handed out again is the last worker's.
    var taken: Set<String> = []
    var (running, waiting) = (0, 0)
    var failed: [WorkStatus.Failure] = []
    for place in places.joined().reversed() {
      let left = place.batch.chunks[place.chunk].filter { label in
        finished[label] == nil && taken.insert(label).inserted
      }
      guard !left.isEmpty else { continue }
      let lastLine = place.batch.lastLine(ofChunk: place.chunk)
      let state: SlurmQueue.Task.State =
        place.task?.state
        ?? (isFromScheduler || lastLine?.hasPrefix("error:") == true
          ? .failed : lastLine == nil ? .waiting : .running)
      switch state {
      case .running: running += 1
      case .waiting: waiting += 1
      case .completed, .cancelled, .failed:
        failed.append(
          WorkStatus.Failure(
            log: place.batch.log(of: place.chunk).path, lastLine: lastLine, units: left.count))
      }
    }
    self.running = running
    self.waiting = waiting
    self.failed = failed.reversed()
    let start = places.last?.first.flatMap { $0.batch.time } ?? .distantFuture
    let since = times.count { $0 >= start }
    let elapsed = now.timeIntervalSince(start)
    secondsLeft =
      since > 0 && times.count < units
      ? elapsed / Double(since) * Double(units - times.count) : nil
  }
}
