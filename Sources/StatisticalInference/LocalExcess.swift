internal import Foundation
internal import NumericalCore

/// Whether a scan looks for more events than expected, or for fewer.
public enum BumpDirection: String, Sendable, Hashable, Codable {
  case excess
  case deficit

  /// Computes t = -ln p of a window whose expectation is known.
  ///
  /// Of an excess p = P(n, b), the regularised lower incomplete gamma function, which is the
  /// probability of n or more; of a deficit Q(n + 1, b), that of n or fewer (G. Choudalakis,
  /// arXiv:1101.0390). p = 1, t = 0 for counts on the other side of b, and for b = 0.
  func statistic(observed: Double, expected: Double) -> Double {
    guard expected > 0 else { return 0 }
    switch self {
    case .excess:
      return observed > expected
        ? -PoissonDistribution.logAtLeast(observed, mean: expected) : 0
    case .deficit:
      return observed < expected ? -PoissonDistribution.logAtMost(observed, mean: expected) : 0
    }
  }

  /// Computes t = -ln p of a window whose expectation has an error.
  ///
  /// p is the tail of the normal distribution beyond the profile likelihood's signed root
  /// (``CountingExperiment/localSignificance``), and 1 on the other side of the expectation.
  func statistic(observed: Double, expected: Double, uncertainty: Double) -> Double {
    guard
      let experiment = try? CountingExperiment(
        observed: observed, background: expected, backgroundUncertainty: uncertainty)
    else { return 0 }
    let significance =
      self == .excess
      ? experiment.localSignificance : -experiment.localSignificance
    return significance > 0 ? -NormalDistribution.logSurvival(significance) : 0
  }

  /// The half deviance above which a window may have a statistic above t.
  ///
  /// p > Φ(-z), z = √(2 D), for whole numbers on the searched side of the expectation, D being half
  /// the Poisson deviance (M. Short, ISRN Prob. Stat. 2013, 412958, theorem 2); and
  /// Φ(-z) > φ(z) 2 / (z + √(z² + 4)) (Z. W. Birnbaum, Ann. Math. Statist. 13 (1942) 245).
  static func halfDevianceNeeded(for statistic: Double) -> Double {
    // z² / 2 = t - ½ ln 2π - ln((z + √(z² + 4)) / 2): iterates alternate around the root, from
    // above, so that the last is below it.
    var half = statistic
    for _ in 0..<3 {
      let z = (2 * half).squareRoot()
      half = max(0, statistic - 0.5 * log(2 * .pi) - log((z + (z * z + 4).squareRoot()) / 2))
    }
    return half
  }
}

/// The largest statistic of a scan and where it is.
struct ScanPeak: Sendable {
  /// -ln of the smallest p-value; 0 if no window has one below 1.
  var statistic = 0.0
  /// The first window with that statistic; `nil` if the statistic is 0.
  var window: Int?

  @inline(__always)
  mutating func consider(_ candidate: Double, at index: Int) {
    if candidate > statistic {
      statistic = candidate
      window = index
    }
  }
}
