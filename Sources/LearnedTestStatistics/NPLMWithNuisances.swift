import Foundation
public import NeuralNetworks
public import Randomness

/// New Physics Learning Machine for a reference that is known up to nuisance parameters.
///
/// t = τ - Δ: twice the log likelihood ratio of the best alternative e^f n(x|nu), over network and
/// nuisances, to the best reference n(x|nu), over nuisances alone; both likelihoods contain the
/// auxiliary measurements. What a nuisance can explain is in both and drops out
/// ("Learning New Physics from an Imperfect Machine", arXiv:2111.13633).
///
/// Δ is a small minimisation over the nuisances. For τ the network is fitted as ``NPLM`` does with the
/// reference at the nuisances of Δ, then network and nuisances go down together; if the nuisances
/// have moved away, the network is looked for once more at the new ones, until that goes no deeper.
/// Without nuisances this is ``NPLM``.
public struct NPLMWithNuisances: TestStatistic, Hashable, Codable {
  public let nplm: NPLM
  public let nuisances: [Nuisance]
  public let auxiliary: AuxiliaryMeasurements

  /// Joins a network with nuisances.
  ///
  /// - Parameters:
  ///   - nplm: Network, clipping and minimisation.
  ///   - nuisances: Independent of each other.
  ///   - auxiliary: Where ``value(of:seed:isCancelled:)`` takes their measurements from.
  /// - Throws: ``NuisanceError/measurementCount(_:nuisances:)``.
  public init(
    _ nplm: NPLM, nuisances: [Nuisance], auxiliary: AuxiliaryMeasurements = .nominal
  ) throws(NuisanceError) {
    if case .drawn(let truth) = auxiliary {
      try Self.check(truth, of: nuisances)
    }
    self.nplm = nplm
    self.nuisances = nuisances
    self.auxiliary = auxiliary
  }

  /// New searches after the nuisances have moved, at most.
  static let rounds = 3
  /// How far they must have moved, in sigmas.
  static let move = 0.25

  private static func check(
    _ measured: [Double], of nuisances: [Nuisance]
  ) throws(NuisanceError) {
    guard measured.count == nuisances.count else {
      throw .measurementCount(measured.count, nuisances: nuisances.count)
    }
    for (nuisance, value) in zip(nuisances, measured) where !value.isFinite {
      throw .badMeasurement(nuisance: nuisance.name, value)
    }
  }

  public func value(
    of comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool = { false }
  ) throws -> Double {
    try fit(
      comparison, measured: auxiliary.values(count: nuisances.count, seed: seed), seed: seed,
      isCancelled: isCancelled
    ).testStatistic
  }

  /// Fits nuisances, with and without a network, to the difference of two samples.
  ///
  /// - Parameters:
  ///   - comparison: Data and nominal reference.
  ///   - measured: The nuisances' auxiliary measurements in sigmas, shape `[nuisances]`; `nil` puts
  ///     them at 0.
  ///   - seed: Of every random number.
  ///   - isCancelled: Asked about once a second.
  /// - Returns: The deepest minimum that was found.
  /// - Throws: ``NPLMError``, ``NuisanceError``, `NetworkError`, or `CancellationError`.
  public func fit(
    _ comparison: SampleComparison, measured: [Double]? = nil, seed: Seed,
    isCancelled: () -> Bool = { false }
  ) throws -> NPLMNuisanceFit {
    let measured = measured ?? Array(repeating: 0, count: nuisances.count)
    try Self.check(measured, of: nuisances)
    let likelihood = try NuisanceLikelihood(comparison, nuisances: nuisances, measured: measured)
    let null = try likelihood.minimum(isCancelled: isCancelled)

    var best: NPLMNuisanceFit?
    var place = null.nuisances
    for round in 0..<Self.rounds {
      let found = try nplm.fit(
        comparison.reweighted(likelihood.weights(at: place)),
        seed: round == 0 ? seed : seed.child("round-\(round)"), isCancelled: isCancelled)
      let joint = try JointDescent(
        comparison, likelihood: likelihood, network: found.network, bounds: nplm.bounds
      ).descend(from: found.network.parameters, place, isCancelled: isCancelled)
      let fit = NPLMNuisanceFit(
        testStatistic: 2 * (null.loss - joint.loss), tau: -2 * joint.loss, delta: -2 * null.loss,
        measured: measured, nuisancesOfReference: null.nuisances,
        nuisancesOfAlternative: joint.nuisances,
        network: try DenseNetwork(
          architecture: found.network.architecture, parameters: joint.parameters,
          standardisation: found.network.standardisation),
        search: found.search, rounds: round + 1)
      if let best, fit.testStatistic <= best.testStatistic + 0.1 {
        return fit.testStatistic > best.testStatistic ? fit : best
      }
      best = fit
      guard zip(place, joint.nuisances).contains(where: { abs($0 - $1) > Self.move }) else {
        return fit
      }
      place = joint.nuisances
    }
    guard let best else { throw NPLMError.notFinite }
    return best
  }
}

/// A network and nuisances fitted together, and nuisances alone.
public struct NPLMNuisanceFit: Sendable, Hashable, Codable {
  /// t = τ - Δ.
  public let testStatistic: Double
  /// Twice the log likelihood ratio of network and nuisances to the nominal reference.
  public let tau: Double
  /// Twice the log likelihood ratio of the nuisances alone to the nominal reference.
  public let delta: Double
  /// The auxiliary measurements, in sigmas, shape `[nuisances]`.
  public let measured: [Double]
  /// The best nuisances without a network, in sigmas.
  public let nuisancesOfReference: [Double]
  /// The best nuisances with it.
  public let nuisancesOfAlternative: [Double]
  /// Its output is f(x) = ln n(x|fit) / n(x|nu), nu being ``nuisancesOfAlternative``.
  public let network: DenseNetwork
  /// The search at fixed nuisances that led here.
  public let search: MinimumSearch
  /// How many such searches there were.
  public let rounds: Int
}

extension SampleComparison {
  /// The same events with other weights, and the expectation that these sum to.
  fileprivate func reweighted(_ weights: [Double]) throws(ComparisonError) -> SampleComparison {
    try SampleComparison(
      names: names, reference: reference, referenceWeights: weights.map { Float($0) }, data: data,
      expected: weights.reduce(0, +))
  }
}
