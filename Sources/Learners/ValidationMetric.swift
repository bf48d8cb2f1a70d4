import Foundation

/// How good a model is on validation data; higher is better.
public enum ValidationMetric: Sendable, Hashable, Codable {
  /// The fraction (by weight) of positives above the threshold that keeps a fraction of negatives.
  ///
  /// LHC Olympics paper: 0.01 in section 4.1, 0.005 in section 4.2. Events of equal score are kept
  /// in part: the curve of efficiencies is a straight line across them.
  case efficiency(atNegativeEfficiency: Double)
  /// Minus the weighted mean of the binary cross-entropy; the scores must be probabilities.
  case logLoss
  /// The probability that a positive scores above a negative; 0.5 for a coin.
  case areaUnderCurve

  /// Computes the metric from the scores of two samples.
  ///
  /// - Parameters:
  ///   - positive: Scores and weights of the positive events, equal in number.
  ///   - negative: The same of the negative events.
  /// - Returns: A finite number.
  /// - Throws: ``LearnerError`` if a sample has no weight or the asked efficiency is not a fraction.
  public func value(
    positive: (scores: [Float], weights: [Double]), negative: (scores: [Float], weights: [Double])
  ) throws(LearnerError) -> Double {
    let positiveTotal = positive.weights.reduce(0, +)
    let negativeTotal = negative.weights.reduce(0, +)
    guard positiveTotal > 0 else { throw .emptySample(.positive) }
    guard negativeTotal > 0 else { throw .emptySample(.negative) }
    switch self {
    case .efficiency(let target):
      guard target > 0, target <= 1 else {
        throw .badSetting(
          name: "the negative efficiency", value: "\(target)", allowed: "above 0 and at most 1")
      }
      let top = Self.highest(negative, holding: target * negativeTotal)
      return Self.efficiency(
        atNegativeEfficiency: target,
        of: Self.curve(Self.scoring(positive, from: top), Self.scoring(negative, from: top)),
        positiveTotal: positiveTotal, negativeTotal: negativeTotal)
    case .areaUnderCurve:
      return Self.area(under: Self.curve(positive, negative)) / (positiveTotal * negativeTotal)
    case .logLoss:
      let loss =
        Self.crossEntropy(positive, positive: true) + Self.crossEntropy(negative, positive: false)
      return -loss / (positiveTotal + negativeTotal)
    }
  }

  /// A score with at least a weight of the sample at or above it, found without sorting.
  ///
  /// Only events above it need a place on the curve: at an efficiency of 1 % hardly any.
  private static func highest(
    _ sample: (scores: [Float], weights: [Double]), holding weight: Double
  ) -> Float {
    guard sample.scores.allSatisfy({ $0.isFinite }), let low = sample.scores.min(),
      let high = sample.scores.max(), low < high
    else { return -.infinity }
    let steps = 256
    let scale = Float(steps) / (high - low)
    var held = [Double](repeating: 0, count: steps + 1)
    for (score, weight) in zip(sample.scores, sample.weights) {
      held[min(max(Int((score - low) * scale), 0), steps)] += weight
    }
    var sum = 0.0
    for step in stride(from: steps, to: 1, by: -1) {
      sum += held[step]
      // One step further down: rounding may have put an event into the neighbouring step.
      if sum > weight * (1 + 1e-9) { return low + Float(step - 1) / scale }
    }
    return -.infinity
  }

  private static func scoring(
    _ sample: (scores: [Float], weights: [Double]), from lowest: Float
  ) -> (scores: [Float], weights: [Double]) {
    let chosen = sample.scores.indices.filter { sample.scores[$0] >= lowest }
    return (chosen.map { sample.scores[$0] }, chosen.map { sample.weights[$0] })
  }

  /// A point of the curve: sums of the weights with a score at or above a threshold.
  private typealias Point = (positive: Double, negative: Double)

  /// One point a distinct score, from none to all events.
  private static func curve(
    _ positive: (scores: [Float], weights: [Double]),
    _ negative: (scores: [Float], weights: [Double])
  ) -> [Point] {
    let events =
      zip(positive.scores, positive.weights).map { (score: $0, positive: $1, negative: 0.0) }
      + zip(negative.scores, negative.weights).map { (score: $0, positive: 0.0, negative: $1) }
    var points: [Point] = [(0, 0)]
    var sum: Point = (0, 0)
    var last: Float?
    for event in events.sorted(by: { $0.score > $1.score }) {
      if let last, last != event.score { points.append(sum) }
      sum = (sum.positive + event.positive, sum.negative + event.negative)
      last = event.score
    }
    return points + [sum]
  }

  private static func efficiency(
    atNegativeEfficiency target: Double, of curve: [Point], positiveTotal: Double,
    negativeTotal: Double
  ) -> Double {
    let wanted = target * negativeTotal
    for (low, high) in zip(curve, curve.dropFirst()) where high.negative >= wanted {
      let step = high.negative - low.negative
      let part = step > 0 ? (wanted - low.negative) / step : 1
      return (low.positive + part * (high.positive - low.positive)) / positiveTotal
    }
    return 1
  }

  private static func area(under curve: [Point]) -> Double {
    zip(curve, curve.dropFirst()).reduce(0) { area, step in
      area + (step.1.negative - step.0.negative) * (step.0.positive + step.1.positive) / 2
    }
  }

  private static func crossEntropy(
    _ sample: (scores: [Float], weights: [Double]), positive: Bool
  ) -> Double {
    zip(sample.scores, sample.weights).reduce(0) { sum, event in
      let score = Double(event.0)
      let probability = positive ? score : 1 - score
      // A probability of exactly 0 is Float's rounding; its logarithm must stay finite.
      return sum - event.1 * log(max(probability, 1e-12))
    }
  }
}
