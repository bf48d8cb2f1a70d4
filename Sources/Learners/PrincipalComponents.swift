public import EventModel
import NumericalCore
public import Randomness

/// Principal components of standardised features; events that these describe badly score high.
///
/// The score is the squared distance between an event and its projection onto the leading
/// components, in standard deviations: the sum of its squared coordinates along the others.
public struct PrincipalComponents: ReconstructionLearner {
  /// How many components describe an event; at least one is always left to measure the error.
  public enum Choice: Sendable, Hashable, Codable {
    case count(Int)
    /// As few as explain this fraction of the variance, above 0 and below 1.
    case explainedVariance(Double)
  }

  public var components: Choice

  public init(components: Choice) {
    self.components = components
  }

  /// Learns the components; nothing is random, so the seed does not matter.
  public func fit(
    _ events: WeightedEvents, seed _: Seed, isCancelled _: @Sendable () -> Bool
  ) throws -> PrincipalComponentsModel {
    let standardisation = try StandardisationTransform(fitting: events)
    guard !events.events.features.isEmpty else { throw LearnerError.noFeatures }
    let columns = try standardisation.columns(events.events)
    let eigen = SymmetricEigen(Self.covariance(columns, weights: events.weights))
    let kept = try keptCount(of: eigen.values)
    return PrincipalComponentsModel(
      standardisation: standardisation, explainedVariance: Self.fractions(of: eigen.values),
      discarded: Array(eigen.vectors.dropFirst(kept)))
  }

  private func keptCount(of values: [Double]) throws(LearnerError) -> Int {
    guard values.count >= 2 else { throw .tooFewComponents(asked: 1, available: values.count - 1) }
    switch components {
    case .count(let count):
      guard count >= 1 else {
        throw .badSetting(name: "components", value: "\(count)", allowed: "at least 1")
      }
      guard count < values.count else {
        throw .tooFewComponents(asked: count, available: values.count - 1)
      }
      return count
    case .explainedVariance(let wanted):
      guard wanted > 0, wanted < 1 else {
        throw .badSetting(
          name: "explainedVariance", value: "\(wanted)", allowed: "above 0 and below 1")
      }
      var explained = 0.0
      for (index, fraction) in Self.fractions(of: values).dropLast().enumerated() {
        explained += fraction
        if explained >= wanted { return index + 1 }
      }
      return values.count - 1
    }
  }

  private static func fractions(of values: [Double]) -> [Double] {
    let total = values.reduce(0, +)
    return total > 0 ? values.map { max($0, 0) / total } : values.map { _ in 0 }
  }

  /// The weighted covariance of columns of mean 0.
  private static func covariance(_ columns: [[Float]], weights: [Double]) -> [[Double]] {
    let total = weights.reduce(0, +)
    return columns.map { first in
      columns.map { second in
        var sum = 0.0
        for event in weights.indices {
          sum += weights[event] * Double(first[event]) * Double(second[event])
        }
        return sum / total
      }
    }
  }
}

/// Learned principal components.
public struct PrincipalComponentsModel: EventScorer {
  let standardisation: StandardisationTransform
  /// The fraction of the variance along each component, descending, shape `[features]`.
  public let explainedVariance: [Double]
  /// The directions that are not kept: the error of the reconstruction lies in them.
  let discarded: [[Double]]

  public var features: [Feature] { standardisation.features }

  public func scores(_ events: EventSlice) throws -> [Float] {
    let columns = try standardisation.columns(events)
    var errors = [Double](repeating: 0, count: events.count)
    for direction in discarded {
      for event in errors.indices {
        var coordinate = 0.0
        for (column, part) in zip(columns, direction) { coordinate += part * Double(column[event]) }
        errors[event] += coordinate * coordinate
      }
    }
    return errors.map { Float($0) }
  }
}
