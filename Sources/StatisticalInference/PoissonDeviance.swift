internal import Foundation

/// Computes ln of the Poisson probability of a count at its own mean over that at another mean.
///
/// n ln(n / μ) - n + μ without cancellation near n = μ: half the deviance.
///
/// - Parameters:
///   - observed: Count n >= 0.
///   - expected: Mean μ > 0.
/// - Returns: A value >= 0.
func poissonHalfDeviance(observed: Double, expected: Double) -> Double {
  guard observed > 0 else { return expected }
  let change = (expected - observed) / observed
  if abs(change) < 0.1 { return max(0, observed * argumentMinusLogOnePlus(change)) }
  return observed * log(observed / expected) - observed + expected
}

/// Computes x - ln(1 + x) for |x| < 0.1 to a few units in the last place.
///
/// With z = x / (2 + x), ln(1 + x) = 2 (z + z³/3 + z⁵/5 ...) and 2 z = x - x z, so that the large
/// terms cancel on paper. A fit spends most of its logarithms here, which is why this is not GSL's
/// function, several times slower for any x.
private func argumentMinusLogOnePlus(_ x: Double) -> Double {
  let z = x / (2 + x)
  let square = z * z
  // z² < 0.0028: the next term is below 1e-15 of the first.
  let series =
    1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9 + square * (1.0 / 11))))
  return x * z - 2 * z * square * series
}
