public import Randomness

/// A recipe that learns what events look like, so that its model can say how unusual one is.
public protocol ReconstructionLearner: Sendable, Hashable, Codable {
  associatedtype Model: EventScorer

  /// Learns from events without any label or region.
  ///
  /// - Parameters:
  ///   - events: Events to learn from.
  ///   - seed: Root of everything random.
  /// - Returns: A model whose scores grow with the error of reconstruction.
  /// - Throws: ``LearnerError`` for a sample that cannot be learned from.
  func fit(_ events: WeightedEvents, seed: Seed) throws -> Model
}
