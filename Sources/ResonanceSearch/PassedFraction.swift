import NumericalCore

/// A fraction of simulated events with the interval that their number leaves open.
///
/// Clopper and Pearson's central interval of 68.27 %; with weights of the effective number of events,
/// (Σw)² / Σw².
public struct PassedFraction: Sendable, Hashable, Codable {
  public let value: Double
  public let low: Double
  public let high: Double

  /// - Parameters:
  ///   - value: The fraction.
  ///   - events: Of how many events it is; the effective number if they have weights.
  init(_ value: Double, of events: Double) {
    let trials = max(1, Int(events.rounded()))
    let successes = min(trials, max(0, Int((value * Double(trials)).rounded())))
    let interval = BinomialInterval(successes: successes, trials: trials, level: 0.682689492)
    self.value = value
    low = min(value, interval.low)
    high = max(value, interval.high)
  }

  /// A fraction that is known, without an error of its own.
  init(exactly value: Double) {
    self.value = value
    low = value
    high = value
  }

  init(_ passed: [Bool], weights: [Double]?) {
    var sums = (passed: 0.0, all: 0.0, squares: 0.0)
    for (event, isPassed) in passed.enumerated() {
      let weight = weights?[event] ?? 1
      sums.all += weight
      sums.squares += weight * weight
      if isPassed { sums.passed += weight }
    }
    self.init(
      sums.all > 0 ? sums.passed / sums.all : 0,
      of: sums.squares > 0 ? sums.all * sums.all / sums.squares : 0)
  }
}
