public import Randomness

/// A recipe that learns to tell two samples apart.
///
/// A value of settings: it is a cache key and a row of the report too.
public protocol BinaryClassifierLearner: Sendable, Hashable, Codable {
  associatedtype Model: EventScorer

  /// Trains one classifier; equal arguments give equal scores, bit by bit.
  ///
  /// - Parameters:
  ///   - training: Events to learn from.
  ///   - validation: Other events, which decide when to stop and which state to keep.
  ///   - metric: What ``FittedClassifier/validationMetric`` reports.
  ///   - seed: Root of everything random.
  ///   - isCancelled: Asked at least once an epoch or round.
  /// - Returns: The model as it was when it did best on the validation events.
  /// - Throws: ``LearnerError`` for samples that cannot be learned from, an error of the library
  ///   that trains, or `CancellationError`.
  func fit(
    training: Contrast, validation: Contrast, metric: ValidationMetric, seed: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> FittedClassifier<Model>
}

extension BinaryClassifierLearner {
  /// Trains one classifier that cannot be cancelled.
  public func fit(
    training: Contrast, validation: Contrast, metric: ValidationMetric, seed: Seed
  ) throws -> FittedClassifier<Model> {
    try fit(
      training: training, validation: validation, metric: metric, seed: seed,
      isCancelled: { false })
  }
}

/// A trained classifier and how the training went.
public struct FittedClassifier<Model: EventScorer>: Sendable {
  public let model: Model
  /// The chosen metric of the kept state on the validation events; higher is better.
  public let validationMetric: Double
  public let ending: TrainingEnding

  public init(model: Model, validationMetric: Double, ending: TrainingEnding) {
    self.model = model
    self.validationMetric = validationMetric
    self.ending = ending
  }
}

/// Why a training stopped, and which of its rounds (trees, epochs) was kept; rounds count from 1.
public enum TrainingEnding: Sendable, Hashable, Codable {
  /// The validation events saw no progress for as many rounds as the patience allows.
  case patienceExhausted(keptRound: Int, lastRound: Int)
  case roundLimit(keptRound: Int, lastRound: Int)
}
