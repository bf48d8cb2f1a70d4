public import EventModel
public import NeuralNetworks
public import Randomness

/// A dense network with one sigmoid output, trained on the weighted binary cross-entropy.
///
/// The epoch that does best on the validation events by the chosen metric is kept (LHC Olympics
/// paper, sections 4.1 and 4.2: the efficiency on the signal region at a fixed one on the
/// sidebands). Inputs are standardised inside the model.
public struct NetworkClassifier: BinaryClassifierLearner {
  /// Hidden layers from the inputs up.
  public var hidden: [DenseLayer]
  public var optimizer: Optimizer
  /// Step s uses the learning rate divided by 1 + decay s.
  public var learningRateDecay: Double
  /// Events a step.
  public var batchSize: Int
  public var epochs: Int
  /// Epochs without progress on the validation events after which training stops.
  public var patience: Int
  /// Adds this number times the sum of squared weights to the loss.
  public var l2: Double
  /// Whether training stops early and keeps its best epoch; otherwise it keeps the last.
  public var keepsBestEpoch: Bool

  public init(
    hidden: [DenseLayer], optimizer: Optimizer = .adam(), learningRateDecay: Double = 0,
    batchSize: Int = 5_000, epochs: Int = 200, patience: Int = 50, l2: Double = 0,
    keepsBestEpoch: Bool = true
  ) {
    self.hidden = hidden
    self.optimizer = optimizer
    self.learningRateDecay = learningRateDecay
    self.batchSize = batchSize
    self.epochs = epochs
    self.patience = patience
    self.l2 = l2
    self.keepsBestEpoch = keepsBestEpoch
  }

  public func fit(
    training: Contrast, validation: Contrast, metric: ValidationMetric, seed: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> FittedClassifier<NetworkClassifierModel> {
    try training.checked()
    try validation.checked()
    let features = training.positive.events.features
    guard !features.isEmpty else { throw LearnerError.noFeatures }
    try validation.positive.events.requireFeatures(features)
    // A metric that cannot be computed is found here, where its reason can be told.
    _ = try validation.value(of: metric, scores: Array(repeating: 0.5, count: validation.count))

    let architecture = try DenseNetworkArchitecture(
      inputs: features.count, hidden: hidden, outputActivation: .sigmoid)
    let rating = { (outputs: [[Float]]) -> Double in
      (try? validation.value(of: metric, scores: outputs[0])) ?? .nan
    }
    let trained = try cancellable {
      () throws(NetworkError) in
      try train(
        architecture, on: TrainingSample(training),
        validation: keepsBestEpoch ? TrainingSample(validation) : nil, plan: plan, seed: seed,
        isCancelled: isCancelled, validationScore: keepsBestEpoch ? rating : nil)
    }
    let metricValue =
      try trained.keptRecord.validationScore
      ?? validation.value(
        of: metric,
        scores: trained.network.predict(TrainingSample(validation).columns))
    let epochs = trained.history.count
    return FittedClassifier(
      model: NetworkClassifierModel(network: trained.network, features: features),
      validationMetric: metricValue,
      ending: trained.stopReason == .patienceExhausted(epoch: epochs)
        ? .patienceExhausted(keptRound: trained.keptEpoch, lastRound: epochs)
        : .roundLimit(keptRound: trained.keptEpoch, lastRound: epochs))
  }

  private var plan: TrainingPlan {
    TrainingPlan(
      loss: .binaryCrossEntropy, optimizer: optimizer, batchSize: batchSize, epochs: epochs,
      learningRateDecay: learningRateDecay, l2: l2,
      earlyStopping: keepsBestEpoch
        ? EarlyStopping(metric: .validationScore, patience: patience) : nil,
      keepBest: keepsBestEpoch ? .validationScore : nil)
  }
}

/// A trained network; a score is the probability of being positive.
public struct NetworkClassifierModel: EventScorer {
  public let network: DenseNetwork
  public let features: [Feature]

  public func scores(_ events: EventSlice) throws -> [Float] {
    try events.requireFeatures(features)
    guard events.count > 0 else { return [] }
    return try network.predict(events.columns)
  }
}

/// Turns the network's own word for a cancellation into the library's.
func cancellable<Value>(_ work: () throws(NetworkError) -> Value) throws -> Value {
  do {
    return try work()
  } catch {
    if case .cancelled = error { throw CancellationError() }
    throw error
  }
}

extension Contrast {
  fileprivate var count: Int { positive.count + negative.count }
}

extension TrainingSample {
  /// Joins both samples, the positive one first.
  fileprivate init(_ contrast: Contrast) throws(NetworkError) {
    let (positive, negative) = (contrast.positive, contrast.negative)
    try self.init(
      columns: zip(positive.events.columns, negative.events.columns).map { $0 + $1 },
      target: [Float](repeating: 1, count: positive.count)
        + [Float](repeating: 0, count: negative.count),
      weights: (positive.weights + negative.weights).map { Float($0) })
  }
}
