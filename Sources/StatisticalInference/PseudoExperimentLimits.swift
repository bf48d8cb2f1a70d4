internal import Foundation
internal import NumericalCore
public import Randomness

/// CL_s from pseudo-experiments instead of the asymptotic distributions.
///
/// Pseudo-data are drawn at the strength and at 0, each with the nuisance parameters that fit the
/// observation best there; control regions and constraints fluctuate too. Strengths share their
/// random numbers, so that CL_s is smooth in the strength.
public struct PseudoExperimentLimits: Sendable {
  public let likelihood: ProfileLikelihood
  public let statistic: ProfileLikelihood.LimitStatistic
  /// Pseudo-experiments with signal, and as many without.
  public let count: Int
  public let seed: Seed
  public let jobs: Int

  /// - Parameters:
  ///   - likelihood: Of the observation.
  ///   - statistic: What tests a strength.
  ///   - count: At least 1.
  ///   - seed: Root of all random numbers.
  ///   - jobs: Threads.
  public init(
    _ likelihood: ProfileLikelihood, statistic: ProfileLikelihood.LimitStatistic = .qMuTilde,
    count: Int, seed: Seed, jobs: Int = 1
  ) {
    precondition(count >= 1, "an ensemble needs a pseudo-experiment")
    self.likelihood = likelihood
    self.statistic = statistic
    self.count = count
    self.seed = seed
    self.jobs = jobs
  }

  /// Computes CL_s of a strength above 0.
  ///
  /// - Throws: ``SignalStrengthError`` if a fit does not converge.
  public func cls(strength: Double) throws -> CLs {
    let observed = try likelihood.statistic(statistic, strength: strength)
    let signal = try ensemble(at: likelihood.fit(strength: strength), "signal", testing: strength)
    let background = try ensemble(at: likelihood.backgroundOnly, "background", testing: strength)
    func fraction(_ values: [Double], from value: Double) -> Double {
      // The sorted values at or above; rounding in a fit must not separate equal ones.
      let threshold = value - 1e-9 * max(1, value)
      let below = values.partitioningIndex { $0 >= threshold }
      return Double(values.count - below) / Double(values.count)
    }
    func ratio(_ value: Double) -> Double {
      let b = fraction(background, from: value)
      return b > 0 ? min(1, fraction(signal, from: value) / b) : 1
    }
    // The band's CL_s are those of the background's own quantiles; more signal-like data give a
    // smaller statistic.
    let band = AsymptoticLimits.band.map { fluctuation in
      let rank = 0.5 * erfc(fluctuation * 0.5.squareRoot()) * Double(count - 1)
      return ratio(background[Int(rank.rounded())])
    }
    return CLs(
      clsPlusB: fraction(signal, from: observed), clB: fraction(background, from: observed),
      observed: ratio(observed), expected: band)
  }

  /// Values of the statistic, ascending.
  private func ensemble(
    at truth: ProfileLikelihood.Fit, _ label: String, testing strength: Double
  ) throws -> [Double] {
    let model = likelihood.model
    return try PseudoExperiments(count: count, seed: seed.child(label), jobs: jobs).map {
      generator in
      try ProfileLikelihood(model, model.draw(truth.parameters, with: &generator))
        .statistic(statistic, strength: strength)
    }.sorted()
  }

  /// Finds the strengths that are excluded at a confidence level.
  ///
  /// CL_s is computed at strengths around the asymptotic limits, and interpolated in its logarithm.
  ///
  /// - Parameters:
  ///   - confidenceLevel: Between 0.5 and 1.
  ///   - points: How many strengths to test.
  /// - Returns: The observed and the expected limits.
  /// - Throws: ``SignalStrengthError`` if a fit does not converge or no tested strength is excluded.
  public func upperLimit(confidenceLevel: Double = 0.95, points: Int = 14) throws -> UpperLimit {
    let asymptotic = try AsymptoticLimits(likelihood, statistic: statistic)
      .upperLimit(confidenceLevel: confidenceLevel)
    let all = asymptotic.expected + [asymptotic.observed]
    let low = 0.6 * (all.min() ?? 1)
    let high = 1.6 * (all.max() ?? 1)
    let strengths = (0..<points).map {
      low * pow(high / low, Double($0) / Double(max(1, points - 1)))
    }
    let scan = try strengths.map { try cls(strength: $0) }
    func crossing(_ values: [Double]) throws -> Double {
      let alpha = 1 - confidenceLevel
      guard let right = values.firstIndex(where: { $0 <= alpha }) else {
        throw SignalStrengthError.noLimit(largest: high)
      }
      guard right > 0 else { return strengths[0] }
      let floor = 0.5 / Double(count)
      let (a, b) = (log(max(values[right - 1], floor)), log(max(values[right], floor)))
      let fraction = a > b ? (a - log(alpha)) / (a - b) : 0
      return strengths[right - 1] + min(1, fraction) * (strengths[right] - strengths[right - 1])
    }
    return UpperLimit(
      confidenceLevel: confidenceLevel, observed: try crossing(scan.map(\.observed)),
      expected: try AsymptoticLimits.band.indices.map { index in
        try crossing(scan.map { $0.expected[index] })
      })
  }

  /// The p-value of q₀ from background-only pseudo-experiments, (k + 1) / (n + 1).
  ///
  /// - Throws: ``SignalStrengthError`` if a fit does not converge.
  public func discoveryPValue() throws -> GlobalPValue {
    let model = likelihood.model
    let truth = likelihood.backgroundOnly
    let values = try PseudoExperiments(
      count: count, seed: seed.child("background"), jobs: jobs
    ).map { generator in
      try ProfileLikelihood(model, model.draw(truth.parameters, with: &generator)).q0
    }
    return try GlobalPValue(
      exceeding: values.count { $0 >= likelihood.q0 - 1e-9 }, of: count,
      method: "background-only pseudo-experiments")
  }
}
