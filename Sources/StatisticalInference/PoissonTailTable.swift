internal import Foundation
internal import NumericalCore

/// -ln p of every count that background is likely to give, for windows with known expectations.
///
/// Tails are sums of Poisson probabilities, from far out towards the mean: all terms are positive,
/// so nothing cancels, and an entry costs an addition, a product and a logarithm.
struct PoissonTailTable: Sendable {
  private struct Row: Sendable {
    /// The count nearest to the expectation with p < 1.
    var first: Int32
    /// Where its entries begin; the first of these is the 0 of all counts with p = 1.
    var start: Int32
    var count: Int32
  }

  private let direction: BumpDirection
  private let expected: [Double]
  private var rows: [Row] = []
  private var entries: [Double] = []
  /// Entries of all windows together are kept below this: 32 MB.
  private static let capacity = 4_000_000.0
  /// The tables end this many standard deviations from the expectation, or before.
  private static let reach = 7.0

  /// Tabulates.
  ///
  /// - Parameters:
  ///   - expected: Background of each window, at least 0.
  ///   - direction: On which side of the expectation.
  init(expected: [Double], direction: BumpDirection) {
    self.expected = expected
    self.direction = direction
    let total = expected.reduce(0) { $0 + $1.squareRoot() * Self.reach + Self.reach * Self.reach }
    let reach = Self.reach * min(1, Self.capacity / total)
    for mean in expected { append(mean, reach: reach) }
  }

  private mutating func append(_ mean: Double, reach: Double) {
    let start = Int32(entries.count)
    entries.append(0)
    let length = (reach * mean.squareRoot() + reach * reach).rounded()
    guard mean > 0, mean + length < 2e9 else {
      // Nothing is an excess without background; beyond 2^31 events every count is out of reach.
      let isOutOfReach = direction == .excess && mean > 0
      rows.append(Row(first: isOutOfReach ? .min : .max, start: start, count: 0))
      return
    }
    switch direction {
    case .excess:
      let first = mean.rounded(.down) + 1
      let count = Int(length)
      let last = first + length - 1
      let logLast = PoissonDistribution.logProbability(of: last, mean: mean)
      var tail = exp(PoissonDistribution.logAtLeast(last, mean: mean) - logLast)
      var term = 1.0
      var tails = [tail]
      for n in stride(from: last, to: first, by: -1) {
        term *= n / mean
        tail += term
        tails.append(tail)
      }
      entries += tails.reversed().map { -(logLast + log($0)) }
      rows.append(Row(first: Int32(first), start: start, count: Int32(count)))
    case .deficit:
      let first = mean.rounded(.up) - 1
      let last = max(0, first - length + 1)
      let logLast = PoissonDistribution.logProbability(of: last, mean: mean)
      var tail = exp(PoissonDistribution.logAtMost(last, mean: mean) - logLast)
      var term = 1.0
      var tails = [tail]
      for n in stride(from: last, to: first, by: 1) {
        term *= mean / (n + 1)
        tail += term
        tails.append(tail)
      }
      entries += tails.reversed().map { -(logLast + log($0)) }
      rows.append(Row(first: Int32(first), start: start, count: Int32(tails.count)))
    }
  }

  /// Looks up t of a whole number of events in each window and hands it over.
  ///
  /// - Parameters:
  ///   - sums: The windows.
  ///   - cumulative: Cumulative sums of the counts.
  ///   - body: Called with each window's index and t.
  @inline(__always)
  func forEach(_ sums: WindowSums, _ cumulative: [Int], _ body: (Int, Double) -> Void) {
    let sign: Int = direction == .excess ? 1 : -1
    rows.withUnsafeBufferPointer { rows in
      entries.withUnsafeBufferPointer { entries in
        cumulative.withUnsafeBufferPointer { cumulative in
          sums.corners.withUnsafeBufferPointer { corners in
            for window in corners.indices {
              let corner = corners[window]
              let count =
                cumulative[Int(corner.added.0)] &- cumulative[Int(corner.subtracted.0)]
                &- cumulative[Int(corner.subtracted.1)] &+ cumulative[Int(corner.added.1)]
              let row = rows[window]
              // 0 is the entry of p = 1.
              let position = max(0, sign &* (count &- Int(row.first)) &+ 1)
              let statistic =
                position <= Int(row.count)
                ? entries[Int(row.start) &+ position]
                : direction.statistic(observed: Double(count), expected: expected[window])
              body(window, statistic)
            }
          }
        }
      }
    }
  }
}
