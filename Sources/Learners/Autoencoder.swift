public import EventModel
public import NeuralNetworks
public import Randomness

/// A dense network that gives its inputs back through a narrow layer.
///
/// It learns the mean squared difference between its outputs and its inputs, both standardised by
/// the events that it trains on; an event's score is the same difference. The layers and settings
/// of the defaults are those of the LHC Olympics paper, section 4.2; the output layer is linear.
public struct Autoencoder: ReconstructionLearner {
  /// Events kept out of training to find its end; the epoch with the lowest error on them is kept.
  public struct Validation: Sendable, Hashable, Codable {
    /// One event in this many is kept out, at least 2.
    public var parts: Int
    /// Epochs without progress after which training stops.
    public var patience: Int

    public init(parts: Int = 5, patience: Int = 5) {
      self.parts = parts
      self.patience = patience
    }
  }

  /// All layers between inputs and outputs, the narrow one among them.
  public var hidden: [DenseLayer]
  public var optimizer: Optimizer
  /// Events a step.
  public var batchSize: Int
  public var epochs: Int
  /// `nil` trains on all events and keeps the last epoch.
  public var validation: Validation?

  public init(
    hidden: [DenseLayer] = Self.layers([64, 32, 16, 1]), optimizer: Optimizer = .adam(),
    batchSize: Int = 5_120, epochs: Int = 1, validation: Validation? = nil
  ) {
    self.hidden = hidden
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.epochs = epochs
    self.validation = validation
  }

  /// Layers down to a linear bottleneck, the last of the units, and the same way up again.
  ///
  /// - Parameters:
  ///   - units: From the first hidden layer to the bottleneck.
  ///   - activation: Of all layers but the bottleneck.
  /// - Returns: Twice as many layers less one.
  public static func layers(_ units: [Int], activation: Activation = .relu) -> [DenseLayer] {
    let sides = units.dropLast().map { DenseLayer(units: $0, activation: activation) }
    return sides + units.suffix(1).map { DenseLayer(units: $0, activation: .linear) }
      + sides.reversed()
  }

  public func fit(
    _ events: WeightedEvents, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> AutoencoderModel {
    try events.checked(as: .reconstructed)
    let features = events.events.features
    guard !features.isEmpty else { throw LearnerError.noFeatures }
    guard !hidden.isEmpty else {
      throw LearnerError.badSetting(
        name: "hidden", value: "no layer", allowed: "at least one layer, narrower than the inputs")
    }
    let (training, held) = try split(events, seed: seed.child("validation"))
    let architecture = try DenseNetworkArchitecture(
      inputs: features.count, hidden: hidden, outputs: features.count, outputActivation: .linear)
    let trained = try cancellable {
      () throws(NetworkError) in
      try train(
        architecture, on: TrainingSample(reconstructing: training),
        validation: held.map { held throws(NetworkError) in
          try TrainingSample(reconstructing: held)
        }, plan: plan, seed: seed, isCancelled: isCancelled)
    }
    return AutoencoderModel(network: trained.network, features: features)
  }

  private var plan: TrainingPlan {
    TrainingPlan(
      loss: .meanSquaredError, optimizer: optimizer, batchSize: batchSize, epochs: epochs,
      earlyStopping: validation.map { EarlyStopping(patience: $0.patience) },
      keepBest: validation == nil ? nil : .validationLoss)
  }

  private func split(
    _ events: WeightedEvents, seed: Seed
  ) throws(LearnerError) -> (training: WeightedEvents, validation: WeightedEvents?) {
    guard let validation else { return (events, nil) }
    guard validation.parts >= 2 else {
      throw .badSetting(
        name: "validation.parts", value: "\(validation.parts)", allowed: "at least 2")
    }
    let parts = stratifiedParts(
      identifiers: events.events.identifiers, strata: Array(repeating: 0, count: events.count),
      count: validation.parts, seed: seed)
    let training = events.subset(positions: parts.indices.filter { parts[$0] > 0 })
    let held = events.subset(positions: parts.indices.filter { parts[$0] == 0 })
    try training.checked(as: .reconstructed)
    try held.checked(as: .reconstructed)
    return (training, held)
  }
}

/// A trained autoencoder; a score is the mean squared error of an event's standardised features.
public struct AutoencoderModel: EventScorer {
  public let network: DenseNetwork
  public let features: [Feature]

  public func scores(_ events: EventSlice) throws -> [Float] {
    try events.requireFeatures(features)
    guard events.count > 0 else { return [] }
    return try network.reconstructionErrors(events.columns)
  }
}

extension TrainingSample {
  /// Events whose features are to be given back.
  fileprivate init(reconstructing events: WeightedEvents) throws(NetworkError) {
    try self.init(
      columns: events.events.columns, targets: .inputs, weights: events.weights.map { Float($0) })
  }
}
