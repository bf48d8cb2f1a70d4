public import EventModel

/// The mean of several models' scores.
///
/// Classifiers' scores are probabilities, so all members count alike.
public struct MeanScorer<Member: EventScorer>: EventScorer {
  public let members: [Member]

  /// Joins models that score the same features.
  ///
  /// - Throws: ``LearnerError/noMembers`` if there are none.
  public init(_ members: [Member]) throws(LearnerError) {
    guard !members.isEmpty else { throw .noMembers }
    self.members = members
  }

  public func scores(_ events: EventSlice) throws -> [Float] {
    // Double sums: the mean must not lose digits that break ties.
    var sums = [Double](repeating: 0, count: events.count)
    for member in members {
      for (position, score) in try member.scores(events).enumerated() {
        sums[position] += Double(score)
      }
    }
    let count = Double(members.count)
    return sums.map { Float($0 / count) }
  }
}
