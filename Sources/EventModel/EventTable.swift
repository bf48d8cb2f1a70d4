/// Dijet events with the features that a method may learn from, stored by column.
///
/// The truth label is deliberately not a column: methods receive an `EventTable`, and only
/// `Evaluation` knows labels, so a label cannot leak into a training.
public struct EventTable: Sendable {
  /// m_JJ in GeV, shape `[count]`.
  public let dijetMass: [Double]
  public let features: [Feature]
  /// Feature `j` of event `i` at `[j][i]`, shape `[features.count][count]`.
  public let columns: [[Float]]
  /// Event weight, shape `[count]`; `nil` if every event counts once.
  public let weights: [Double]?
  /// A number that names each event; copies of an event share it, so folds keep them together.
  public let identifiers: [Int64]

  public var count: Int { dijetMass.count }

  /// Joins columns of equal length.
  ///
  /// - Throws: ``EventTableError`` if a column's length differs from that of `dijetMass`, or if a
  ///   value is not finite (nothing is replaced on the way in).
  public init(
    dijetMass: [Double], features: [Feature], columns: [[Float]], weights: [Double]? = nil,
    identifiers: [Int64]? = nil
  ) throws(EventTableError) {
    guard columns.count == features.count else {
      throw .columnCount(expected: features.count, found: columns.count)
    }
    if let row = dijetMass.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw .badDijetMass(row: row, value: dijetMass[row])
    }
    for (feature, column) in zip(features, columns) {
      guard column.count == dijetMass.count else {
        throw .shapeMismatch(feature: feature, expected: dijetMass.count, found: column.count)
      }
      if let row = column.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(feature: feature, row: row)
      }
    }
    self.dijetMass = dijetMass
    self.features = features
    self.columns = columns
    self.weights = weights
    self.identifiers = identifiers ?? (0..<Int64(dijetMass.count)).map { $0 }
    precondition(self.identifiers.count == dijetMass.count, "one identifier an event")
    precondition(weights.map { $0.count == dijetMass.count } ?? true, "one weight an event")
  }

  /// Computes the dijet mass and the chosen features of events read from a file.
  public init(_ events: EventColumns, features: [Feature]) throws {
    try self.init(
      dijetMass: events.dijetMass(), features: features,
      columns: features.map { try events.values(of: $0).map { Float($0) } },
      weights: events.weights, identifiers: events.identifiers)
  }

  /// The table cut down to some rows, in the order given.
  public func selecting(rows: [Int]) -> EventTable {
    EventTable(
      unchecked: rows.map { dijetMass[$0] }, features: features,
      columns: columns.map { column in rows.map { column[$0] } },
      weights: weights.map { weights in rows.map { weights[$0] } },
      identifiers: rows.map { identifiers[$0] })
  }

  /// The same events with some of their features.
  func keeping(features indices: [Int]) -> EventTable {
    EventTable(
      unchecked: dijetMass, features: indices.map { features[$0] },
      columns: indices.map { columns[$0] }, weights: weights, identifiers: identifiers)
  }

  /// The same events under other names.
  package func withIdentifiers(_ identifiers: [Int64]) -> EventTable {
    precondition(identifiers.count == count, "one identifier an event")
    return EventTable(
      unchecked: dijetMass, features: features, columns: columns, weights: weights,
      identifiers: identifiers)
  }

  /// These events and then those of a table with the same features; both have weights or neither.
  package func appending(_ other: EventTable) -> EventTable {
    precondition(features == other.features && (weights == nil) == (other.weights == nil))
    return EventTable(
      unchecked: dijetMass + other.dijetMass, features: features,
      columns: zip(columns, other.columns).map { $0 + $1 },
      weights: weights.map { $0 + (other.weights ?? []) },
      identifiers: identifiers + other.identifiers)
  }

  /// The same events with more features, finite by construction.
  func appending(_ more: [[Float]], of others: [Feature]) -> EventTable {
    EventTable(
      unchecked: dijetMass, features: features + others, columns: columns + more,
      weights: weights, identifiers: identifiers)
  }

  /// Other events with the same features, finite by construction, each of weight 1.
  package func replacing(
    dijetMass: [Double], columns: [[Float]], identifiers: [Int64]
  ) -> EventTable {
    precondition(
      columns.count == features.count && identifiers.count == dijetMass.count
        && columns.allSatisfy { $0.count == dijetMass.count }, "columns of equal length")
    return EventTable(
      unchecked: dijetMass, features: features, columns: columns, weights: nil,
      identifiers: identifiers)
  }

  fileprivate init(
    unchecked dijetMass: [Double], features: [Feature], columns: [[Float]], weights: [Double]?,
    identifiers: [Int64]
  ) {
    self.dijetMass = dijetMass
    self.features = features
    self.columns = columns
    self.weights = weights
    self.identifiers = identifiers
  }

  public subscript(rows: [Int]) -> EventSlice {
    EventSlice(self, rows: rows)
  }

  /// All events.
  public var all: EventSlice { self[Array(0..<count)] }
}

/// Why values do not make an event table.
public enum EventTableError: Error, Equatable {
  case columnCount(expected: Int, found: Int)
  case shapeMismatch(feature: Feature, expected: Int, found: Int)
  case notFinite(feature: Feature, row: Int)
  case badDijetMass(row: Int, value: Double)
}

extension EventTableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .columnCount(let expected, let found):
      "there are \(found) columns for \(expected) features"
    case .shapeMismatch(let feature, let expected, let found):
      "feature '\(feature.rawValue)' has \(found) values for \(expected) events"
    case .notFinite(let feature, let row):
      "feature '\(feature.rawValue)' is not finite in row \(row)"
    case .badDijetMass(let row, let value):
      "the dijet mass in row \(row) is \(value) GeV"
    }
  }
}

/// Some events of a table, without a copy; the others cannot be reached from it.
public struct EventSlice: Sendable {
  private let table: EventTable
  private let rows: [Int]

  init(_ table: EventTable, rows: [Int]) {
    self.table = table
    self.rows = rows
  }

  /// Copies events with the same features one after another.
  package init(joining slices: [EventSlice]) {
    let features = slices.first?.features ?? []
    precondition(slices.allSatisfy { $0.features == features }, "slices of the same features")
    let table = EventTable(
      unchecked: slices.flatMap(\.dijetMass), features: features,
      columns: features.indices.map { index in slices.flatMap { $0.column(index) } },
      weights: slices.contains { $0.table.weights != nil } ? slices.flatMap(\.weights) : nil,
      identifiers: slices.flatMap(\.identifiers))
    self.init(table, rows: Array(0..<table.count))
  }

  /// The same events with other features, shape `[features][count]`.
  ///
  /// - Throws: ``EventTableError`` for another number of values, or one that is not finite.
  package func replacing(
    features: [Feature], columns: [[Float]]
  ) throws(EventTableError) -> EventSlice {
    try EventTable(
      dijetMass: dijetMass, features: features, columns: columns,
      weights: table.weights == nil ? nil : weights, identifiers: identifiers
    ).all
  }

  public var count: Int { rows.count }
  public var features: [Feature] { table.features }
  /// m_JJ in GeV, shape `[count]`.
  public var dijetMass: [Double] { rows.map { table.dijetMass[$0] } }
  /// Shape `[count]`.
  public var identifiers: [Int64] { rows.map { table.identifiers[$0] } }
  /// Event weights, all 1 if the table has none, shape `[count]`.
  public var weights: [Double] {
    guard let weights = table.weights else { return [Double](repeating: 1, count: count) }
    return rows.map { weights[$0] }
  }

  /// The values of feature `index`, shape `[count]`.
  public func column(_ index: Int) -> [Float] {
    table.columns[index].withUnsafeBufferPointer { column in rows.map { column[$0] } }
  }

  /// All features, shape `[features.count][count]`.
  public var columns: [[Float]] { table.features.indices.map { column($0) } }

  /// Some of these events; positions count from 0 within this slice.
  public subscript(positions: [Int]) -> EventSlice {
    EventSlice(table, rows: positions.map { rows[$0] })
  }

  /// The same events with some of their features, without a copy; indices are those of ``features``.
  public func keeping(features indices: [Int]) -> EventSlice {
    EventSlice(table.keeping(features: indices), rows: rows)
  }
}
