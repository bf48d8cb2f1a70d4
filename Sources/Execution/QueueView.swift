/// What Slurm says of the tasks of a stage.
struct QueueView {
  /// A worker that was to do a unit.
  struct Place {
    let batch: WorkBatch
    let chunk: Int
    let job: String
    /// `nil` if Slurm does not know it (any more).
    let task: SlurmQueue.Task?

    var isAttended: Bool { task?.state == .running || task?.state == .waiting }
  }

  /// The workers of each batch, the oldest first.
  let places: [[Place]]
  /// The last worker of each unit.
  private var last: [String: Place] = [:]
  private var attended: Set<String> = []

  init(_ tasks: [SlurmQueue.Task], batches: [WorkBatch], stage: WorkStage) {
    var found: [String: [Int: SlurmQueue.Task]] = [:]
    for task in tasks {
      // A batch that was submitted twice is attended while either job lives.
      let other = found[task.job]?[task.index]?.state
      if other == .running || other == .waiting { continue }
      found[task.job, default: [:]][task.index] = task
    }
    places = batches.map { batch in
      let job = Submission.jobName(of: batch, in: stage)
      return batch.chunks.indices.map {
        Place(batch: batch, chunk: $0, job: job, task: found[job]?[$0])
      }
    }
    for place in places.joined() {
      let labels = place.batch.chunks[place.chunk]
      for label in labels { last[label] = place }
      if place.isAttended { attended.formUnion(labels) }
    }
  }

  /// Whether some worker has the unit, or will.
  func isAttended(_ label: String) -> Bool { attended.contains(label) }

  /// The last worker that was to do a unit.
  func lastPlace(of label: String) -> Place? { last[label] }

  /// Why tasks wait, in Slurm's words, while none runs; `nil` if one runs or none is there.
  var reasonForIdleness: String? {
    let tasks = places.joined().compactMap(\.task)
    guard !tasks.contains(where: { $0.state == .running }) else { return nil }
    return tasks.first { $0.state == .waiting }?.words
  }

  /// For a progress display: "12 running, 30 waiting: PENDING (Resources)".
  var summary: String {
    let tasks = places.joined().compactMap(\.task)
    let waiting = tasks.filter { $0.state == .waiting }
    return "\(tasks.count { $0.state == .running }) running, \(waiting.count) waiting"
      + (waiting.first.map { ": \($0.words)" } ?? "")
  }
}
