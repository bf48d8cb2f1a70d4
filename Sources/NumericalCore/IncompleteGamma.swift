internal import Foundation

/// The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x) as logarithms.
///
/// Logarithms, because the tails of interest are far below the smallest double. Series and
/// continued fraction: DLMF 8.11.4 and 8.9.2. The relative error of P and Q is below 1e-11 for
/// a up to 1e7; the cost grows like the square root of a near x = a.
public enum IncompleteGamma {
  /// Computes ln P(a, x).
  ///
  /// - Parameters:
  ///   - a: Larger than 0.
  ///   - x: At least 0.
  /// - Returns: A value <= 0; minus infinity at x = 0.
  public static func logLower(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && a.isFinite && x >= 0, "P(a, x) is not defined at (\(a), \(x))")
    if x == 0 { return -.infinity }
    if x == .infinity { return 0 }
    return x < a + 1 ? series(a, x) : logOneMinusExp(continuedFraction(a, x))
  }

  /// Computes ln Q(a, x).
  ///
  /// - Parameters:
  ///   - a: Larger than 0.
  ///   - x: At least 0.
  /// - Returns: A value <= 0; 0 at x = 0.
  public static func logUpper(_ a: Double, _ x: Double) -> Double {
    precondition(a > 0 && a.isFinite && x >= 0, "Q(a, x) is not defined at (\(a), \(x))")
    if x == 0 { return 0 }
    if x == .infinity { return -.infinity }
    return x < a + 1 ? logOneMinusExp(series(a, x)) : continuedFraction(a, x)
  }

  /// Computes ln(x^a e^-x / Γ(a + 1)), the Poisson probability of a counts at mean x.
  static func logPrefactor(_ a: Double, _ x: Double) -> Double {
    // Loader's saddle-point form: the large terms cancel on paper instead of in the computer.
    let ratio = (x - a) / a
    if a < 1e-3 || !ratio.isFinite || ratio < -0.9 {
      return a * log(x) - x - SpecialFunctions.logGamma(a + 1)
    }
    return a * SpecialFunctions.logOnePlusMinusArgument(ratio) - 0.5 * log(2 * .pi * a)
      - SpecialFunctions.logGammaOverStirling(a)
  }

  private static func series(_ a: Double, _ x: Double) -> Double {
    var sum = 1.0
    var term = 1.0
    var n = a
    repeat {
      n += 1
      term *= x / n
      sum += term
    } while term > sum * 1e-17
    return min(0, logPrefactor(a, x) + log(sum))
  }

  /// Lentz's algorithm for Q(a, x) at x >= a + 1.
  private static func continuedFraction(_ a: Double, _ x: Double) -> Double {
    var b = x + 1 - a
    var c = Double.infinity
    var d = 1 / b
    var h = d
    var i = 1.0
    while i < 1e6 {
      let numerator = -i * (i - a)
      b += 2
      d = 1 / (numerator * d + b)
      c = b + numerator / c
      let change = c * d
      h *= change
      if abs(change - 1) < 1e-16 { break }
      i += 1
    }
    return min(0, logPrefactor(a, x) + log(a) + log(h))
  }
}

/// Computes ln(1 - e^y) for y <= 0.
func logOneMinusExp(_ y: Double) -> Double {
  y > -0.6931471805599453 ? log(-expm1(y)) : log1p(-exp(y))
}
