/// The law behind simulated data, known as samples of its parts.
///
/// For figures alone: no fit sees it.
public struct KnownTruth: Sendable, Hashable {
  /// Of the compared columns and then of the spectators, shape `[columns][events]`.
  public let events: [[Float]]
  /// What each event counts, shape `[events]`: they sum to the expected number of data events.
  public let weights: [Double]
  /// The files.
  public let sources: [ComparedSamples.Source]

  /// A part of the law: a sample, and how many of its kind are expected among the data.
  public struct Part: Sendable, Hashable {
    /// Shape `[columns][events]`, at least one event.
    public let events: [[Float]]
    public let expected: Double
    public let source: ComparedSamples.Source

    public init(events: [[Float]], expected: Double, source: ComparedSamples.Source) {
      self.events = events
      self.expected = expected
      self.source = source
    }
  }

  /// Adds parts up; `nil` if there are none.
  public init?(_ parts: [Part]) {
    guard let first = parts.first else { return nil }
    events = first.events.indices.map { column in parts.flatMap { $0.events[column] } }
    weights = parts.flatMap { part in
      let count = part.events.first?.count ?? 0
      return [Double](repeating: part.expected / Double(count), count: count)
    }
    sources = parts.map(\.source)
  }
}
