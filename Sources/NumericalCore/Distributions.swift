internal import Foundation

/// Tails of the standard normal distribution, as logarithms.
public enum NormalDistribution {
  /// Computes ln of the probability above z, ln Φ(-z).
  ///
  /// Right at 100 standard deviations and beyond (GSL's logarithm of erfc).
  public static func logSurvival(_ z: Double) -> Double {
    precondition(z.isFinite, "a significance must be finite, got \(z)")
    if z < -1 { return log1p(-exp(logSurvival(-z))) }
    return SpecialFunctions.logErfc(z * 0.5.squareRoot()) - 0.6931471805599453
  }

  /// Computes the probability above z, Φ(-z); 0 beyond 38 standard deviations.
  public static func survival(_ z: Double) -> Double {
    0.5 * erfc(z * 0.5.squareRoot())
  }

  /// Finds the z above which a given probability lies: the inverse of ``logSurvival(_:)``.
  ///
  /// - Parameter logProbability: Natural logarithm of the probability, negative and finite.
  /// - Returns: The one-sided significance in standard deviations, negative for a probability
  ///   above 1/2.
  public static func quantile(logSurvival logProbability: Double) -> Double {
    precondition(
      logProbability < 0 && logProbability.isFinite,
      "a probability must be between 0 and 1, got exp(\(logProbability))")
    if logProbability > -0.6931471805599453 {
      return -quantile(logSurvival: log(-expm1(logProbability)))
    }
    // Newton's method on a concave function; the start is the leading term of the tail.
    var z = (-2 * logProbability - log(2 * .pi)).squareRoot()
    if !(z > 0.1) { z = 0.1 }
    for _ in 0..<60 {
      let logTail = logSurvival(z)
      let hazard = exp(-0.5 * z * z - 0.5 * log(2 * .pi) - logTail)
      let step = (logTail - logProbability) / hazard
      z = max(0, z + step)
      if abs(step) < 1e-14 * max(1, z) { break }
    }
    return z
  }
}

/// Probabilities of a Poisson count, as logarithms.
///
/// Counts may be fractions: the factorial is then a gamma function.
public enum PoissonDistribution {
  /// Computes ln P(n | mean).
  public static func logProbability(of n: Double, mean: Double) -> Double {
    precondition(n >= 0 && mean >= 0, "a Poisson count and mean are >= 0, got \(n), \(mean)")
    if mean == 0 { return n == 0 ? 0 : -.infinity }
    return n == 0 ? -mean : IncompleteGamma.logPrefactor(n, mean)
  }

  /// Computes ln of the probability of n counts or more.
  ///
  /// P(N >= n) = P(n, mean), the regularised lower incomplete gamma function.
  public static func logAtLeast(_ n: Double, mean: Double) -> Double {
    precondition(n >= 0 && mean >= 0, "a Poisson count and mean are >= 0, got \(n), \(mean)")
    return n == 0 ? 0 : IncompleteGamma.logLower(n, mean)
  }

  /// Computes ln of the probability of n counts or fewer.
  ///
  /// P(N <= n) = Q(n + 1, mean), the regularised upper incomplete gamma function.
  public static func logAtMost(_ n: Double, mean: Double) -> Double {
    precondition(n >= 0 && mean >= 0, "a Poisson count and mean are >= 0, got \(n), \(mean)")
    return IncompleteGamma.logUpper(n + 1, mean)
  }
}

/// The tail of the chi-square distribution.
public enum ChiSquareDistribution {
  /// Computes the probability of a chi-square at least as large as `value`.
  public static func survival(_ value: Double, degreesOfFreedom: Int) -> Double {
    exp(logSurvival(value, degreesOfFreedom: degreesOfFreedom))
  }

  /// Computes ln of the probability of a chi-square at least as large as `value`.
  public static func logSurvival(_ value: Double, degreesOfFreedom: Int) -> Double {
    IncompleteGamma.logUpper(Double(degreesOfFreedom) / 2, max(0, value) / 2)
  }
}

/// The tail of the F distribution.
public enum FDistribution {
  /// Computes the probability of a ratio at least as large as `value`.
  ///
  /// - Parameters:
  ///   - value: Ratio of two chi-squares, each over its degrees of freedom.
  ///   - degreesOfFreedom: Those of the numerator, at least 1.
  ///   - residualDegreesOfFreedom: Those of the denominator, at least 1.
  /// - Returns: A probability.
  public static func survival(
    _ value: Double, degreesOfFreedom: Int, residualDegreesOfFreedom: Int
  ) -> Double {
    guard value > 0 else { return 1 }
    let a = Double(degreesOfFreedom)
    let b = Double(residualDegreesOfFreedom)
    return exp(IncompleteBeta.logLower(b / 2, a / 2, b / (b + a * value)))
  }
}
