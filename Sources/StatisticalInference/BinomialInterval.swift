internal import NumericalCore

/// A probability estimated by counting, with its central interval.
public struct BinomialEstimate: Sendable, Hashable, Codable {
  public let value: Double
  /// Ends of the interval, between 0 and 1.
  public let low: Double
  public let high: Double

  /// The p-value (k + 1) / (n + 1) of data that k of n pseudo-experiments reach.
  ///
  /// Never 0, and with its Clopper-Pearson interval: the ends are where k or more, and k or fewer,
  /// have half of what is left of the confidence level.
  ///
  /// - Parameters:
  ///   - reached: k, from 0 to n.
  ///   - count: n >= 1.
  ///   - confidenceLevel: Of the interval.
  public init(reached: Int, of count: Int, confidenceLevel: Double = 0.6826894921370859) {
    precondition(count >= 1 && reached >= 0 && reached <= count, "\(reached) of \(count)")
    let tail = (1 - confidenceLevel) / 2
    let (k, n) = (Double(reached), Double(count))
    value = (k + 1) / (n + 1)
    low = reached == 0 ? 0 : IncompleteBeta.quantile(tail, k, n - k + 1)
    high = reached == count ? 1 : IncompleteBeta.quantile(1 - tail, k + 1, n - k)
  }
}
