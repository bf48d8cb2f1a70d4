internal import Foundation
internal import NumericalCore

/// An exponential fitted to the upper tail of a test statistic under the background hypothesis.
///
/// P(t >= u + y) = f exp(-y / s) above the threshold u that a tenth of the pseudo-experiments
/// reach; f is that fraction and s the mean excess (maximum likelihood). The statistic has to be
/// logarithmic in probability, such as -ln p: then the global p-value of correlated searches is a
/// slowly varying number of trials times the local one, and the tail is close to an exponential.
///
/// The errors allow for more than the fit does: they are those of a generalised Pareto distribution
/// (1 + ξ y / s)^(-1 / ξ), whose shape ξ is 0 for an exponential and which the same excesses leave
/// uncertain. With m excesses its covariance at ξ = 0 is [[1, -s], [-s, 2 s²]] / m in (ξ, s)
/// (R. L. Smith, Ann. Statist. 15 (1987) 1174).
public struct ExponentialTail: Sendable, Hashable, Codable {
  /// Fraction of the pseudo-experiments that the fit uses.
  public static let fraction = 0.1
  /// Fewest pseudo-experiments in the tail.
  public static let minimumExcesses = 25

  /// Where the tail begins, u.
  public let threshold: Double
  /// Pseudo-experiments at or above the threshold, m.
  public let excesses: Int
  public let pseudoExperiments: Int
  /// The mean excess over the threshold, s.
  public let scale: Double
  /// A generalised Pareto distribution's shape ξ as estimated at ξ = 0: compatible with 0.
  public let shape: Double
  /// Standard deviation of the shape, 1 / √m.
  public let shapeUncertainty: Double

  /// Fits the upper tenth.
  ///
  /// - Parameter statistics: The test statistic of every pseudo-experiment, finite, in any order.
  /// - Throws: ``ExponentialTailError`` if there are too few, or if they do not fall exponentially.
  public init(_ statistics: [Double]) throws(ExponentialTailError) {
    let sorted = statistics.sorted()
    let wanted = Int(Self.fraction * Double(sorted.count))
    guard wanted >= Self.minimumExcesses else {
      throw .tooFew(wanted, needed: Self.minimumExcesses)
    }
    // Halfway between two pseudo-experiments, unless they are equal.
    let first = sorted.count - wanted
    threshold = (sorted[first - 1] + sorted[first]) / 2
    let tail = sorted.drop { $0 < sorted[first] }.map { [threshold] in $0 - threshold }
    excesses = tail.count
    pseudoExperiments = sorted.count
    let count = Double(excesses)
    let mean = tail.reduce(0, +) / count
    scale = mean
    guard mean > 0, mean.isFinite else { throw .noTail }
    // The derivative of ln L by ξ at ξ = 0, whose variance is m where s is fitted too.
    shape = tail.reduce(0) { $0 + ($1 / mean) * ($1 / mean) } / (2 * count) - 1
    shapeUncertainty = 1 / count.squareRoot()
    guard abs(shape) < 3 * shapeUncertainty else {
      throw .notExponential(shape: shape, uncertainty: shapeUncertainty)
    }
  }

  /// Computes ln P(t >= value) and its standard deviation.
  ///
  /// - Parameter value: At or above the threshold.
  /// - Returns: Both in units of ln p.
  public func logSurvival(at value: Double) -> (value: Double, uncertainty: Double) {
    precondition(value >= threshold, "the tail begins at \(threshold), not at \(value)")
    let count = Double(excesses)
    let z = (value - threshold) / scale
    let logFraction = log(count / Double(pseudoExperiments))
    let fractionVariance = 1 / count - 1 / Double(pseudoExperiments)
    // The gradient of -ln P is (-z² / 2, -z / s) in (ξ, s).
    let tailVariance = z * z * (1 + (1 - z / 2) * (1 - z / 2)) / count
    return (logFraction - z, (fractionVariance + tailVariance).squareRoot())
  }
}

/// Why a tail cannot be extrapolated.
public enum ExponentialTailError: Error, Hashable {
  case tooFew(Int, needed: Int)
  /// All of the tail has one value.
  case noTail
  case notExponential(shape: Double, uncertainty: Double)
}

extension ExponentialTailError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFew(let count, let needed):
      "\(count) pseudo-experiments in the tail, \(needed) needed; run more"
    case .noTail: "all pseudo-experiments of the tail have the same test statistic"
    case .notExponential(let shape, let uncertainty):
      "the tail of the test statistic is no exponential: shape \(shape) with an error of "
        + "\(uncertainty); run more pseudo-experiments instead of extrapolating"
    }
  }
}
