import Foundation
import NeuralNetworks
import NumericalCore

/// The way down from a fitted network and nuisances to a minimum by both together.
///
/// The loss is Σ_ref w (r e^f - 1) - Σ_data (f + ln r) + Σ [(nu - m)² - m²] / 2.
final class JointDescent {
  struct Minimum {
    let parameters: [Float]
    let nuisances: [Double]
    let loss: Double
    let evaluations: Int
  }

  private let likelihood: NuisanceLikelihood
  private let surface: LossSurface
  private let clipping: Double
  private let references: Int
  private let dataWeights: [Float]
  private var slope: [Float]

  init(
    _ comparison: SampleComparison, likelihood: NuisanceLikelihood, network: DenseNetwork,
    clipping: Double
  ) throws(NetworkError) {
    self.likelihood = likelihood
    self.clipping = clipping
    references = comparison.referenceCount
    dataWeights = Array(repeating: 1, count: comparison.dataCount)
    let columns = zip(comparison.reference, comparison.data).map { $0 + $1 }
    surface = try LossSurface(
      .nplm, of: network.architecture,
      on: TrainingSample(
        columns: network.standardisation.applied(to: columns),
        target: Array(repeating: 0, count: references) + dataWeights,
        weights: Array(repeating: 1, count: references) + dataWeights))
    slope = Array(repeating: 0, count: network.architecture.parameterCount)
  }

  /// The loss and its derivatives by parameters and nuisances.
  func loss(
    at parameters: [Float], _ nuisances: [Double]
  ) -> (value: Double, byParameter: [Float], byNuisance: [Double]) {
    var expected = likelihood.weights(at: nuisances)
    surface.setWeights(expected.map { Float($0) } + dataWeights)
    let loss =
      surface.value(at: parameters, gradient: &slope)
      + likelihood.loss(at: nuisances, weights: expected)
    let outputs = surface.outputs(at: parameters)
    for row in expected.indices { expected[row] *= exp(Double(outputs[row])) }
    return (loss, slope, likelihood.gradient(at: nuisances, expecting: expected))
  }

  /// Descends with all parameters within the clipping and all nuisances within their bound.
  func descend(
    from parameters: [Float], _ nuisances: [Double], isCancelled: () -> Bool
  ) throws -> Minimum {
    let count = parameters.count
    // One range for all variables: nuisances are counted in such units that theirs is the clipping.
    let unit = Nuisance.bound / clipping
    func split(_ position: [Double]) -> ([Float], [Double]) {
      (position[..<count].map { Float($0) }, position[count...].map { $0 * unit })
    }
    let end = BoundedQuasiNewton().minimise(
      from: parameters.map { Double($0) } + nuisances.map { $0 / unit },
      within: -clipping...clipping, isCancelled: isCancelled
    ) { position, gradient in
      let (parameters, nuisances) = split(position)
      let loss = loss(at: parameters, nuisances)
      gradient = loss.byParameter.map { Double($0) } + loss.byNuisance.map { $0 * unit }
      return loss.value
    }
    if isCancelled() { throw CancellationError() }
    guard end.value.isFinite else { throw NPLMError.notFinite }
    // The network's sums have 24 bits, which leaves the nuisances a little loose: once more by
    // themselves, all in double precision.
    let (best, loose) = split(end.position)
    let outputs = surface.outputs(at: best).map { Double($0) }
    let polished = try likelihood.minimum(
      from: loose, times: outputs[..<references].map { exp($0) }, isCancelled: isCancelled)
    return Minimum(
      parameters: best, nuisances: polished.nuisances,
      loss: polished.loss - outputs[references...].reduce(0, +), evaluations: end.evaluations)
  }
}
