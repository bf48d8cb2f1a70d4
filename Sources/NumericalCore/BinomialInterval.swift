internal import Foundation

/// The confidence interval of a binomial probability that covers at least as often as it says.
///
/// Clopper and Pearson, Biometrika 26 (1934) 404: the probabilities for which the observed number
/// or more, and the observed number or fewer, have half of 1 - level.
public struct BinomialInterval: Sendable, Hashable {
  /// 0 if nothing was observed.
  public let low: Double
  /// 1 if everything was observed.
  public let high: Double

  /// Computes the central interval.
  ///
  /// Precondition: 0 <= `successes` <= `trials`, at least one trial, 0 < `level` < 1.
  public init(successes: Int, trials: Int, level: Double) {
    precondition(
      trials > 0 && (0...trials).contains(successes) && level > 0 && level < 1,
      "no interval for \(successes) of \(trials) at level \(level)")
    let k = Double(successes)
    let n = Double(trials)
    let logTail = log((1 - level) / 2)
    low = successes == 0 ? 0 : Self.root { IncompleteBeta.logLower(k, n - k + 1, $0) < logTail }
    high =
      successes == trials ? 1 : Self.root { IncompleteBeta.logUpper(k + 1, n - k, $0) > logTail }
  }

  /// Finds where a statement about a probability stops being true, to the last bit.
  private static func root(_ isBelow: (Double) -> Bool) -> Double {
    var low = 0.0
    var high = 1.0
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { return middle }
      if isBelow(middle) { low = middle } else { high = middle }
    }
  }
}
