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
    logSurvival(value, degreesOfFreedom: Double(degreesOfFreedom))
  }

  /// Computes ln of the probability of a chi-square at least as large as `value`, where the degrees
  /// of freedom, above 0, need not be whole.
  public static func logSurvival(_ value: Double, degreesOfFreedom: Double) -> Double {
    IncompleteGamma.logUpper(degreesOfFreedom / 2, max(0, value) / 2)
  }

  /// Finds the chi-square that is exceeded with a given probability, by bisection.
  ///
  /// - Parameters:
  ///   - logProbability: Natural logarithm of the probability, negative and finite.
  ///   - degreesOfFreedom: Above 0.
  /// - Returns: The inverse of ``logSurvival(_:degreesOfFreedom:)-(Double,Double)``.
  public static func quantile(
    logSurvival logProbability: Double, degreesOfFreedom: Double
  ) -> Double {
    precondition(logProbability < 0 && logProbability.isFinite && degreesOfFreedom > 0)
    var low = 0.0
    var high = degreesOfFreedom + 10
    while logSurvival(high, degreesOfFreedom: degreesOfFreedom) > logProbability { high *= 2 }
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { return middle }
      if logSurvival(middle, degreesOfFreedom: degreesOfFreedom) > logProbability {
        low = middle
      } else {
        high = middle
      }
    }
  }

  /// Finds the degrees of freedom that fit a sample best, and their standard deviation.
  ///
  /// Maximum likelihood: ψ(k / 2) is the mean of ln(x / 2), and the variance of k over n values is
  /// 4 / (n ψ'(k / 2)).
  ///
  /// - Parameter values: At least two, finite and above 0.
  /// - Returns: Both above 0.
  public static func fit(_ values: [Double]) -> (degreesOfFreedom: Double, uncertainty: Double) {
    precondition(values.count >= 2 && values.allSatisfy { $0 > 0 && $0.isFinite })
    let mean = values.reduce(0) { $0 + log($1 / 2) } / Double(values.count)
    // Newton's method on an increasing concave function, from the left: no step overshoots.
    var half = max(1e-3, exp(mean))
    while SpecialFunctions.digamma(half) > mean { half /= 2 }
    for _ in 0..<200 {
      let step = (mean - SpecialFunctions.digamma(half)) / SpecialFunctions.trigamma(half)
      half += step
      if abs(step) < 1e-13 * half { break }
    }
    let variance = 4 / (Double(values.count) * SpecialFunctions.trigamma(half))
    return (2 * half, variance.squareRoot())
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
