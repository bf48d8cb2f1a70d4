internal import Foundation

/// Expected events in bins as a second-order polynomial of a coupling.
///
/// n_i(c) = N(R) (α_i + β_i c + γ_i c²), arXiv:1912.12155, eq. (10): an amplitude linear in the
/// coefficient of an effective operator makes rates quadratic. α, β and γ are fractions of all
/// events at c = 0.
public struct QuadraticYields: Sendable, Hashable {
  /// Ascending edges, shape `[bins + 1]`.
  public let edges: [Double]
  /// α of each bin.
  public let constant: [Double]
  /// β of each bin.
  public let linear: [Double]
  /// γ of each bin.
  public let quadratic: [Double]

  /// Takes coefficients as they are, such as those of a published table.
  ///
  /// - Throws: ``QuadraticYieldsError`` for edges that do not ascend, another number of bins, or
  ///   numbers that are not finite.
  public init(
    edges: [Double], constant: [Double], linear: [Double], quadratic: [Double]
  ) throws(QuadraticYieldsError) {
    try Self.check(edges: edges)
    for coefficients in [constant, linear, quadratic] {
      guard coefficients.count == edges.count - 1 else {
        throw .wrongBinCount(coefficients.count, expected: edges.count - 1)
      }
      if let bin = coefficients.firstIndex(where: { !$0.isFinite }) {
        throw .invalidCoefficient(bin: bin, value: coefficients[bin])
      }
    }
    self.edges = edges
    self.constant = constant
    self.linear = linear
    self.quadratic = quadratic
  }

  /// Adds up simulated events that carry the dependence on the coupling themselves.
  ///
  /// An event stands for weight (1 + linear c + quadratic c²) events.
  ///
  /// - Parameters:
  ///   - edges: Ascending edges; events outside count in the total only.
  ///   - values: The binned variable of each event.
  ///   - weights: Weight of each event at c = 0, >= 0.
  ///   - linear: Relative change of its weight with c.
  ///   - quadratic: Relative change of its weight with c².
  /// - Throws: ``QuadraticYieldsError``.
  public init(
    edges: [Double], values: [Double], weights: [Double], linear: [Double], quadratic: [Double]
  ) throws(QuadraticYieldsError) {
    for column in [weights, linear, quadratic] where column.count != values.count {
      throw .wrongEventCount(column.count, expected: values.count)
    }
    try Self.check(edges: edges)
    let total = weights.reduce(0, +)
    guard total.isFinite, total > 0 else { throw .noEvents }
    func fractions(_ weight: (Int) -> Double) -> [Double] {
      var sums = [Double](repeating: 0, count: edges.count - 1)
      for (event, value) in values.enumerated() {
        guard let bin = Histogram.bin(of: value, in: edges) else { continue }
        sums[bin] += weight(event)
      }
      return sums.map { $0 / total }
    }
    try self.init(
      edges: edges, constant: fractions { weights[$0] },
      linear: fractions { weights[$0] * linear[$0] },
      quadratic: fractions { weights[$0] * quadratic[$0] })
  }

  private static func check(edges: [Double]) throws(QuadraticYieldsError) {
    guard edges.count >= 2, edges.allSatisfy({ $0.isFinite }),
      zip(edges, edges.dropFirst()).allSatisfy(<)
    else { throw .edgesNotAscending }
  }

  /// Computes the expected events of each bin.
  ///
  /// - Parameters:
  ///   - coupling: c, in the units of the coefficients.
  ///   - expectedEvents: N(R), expected at c = 0.
  /// - Returns: Shape `[bins]`.
  public func expected(coupling: Double, expectedEvents: Double) -> [Double] {
    constant.indices.map {
      expectedEvents * (constant[$0] + coupling * (linear[$0] + coupling * quadratic[$0]))
    }
  }

  /// Makes the test of c = 0 against a coupling.
  ///
  /// That of arXiv:1912.12155, eq. (11).
  ///
  /// - Parameters:
  ///   - coupling: c of the alternative, not 0.
  ///   - expectedEvents: N(R) > 0.
  /// - Returns: The best test of one against the other.
  /// - Throws: ``NeymanPearsonError`` if a bin expects no events.
  public func test(
    coupling: Double, expectedEvents: Double
  ) throws(NeymanPearsonError) -> NeymanPearsonTest {
    try NeymanPearsonTest(
      reference: expected(coupling: 0, expectedEvents: expectedEvents),
      alternative: expected(coupling: coupling, expectedEvents: expectedEvents))
  }
}

/// Why numbers do not make yields.
public enum QuadraticYieldsError: Error, Hashable {
  case edgesNotAscending
  case wrongBinCount(Int, expected: Int)
  case invalidCoefficient(bin: Int, value: Double)
  case wrongEventCount(Int, expected: Int)
  case noEvents
}

extension QuadraticYieldsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .edgesNotAscending: "yields need two or more finite, ascending bin edges"
    case .wrongBinCount(let count, let expected):
      "\(count) coefficients were given for \(expected) bins"
    case .invalidCoefficient(let bin, let value):
      "a coefficient of bin \(bin) is \(value); coefficients are finite"
    case .wrongEventCount(let count, let expected):
      "a column of weights has \(count) entries for \(expected) events"
    case .noEvents: "the weights of all events add up to nothing; give events with weights > 0"
    }
  }
}
