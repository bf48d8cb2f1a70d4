public import EventFiles
import Foundation
import NeuralNetworks
import Randomness

/// What a test finds in one comparison, with nuisances if the reference has any.
struct FittedAlternative: Codable {
  let testStatistic: Double
  let network: DenseNetwork
  let search: MinimumSearch
  /// `nil` if the reference has none.
  let nuisances: FittedNuisances?

  /// Fits a network, or network and nuisances.
  ///
  /// - Parameters:
  ///   - comparison: Data and nominal reference.
  ///   - nplm: The network.
  ///   - nuisances: Of the reference, perhaps none.
  ///   - auxiliary: Where their measurements lie.
  ///   - seed: Of every random number.
  ///   - isCancelled: Asked about once a second.
  /// - Throws: An error of the fit, or `CancellationError`.
  init(
    _ comparison: SampleComparison, by nplm: NPLM, nuisances: [Nuisance],
    auxiliary: AuxiliaryMeasurements, seed: Seed, isCancelled: () -> Bool
  ) throws {
    guard !nuisances.isEmpty else {
      let fit = try nplm.fit(comparison, seed: seed, isCancelled: isCancelled)
      (testStatistic, network, search) = (fit.testStatistic, fit.network, fit.search)
      self.nuisances = nil
      return
    }
    let fit = try NPLMWithNuisances(nplm, nuisances: nuisances).fit(
      comparison, measured: auxiliary.values(count: nuisances.count, seed: seed), seed: seed,
      isCancelled: isCancelled)
    (testStatistic, network, search) = (fit.testStatistic, fit.network, fit.search)
    self.nuisances = FittedNuisances(nuisances, fit)
  }
}

/// The nuisances of a reference as the data want them: `nuisances` of `nplm.json`.
public struct FittedNuisances: Sendable, Hashable, Codable {
  /// Twice the log likelihood ratio of network and nuisances to the nominal reference.
  public let tau: Double
  /// Twice the log likelihood ratio of the nuisances alone to the nominal reference; t = τ - Δ.
  public let delta: Double
  /// In the order in which they were given.
  public let fitted: [FittedNuisance]

  init(_ nuisances: [Nuisance], _ fit: NPLMNuisanceFit) {
    (tau, delta) = (fit.tau, fit.delta)
    fitted = nuisances.enumerated().map { index, nuisance in
      FittedNuisance(
        nuisance, reference: fit.nuisancesOfReference[index],
        alternative: fit.nuisancesOfAlternative[index])
    }
  }

  /// ln [n(x|nu) / n(x|0)] of given events, with the nuisances of one of both fits.
  func logRatios(
    _ columns: [[Float]], at fit: KeyPath<FittedNuisance, Double>
  ) throws -> [Double] {
    try QuadraticLogRatio.sum(
      fitted.map { try $0.nuisance.logRatio(columns) }, at: fitted.map { $0[keyPath: fit] },
      count: columns.first?.count ?? 0)
  }
}

/// One nuisance of a reference, and where two fits put it.
public struct FittedNuisance: Sendable, Hashable, Codable {
  public let name: String
  /// The best value without a network, in sigmas.
  public let reference: Double
  /// The best value with the network.
  public let alternative: Double
  /// Of a normalisation: what one sigma is.
  @Nullable public var relativeUncertainty: Double?
  /// Of alternative samples: what was learned from them.
  @Nullable public var dependence: LearnedDependence?

  init(_ nuisance: Nuisance, reference: Double, alternative: Double) {
    name = nuisance.name
    self.reference = reference
    self.alternative = alternative
    switch nuisance.effect {
    case .normalisation(let relative): (relativeUncertainty, dependence) = (relative, nil)
    case .shape(let learned): (relativeUncertainty, dependence) = (nil, learned)
    }
  }

  /// What was fitted.
  ///
  /// - Throws: ``NuisanceError`` if a file says neither or no possible effect.
  var nuisance: Nuisance {
    get throws(NuisanceError) {
      if let dependence { return try Nuisance(name, .shape(dependence)) }
      return try Nuisance(name, .normalisation(relative: relativeUncertainty ?? 0))
    }
  }

  /// Whether a fit ended where no nuisance may go any further.
  public var isAtBound: Bool {
    max(abs(reference), abs(alternative)) > Nuisance.bound - 1e-6
  }
}
