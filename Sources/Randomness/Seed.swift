/// A node in a tree of reproducible random streams.
///
/// A child depends on its parent and its label only ("window-3", "fold-1"), never on how many
/// numbers were drawn or on the order in which work ran, so results do not change with the number
/// of threads.
public struct Seed: Sendable, Hashable, Codable {
  public let value: UInt64

  public init(_ value: UInt64) {
    self.value = value
  }

  /// Derives an independent stream from a label.
  ///
  /// FNV-1a over the label, then the finaliser of SplitMix64 (`Hasher` differs in every process).
  public func child(_ label: String) -> Seed {
    var hash = value ^ 0xcbf2_9ce4_8422_2325
    for byte in label.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return Seed(SplitMix64.mixed(hash))
  }

  /// Hashes an identifier, such as an event's, to a number that is uniform over all 64 bits.
  public func hash(of identifier: Int64) -> UInt64 {
    SplitMix64.mixed(value ^ SplitMix64.mixed(UInt64(bitPattern: identifier)))
  }

  /// Puts the rows of a file in an order that depends on the seed and the row numbers only.
  ///
  /// Of two rows the same one comes first whatever other rows there are.
  public func ordered(_ rows: some Sequence<Int>) -> [Int] {
    let rows = Array(rows)
    return order(of: rows.map { Int64($0) }).map { rows[$0] }
  }

  /// Puts events in an order that depends on the seed and their identifiers only.
  ///
  /// - Returns: Positions in `identifiers`; those of one identifier keep their order.
  public func order(of identifiers: [Int64]) -> [Int] {
    identifiers.enumerated().map { (hash: hash(of: $0.element), position: $0.offset) }
      .sorted { ($0.hash, $0.position) < ($1.hash, $1.position) }
      .map(\.position)
  }

  public func makeGenerator() -> SplitMix64 {
    SplitMix64(state: value)
  }
}

extension Seed {
  public init(from decoder: any Decoder) throws {
    value = try decoder.singleValueContainer().decode(UInt64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
