public import Learners
public import Randomness

/// A recipe that learns to rank events by how unlike background they look.
///
/// A method is a value that holds hyperparameters only; fitting returns a second value, the scorer,
/// so nothing can be used before it is trained.
public protocol AnomalyMethod: Sendable, Hashable, Codable {
  /// All that the method may see while it trains.
  associatedtype View: TrainingView
  associatedtype Scorer: EventScorer

  static var reference: Reference { get }

  /// Trains on one view.
  ///
  /// Equal method, view and seed give a scorer with bit-equal scores.
  ///
  /// - Parameters:
  ///   - view: What may be seen.
  ///   - seed: Root of every random number of this training.
  ///   - isCancelled: Asked about once a second.
  /// - Returns: The trained model; larger scores are more signal-like.
  /// - Throws: The learner's errors, or `CancellationError`.
  func fit(_ view: View, seed: Seed, isCancelled: @Sendable () -> Bool) throws -> Scorer

  /// Networks or trees trained by one call of `fit`, for estimates of time.
  var trainingsPerFit: Int { get }
}

extension AnomalyMethod {
  /// Whether each mass window takes trainings of its own.
  public var dependsOnWindow: Bool { View.dependsOnWindow }
}

/// The paper that a method comes from.
public struct Reference: Sendable, Hashable, Codable {
  public let arXiv: String
  public let title: String

  public init(arXiv: String, title: String) {
    self.arXiv = arXiv
    self.title = title
  }
}
