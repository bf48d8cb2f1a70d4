import Foundation

/// The logarithm log10 Φ(−Z) of a one-sided tail, where the lines of whole sigmas lie.
///
/// From 30 standard deviations on by the asymptotic series, whose next term is below 1e-8 there.
///
/// - Parameter sigma: Z ≥ 0.
/// - Returns: The logarithm, also where the tail itself is below the smallest double.
package func log10TailProbability(_ sigma: Double) -> Double {
  if sigma < 30 { return log10(0.5 * erfc(sigma / 2.0.squareRoot())) }
  let square = sigma * sigma
  let series = 1 - 1 / square + 3 / (square * square)
  return (-square / 2 + log(series / (sigma * (2 * Double.pi).squareRoot()))) / log(10)
}
