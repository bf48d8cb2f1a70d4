internal import Foundation
internal import NumericalCore

/// The likelihood of an observation as a function of the signal strength, everything else profiled.
///
/// Test statistics of Cowan, Cranmer, Gross and Vitells, arXiv:1007.1727. The best strength may be
/// negative, but not so much that a bin of the fitted background would expect no events.
public struct ProfileLikelihood: Sendable {
  /// A strength with the nuisance parameters that fit best.
  struct Fit: Sendable {
    let parameters: [Double]
    /// -ln L relative to the saturated model.
    let halfDeviance: Double
    let information: SymmetricMatrix
    /// Parameters that the data push against a bound, and a fixed strength.
    let isHeld: [Bool]
    var strength: Double { parameters[SignalStrengthModel.strength] }
  }

  public let model: SignalStrengthModel
  let observation: SignalStrengthModel.Observation
  /// Without signal.
  let backgroundOnly: Fit
  /// With the strength free.
  let best: Fit

  /// Fits with and without signal.
  ///
  /// - Throws: ``SignalStrengthError`` if a fit does not converge.
  public init(
    _ model: SignalStrengthModel, _ observation: SignalStrengthModel.Observation
  ) throws(SignalStrengthError) {
    try self.init(
      model, observation,
      backgroundOnly: Self.fit(model, observation, strength: 0...0, from: model.start))
  }

  /// Fits with signal, given the fit without: it is the same for signals of any mass.
  init(
    _ model: SignalStrengthModel, _ observation: SignalStrengthModel.Observation,
    backgroundOnly: Fit
  ) throws(SignalStrengthError) {
    self.model = model
    self.observation = observation
    self.backgroundOnly = backgroundOnly
    let expected = model.expectedCounts(backgroundOnly.parameters)
    var lowest = -Double.greatestFiniteMagnitude
    for (channel, layout) in zip(model.channels, model.layouts) {
      let largest = channel.signal.max() ?? 0
      for (bin, row) in layout.bins.enumerated() where channel.signal[bin] > 1e-6 * largest {
        lowest = max(lowest, -0.99 * expected[row] / channel.signal[bin])
      }
    }
    best = try Self.fit(
      model, observation, strength: lowest ... .greatestFiniteMagnitude,
      from: backgroundOnly.parameters)
  }

  /// Fits the real counts of a single spectrum.
  public init(
    _ model: SignalStrengthModel, counts: [Double]
  ) throws(SignalStrengthError) {
    try self.init(model, try model.observation([counts]))
  }

  private static func fit(
    _ model: SignalStrengthModel, _ observation: SignalStrengthModel.Observation,
    strength: ClosedRange<Double>, from start: [Double]
  ) throws(SignalStrengthError) -> Fit {
    var scoring = FisherScoring(
      counts: observation.counts, scales: model.scales, bounds: model.bounds,
      constraints: zip(model.constrained, observation.centres).map { ($0, $1) })
    scoring.bounds[SignalStrengthModel.strength] = strength
    let isFixed = strength.lowerBound == strength.upperBound
    guard let solution = scoring.maximise(from: start, model.predict), solution.converged else {
      throw .notConverged(
        strength: isFixed ? strength.lowerBound : nil, estimatedDistance: nil)
    }
    return Fit(
      parameters: solution.parameters, halfDeviance: solution.halfDeviance,
      information: solution.information, isHeld: solution.isHeld)
  }

  /// The nuisance parameters that fit best at a given strength.
  func fit(strength: Double) throws(SignalStrengthError) -> Fit {
    if strength == 0 { return backgroundOnly }
    return try Self.fit(
      model, observation, strength: strength...strength,
      from: strength > best.strength / 2 && best.strength > 0
        ? best.parameters : backgroundOnly.parameters)
  }

  /// The strength at the maximum of the likelihood; negative for a deficit.
  public var bestStrength: Double { best.strength }

  /// The standard deviation of the best strength, from the expected second derivatives.
  ///
  /// - Throws: ``SignalStrengthError/indeterminate``.
  public func strengthUncertainty() throws(SignalStrengthError) -> Double {
    let strength = SignalStrengthModel.strength
    // A strength at its lower end has an error all the same.
    let free = best.isHeld.indices.filter { !best.isHeld[$0] || $0 == strength }
    guard let covariance = best.information.restricted(to: free).cholesky()?.inverse else {
      throw .indeterminate
    }
    return covariance[0, 0].squareRoot()
  }

  /// -2 ln λ(0) for a positive best strength, else 0.
  ///
  /// Equation (12).
  public var q0: Double {
    bestStrength > 0 ? max(0, 2 * (backgroundOnly.halfDeviance - best.halfDeviance)) : 0
  }

  /// The signed root of -2 ln λ(0), not capped at zero: a deficit is negative.
  public var localSignificance: Double {
    let q = max(0, 2 * (backgroundOnly.halfDeviance - best.halfDeviance))
    return (bestStrength < 0 ? -1 : 1) * q.squareRoot()
  }

  /// Which statistic tests a strength for an upper limit.
  public enum LimitStatistic: String, Sendable, Hashable, Codable {
    /// Compares with the best strength, also a negative one: eq. (14).
    case qMu
    /// Compares with no signal where the best strength is negative: q̃_μ, eq. (16).
    case qMuTilde
  }

  /// Computes q_μ or q̃_μ of a strength >= 0: 0 where the best strength is larger.
  ///
  /// - Throws: ``SignalStrengthError`` if the fit at this strength does not converge.
  public func statistic(
    _ statistic: LimitStatistic, strength: Double
  ) throws(SignalStrengthError) -> Double {
    if bestStrength > strength { return 0 }
    let reference =
      statistic == .qMuTilde && bestStrength < 0
      ? backgroundOnly.halfDeviance : best.halfDeviance
    return max(0, 2 * (try fit(strength: strength).halfDeviance - reference))
  }

  /// The likelihood of the data that the background-only fit expects.
  func backgroundAsimov() throws(SignalStrengthError) -> ProfileLikelihood {
    try ProfileLikelihood(model, model.asimov(backgroundOnly.parameters))
  }
}
