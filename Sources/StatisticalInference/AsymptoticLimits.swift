internal import Foundation
internal import NumericalCore

/// CL_s and its parts for one signal strength, observed and expected without signal.
public struct CLs: Sendable, Hashable, Codable {
  /// The probability under this strength of data that look at least as much like background.
  public let clsPlusB: Double
  /// The same probability without signal.
  public let clB: Double
  /// CL_{s+b} / CL_b, 1 where neither excludes anything.
  public let observed: Double
  /// Its values for background fluctuations of -2, -1, 0, +1 and +2 standard deviations.
  public let expected: [Double]
}

/// An upper limit on the signal strength, observed and expected without signal.
public struct UpperLimit: Sendable, Hashable, Codable {
  public let confidenceLevel: Double
  public let observed: Double
  /// For background fluctuations of -2, -1, 0, +1 and +2 standard deviations.
  public let expected: [Double]

  package init(confidenceLevel: Double, observed: Double, expected: [Double]) {
    self.confidenceLevel = confidenceLevel
    self.observed = observed
    self.expected = expected
  }
}

/// Which probability an upper limit holds at 1 - confidence level.
public enum LimitCriterion: String, Sendable, Hashable, Codable {
  /// CL_s = CL_{s+b} / CL_b (A. L. Read, J. Phys. G 28 (2002) 2693): no exclusion without
  /// sensitivity, so it covers more often than its confidence level says.
  case cls
  /// CL_{s+b}: covers exactly as often.
  case clsPlusB
}

/// Limits from the asymptotic distributions of q_μ and q̃_μ, arXiv:1007.1727.
///
/// The Asimov data are those that the background-only fit to the observation expects.
public struct AsymptoticLimits: Sendable {
  public let likelihood: ProfileLikelihood
  public let statistic: ProfileLikelihood.LimitStatistic
  private let asimov: ProfileLikelihood

  /// The fluctuations of the expected band, in standard deviations.
  public static let band = [-2.0, -1, 0, 1, 2]

  /// Fits the Asimov data.
  ///
  /// - Throws: ``SignalStrengthError`` if their fit does not converge.
  public init(
    _ likelihood: ProfileLikelihood, statistic: ProfileLikelihood.LimitStatistic = .qMuTilde
  ) throws(SignalStrengthError) {
    self.likelihood = likelihood
    self.statistic = statistic
    asimov = try likelihood.backgroundAsimov()
  }

  /// Computes CL_s of a strength above 0.
  ///
  /// - Throws: ``SignalStrengthError`` if a fit does not converge.
  public func cls(strength: Double) throws(SignalStrengthError) -> CLs {
    let separation = try self.separation(strength: strength)
    let (sb, b) = Self.tails(
      root: try likelihood.statistic(statistic, strength: strength).squareRoot(),
      separation: separation, statistic: statistic)
    return CLs(
      clsPlusB: exp(sb), clB: exp(b), observed: exp(min(0, sb - b)),
      expected: Self.band.map { Self.expectedCLs(separation: separation, fluctuation: $0) })
  }

  /// √q_μ of the Asimov data: how many standard deviations apart both hypotheses are.
  private func separation(strength: Double) throws(SignalStrengthError) -> Double {
    try asimov.statistic(statistic, strength: strength).squareRoot()
  }

  /// Computes ln CL_{s+b} and ln CL_b for a value of √q.
  ///
  /// Equations (57) and (65).
  static func tails(
    root: Double, separation: Double, statistic: ProfileLikelihood.LimitStatistic
  ) -> (signalPlusBackground: Double, background: Double) {
    if statistic == .qMuTilde, root > separation, separation > 0 {
      let q = root * root
      let qA = separation * separation
      return (
        NormalDistribution.logSurvival((q + qA) / (2 * separation)),
        NormalDistribution.logSurvival((q - qA) / (2 * separation))
      )
    }
    return (
      NormalDistribution.logSurvival(root), NormalDistribution.logSurvival(root - separation)
    )
  }

  /// CL_s where the background fluctuates up by a number of standard deviations.
  private static func expectedCLs(separation: Double, fluctuation: Double) -> Double {
    exp(
      NormalDistribution.logSurvival(separation - fluctuation)
        - NormalDistribution.logSurvival(-fluctuation))
  }

  /// Finds the strength that is excluded at a confidence level.
  ///
  /// - Parameters:
  ///   - confidenceLevel: Between 0.5 and 1.
  ///   - criterion: CL_s, or CL_{s+b}, which has no expected band beyond its quantiles.
  /// - Returns: The observed and the expected limits.
  /// - Throws: ``SignalStrengthError`` if a fit does not converge or no strength is excluded.
  public func upperLimit(
    confidenceLevel: Double = 0.95, criterion: LimitCriterion = .cls
  ) throws(SignalStrengthError) -> UpperLimit {
    precondition(
      confidenceLevel > 0.5 && confidenceLevel < 1, "a confidence level is between 0.5 and 1")
    let alpha = 1 - confidenceLevel
    var scale = try likelihood.strengthUncertainty()
    var expected: [Double] = []
    for fluctuation in Self.band {
      // CL_s = Φ(N - √q_A) / Φ(N) = α, and CL_{s+b} without the denominator.
      let logTail =
        log(alpha)
        + (criterion == .cls ? NormalDistribution.logSurvival(-fluctuation) : 0)
      let wanted = NormalDistribution.quantile(logSurvival: logTail) + fluctuation
      guard wanted > 0 else {
        expected.append(0)
        continue
      }
      let limit = try Self.root(from: scale * wanted) { (strength) throws(SignalStrengthError) in
        try separation(strength: strength) - wanted
      }
      scale = limit / wanted
      expected.append(limit)
    }
    let observed = try Self.root(
      from: max(expected[2], max(0, likelihood.bestStrength) + 1.6 * scale)
    ) { (strength) throws(SignalStrengthError) in
      let (sb, b) = Self.tails(
        root: try likelihood.statistic(statistic, strength: strength).squareRoot(),
        separation: try separation(strength: strength), statistic: statistic)
      // In standard deviations, where it is nearly straight.
      let logTail = criterion == .cls ? sb - b : sb
      return logTail < -1e-12
        ? NormalDistribution.quantile(logSurvival: logTail)
          - NormalDistribution.quantile(logSurvival: log(alpha)) : -10
    }
    return UpperLimit(confidenceLevel: confidenceLevel, observed: observed, expected: expected)
  }

  /// Finds the zero of a function that rises from below zero at 0, to a part in 10^9.
  private static func root(
    from guess: Double, _ function: (Double) throws(SignalStrengthError) -> Double
  ) throws(SignalStrengthError) -> Double {
    var low = 0.0
    var high = guess
    var valueLow = try function(1e-9 * guess)
    var valueHigh = try function(high)
    if valueLow >= 0 { return 0 }
    for _ in 0..<60 where valueHigh < 0 {
      (low, valueLow) = (high, valueHigh)
      high *= 2
      valueHigh = try function(high)
    }
    guard valueHigh >= 0 else { throw .noLimit(largest: high) }
    // Regula falsi with Illinois' correction; halves where that stalls.
    var side = 0
    for iteration in 0..<200 where high - low > 1e-9 * high {
      let middle =
        iteration % 8 == 7
        ? (low + high) / 2 : (low * valueHigh - high * valueLow) / (valueHigh - valueLow)
      guard middle > low, middle < high else { break }
      let value = try function(middle)
      if abs(value) < 1e-10 { return middle }
      if value < 0 {
        (low, valueLow) = (middle, value)
        if side < 0 { valueHigh /= 2 }
        side = -1
      } else {
        (high, valueHigh) = (middle, value)
        if side > 0 { valueLow /= 2 }
        side = 1
      }
    }
    return (low + high) / 2
  }

  /// How often a CL_s limit lies above the true strength, in the asymptotic limit.
  ///
  /// More often than the confidence level, the more so the less sensitive the search is.
  ///
  /// - Parameters:
  ///   - separation: The true strength over its standard deviation, √q_A of that strength.
  ///   - confidenceLevel: Between 0.5 and 1.
  ///   - statistic: What the limit is made with.
  /// - Returns: A probability of at least the confidence level.
  public static func clsCoverage(
    separation: Double, confidenceLevel: Double = 0.95,
    statistic: ProfileLikelihood.LimitStatistic = .qMuTilde
  ) -> Double {
    guard separation > 0 else { return 1 }
    // Covered as long as CL_s of the true strength exceeds α; CL_{s+b} there is the answer's rest.
    var low = 0.0
    var high = separation + 20
    for _ in 0..<200 {
      let middle = (low + high) / 2
      let (sb, b) = tails(root: middle, separation: separation, statistic: statistic)
      if sb - b > log(1 - confidenceLevel) { low = middle } else { high = middle }
    }
    return 1
      - exp(
        tails(root: low, separation: separation, statistic: statistic)
          .signalPlusBackground)
  }
}
