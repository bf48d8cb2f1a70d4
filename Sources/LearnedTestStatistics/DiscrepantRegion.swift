public import EventFiles
import Foundation

/// The box of cuts in which a fitted network sees the largest departure from the reference.
///
/// From all events on, the one bound on a variable that makes the learned departure clearest is set,
/// as long as it grows (like the patient rule induction of Friedman & Fisher, Stat. Comput. 9 (1999)
/// 123, with a likelihood ratio as its aim); then bounds are taken back where that makes it grow.
/// It says in words what the network has learned; it is no test of its own, for it was chosen after
/// looking.
public struct DiscrepantRegion: Sendable, Hashable, Codable {
  public let cuts: [Cut]
  /// Events expected from the reference in the region.
  public let expected: Double
  /// Events that the fitted network expects there.
  public let learned: Double
  /// Data events there.
  public let observed: Int

  /// A condition on one variable; `nil` is no bound.
  public struct Cut: Sendable, Hashable, Codable {
    public let variable: String
    @Nullable public var low: Double?
    @Nullable public var high: Double?
  }

  /// 2 (learned ln(learned / expected) - learned + expected): the log-likelihood ratio that the
  /// network's expectation would give on average.
  static func strength(expected: Double, learned: Double) -> Double {
    guard expected > 0, learned > 0 else { return 0 }
    return 2 * (learned * log(learned / expected) - learned + expected)
  }

  /// Looks for the region; `nil` if no cut makes the departure clearer than the total does.
  ///
  /// - Parameters:
  ///   - names: The variables.
  ///   - reference: Shape `[variables][reference events]`.
  ///   - data: Shape `[variables][data events]`.
  ///   - weights: Of the reference events, summing to the expectation.
  ///   - logRatios: f of the reference events.
  public init?(
    names: [String], reference: [[Float]], data: [[Float]], weights: [Double], logRatios: [Float]
  ) {
    var search = BoxSearch(columns: reference, weights: weights, logRatios: logRatios)
    search.run()
    guard search.isBounded else { return nil }
    let box = search.box
    cuts = names.indices.compactMap { index in
      let (low, high) = box[index]
      return low == nil && high == nil
        ? nil
        : Cut(variable: names[index], low: low.map { Double($0) }, high: high.map { Double($0) })
    }
    (expected, learned) = search.totals
    observed = (data.first ?? []).indices.count { row in
      names.indices.allSatisfy { BoxSearch.contains(box[$0], data[$0][row]) }
    }
  }

  /// The cuts in one line.
  public var description: String {
    cuts.map { cut in
      switch (cut.low, cut.high) {
      case (let low?, let high?): "\(cut.variable) in \(rounded(low)) ... \(rounded(high))"
      case (let low?, nil): "\(cut.variable) ≥ \(rounded(low))"
      case (nil, let high?): "\(cut.variable) ≤ \(rounded(high))"
      case (nil, nil): ""
      }
    }.joined(separator: ", ")
  }
}

/// The search for a box on the reference events.
private struct BoxSearch {
  typealias Bounds = (low: Float?, high: Float?)

  let columns: [[Float]]
  let weights: [Double]
  let learnedWeights: [Double]
  private(set) var box: [Bounds]
  private var inside: [Int]

  init(columns: [[Float]], weights: [Double], logRatios: [Float]) {
    self.columns = columns
    self.weights = weights
    learnedWeights = zip(weights, logRatios).map { $0 * exp(Double($1)) }
    box = Array(repeating: (nil, nil), count: columns.count)
    inside = Array(weights.indices)
  }

  static func contains(_ bounds: Bounds, _ value: Float) -> Bool {
    value >= bounds.low ?? -.infinity && value <= bounds.high ?? .infinity
  }

  var isBounded: Bool { box.contains { $0.low != nil || $0.high != nil } }
  var totals: (expected: Double, learned: Double) { Self.totals(inside, weights, learnedWeights) }

  private static func totals(
    _ rows: [Int], _ weights: [Double], _ learned: [Double]
  ) -> (expected: Double, learned: Double) {
    rows.reduce(into: (0.0, 0.0)) {
      $0.0 += weights[$1]
      $0.1 += learned[$1]
    }
  }

  private func strength(_ rows: [Int]) -> Double {
    let totals = Self.totals(rows, weights, learnedWeights)
    return DiscrepantRegion.strength(expected: totals.expected, learned: totals.learned)
  }

  mutating func run() {
    var best = strength(inside)
    while let (column, bounds, value) = bestCut(), value > best * 1.001 {
      best = value
      apply(bounds, to: column)
    }
    for column in columns.indices where box[column].low != nil || box[column].high != nil {
      for bounds in [(nil, box[column].high), (box[column].low, nil)] as [Bounds] {
        var other = box
        other[column] = bounds
        let rows = self.rows(in: other)
        let value = strength(rows)
        if value >= best {
          (best, box, inside) = (value, other, rows)
        }
      }
    }
  }

  private mutating func apply(_ bounds: Bounds, to column: Int) {
    box[column] = bounds
    inside = inside.filter { Self.contains(bounds, columns[column][$0]) }
  }

  private func rows(in box: [Bounds]) -> [Int] {
    weights.indices.filter { row in
      columns.indices.allSatisfy { Self.contains(box[$0], columns[$0][row]) }
    }
  }

  /// The one bound on a variable that makes the departure clearest.
  private func bestCut() -> (column: Int, bounds: Bounds, strength: Double)? {
    var best: (column: Int, bounds: Bounds, strength: Double)?
    let total = totals
    let step = total.expected / Double(Self.steps)
    func consider(_ column: Int, _ bounds: Bounds, expected: Double, learned: Double) {
      let strength = DiscrepantRegion.strength(expected: expected, learned: learned)
      guard strength > best?.strength ?? 0 else { return }
      best = (column, bounds, strength)
    }
    for column in columns.indices {
      let values = columns[column]
      let order = inside.sorted { values[$0] < values[$1] }
      var below = (expected: 0.0, learned: 0.0)
      var next = step
      for (row, following) in zip(order, order.dropFirst()) {
        below.expected += weights[row]
        below.learned += learnedWeights[row]
        // Equal values stay together.
        guard below.expected >= next, values[row] < values[following] else { continue }
        next = below.expected + step
        consider(
          column, (values[following], box[column].high),
          expected: total.expected - below.expected, learned: total.learned - below.learned)
        consider(
          column, (box[column].low, values[row]), expected: below.expected, learned: below.learned)
      }
    }
    return best
  }

  /// Places of a variable where a bound is tried.
  private static let steps = 100
}
