internal import Foundation
internal import NumericalCore

/// A number of observed events against an expected background known with a Gaussian error.
///
/// Counts may be fractions. For weighted events divide all three numbers by the mean weight of the
/// spectrum Σw² / Σw first, so that the count has Poisson's variance.
public struct CountingExperiment: SignificanceTest, Sendable, Hashable {
  /// Observed events n >= 0.
  public let observed: Double
  /// Expected background events b > 0.
  public let background: Double
  /// Standard deviation σ >= 0 of the expected background.
  public let backgroundUncertainty: Double

  /// Checks the numbers.
  ///
  /// - Throws: ``CountingExperimentError`` unless n >= 0, b > 0, σ >= 0, all finite.
  public init(
    observed: Double, background: Double, backgroundUncertainty: Double
  ) throws(CountingExperimentError) {
    guard observed.isFinite, observed >= 0 else { throw .invalidObserved(observed) }
    guard background.isFinite, background > 0 else { throw .invalidBackground(background) }
    guard backgroundUncertainty.isFinite, backgroundUncertainty >= 0 else {
      throw .invalidUncertainty(backgroundUncertainty)
    }
    self.observed = observed
    self.background = background
    self.backgroundUncertainty = backgroundUncertainty
  }

  /// The signed root Z = sign(n - b) √q₀ of the profile likelihood, in standard deviations.
  ///
  /// q₀ = -2 ln λ₀ of Poisson(n | b + θ + μ) exp(-θ² / 2σ²), SA-CWoLa paper, arXiv:2009.02205,
  /// eqs. (2.5) and (2.6), except that it is not capped at zero: a deficit is negative.
  public var localSignificance: Double {
    (observed < background ? -1 : 1) * profile(signal: 0).deviance.squareRoot()
  }

  /// The likelihood of a signal μ, maximised over the background's error.
  ///
  /// - Parameter signal: Signal events μ; with σ = 0 above -b.
  /// - Returns: -2 ln of the likelihood over its maximum, >= 0, and half its derivative by μ, which
  ///   grows with μ.
  func profile(signal: Double) -> (deviance: Double, slope: Double) {
    let n = observed
    let expected = background + signal
    let variance = backgroundUncertainty * backgroundUncertainty
    // The likelihood is largest where λ² + (σ² - b - μ) λ - n σ² = 0, λ = b + θ + μ.
    let half = (expected - variance) / 2
    let root = (half * half + n * variance).squareRoot()
    let mean = half >= 0 ? half + root : n * variance / (root - half)
    guard mean > 0 else {
      // No events, none expected: what remains is θ = -b - μ.
      return variance > 0 ? (expected * expected / variance, expected / variance) : (0, 0)
    }
    // Of 2 [n ln(n/λ) - n + λ] + θ²/σ², with θ = σ² (n - λ) / λ.
    let pull = (n - mean) / mean
    return (
      2 * poissonHalfDeviance(observed: n, expected: mean) + variance * pull * pull, -pull
    )
  }

  /// The probability of n or more events, averaged over the background's Gaussian at b > 0.
  ///
  /// 1 for n = 0; it underflows to 0 where ``log10MarginalPValue`` does not.
  public var marginalPValue: Double { exp(logMarginalPValue) }

  /// The decimal logarithm of the marginal p-value.
  public var log10MarginalPValue: Double { logMarginalPValue / log(10) }

  private var logMarginalPValue: Double {
    let b = background
    let sigma = backgroundUncertainty
    guard observed > 0 else { return 0 }
    guard sigma > 1e-9 * b else { return PoissonDistribution.logAtLeast(observed, mean: b) }
    // The tail of a Poisson distribution is log-concave in its mean, and so is a Gaussian.
    let far = max(b, observed) + 12 * sigma
    let logIntegral = logIntegralOfLogConcave(over: 0...far, peakBracket: b...far) { mean in
      let pull = (mean - b) / sigma
      return PoissonDistribution.logAtLeast(observed, mean: mean) - 0.5 * pull * pull
    }
    return min(
      0,
      logIntegral - log(sigma) - 0.5 * log(2 * .pi) - NormalDistribution.logSurvival(-b / sigma))
  }

  /// The signed significance if b and σ came from counting events in a region of their own.
  ///
  /// An "off" region of b²/σ² events with b/σ² times the exposure: Li and Ma, Astrophys. J. 272
  /// (1983) 317, eq. (17), as the deviances of both regions from their common mean. Negative for a
  /// deficit; the Poisson formula for σ = 0.
  public var onOffSignificance: Double {
    let n = observed
    let b = background
    var q = 2 * poissonHalfDeviance(observed: n, expected: b)
    if let off = offRegion {
      let mean = (n + off.count) / (1 + off.exposure)
      q =
        2 * poissonHalfDeviance(observed: n, expected: mean)
        + 2 * poissonHalfDeviance(observed: off.count, expected: off.exposure * mean)
    }
    return (n < b ? -1 : 1) * q.squareRoot()
  }

  /// The significance of the probability of n or more events at exactly b; σ plays no part.
  ///
  /// `nil` without events, when that probability is 1.
  public var poissonSignificance: Double? {
    significance(
      logTail: PoissonDistribution.logAtLeast(observed, mean: background),
      logRest: observed > 0 ? IncompleteGamma.logUpper(observed, background) : -.infinity)
  }

  /// The decimal logarithm of the probability of n or more events at exactly b.
  public var log10PoissonPValue: Double {
    PoissonDistribution.logAtLeast(observed, mean: background) / log(10)
  }

  /// The significance of the exact binomial test of n against the events of an "off" region.
  ///
  /// The region is that of ``onOffSignificance``. Z_Bi of Cousins, Linnemann and Tucker,
  /// Nucl. Instrum. Meth. A 595 (2008) 480, arXiv:physics/0702156, eq. (14): it never claims too
  /// much. The Poisson significance for σ = 0; `nil` without events.
  public var binomialSignificance: Double? {
    guard let off = offRegion else { return poissonSignificance }
    guard observed > 0 else { return nil }
    return significance(
      logTail: logBinomialPValue,
      logRest: IncompleteBeta.logUpper(observed, off.count + 1, 1 / (1 + off.exposure)))
  }

  /// The decimal logarithm of the p-value of ``binomialSignificance``; 0 without events.
  public var log10BinomialPValue: Double { logBinomialPValue / log(10) }

  private var logBinomialPValue: Double {
    guard let off = offRegion else {
      return PoissonDistribution.logAtLeast(observed, mean: background)
    }
    guard observed > 0 else { return 0 }
    return IncompleteBeta.logLower(observed, off.count + 1, 1 / (1 + off.exposure))
  }

  /// Events and relative exposure of a region that would give b and σ; `nil` for σ = 0.
  private var offRegion: (count: Double, exposure: Double)? {
    let variance = backgroundUncertainty * backgroundUncertainty
    guard variance > 1e-12 * background * background else { return nil }
    return (background * background / variance, background / variance)
  }

  /// The significance of a tail, from whichever of the tail and the rest is the smaller.
  private func significance(logTail: Double, logRest: Double) -> Double? {
    if logTail <= logRest, logTail > -.infinity {
      return NormalDistribution.quantile(logSurvival: logTail)
    }
    return logRest > -.infinity && logRest < 0
      ? -NormalDistribution.quantile(logSurvival: logRest) : nil
  }
}

/// Computes the median discovery significance of a signal in a counting experiment.
///
/// Z_A = √(2 [(s + b) ln((s + b)(b + σ²) / (b² + (s + b) σ²)) - b²/σ² ln(1 + σ² s / (b (b + σ²)))]),
/// G. Cowan, "Discovery sensitivity for a counting experiment with background uncertainty" (2012),
/// eq. (20); without uncertainty arXiv:1007.1727, eq. (97).
///
/// - Parameters:
///   - signal: Expected signal events s >= 0.
///   - background: Expected background events b > 0.
///   - backgroundUncertainty: Standard deviation σ >= 0 of b.
/// - Returns: Z_A >= 0 in standard deviations, one-sided.
/// - Throws: ``CountingExperimentError`` for numbers outside these ranges.
public func asimovSignificance(
  signal: Double, background: Double, backgroundUncertainty: Double = 0
) throws(CountingExperimentError) -> Double {
  guard signal.isFinite, signal >= 0 else { throw .invalidSignal(signal) }
  return try CountingExperiment(
    observed: signal + background, background: background,
    backgroundUncertainty: backgroundUncertainty
  ).onOffSignificance
}

/// Why numbers do not make a counting experiment.
public enum CountingExperimentError: Error, Hashable {
  case invalidObserved(Double)
  case invalidBackground(Double)
  case invalidUncertainty(Double)
  case invalidSignal(Double)
}

extension CountingExperimentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidObserved(let n): "the observed count is \(n); it must be finite and >= 0"
    case .invalidBackground(let b):
      "the expected background is \(b); without background (> 0) there is no significance"
    case .invalidUncertainty(let sigma):
      "the background's uncertainty is \(sigma); it must be finite and >= 0"
    case .invalidSignal(let s): "the expected signal is \(s); it must be finite and >= 0"
    }
  }
}
