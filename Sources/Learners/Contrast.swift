import EventModel

/// Two samples to tell apart.
///
/// Weights say how much each event counts; the sums of the two samples' weights are the prior that
/// a classifier learns, so equal sums make a score of 0.5 mean "equally likely".
public struct Contrast: Sendable {
  public var positive: WeightedEvents
  public var negative: WeightedEvents

  public init(positive: WeightedEvents, negative: WeightedEvents) {
    self.positive = positive
    self.negative = negative
  }

  /// Checks both samples.
  ///
  /// - Throws: ``LearnerError`` if one is empty, has a bad weight, or other features than the other.
  func checked() throws(LearnerError) {
    try positive.checked(as: .positive)
    try negative.checked(as: .negative)
    try negative.events.requireFeatures(positive.events.features)
  }
}

extension Contrast {
  /// The metric of scores, those of the positive sample first.
  func value(
    of metric: ValidationMetric, scores: [Float]
  ) throws(LearnerError) -> Double {
    try metric.value(
      positive: (Array(scores.prefix(positive.count)), positive.weights),
      negative: (Array(scores.dropFirst(positive.count)), negative.weights))
  }
}
