public import EventModel
public import Learners

/// A view whose features can be replaced, by a transform that its own data were asked for.
public protocol TransformableView: TrainingView {
  /// The data that may be learned from, without injected events.
  var measured: EventSlice { get }

  /// The same events with other features.
  func transformed(by transform: some FeatureTransform) throws -> Self
}
