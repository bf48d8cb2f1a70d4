public import EventModel

/// A map of events to the same events with other features.
public protocol EventTransform: Sendable {
  /// The same events with other features; masses, weights and identifiers stay.
  func applied(to events: EventSlice) throws -> EventSlice
}

/// A map of features to features of the same number, learned from training events.
public protocol FeatureTransform: EventTransform {
  /// Maps the features of events, shape `[features.count][events.count]`; always finite.
  func columns(_ events: EventSlice) throws -> [[Float]]
}

extension FeatureTransform {
  public func applied(to events: EventSlice) throws -> EventSlice {
    try events.replacing(features: events.features, columns: columns(events))
  }
}

/// A model of mapped features, which maps the features of the events that it scores.
public struct TransformedScorer<Transform: EventTransform, Model: EventScorer>: EventScorer {
  public let transform: Transform
  public let model: Model

  public init(transform: Transform, model: Model) {
    self.transform = transform
    self.model = model
  }

  public func scores(_ events: EventSlice) throws -> [Float] {
    try model.scores(transform.applied(to: events))
  }
}

extension EventSlice {
  /// Checks that events have the features that a model or transform was made with.
  func requireFeatures(_ expected: [Feature]) throws(LearnerError) {
    guard features == expected else {
      throw .featureMismatch(expected: expected, found: features)
    }
  }
}
