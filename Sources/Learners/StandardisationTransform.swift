public import EventModel

/// Features shifted to weighted mean 0 and scaled to standard deviation 1.
public struct StandardisationTransform: FeatureTransform, Hashable {
  public let features: [Feature]
  public let means: [Double]
  /// Population standard deviations; 1 for a feature that never varies, which is only shifted.
  public let deviations: [Double]

  /// Measures the features of training events.
  ///
  /// - Throws: ``LearnerError`` if there is no event with weight.
  public init(fitting sample: WeightedEvents) throws(LearnerError) {
    try sample.checked(as: .reconstructed)
    let total = sample.weights.reduce(0, +)
    features = sample.events.features
    var means: [Double] = []
    var deviations: [Double] = []
    for column in sample.events.columns {
      func mean(of value: (Double) -> Double) -> Double {
        zip(column, sample.weights).reduce(0) { $0 + $1.1 * value(Double($1.0)) } / total
      }
      let center = mean { $0 }
      let variance = mean { ($0 - center) * ($0 - center) }
      // Rounding leaves a spread of about 1e-16 of the mean where there is none.
      let isConstant = variance.squareRoot() <= 1e-12 * abs(center)
      means.append(center)
      deviations.append(isConstant ? 1 : variance.squareRoot())
    }
    self.means = means
    self.deviations = deviations
  }

  public func columns(_ events: EventSlice) throws -> [[Float]] {
    try events.requireFeatures(features)
    return features.indices.map { feature in
      let (mean, deviation) = (means[feature], deviations[feature])
      return events.column(feature).map { Float((Double($0) - mean) / deviation) }
    }
  }
}
