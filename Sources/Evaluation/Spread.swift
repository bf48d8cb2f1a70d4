/// The median of repeated measurements, with the range of their middle 68 %.
public struct Spread: Sendable, Hashable, Codable {
  public let median: Double
  /// The 16 % and 84 % quantiles: about one standard deviation on either side.
  public let low: Double
  public let high: Double
  /// How many measurements there are.
  public let count: Int

  /// Sums up values; quantiles lie on straight lines between the sorted values.
  ///
  /// - Parameter values: Finite, in any order; without any there is no spread.
  public init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    func quantile(_ fraction: Double) -> Double {
      let position = fraction * Double(sorted.count - 1)
      let below = Int(position)
      guard below + 1 < sorted.count else { return sorted[below] }
      return sorted[below] + (position - Double(below)) * (sorted[below + 1] - sorted[below])
    }
    median = quantile(0.5)
    low = quantile(0.16)
    high = quantile(0.84)
    count = values.count
  }
}
