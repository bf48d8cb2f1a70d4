public import Randomness

/// A recipe that learns what events look like, so that its model can say how unusual one is.
public protocol ReconstructionLearner: Sendable, Hashable, Codable {
  associatedtype Model: EventScorer

  /// Learns from events without any label or region; equal arguments give equal scores, bit by bit.
  ///
  /// - Parameters:
  ///   - events: Events to learn from.
  ///   - seed: Root of everything random.
  ///   - isCancelled: Asked at least once an epoch.
  /// - Returns: A model whose scores grow with the error of reconstruction.
  /// - Throws: ``LearnerError`` for a sample that cannot be learned from, an error of the library
  ///   that trains, or `CancellationError`.
  func fit(
    _ events: WeightedEvents, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> Model

  /// Models trained by one call of `fit`, for estimates of time.
  var trainingsPerFit: Int { get }
}

extension ReconstructionLearner {
  public var trainingsPerFit: Int { 1 }

  /// Learns without a way to cancel.
  public func fit(_ events: WeightedEvents, seed: Seed) throws -> Model {
    try fit(events, seed: seed, isCancelled: { false })
  }
}
