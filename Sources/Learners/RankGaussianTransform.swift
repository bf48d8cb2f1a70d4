public import EventModel
import Foundation
import NumericalCore

/// Features replaced by the standard normal deviate of the same percentile.
///
/// A training event at percentile u (the fraction of the training events' weight below its value,
/// what is equal counting half) becomes the z with Φ(z) = u, so that training events are normally
/// distributed whatever the shape of the feature: long tails are drawn in. Values beyond those of
/// the training events count as the nearest of them.
public struct RankGaussianTransform: FeatureTransform {
  public let features: [Feature]
  private let distributions: [EmpiricalDistribution]

  /// Learns the distributions of training events.
  ///
  /// - Throws: ``LearnerError`` if there is no event with weight.
  public init(fitting sample: WeightedEvents) throws(LearnerError) {
    try sample.checked(as: .reconstructed)
    features = sample.events.features
    distributions = sample.events.columns.map { column in
      EmpiricalDistribution(zip(column, sample.weights).map { ($0, $1) })
    }
  }

  public func columns(_ events: EventSlice) throws -> [[Float]] {
    try events.requireFeatures(features)
    return distributions.enumerated().map { feature, distribution in
      let lowest = distribution.percentile(at: 0)
      let highest = distribution.percentile(at: distribution.values.count - 1)
      return events.column(feature).map { value in
        let percentile = min(max(distribution.percentile(of: value), lowest), highest)
        return Float(-NormalDistribution.quantile(logSurvival: log(percentile)))
      }
    }
  }
}
