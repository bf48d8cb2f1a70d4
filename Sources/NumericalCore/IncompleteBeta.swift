internal import Foundation

/// The regularised incomplete beta function I_x(a, b) and its complement as logarithms.
///
/// Lentz's algorithm on the continued fraction DLMF 8.17.22, on the side of the mean where it
/// converges fast; the cost grows like the square root of max(a, b) near the mean.
public enum IncompleteBeta {
  /// Computes ln I_x(a, b): the binomial probability of a successes or more among a + b - 1.
  ///
  /// - Parameters:
  ///   - a: Larger than 0.
  ///   - b: Larger than 0.
  ///   - x: Between 0 and 1.
  /// - Returns: A value <= 0; minus infinity at x = 0.
  public static func logLower(_ a: Double, _ b: Double, _ x: Double) -> Double {
    precondition(
      a > 0 && b > 0 && a.isFinite && b.isFinite && x >= 0 && x <= 1,
      "I_x(a, b) is not defined at x = \(x), a = \(a), b = \(b)")
    if x == 0 { return -.infinity }
    if x == 1 { return 0 }
    return x <= (a + 1) / (a + b + 2)
      ? continuedFraction(a, b, x) : logOneMinusExp(continuedFraction(b, a, 1 - x))
  }

  /// Computes ln (1 - I_x(a, b)) = ln I_{1-x}(b, a).
  public static func logUpper(_ a: Double, _ b: Double, _ x: Double) -> Double {
    precondition(
      a > 0 && b > 0 && a.isFinite && b.isFinite && x >= 0 && x <= 1,
      "I_x(a, b) is not defined at x = \(x), a = \(a), b = \(b)")
    if x == 0 { return 0 }
    if x == 1 { return -.infinity }
    return x <= (a + 1) / (a + b + 2)
      ? logOneMinusExp(continuedFraction(a, b, x)) : continuedFraction(b, a, 1 - x)
  }

  private static func continuedFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let sum = a + b
    // x^a (1 - x)^b Γ(a + b) / (Γ(a + 1) Γ(b)) from three Poisson probabilities, whose large terms
    // cancel on paper.
    let logFront =
      IncompleteGamma.logPrefactor(a, sum * x) + IncompleteGamma.logPrefactor(b, sum * (1 - x))
      - IncompleteGamma.logPrefactor(sum, sum) + log(b / sum)
    var c = 1.0
    var d = 1 / (1 - sum * x / (a + 1))
    var h = d
    var m = 1.0
    while m < 1e6 {
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / (1 + even * d)
      c = 1 + even / c
      h *= c * d
      let odd = -(a + m) * (sum + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / (1 + odd * d)
      c = 1 + odd / c
      let change = c * d
      h *= change
      if abs(change - 1) < 1e-16 { break }
      m += 1
    }
    return min(0, logFront + log(h))
  }
}
