public import EventModel

/// A trained model that ranks events.
public protocol EventScorer: Sendable {
  /// Computes one score an event, in the order of the slice, shape `[events.count]`.
  ///
  /// Larger means more like the positive sample (or, for a reconstruction, more unusual); always
  /// finite. Equal events get equal scores, whatever else is in the slice.
  func scores(_ events: EventSlice) throws -> [Float]
}
