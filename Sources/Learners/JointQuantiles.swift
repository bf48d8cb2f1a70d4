public import EventModel
import Foundation

/// How the ranks that several models give an event become one number.
public enum RankCombination: String, Sendable, Hashable, Codable, CaseIterable {
  /// The worst rank: a cut keeps what all models have in their top x %.
  case both
  /// The product of the fractions above, Fisher's combination: one very high score may do.
  case product
}

/// One score from several models that look at different things, such as the two jets.
///
/// Scores of different models have different scales, so each is replaced by its rank among the
/// training events: g = -ln(fraction of the training events above), an event of equal score
/// counting half. Between two training events g is a straight line, beyond the highest it grows by
/// the mean excess of the top 1 % of scores (the tail of an exponential), and below the lowest it
/// falls to 0: so g keeps the order of the events that the model gave them, also where no training
/// event is. ``RankCombination/both`` is the smallest g, ``RankCombination/product`` the mean.
public struct JointQuantiles<Member: EventScorer>: EventScorer {
  public let members: [Member]
  public let combination: RankCombination
  private let ranks: [TailRank]

  /// Ranks the scores of training events.
  ///
  /// - Throws: ``LearnerError`` if there is no model or no event with weight, or an error of a
  ///   model.
  public init(
    _ members: [Member], measuredOn events: WeightedEvents, combination: RankCombination
  ) throws {
    guard !members.isEmpty else { throw LearnerError.noMembers }
    try events.checked(as: .reconstructed)
    self.members = members
    self.combination = combination
    ranks = try members.map { member in
      let scores = try member.scores(events.events)
      guard scores.allSatisfy({ $0.isFinite }) else { throw LearnerError.scoreNotFinite }
      return TailRank(
        EmpiricalDistribution(zip(scores, events.weights).map { ($0, $1) }))
    }
  }

  public func scores(_ events: EventSlice) throws -> [Float] {
    var combined = [Double](
      repeating: combination == .both ? .infinity : 0, count: events.count)
    for (member, rank) in zip(members, ranks) {
      for (position, score) in try member.scores(events).enumerated() {
        let value = rank.value(of: score)
        switch combination {
        case .both: combined[position] = min(combined[position], value)
        case .product: combined[position] += value / Double(members.count)
        }
      }
    }
    return combined.map { Float($0) }
  }
}

/// -ln(fraction of a distribution above a value), continued beyond its ends.
private struct TailRank: Sendable {
  let distribution: EmpiricalDistribution
  /// The mean excess over the 99 % quantile; positive.
  let scale: Double

  init(_ distribution: EmpiricalDistribution) {
    self.distribution = distribution
    let values = distribution.values
    let top = values.indices.filter { distribution.percentile(at: $0) >= 0.99 }
    // A distribution of few values has no such tail: its range says how large a step is.
    let start = top.count > 1 ? top[0] : 0
    let excess = values[start...].reduce(0.0) { $0 + Double($1) - Double(values[start]) }
    scale = excess > 0 ? excess / Double(values.count - start - 1) : 1
  }

  func value(of score: Float) -> Double {
    let values = distribution.values
    let last = values.count - 1
    let position = distribution.position(of: score)
    if position > last {
      return rank(at: last) + (Double(score) - Double(values[last])) / scale
    }
    if values[position] == score { return rank(at: position) }
    if position == 0 {
      return rank(at: 0) * exp((Double(score) - Double(values[0])) / scale)
    }
    let (low, high) = (Double(values[position - 1]), Double(values[position]))
    let part = (Double(score) - low) / (high - low)
    return rank(at: position - 1) * (1 - part) + rank(at: position) * part
  }

  private func rank(at position: Int) -> Double {
    -log1p(-distribution.percentile(at: position))
  }
}
