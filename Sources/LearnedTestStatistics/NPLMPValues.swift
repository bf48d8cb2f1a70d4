public import EventFiles
import Foundation
import NumericalCore
public import StatisticalInference

/// How improbable the observed test statistic is under the reference, in three ways.
public struct NPLMPValues: Sendable, Hashable, Codable {
  /// Counted; `nil` without pseudo-experiments.
  @Nullable public var pseudoExperiments: CountedPValue?
  /// From the chi-square distribution with the network's number of parameters.
  ///
  /// Equation (6) of arXiv:1912.12155, right only where pseudo-experiments agree with it.
  public let chi2: ChiSquarePValue
  /// From the chi-square distribution fitted to the pseudo-experiments; `nil` with fewer than
  /// ``FittedChiSquarePValue/fewestPseudoExperiments``.
  @Nullable public var fitted: FittedChiSquarePValue?

  /// Computes all that can be.
  ///
  /// - Parameters:
  ///   - observed: The test statistic of the data, finite.
  ///   - pseudoExperiments: That of every pseudo-experiment, finite; may be empty.
  ///   - parameters: The network's number of parameters.
  public init(observed: Double, pseudoExperiments: [Double], parameters: Int) {
    self.pseudoExperiments =
      pseudoExperiments.isEmpty
      ? nil : CountedPValue(observed: observed, pseudoExperiments: pseudoExperiments)
    chi2 = ChiSquarePValue(observed: observed, degreesOfFreedom: Double(parameters))
    fitted = FittedChiSquarePValue(observed: observed, pseudoExperiments: pseudoExperiments)
  }
}

/// A p-value from a chi-square distribution.
public struct ChiSquarePValue: Sendable, Hashable, Codable {
  public let degreesOfFreedom: Double
  public let probability: TailProbability

  init(observed: Double, degreesOfFreedom: Double) {
    self.degreesOfFreedom = degreesOfFreedom
    probability = TailProbability(
      logValue: ChiSquareDistribution.logSurvival(observed, degreesOfFreedom: degreesOfFreedom))
  }
}

/// A p-value from k of n pseudo-experiments: (k + 1) / (n + 1).
public struct CountedPValue: Sendable, Hashable, Codable {
  public let count: Int
  /// Pseudo-experiments at or above the observed value, k.
  public let exceeding: Int
  public let probability: TailProbability
  /// Ends of the 68 % Clopper-Pearson interval of k of n; the lower one `nil` where it is 0.
  @Nullable public var low: TailProbability?
  public let high: TailProbability

  init(observed: Double, pseudoExperiments: [Double]) {
    count = pseudoExperiments.count
    exceeding = pseudoExperiments.count { $0 >= observed }
    probability = TailProbability(logValue: log(Double(exceeding + 1) / Double(count + 1)))
    let interval = BinomialInterval(
      successes: exceeding, trials: count, level: GlobalPValue.defaultLevel)
    low = interval.low > 0 ? TailProbability(logValue: log(interval.low)) : nil
    high = TailProbability(logValue: log(interval.high))
  }
}

/// A p-value from a chi-square distribution whose degrees of freedom were fitted.
///
/// The interval comes from the standard deviation of the degrees of freedom alone: that the
/// distribution is a chi-square is an assumption, which ``compatibility`` tests where there are
/// pseudo-experiments, and not in the far tail. With too large a clipping t has a tail that no
/// chi-square distribution has, and this p-value is then far too small.
public struct FittedChiSquarePValue: Sendable, Hashable, Codable {
  public static let fewestPseudoExperiments = 20

  public let degreesOfFreedom: Double
  public let uncertainty: Double
  public let probability: TailProbability
  /// With the degrees of freedom one standard deviation lower and higher.
  public let low: TailProbability
  public let high: TailProbability
  /// How well the pseudo-experiments follow the fitted distribution; `nil` if it was not tested.
  @Nullable public var compatibility: ChiSquareCompatibility?

  /// Whether the pseudo-experiments forbid the distribution.
  public var isRefuted: Bool { compatibility?.isCompatible == false }

  init?(observed: Double, pseudoExperiments: [Double]) {
    guard let fit = FittedChiSquare(pseudoExperiments) else { return nil }
    compatibility = fit.compatibility
    degreesOfFreedom = fit.degreesOfFreedom
    uncertainty = fit.uncertainty
    func tail(_ degreesOfFreedom: Double) -> TailProbability {
      ChiSquarePValue(observed: observed, degreesOfFreedom: degreesOfFreedom).probability
    }
    probability = tail(fit.degreesOfFreedom)
    low = tail(max(fit.degreesOfFreedom - fit.uncertainty, fit.degreesOfFreedom / 2))
    high = tail(fit.degreesOfFreedom + fit.uncertainty)
  }
}

/// The chi-square distribution that fits test statistics best, and how well.
public struct FittedChiSquare: Sendable, Hashable {
  public let degreesOfFreedom: Double
  /// Standard deviation of the degrees of freedom.
  public let uncertainty: Double
  public let compatibility: ChiSquareCompatibility

  /// Fits; `nil` with fewer values than ``FittedChiSquarePValue/fewestPseudoExperiments``, or if one
  /// is not above 0.
  public init?(_ values: [Double]) {
    guard values.count >= FittedChiSquarePValue.fewestPseudoExperiments,
      values.allSatisfy({ $0 > 0 })
    else { return nil }
    let fit = ChiSquareDistribution.fit(values)
    degreesOfFreedom = fit.degreesOfFreedom
    uncertainty = fit.uncertainty
    compatibility = ChiSquareCompatibility(
      enough: values, degreesOfFreedom: fit.degreesOfFreedom, fitted: true)
  }
}

/// Pearson's test of a sample of test statistics against a chi-square distribution.
///
/// Bins of equal probability, about ten values in each and at most 20: arXiv:1912.12155, section
/// 2.1, which leaves the binning open.
public struct ChiSquareCompatibility: Sendable, Hashable, Codable {
  public let degreesOfFreedom: Double
  public let bins: Int
  /// Sum of (n - expected)² / expected.
  public let chi2: Double
  /// Probability of a larger one, with a degree of freedom less than bins, and another less if the
  /// distribution was fitted to the values.
  public let pValue: Double

  /// Below this the values do not follow the distribution.
  public static let leastPValue = 0.01

  /// Whether the values may follow the distribution.
  public var isCompatible: Bool { pValue >= Self.leastPValue }

  /// Compares; `nil` with fewer than 20 values.
  ///
  /// - Parameters:
  ///   - values: Test statistics of pseudo-experiments.
  ///   - degreesOfFreedom: Of the distribution, above 0.
  public init?(_ values: [Double], degreesOfFreedom: Double) {
    guard values.count >= 20 else { return nil }
    self.init(enough: values, degreesOfFreedom: degreesOfFreedom)
  }

  /// Compares at least 20 values; `fitted` says that the degrees of freedom were fitted to them.
  init(enough values: [Double], degreesOfFreedom: Double, fitted: Bool = false) {
    let bins = min(20, max(4, values.count / 10))
    var counts = [Double](repeating: 0, count: bins)
    for value in values {
      let survival = exp(
        ChiSquareDistribution.logSurvival(value, degreesOfFreedom: degreesOfFreedom))
      counts[min(bins - 1, Int(survival * Double(bins)))] += 1
    }
    let expected = Double(values.count) / Double(bins)
    chi2 = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    pValue = ChiSquareDistribution.survival(chi2, degreesOfFreedom: bins - (fitted ? 2 : 1))
    self.bins = bins
    self.degreesOfFreedom = degreesOfFreedom
  }
}
