/// Dijet events as they stand in a file: named columns of jet observables, in GeV.
///
/// The names are those of the community's LHC Olympics feature files: `pxj1 pyj1 pzj1 mj1 tau1j1
/// tau2j1 tau3j1` for the jet of largest transverse momentum, the same with `j2` and `j3`, and
/// ours: `tau4j1`, `tau1beta2j1` (tau1 with beta = 2), `nj1` (constituents), `mjj`, `npart`.
/// A column may also hold a ``Feature`` under its raw value, already computed.
/// Truth labels are never among the columns; they live in `Evaluation`.
public struct EventColumns: Sendable {
  public let count: Int
  /// Column names in the order of the file.
  public let names: [String]
  private let columns: [String: [Double]]
  /// Event weight, shape `[count]`; `nil` if every event counts once.
  public let weights: [Double]?
  /// A number that names each event: its row in the input unless the file says otherwise.
  public let identifiers: [Int64]
  /// What features take as the mass of a leading jet: m_J + ``jetMassShift`` m_JJ.
  public private(set) var jetMassShift = 0.0

  /// Joins columns of equal length.
  ///
  /// - Parameters:
  ///   - columns: Names with values, in order.
  ///   - weights: One weight an event, or `nil`.
  ///   - identifiers: One number an event, or `nil` for 0, 1, 2 ...
  /// - Throws: ``EventColumnsError`` if lengths differ, a name repeats, or a value is not finite.
  public init(
    _ columns: [(name: String, values: [Double])], weights: [Double]? = nil,
    identifiers: [Int64]? = nil
  ) throws(EventColumnsError) {
    let count = columns.first?.values.count ?? 0
    var byName: [String: [Double]] = [:]
    for (name, values) in columns {
      guard values.count == count else {
        throw .lengthMismatch(column: name, expected: count, found: values.count)
      }
      guard byName.updateValue(values, forKey: name) == nil else {
        throw .repeatedColumn(name)
      }
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(column: name, row: row, value: values[row])
      }
    }
    if let weights {
      guard weights.count == count else {
        throw .lengthMismatch(column: "weight", expected: count, found: weights.count)
      }
      if let row = weights.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
        throw .badWeight(row: row, value: weights[row])
      }
    }
    self.count = count
    names = columns.map(\.name)
    self.columns = byName
    self.weights = weights
    self.identifiers = identifiers ?? (0..<Int64(count)).map { $0 }
    precondition(self.identifiers.count == count, "one identifier an event")
  }

  /// The events cut down to some rows, in the order given, with their identifiers.
  public func selecting(rows: [Int]) -> EventColumns {
    var selected = EventColumns(
      count: rows.count, names: names,
      columns: columns.mapValues { values in rows.map { values[$0] } },
      weights: weights.map { weights in rows.map { weights[$0] } },
      identifiers: rows.map { identifiers[$0] })
    selected.jetMassShift = jetMassShift
    return selected
  }

  /// Makes every feature see m_J + shift m_JJ as the mass of each of the two leading jets.
  ///
  /// The dependence test of the ANODE and SA-CWoLa papers (arXiv:2001.04990, arXiv:2009.02205, section
  /// 3) with shift = 0.1. m_JJ, the order of the jets and the difference of their masses stay; a
  /// scaled mass grows by the shift itself, the same for all events.
  ///
  /// - Throws: ``EventColumnsError/jetMassIsComputed(feature:shift:)`` if a column holds a feature that
  ///   was made from a jet mass already.
  public func shiftingJetMasses(by shift: Double) throws(EventColumnsError) -> EventColumns {
    guard shift != 0 else { return self }
    if let feature = Feature.allCases.first(where: {
      $0.dependsOnJetMass && self[$0.rawValue] != nil
    }) {
      throw .jetMassIsComputed(feature: feature, shift: shift)
    }
    var shifted = self
    shifted.jetMassShift += shift
    return shifted
  }

  private init(
    count: Int, names: [String], columns: [String: [Double]], weights: [Double]?,
    identifiers: [Int64]
  ) {
    self.count = count
    self.names = names
    self.columns = columns
    self.weights = weights
    self.identifiers = identifiers
  }

  /// The values of a column, shape `[count]`, or `nil` if there is none of that name.
  public subscript(name: String) -> [Double]? {
    columns[name]
  }
}

/// Why columns do not make a set of events.
public enum EventColumnsError: Error, Equatable {
  case lengthMismatch(column: String, expected: Int, found: Int)
  case repeatedColumn(String)
  case notFinite(column: String, row: Int, value: Double)
  case badWeight(row: Int, value: Double)
  /// A quantity was asked for that the columns cannot give.
  case missing(quantity: String, needs: [String], found: [String])
  case negativeMass(column: String, row: Int, value: Double)
  /// A shift of the jet masses was asked for, and the file holds a feature made without it.
  case jetMassIsComputed(feature: Feature, shift: Double)
}

extension EventColumnsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .lengthMismatch(let column, let expected, let found):
      "column '\(column)' has \(found) values where the others have \(expected)"
    case .repeatedColumn(let name):
      "column '\(name)' appears twice"
    case .notFinite(let column, let row, let value):
      "column '\(column)' holds \(value) in row \(row): remove or repair this event first, "
        + "nothing is replaced silently"
    case .badWeight(let row, let value):
      "the event weight in row \(row) is \(value): weights must be finite and not negative"
    case .missing(let quantity, let needs, let found):
      "\(quantity) needs column \(needs.joined(separator: " or ")), but the file has only "
        + found.joined(separator: " ")
    case .negativeMass(let column, let row, let value):
      "column '\(column)' holds the negative mass \(value) GeV in row \(row)"
    case .jetMassIsComputed(let feature, let shift):
      "the jet masses cannot be shifted by \(shift) m_JJ: column '\(feature.rawValue)' holds a "
        + "feature made from them already; give a file with mj1 and mj2 instead, or no shift"
    }
  }
}
