import NeuralNetworks
import Randomness

/// The loss of one comparison as training and minimisers see it.
final class NPLMProblem {
  let network: NPLMNetwork
  /// What each parameter is kept in.
  let bounds: [ClosedRange<Double>]
  /// Of the weights, and where searches begin of the biases.
  let clipping: Double
  /// Scaled inputs, reference first.
  let sample: TrainingSample
  private let surface: LossSurface
  private var gradient: [Float]
  /// How often the loss was computed.
  private(set) var evaluations = 0

  init(
    network: NPLMNetwork, bounds: [ClosedRange<Double>], clipping: Double,
    comparison: SampleComparison, columns: [[Float]], standardisation: Standardisation
  ) throws(NetworkError) {
    self.network = network
    self.bounds = bounds
    self.clipping = clipping
    let (references, data) = (comparison.referenceCount, comparison.dataCount)
    let weights = comparison.referenceWeights ?? Array(repeating: 1, count: references)
    let sum = weights.reduce(0.0) { $0 + Double($1) }
    let scale = comparison.expected / sum
    sample = try TrainingSample(
      columns: standardisation.applied(to: columns),
      targets: .values([
        Array(repeating: 0, count: references) + Array(repeating: 1, count: data)
      ]),
      weights: weights.map { Float(Double($0) * scale) } + Array(repeating: 1, count: data))
    surface = try LossSurface(.nplm, of: network.architecture, on: sample)
    gradient = Array(repeating: 0, count: network.parameterCount)
  }

  /// The loss at a point; infinite where it overflows.
  func loss(at parameters: [Double], gradient slope: inout [Double]) -> Double {
    evaluations += 1
    let loss = surface.value(at: parameters.map { Float($0) }, gradient: &gradient)
    for index in slope.indices { slope[index] = Double(gradient[index]) }
    return loss
  }

  func loss(at parameters: [Float]) -> Double {
    evaluations += 1
    return surface.value(at: parameters, gradient: &gradient)
  }

  /// Goes on from a start with the paper's algorithm.
  func adam(
    epochs: Int, learningRate: Double, seed: Seed, isCancelled: () -> Bool
  ) throws -> TrainedNetwork {
    evaluations += epochs
    do {
      return try train(
        network.architecture, on: sample,
        plan: TrainingPlan(
          loss: .nplm,
          optimizer: .adam(learningRate: learningRate, beta1: 0.9, beta2: 0.99, epsilon: 1e-7),
          batchSize: nil, epochs: epochs, weightClipping: clipping),
        standardise: false, seed: seed, isCancelled: isCancelled)
    } catch NetworkError.cancelled {
      throw CancellationError()
    }
  }
}
