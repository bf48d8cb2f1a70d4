public import EventFiles
import Foundation

/// What a fitted network says about one variable, which it need not have been given.
///
/// The reference reweighted by exp(f), binned, beside data and reference: arXiv:1912.12155, Fig. 10.
public struct LearnedRatio: Sendable, Hashable, Codable {
  public let variable: String
  /// Whether the network was given the variable.
  public let isInput: Bool
  /// Bin edges, ascending, shape `[bins + 1]`.
  public let edges: [Double]
  /// Whether the bins are of equal width in ln x.
  public let isLogarithmic: Bool
  /// Events expected from the reference, shape `[bins]`.
  public let expected: [Double]
  /// Standard deviation of ``expected`` because the reference sample is finite.
  public let expectedUncertainty: [Double]
  /// Data events.
  public let observed: [Double]
  /// Events that the fitted network expects: Σ w exp(f).
  public let learned: [Double]
  /// Events that the law behind the data expects, shape `[bins]`; `nil` if it is not known.
  @Nullable public var truth: [Double]?

  /// Takes numbers that were made elsewhere; shapes as those of the properties.
  public init(
    _ variable: String, edges: [Double], expected: [Double], expectedUncertainty: [Double],
    observed: [Double], learned: [Double]
  ) {
    self.variable = variable
    isInput = true
    isLogarithmic = false
    self.edges = edges
    self.expected = expected
    self.expectedUncertainty = expectedUncertainty
    self.observed = observed
    self.learned = learned
    truth = nil
  }

  /// Bins before neighbours are merged.
  static let bins = 40
  /// Fewest reference events of a bin.
  static let fewestEvents = 10

  /// Bins a variable.
  ///
  /// - Parameters:
  ///   - variable: Its name.
  ///   - isInput: Whether the network was given it.
  ///   - reference: Its values, shape `[reference events]`.
  ///   - data: Its values, shape `[data events]`.
  ///   - weights: Of the reference events, summing to the expectation.
  ///   - logRatios: f of the reference events.
  ///   - truth: Values of events that follow the law behind the data, and what each counts.
  public init(
    _ variable: String, isInput: Bool, reference: [Float], data: [Float], weights: [Double],
    logRatios: [Float], truth: (values: [Float], weights: [Double])? = nil
  ) {
    self.variable = variable
    self.isInput = isInput
    let sorted = reference.sorted()
    let low = min(Double(sorted[0]), Double(data.min() ?? sorted[0]))
    let high = max(Double(sorted[sorted.count - 1]), Double(data.max() ?? sorted[0]))
    // A tail that long is a falling spectrum.
    let median = Double(sorted[sorted.count / 2])
    let isLogarithmic = low > 0 && high > 5 * median
    self.isLogarithmic = isLogarithmic
    let position: (Double) -> Double = isLogarithmic ? { log($0 / low) } : { $0 - low }
    let width = max(position(high), .leastNormalMagnitude) / Double(Self.bins)
    func bin(_ value: Float) -> Int {
      min(Self.bins - 1, max(0, Int(position(Double(value)) / width)))
    }
    let fine = (0...Self.bins).map { edge in
      isLogarithmic ? low * exp(Double(edge) * width) : low + Double(edge) * width
    }
    let empty = [Double](repeating: 0, count: Self.bins)
    var (events, expected, variance, learned, observed) = (empty, empty, empty, empty, empty)
    for (row, value) in reference.enumerated() {
      let bin = bin(value)
      events[bin] += 1
      expected[bin] += weights[row]
      variance[bin] += weights[row] * weights[row]
      learned[bin] += weights[row] * exp(Double(logRatios[row]))
    }
    for value in data { observed[bin(value)] += 1 }
    let known = truth.map { truth in
      zip(truth.values, truth.weights).reduce(into: empty) { $0[bin($1.0)] += $1.1 }
    }
    let groups = Self.groups(events)
    func sums(_ values: [Double]) -> [Double] { groups.map { values[$0].reduce(0, +) } }
    edges = groups.map { fine[$0.lowerBound] } + [fine[Self.bins]]
    self.expected = sums(expected)
    expectedUncertainty = sums(variance).map { $0.squareRoot() }
    self.observed = sums(observed)
    self.learned = sums(learned)
    self.truth = known.map(sums)
  }

  /// Neighbouring bins with enough events, from the lowest on; the rest joins the last.
  private static func groups(_ events: [Double]) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var first = 0
    for bin in events.indices where events[first...bin].reduce(0, +) >= Double(fewestEvents) {
      groups.append(first..<bin + 1)
      first = bin + 1
    }
    guard let last = groups.popLast() else { return [0..<events.count] }
    return groups + [last.lowerBound..<events.count]
  }
}
