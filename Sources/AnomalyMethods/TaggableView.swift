public import EventModel

/// Data of which some events may be tagged as signal-like by what they look like.
public protocol TaggableView: TrainingView {
  /// All events that may be learned from.
  var inclusive: EventSlice { get }
  /// Whether each of ``inclusive`` may be tagged as signal-like.
  var mayBeSignalLike: [Bool] { get }
}

extension InclusiveData: TaggableView {
  public var inclusive: EventSlice { events }
  /// Without a mass hypothesis a signal may be anywhere.
  public var mayBeSignalLike: [Bool] { Array(repeating: true, count: events.count) }
}
