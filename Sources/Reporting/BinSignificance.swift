import Foundation

/// The number that a significance panel shows for one bin.
///
/// Z = sign(n − b) √q₀ of Poisson(n | β + μ) Gauss(β | b, σ), the definition that the search uses
/// for a signal region (SA-CWoLa, arXiv:2009.02205, eqs. 2.5-2.6), for the bin alone. At μ = 0 the
/// best background is β̂ = [(b − σ²) + √((b − σ²)² + 4nσ²)] / 2.
///
/// - Parameters:
///   - count: Events n ≥ 0 in the bin.
///   - expected: Background b > 0 from the fit.
///   - uncertainty: Its standard deviation σ ≥ 0.
///   - weightScale: Σw² / Σw of weighted events, by which all three are divided first.
/// - Returns: Standard deviations, negative for a deficit; `nil` where the definition has no value.
package func binSignificance(
  count: Double, expected: Double, uncertainty: Double, weightScale: Double = 1
) -> Double? {
  let count = count / weightScale
  let expected = expected / weightScale
  let uncertainty = uncertainty / weightScale
  guard count >= 0, expected > 0, uncertainty >= 0, count.isFinite, expected.isFinite,
    uncertainty.isFinite
  else { return nil }
  let variance = uncertainty * uncertainty
  let shifted = expected - variance
  let background =
    variance == 0
    ? expected : (shifted + (shifted * shifted + 4 * count * variance).squareRoot()) / 2
  var q = 0.0
  if background > 0 {
    q += 2 * (background - count)
    if count > 0 { q += 2 * count * log(count / background) }
  } else if count > 0 {
    return nil
  }
  if variance > 0 {
    let pull = (expected - background) / uncertainty
    q += pull * pull
  }
  let root = max(0, q).squareRoot()
  return count >= expected ? root : -root
}

/// Ends of the 68 % interval for the mean of a Poisson count.
///
/// Approximations of N. Gehrels, ApJ 303 (1986) 336, eqs. 9 and 12, good to 1.5 %: error bars of a
/// figure. Weighted counts are divided by Σw² / Σw before, and the ends multiplied after.
package func poissonInterval(
  _ sum: Double, weightScale: Double = 1
) -> (low: Double, high: Double) {
  let count = sum / weightScale
  let upper = count + 1
  let highRoot = 1 - 1 / (9 * upper) + 1 / (3 * upper.squareRoot())
  let high = weightScale * upper * highRoot * highRoot * highRoot
  guard count > 0 else { return (0, high) }
  let lowRoot = 1 - 1 / (9 * count) - 1 / (3 * count.squareRoot())
  return (max(0, weightScale * count * lowRoot * lowRoot * lowRoot), high)
}
