import EventModel
public import Learners

/// Samples that a weakly supervised method tells apart, each with its share of the weight.
///
/// CWoLa, SALAD, SA-CWoLa, Tag N' Train and the reference lines differ in these samples only.
public struct MixedSamples: Sendable {
  /// One of the samples.
  public struct Part: Sendable {
    public let events: WeightedEvents
    /// Whether a classifier is to answer 1 for its events.
    public let isPositive: Bool
    /// Fraction of the total weight that its events have together; shares need not add up to 1.
    public let share: Double

    public init(_ events: WeightedEvents, isPositive: Bool, share: Double) {
      self.events = events
      self.isPositive = isPositive
      self.share = share
    }
  }

  /// All events, part by part.
  let events: EventSlice
  /// The part of each of ``events``.
  let partOf: [Int]
  let parts: [(isPositive: Bool, share: Double)]
  /// The weight of each of ``events`` within its part.
  private let weights: [Double]

  /// Joins samples with the same features.
  public init(_ parts: [Part]) {
    events = EventSlice(joining: parts.map(\.events.events))
    partOf = parts.enumerated().flatMap {
      [Int](repeating: $0.offset, count: $0.element.events.count)
    }
    weights = parts.flatMap(\.events.weights)
    self.parts = parts.map { ($0.isPositive, $0.share) }
  }

  /// Two samples of equal weight.
  public init(positive: WeightedEvents, negative: WeightedEvents) {
    self.init([
      Part(positive, isPositive: true, share: 0.5), Part(negative, isPositive: false, share: 0.5),
    ])
  }

  /// All events as two samples.
  package func contrast() -> Contrast { contrast(at: Array(0..<events.count)) }

  /// Some events as two samples.
  ///
  /// Every part has its share of the weight again; with shares that add up to 1 the mean weight is
  /// 1 (LHC Olympics paper, arXiv:2101.08320, sections 4.1 and 4.2). `chosen` are positions in the
  /// joined events.
  func contrast(at chosen: [Int]) -> Contrast {
    var positions = [[Int]](repeating: [], count: parts.count)
    for position in chosen { positions[partOf[position]].append(position) }
    let scaled = zip(positions, parts).map { positions, part in
      let own = positions.map { weights[$0] }
      let (total, share) = (own.reduce(0, +), Double(chosen.count) * part.share)
      return own.map { $0 * share / total }
    }
    func sample(isPositive: Bool) -> WeightedEvents {
      let own = parts.indices.filter { parts[$0].isPositive == isPositive }
      return WeightedEvents(
        events[own.flatMap { positions[$0] }], weights: own.flatMap { scaled[$0] })
    }
    return Contrast(positive: sample(isPositive: true), negative: sample(isPositive: false))
  }
}
