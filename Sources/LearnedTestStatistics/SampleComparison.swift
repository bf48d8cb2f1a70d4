import EventFiles

/// A data sample beside a reference sample that stands for what is expected.
///
/// Columns are feature-major and plain: `columns[column][event]`, the same columns in both.
public struct SampleComparison: Sendable, Hashable {
  /// The columns' names, shape `[columns]`.
  public let names: [String]
  /// Shape `[columns][reference events]`, finite.
  public let reference: [[Float]]
  /// Weights of the reference events, shape `[reference events]`; `nil` if every event counts once.
  ///
  /// Finite and not negative. Only ratios matter: their sum stands for ``expected``.
  public let referenceWeights: [Float]?
  /// Shape `[columns][data events]`, finite.
  public let data: [[Float]]
  /// Events that the reference predicts for the data, N(R): a prediction, not the observed count.
  public let expected: Double

  /// Joins two samples.
  ///
  /// - Parameters:
  ///   - names: The columns' names.
  ///   - reference: Shape `[columns][reference events]`.
  ///   - referenceWeights: One weight a reference event, or `nil`.
  ///   - data: Shape `[columns][data events]`.
  ///   - expected: Events that the reference predicts for the data, above 0.
  /// - Throws: ``ComparisonError`` if shapes do not fit, a sample is empty, a value is not finite,
  ///   or a column has one value only.
  public init(
    names: [String], reference: [[Float]], referenceWeights: [Float]? = nil, data: [[Float]],
    expected: Double
  ) throws(ComparisonError) {
    guard !names.isEmpty else { throw .noColumns }
    for (place, name) in names.enumerated() where names[..<place].contains(name) {
      throw .repeatedColumn(name)
    }
    try Self.check(reference, of: .reference, names)
    try Self.check(data, of: .data, names)
    for (name, column) in zip(names, reference) {
      if let value = column.first, !column.contains(where: { $0 != value }) {
        throw .constantColumn(name, value: value)
      }
    }
    if let weights = referenceWeights {
      guard weights.count == reference[0].count else {
        throw .eventCount(.reference, column: "weight", weights.count, of: reference[0].count)
      }
      if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .badWeight(row: row, value: weights[row])
      }
      guard weights.contains(where: { $0 > 0 }) else { throw .noWeight }
    }
    guard Self.isExpectation(expected) else { throw .badExpectation(expected) }
    self.names = names
    self.reference = reference
    self.referenceWeights = referenceWeights
    self.data = data
    self.expected = expected
  }

  /// Whether a number of expected events is above 0 and can be counted, 1e12 at most.
  public static func isExpectation(_ count: Double) -> Bool { count > 0 && count <= 1e12 }

  private static func check(
    _ columns: [[Float]], of sample: ComparedSample, _ names: [String]
  ) throws(ComparisonError) {
    guard columns.count == names.count else {
      throw .columnCount(sample, columns.count, names: names.count)
    }
    guard !columns[0].isEmpty else { throw .noEvents(sample) }
    for (name, column) in zip(names, columns) {
      guard column.count == columns[0].count else {
        throw .eventCount(sample, column: name, column.count, of: columns[0].count)
      }
      if let row = column.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(sample, column: name, row: row, value: column[row])
      }
    }
  }

  public var referenceCount: Int { reference[0].count }
  public var dataCount: Int { data[0].count }

  /// Events that each reference event stands for, summing to ``expected``.
  var expectedOfReferenceEvents: [Double] {
    let weights =
      referenceWeights.map { $0.map { Double($0) } } ?? Array(repeating: 1, count: referenceCount)
    let scale = expected / weights.reduce(0, +)
    return weights.map { $0 * scale }
  }

  /// The same reference with other data of the same columns.
  ///
  /// - Parameter data: Shape `[columns][data events]`.
  /// - Returns: A comparison with the same expectation.
  /// - Throws: ``ComparisonError`` as ``init(names:reference:referenceWeights:data:expected:)``.
  public func replacingData(_ data: [[Float]]) throws(ComparisonError) -> SampleComparison {
    try SampleComparison(
      names: names, reference: reference, referenceWeights: referenceWeights, data: data,
      expected: expected)
  }
}

/// One of the two samples of a comparison.
public enum ComparedSample: String, Sendable, Hashable, Codable {
  case reference, data
}

/// Why two samples cannot be compared.
public enum ComparisonError: Error, Sendable, Equatable {
  case noColumns
  case repeatedColumn(String)
  case columnCount(ComparedSample, Int, names: Int)
  case noEvents(ComparedSample)
  case eventCount(ComparedSample, column: String, Int, of: Int)
  case notFinite(ComparedSample, column: String, row: Int, value: Float)
  case constantColumn(String, value: Float)
  case badWeight(row: Int, value: Float)
  case noWeight
  case badExpectation(Double)
}

extension ComparisonError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noColumns:
      "no column is compared: name at least one that both samples have"
    case .repeatedColumn(let name):
      "column '\(name)' is named twice: once is enough"
    case .columnCount(let sample, let found, let names):
      "the \(sample.rawValue) sample has \(found) columns where \(names) are named"
    case .noEvents(let sample):
      "the \(sample.rawValue) sample has no events"
    case .eventCount(let sample, let column, let found, let expected):
      "column '\(column)' of the \(sample.rawValue) sample has \(found) values for "
        + "\(expected) events"
    case .notFinite(let sample, let column, let row, let value):
      "column '\(column)' of the \(sample.rawValue) sample holds \(value) in row \(row): remove or "
        + "repair this event first, nothing is replaced silently"
    case .constantColumn(let name, let value):
      "column '\(name)' is \(value) in every reference event: it tells nothing, leave it out"
    case .badWeight(let row, let value):
      "the weight of reference event \(row) is \(value): weights must be finite and not negative"
    case .noWeight:
      "all weights of the reference sample are 0"
    case .badExpectation(let value):
      "an expectation of \(value) events is no count above 0, 1e12 at most: give the number of "
        + "events that the reference predicts for the data"
    }
  }
}

extension SampleComparison {
  /// A digest of both samples: other weights or rows of the same files are other samples.
  var sha256: String {
    var digest = SHA256()
    for column in reference + data { digest.update(bytesOf: column) }
    if let referenceWeights { digest.update(bytesOf: referenceWeights) }
    return digest.hexDigest()
  }
}
