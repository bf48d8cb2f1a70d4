/// Events to learn from: inputs, what the network should answer, and how much each event counts.
///
/// Everything is feature-major: `columns[feature][event]`.
public struct TrainingSample: Sendable {
  /// What the network should answer.
  public enum Targets: Sendable {
    /// Shape `[outputs][events]`.
    case values([[Float]])
    /// The inputs themselves, standardised as the network sees them: for autoencoders.
    case inputs
  }

  /// Inputs, shape `[features][events]`.
  public let columns: [[Float]]
  public let targets: Targets
  /// Shape `[events]`; `nil` if every event counts once.
  public let weights: [Float]?

  /// Number of events.
  public var count: Int { columns[0].count }

  /// Joins inputs, targets and weights.
  ///
  /// - Parameters:
  ///   - columns: Inputs, shape `[features][events]`, at least one feature and one event.
  ///   - targets: Values, shape `[outputs][events]`, or the inputs themselves.
  ///   - weights: Shape `[events]`, not negative, not all zero.
  /// - Throws: ``NetworkError`` if shapes differ or a number is not finite.
  public init(columns: [[Float]], targets: Targets, weights: [Float]? = nil) throws(NetworkError) {
    let count = try eventCount(columns)
    guard count > 0 else { throw .noEvents }
    if case .values(let values) = targets {
      for (index, target) in values.enumerated() {
        guard target.count == count else {
          throw .lengthMismatch("target \(index)", expected: count, found: target.count)
        }
        if let row = target.firstIndex(where: { !$0.isFinite }) {
          throw .notFinite("target", column: index, row: row, value: target[row])
        }
      }
    }
    if let weights {
      guard weights.count == count else {
        throw .lengthMismatch("the weight column", expected: count, found: weights.count)
      }
      if let row = weights.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
        throw .badWeight(row: row, value: weights[row])
      }
      guard weights.contains(where: { $0 > 0 }) else { throw .noWeight }
    }
    self.columns = columns
    self.targets = targets
    self.weights = weights
  }

  /// One target an event, the usual case of a classifier.
  ///
  /// - Parameters:
  ///   - columns: Inputs, shape `[features][events]`.
  ///   - target: Shape `[events]`, 1 for one class and 0 for the other.
  ///   - weights: Shape `[events]`, or `nil`.
  /// - Throws: ``NetworkError`` as ``init(columns:targets:weights:)``.
  public init(columns: [[Float]], target: [Float], weights: [Float]? = nil) throws(NetworkError) {
    try self.init(columns: columns, targets: .values([target]), weights: weights)
  }
}

/// The common length of columns whose numbers are all finite.
func eventCount(_ columns: [[Float]]) throws(NetworkError) -> Int {
  guard let count = columns.first?.count else { throw .badSize("the number of columns", 0) }
  for (index, column) in columns.enumerated() {
    guard column.count == count else {
      throw .lengthMismatch("column \(index)", expected: count, found: column.count)
    }
    if let row = column.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite("column", column: index, row: row, value: column[row])
    }
  }
  return count
}
