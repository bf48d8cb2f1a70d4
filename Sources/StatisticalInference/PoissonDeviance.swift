internal import Foundation
internal import NumericalCore

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
  return abs(change) < 0.5
    ? max(0, -observed * logOnePlusMinusArgument(change))
    : observed * log(observed / expected) - observed + expected
}
