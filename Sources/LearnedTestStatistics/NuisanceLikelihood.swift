import Foundation
import NumericalCore

/// The part of the likelihood that knows nuisances: of one comparison, with its reference reweighted.
///
/// Negative log likelihoods relative to the nominal reference, by nu, of data and auxiliary
/// measurements m: Σ_ref w r(nu) - Σ_ref w - Σ_data ln r(nu) + Σ [(nu - m)² - m²] / 2.
struct NuisanceLikelihood {
  /// Of the reference events, summing to the expectation.
  private let weights: [Double]
  /// Of the reference events, one for each nuisance.
  private let ratios: [QuadraticLogRatio]
  /// Sums over the data, which is all that matters of them.
  private let dataSums: [(linear: Double, quadratic: Double)]
  private let measured: [Double]

  init(_ comparison: SampleComparison, nuisances: [Nuisance], measured: [Double]) throws {
    weights = comparison.expectedOfReferenceEvents
    ratios = try nuisances.map { try $0.logRatio(comparison.reference) }
    dataSums = try nuisances.map {
      let ratio = try $0.logRatio(comparison.data)
      return (ratio.linear.reduce(0, +), ratio.quadratic.reduce(0, +))
    }
    self.measured = measured
  }

  /// w r(nu) of every reference event.
  func weights(at nuisances: [Double]) -> [Double] {
    zip(weights, QuadraticLogRatio.sum(ratios, at: nuisances, count: weights.count))
      .map { $0 * exp($1) }
  }

  /// The negative log likelihood without a network.
  func loss(at nuisances: [Double], weights changed: [Double]) -> Double {
    var loss = 0.0
    for row in weights.indices { loss += changed[row] - weights[row] }
    for (index, nu) in nuisances.enumerated() {
      loss -= nu * (dataSums[index].linear + nu * dataSums[index].quadratic)
      loss += nu * (nu - 2 * measured[index]) / 2
    }
    return loss
  }

  /// The derivative by each nuisance where the reference events expect given numbers: w r, or w r e^f
  /// with a network.
  func gradient(at nuisances: [Double], expecting expected: [Double]) -> [Double] {
    nuisances.enumerated().map { index, nu in
      let (linear, quadratic) = (ratios[index].linear, ratios[index].quadratic)
      var slope = nu - measured[index]
      slope -= dataSums[index].linear + 2 * nu * dataSums[index].quadratic
      for row in expected.indices {
        slope += expected[row] * (linear[row] + 2 * nu * quadratic[row])
      }
      return slope
    }
  }

  /// The best nuisances without a network: Δ is -2 times the loss there.
  func minimum(isCancelled: () -> Bool) throws -> (nuisances: [Double], loss: Double) {
    guard !measured.isEmpty else { return ([], 0) }
    let end = BoundedQuasiNewton(relativeTolerance: 1e-12, gradientTolerance: 1e-6).minimise(
      from: measured, within: -Nuisance.bound...Nuisance.bound, isCancelled: isCancelled
    ) { nuisances, slope in
      let changed = weights(at: nuisances)
      slope = gradient(at: nuisances, expecting: changed)
      return loss(at: nuisances, weights: changed)
    }
    if isCancelled() { throw CancellationError() }
    guard end.value.isFinite else { throw NPLMError.notFinite }
    return (end.position, end.value)
  }
}
