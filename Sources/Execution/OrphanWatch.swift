import Foundation

/// Finds units that nobody works on any more, and bounds how often they are submitted.
struct OrphanWatch {
  /// How often one unit is submitted.
  let attempts: Int
  /// Seconds after which a unit whose worker left the queue counts as missing: shared folders show
  /// new files late.
  let grace: Double
  private var submissions: [String: Int] = [:]
  private var leftSince: [String: Date] = [:]
  private var hasLooked = false

  init(attempts: Int, grace: Double) {
    self.attempts = attempts
    self.grace = grace
  }

  var hasSubmitted: Bool { !submissions.isEmpty }

  /// Units to be submitted (again).
  ///
  /// At the first look these are all that nobody has: whatever became of them, the user has given
  /// the command (again).
  ///
  /// - Parameters:
  ///   - pending: Units that are not finished.
  ///   - view: What Slurm says of their workers.
  ///   - now: The time.
  /// - Returns: Those that no worker has, in their order.
  /// - Throws: ``ExecutorError/failing(units:attempts:log:lastLine:)`` if one of them has had all its
  ///   attempts, or ``ExecutorError/cancelled(job:)``.
  mutating func find(
    among pending: [String], _ view: QueueView, now: Date = Date()
  ) throws -> [String] {
    let isFirst = !hasLooked
    hasLooked = true
    let orphans = try pending.filter { label in
      guard !view.isAttended(label) else {
        leftSince[label] = nil
        return false
      }
      if isFirst { return true }
      let place = view.lastPlace(of: label)
      switch place?.task?.state {
      case .failed: return true
      case .cancelled: throw ExecutorError.cancelled(job: place?.job ?? "")
      default:
        let since = leftSince[label] ?? now
        leftSince[label] = since
        return now.timeIntervalSince(since) >= grace
      }
    }
    let exhausted = orphans.filter { submissions[$0, default: 0] >= attempts }
    if let place = exhausted.first.flatMap(view.lastPlace) {
      throw ExecutorError.failing(
        units: exhausted, attempts: attempts, log: place.batch.log(of: place.chunk).path,
        lastLine: place.batch.lastLine(ofChunk: place.chunk))
    }
    return orphans
  }

  mutating func submitted(_ labels: [String]) {
    for label in labels {
      submissions[label, default: 0] += 1
      leftSince[label] = nil
    }
  }
}
