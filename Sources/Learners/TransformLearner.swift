public import EventModel

/// How a transform of features is learned from training events.
public protocol TransformLearner: Sendable, Hashable, Codable {
  associatedtype Transform: FeatureTransform

  /// Learns from events with weights.
  ///
  /// - Throws: ``LearnerError`` if there is no event with weight.
  func fit(_ sample: WeightedEvents) throws -> Transform
}

/// Percentiles within bins of m_JJ.
public struct PercentileLearner: TransformLearner {
  public var binning: MassBinning

  public init(binning: MassBinning) { self.binning = binning }

  public func fit(_ sample: WeightedEvents) throws -> PercentileTransform {
    try PercentileTransform(fitting: sample, binning: binning)
  }
}

/// Normal deviates of the same percentile.
public struct RankGaussianLearner: TransformLearner {
  public init() {}

  public func fit(_ sample: WeightedEvents) throws -> RankGaussianTransform {
    try RankGaussianTransform(fitting: sample)
  }
}
