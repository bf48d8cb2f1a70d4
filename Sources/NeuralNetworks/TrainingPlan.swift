/// When training ends before its last epoch.
public struct EarlyStopping: Sendable, Hashable, Codable {
  /// The number that must improve.
  public enum Metric: String, Sendable, Hashable, Codable {
    case validationLoss = "validation-loss"
    /// The caller's own score of the validation sample; higher is better.
    case validationScore = "validation-score"
  }

  public var metric: Metric
  /// Epochs without improvement after which training stops, at least 1.
  public var patience: Int
  /// By how much the best value must be beaten to count, at least 0.
  public var minimumImprovement: Double

  public init(
    metric: Metric = .validationLoss, patience: Int, minimumImprovement: Double = 0
  ) {
    self.metric = metric
    self.patience = patience
    self.minimumImprovement = minimumImprovement
  }

  private enum CodingKeys: String, CodingKey { case metric, patience, minimumImprovement }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metric = try container.decodeIfPresent(Metric.self, forKey: .metric) ?? .validationLoss
    patience = try container.decode(Int.self, forKey: .patience)
    minimumImprovement =
      try container.decodeIfPresent(Double.self, forKey: .minimumImprovement) ?? 0
  }
}

/// How a network is trained: everything but the data, the shape and the seed.
public struct TrainingPlan: Sendable, Hashable, Codable {
  public var loss: Loss
  public var optimizer: Optimizer
  /// Events a step; `nil` takes all of them at once, in their order.
  public var batchSize: Int?
  /// Passes through the training sample, at least 1.
  public var epochs: Int
  /// Step s, counted from 0, uses learningRate / (1 + decay s), as Keras' `decay`.
  public var learningRateDecay: Double
  /// Adds this number times the sum of squared weights (no biases) to the loss.
  public var l2: Double
  /// After each step every weight and bias is moved into [-limit, limit].
  public var weightClipping: Double?
  public var earlyStopping: EarlyStopping?
  /// What decides which epoch's parameters are kept; `nil` keeps the last epoch's.
  public var keepBest: EarlyStopping.Metric?

  public init(
    loss: Loss, optimizer: Optimizer = .adam(), batchSize: Int?, epochs: Int,
    learningRateDecay: Double = 0, l2: Double = 0, weightClipping: Double? = nil,
    earlyStopping: EarlyStopping? = nil, keepBest: EarlyStopping.Metric? = nil
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.epochs = epochs
    self.learningRateDecay = learningRateDecay
    self.l2 = l2
    self.weightClipping = weightClipping
    self.earlyStopping = earlyStopping
    self.keepBest = keepBest
  }

  private enum CodingKeys: String, CodingKey {
    case loss, optimizer, batchSize, epochs, learningRateDecay, l2, weightClipping, earlyStopping
    case keepBest
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    loss = try container.decode(Loss.self, forKey: .loss)
    optimizer = try container.decodeIfPresent(Optimizer.self, forKey: .optimizer) ?? .adam()
    batchSize = try container.decodeIfPresent(Int.self, forKey: .batchSize)
    epochs = try container.decode(Int.self, forKey: .epochs)
    learningRateDecay =
      try container.decodeIfPresent(Double.self, forKey: .learningRateDecay) ?? 0
    l2 = try container.decodeIfPresent(Double.self, forKey: .l2) ?? 0
    weightClipping = try container.decodeIfPresent(Double.self, forKey: .weightClipping)
    earlyStopping = try container.decodeIfPresent(EarlyStopping.self, forKey: .earlyStopping)
    keepBest = try container.decodeIfPresent(EarlyStopping.Metric.self, forKey: .keepBest)
  }

  func check() throws(NetworkError) {
    try optimizer.check()
    if let batchSize, batchSize < 1 { throw .badSize("batchSize", batchSize) }
    guard epochs >= 1 else { throw .badSize("epochs", epochs) }
    guard learningRateDecay >= 0, learningRateDecay.isFinite else {
      throw .badSetting("learningRateDecay", learningRateDecay, allowed: ">= 0")
    }
    guard l2 >= 0, l2.isFinite else { throw .badSetting("l2", l2, allowed: ">= 0") }
    if let limit = weightClipping, !(limit > 0 && limit.isFinite) {
      throw .badSetting("weightClipping", limit, allowed: "> 0")
    }
    if let stopping = earlyStopping {
      guard stopping.patience >= 1 else { throw .badSize("patience", stopping.patience) }
      guard stopping.minimumImprovement >= 0, stopping.minimumImprovement.isFinite else {
        throw .badSetting(
          "minimumImprovement", stopping.minimumImprovement, allowed: ">= 0")
      }
    }
  }

  /// Whether training needs the validation sample, or the caller's score of it.
  func uses(_ metric: EarlyStopping.Metric) -> Bool {
    keepBest == metric || earlyStopping?.metric == metric
  }
}
