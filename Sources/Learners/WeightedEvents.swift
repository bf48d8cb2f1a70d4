public import EventModel

/// Events with one weight each.
public struct WeightedEvents: Sendable {
  public let events: EventSlice
  /// Shape `[events.count]`, finite and not negative.
  public let weights: [Double]

  /// Gives events weights, by default the weights that they have in their table.
  public init(_ events: EventSlice, weights: [Double]? = nil) {
    let weights = weights ?? events.weights
    precondition(weights.count == events.count, "one weight an event")
    self.events = events
    self.weights = weights
  }

  public var count: Int { events.count }

  /// Some of these events; positions count from 0 within this sample.
  public func subset(positions: [Int]) -> WeightedEvents {
    WeightedEvents(events[positions], weights: positions.map { weights[$0] })
  }

  /// Checks that there is something to learn from.
  ///
  /// - Throws: ``LearnerError`` if no event has weight or a weight is not a finite number >= 0.
  func checked(as sample: LearnerError.Sample) throws(LearnerError) {
    if let position = weights.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw .badWeight(sample, position: position, value: weights[position])
    }
    guard weights.contains(where: { $0 > 0 }) else { throw .emptySample(sample) }
  }
}
