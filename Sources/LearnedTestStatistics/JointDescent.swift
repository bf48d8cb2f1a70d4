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
  private let bounds: [ClosedRange<Double>]
  private let references: Int
  private let dataWeights: [Float]
  private var slope: [Float]

  init(
    _ comparison: SampleComparison, likelihood: NuisanceLikelihood, network: DenseNetwork,
    bounds: [ClosedRange<Double>]
  ) throws(NetworkError) {
    self.likelihood = likelihood
    self.bounds = bounds
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

  /// Descends with all parameters and nuisances within their bounds.
  func descend(
    from parameters: [Float], _ nuisances: [Double], isCancelled: () -> Bool
  ) throws -> Minimum {
    let count = parameters.count
    // Variables of one size: nuisances are counted in such units that their bound is that of weights.
    let weight = bounds[0]
    let unit = Nuisance.bound / weight.upperBound
    func split(_ position: [Double]) -> ([Float], [Double]) {
      (position[..<count].map { Float($0) }, position[count...].map { $0 * unit })
    }
    let end = BoundedQuasiNewton().minimise(
      from: parameters.map { Double($0) } + nuisances.map { $0 / unit },
      within: bounds + Array(repeating: weight, count: nuisances.count), isCancelled: isCancelled
    ) { position, gradient in
      let (parameters, nuisances) = split(position)
      let loss = loss(at: parameters, nuisances)
      gradient = loss.byParameter.map { Double($0) } + loss.byNuisance.map { $0 * unit }
      return loss.value
    }
    if isCancelled() { throw CancellationError() }
    guard end.value.isFinite else { throw NPLMError.notFinite }
    let (best, loose) = split(end.position)
    return try settle(best, loose, evaluations: end.evaluations, isCancelled: isCancelled)
  }

  /// Brings nuisances and the output's bias to their minimum with the rest of the network fixed.
  ///
  /// These can stand in for each other, so that the loss hardly changes along a valley, and the
  /// network's 24 bits leave them loose in it: once more by themselves, in double precision.
  private func settle(
    _ parameters: [Float], _ nuisances: [Double], evaluations: Int, isCancelled: () -> Bool
  ) throws -> Minimum {
    let outputs = surface.outputs(at: parameters).map { Double($0) }
    let ratios = outputs[..<references].map { exp($0) }
    let sumOverData = outputs[references...].reduce(0, +)
    let dataCount = Double(dataWeights.count)
    let bias = Double(parameters[parameters.count - 1])
    // The bias counted in such units that its clipping is the nuisances' bound.
    let unit = bounds[parameters.count - 1].upperBound / Nuisance.bound
    let end = BoundedQuasiNewton(relativeTolerance: 1e-12, gradientTolerance: 1e-6).minimise(
      from: nuisances + [bias / unit], within: -Nuisance.bound...Nuisance.bound,
      isCancelled: isCancelled
    ) { position, slope in
      let nuisances = Array(position.dropLast())
      let shift = position[nuisances.count] * unit - bias
      let factor = exp(shift)
      let expected = zip(likelihood.weights(at: nuisances), ratios).map { $0 * $1 * factor }
      slope = likelihood.gradient(at: nuisances, expecting: expected)
      slope.append((expected.reduce(0, +) - dataCount) * unit)
      return likelihood.loss(at: nuisances, weights: expected) - sumOverData - dataCount * shift
    }
    if isCancelled() { throw CancellationError() }
    guard end.value.isFinite else { throw NPLMError.notFinite }
    var settled = parameters
    settled[parameters.count - 1] = Float(end.position[nuisances.count] * unit)
    return Minimum(
      parameters: settled, nuisances: Array(end.position.dropLast()), loss: end.value,
      evaluations: evaluations + end.evaluations)
  }
}
