import CDenseKernels
public import Randomness

/// One pass through the training sample.
public struct EpochRecord: Sendable, Hashable, Codable {
  /// Mean over the epoch's steps, with dropout, without the L2 term.
  public let trainingLoss: Double
  /// Without dropout, after the epoch; `nil` without a validation sample, or where the caller's
  /// score stands in for it.
  public let validationLoss: Double?
  /// The caller's score of the validation sample; `nil` without one.
  public let validationScore: Double?
}

/// Why training ended.
public enum StopReason: Sendable, Hashable, Codable {
  case allEpochsDone(epochs: Int)
  /// Nothing improved for as long as the plan waits; `epoch` counts from 1.
  case patienceExhausted(epoch: Int)
}

/// A network and how it came to be.
public struct TrainedNetwork: Sendable, Hashable, Codable {
  public let network: DenseNetwork
  public let history: [EpochRecord]
  public let stopReason: StopReason
  /// The epoch, counted from 1, whose parameters the network has.
  public let keptEpoch: Int
  public let instructionSet: InstructionSet

  /// The record of the epoch whose parameters were kept.
  public var keptRecord: EpochRecord { history[keptEpoch - 1] }
}

extension Loss {
  /// What the sum over `events` is multiplied by.
  func scale(events: Int, outputs: Int) -> Double {
    self == .nplm ? 1 : 1 / Double(events * outputs)
  }
}

/// Trains a network: THE training loop.
///
/// The result depends on the arguments and the instruction set only, never on how many trainings
/// run at once. Seeds: initial parameters from child "parameters", epoch e's order from "order-e",
/// step s's dropout from "dropout" and s. The last batch of an epoch may be smaller.
///
/// - Parameters:
///   - architecture: The network's shape.
///   - training: Events to learn from.
///   - validation: Events to watch; needed if the plan stops early or keeps the best epoch.
///   - plan: Loss, optimizer, batches, epochs, stopping.
///   - standardise: Whether inputs are brought to mean 0 and deviation 1 of the training sample.
///   - initial: Parameters to start from; `nil` draws them.
///   - seed: Source of all random numbers.
///   - instructionSet: Which vector instructions to use.
///   - isCancelled: Asked before every epoch.
///   - validationScore: Rates the outputs on the validation sample, shape `[outputs][events]` after
///     the output activation; higher is better, finite.
/// - Returns: The network, its history and why training ended.
/// - Throws: ``NetworkError``: bad shapes or settings, divergence, cancellation.
public func train(
  _ architecture: DenseNetworkArchitecture, on training: TrainingSample,
  validation: TrainingSample? = nil, plan: TrainingPlan, standardise: Bool = true,
  initial: [Float]? = nil, seed: Seed, instructionSet: InstructionSet = .current,
  isCancelled: () -> Bool = { false }, validationScore: (([[Float]]) -> Double)? = nil
) throws(NetworkError) -> TrainedNetwork {
  try plan.check()
  try plan.loss.check(architecture)
  for metric in [EarlyStopping.Metric.validationLoss, .validationScore] where plan.uses(metric) {
    guard validation != nil, metric == .validationLoss || validationScore != nil else {
      throw .missingValidation(metric: metric)
    }
  }
  let kernels = try NetworkKernels(architecture, instructionSet)
  let standardisation =
    standardise
    ? Standardisation(of: training.columns) : .identity(features: architecture.inputs)
  let meanWeight = plan.loss == .nplm ? 1 : training.meanWeight
  let hasFractions = plan.loss == .labelProportions
  let data = try TrainingData(
    training, architecture, standardisation, meanWeight: meanWeight, hasFractions: hasFractions)
  // A pass over the validation sample that nobody asked for is left out.
  let watchesLoss = validationScore == nil || plan.uses(.validationLoss)
  let validationData = try (watchesLoss ? validation : nil).map { sample throws(NetworkError) in
    try TrainingData(
      sample, architecture, standardisation,
      meanWeight: plan.loss == .nplm ? 1 : sample.meanWeight, hasFractions: hasFractions)
  }
  let start = try DenseNetwork(
    architecture: architecture,
    parameters: initial ?? architecture.initialParameters(seed: seed.child("parameters")),
    standardisation: standardisation)

  var steps = Stepper(plan: plan, parameters: start.parameters, kernels: kernels)
  let dropoutSeed = seed.child("dropout")
  let drops = architecture.layers.contains { $0.dropout > 0 }
  let batchSize = min(plan.batchSize ?? data.count, data.count)
  var order = [UInt32](0..<UInt32(data.count))
  var history: [EpochRecord] = []
  var stopReason = StopReason.allEpochsDone(epochs: plan.epochs)
  var kept = Progress(minimumImprovement: 0)
  var keptParameters: [Float] = []
  var watched = Progress(minimumImprovement: plan.earlyStopping?.minimumImprovement ?? 0)

  for epoch in 1...plan.epochs {
    if isCancelled() { throw .cancelled(epoch: epoch - 1) }
    if batchSize < data.count { order.shuffle(with: seed.child("order-\(epoch)")) }
    var sum = 0.0
    for first in stride(from: 0, to: data.count, by: batchSize) {
      let count = min(batchSize, data.count - first)
      let scale = plan.loss.scale(events: count, outputs: architecture.outputs)
      // A batch of the NPLM loss, a sum, stands for the whole sample.
      let wholes = plan.loss == .nplm ? Double(data.count) / Double(count) : 1
      let key = drops ? dropoutSeed.hash(of: Int64(steps.done)) : nil
      let weightScale = Float(scale * wholes)
      let loss = order.withUnsafeBufferPointer { order in
        if hasFractions {
          return steps.step(
            on: data.mixedSamples(order[first..<first + count]), of: data, dropoutKey: key)
        }
        guard batchSize < data.count, let rows = order.baseAddress else {
          return steps.step(on: data.batch(weightScale: weightScale), dropoutKey: key)
        }
        return steps.step(
          on: data.batch(weightScale: weightScale, rows: rows + first, count: count),
          dropoutKey: key)
      }
      guard loss.isFinite else {
        throw .diverged(epoch: epoch, learningRate: plan.optimizer.learningRate)
      }
      sum += loss * Double(count)
    }
    let network = try steps.network(start, epoch: epoch)
    let record = EpochRecord(
      trainingLoss: sum / Double(data.count),
      validationLoss: try validationData.map { data throws(NetworkError) in
        let loss = steps.loss(
          of: data, scale: plan.loss.scale(events: data.count, outputs: architecture.outputs))
        guard loss.isFinite else {
          throw .diverged(epoch: epoch, learningRate: plan.optimizer.learningRate)
        }
        return loss
      },
      validationScore: try score(
        network, validation, validationScore, instructionSet, epoch: epoch))
    history.append(record)
    if let metric = plan.keepBest, kept.improves(with: record.badness(metric), at: epoch) {
      keptParameters = network.parameters
    }
    if let stopping = plan.earlyStopping,
      !watched.improves(with: record.badness(stopping.metric), at: epoch),
      epoch - watched.epoch >= stopping.patience
    {
      stopReason = .patienceExhausted(epoch: epoch)
      break
    }
  }
  let parameters = plan.keepBest == nil ? steps.parameters : keptParameters
  return TrainedNetwork(
    network: try DenseNetwork(
      architecture: architecture, parameters: parameters, standardisation: standardisation),
    history: history, stopReason: stopReason,
    keptEpoch: plan.keepBest == nil ? history.count : kept.epoch, instructionSet: instructionSet)
}

private func score(
  _ network: DenseNetwork, _ validation: TrainingSample?,
  _ validationScore: (([[Float]]) -> Double)?, _ set: InstructionSet, epoch: Int
) throws(NetworkError) -> Double? {
  guard let validation, let validationScore else { return nil }
  let value = validationScore(try network.outputs(validation.columns, using: set))
  guard value.isFinite else { throw .scoreNotFinite(epoch: epoch, value: value) }
  return value
}

/// The best value so far and when it came.
private struct Progress {
  let minimumImprovement: Double
  var best = Double.infinity
  var epoch = 0

  /// Takes note of a new value, lower is better, and says whether it beats the best.
  mutating func improves(with value: Double, at epoch: Int) -> Bool {
    guard self.epoch == 0 || value < best - minimumImprovement else { return false }
    best = value
    self.epoch = epoch
    return true
  }
}

extension EpochRecord {
  /// The metric with its sign turned so that lower is better.
  fileprivate func badness(_ metric: EarlyStopping.Metric) -> Double {
    switch metric {
    case .validationLoss: validationLoss ?? .infinity
    case .validationScore: validationScore.map { -$0 } ?? .infinity
    }
  }
}

extension TrainingSample {
  var meanWeight: Double {
    guard let weights else { return 1 }
    return weights.reduce(0.0) { $0 + Double($1) } / Double(weights.count)
  }
}

extension [UInt32] {
  /// Shuffles in place (Fisher-Yates).
  fileprivate mutating func shuffle(with seed: Seed) {
    var generator = seed.makeGenerator()
    withUnsafeMutableBufferPointer { values in
      for i in Swift.stride(from: values.count - 1, to: 0, by: -1) {
        values.swapAt(i, generator.integer(below: i + 1))
      }
    }
  }
}
