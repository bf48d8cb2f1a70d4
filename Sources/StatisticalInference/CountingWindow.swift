internal import Foundation
internal import NumericalCore

/// A mass window in which a known resonance is searched for by counting.
///
/// The reference significance Z_ref of arXiv:1912.12155, eq. (9) and Table 2: what a search that
/// knows the signal would have.
public struct CountingWindow: Sendable, Hashable {
  /// Mass range in GeV.
  public let range: Range<Double>
  /// Fraction of all signal events in the window, between 0 and 1.
  public let signalFraction: Double
  /// Fraction of all reference events in the window, above 0, at most 1.
  public let backgroundFraction: Double

  /// Takes fractions as they are, such as those of a published table.
  ///
  /// - Throws: ``CountingWindowError`` for an empty range or numbers outside their ranges.
  public init(
    range: Range<Double>, signalFraction: Double, backgroundFraction: Double
  ) throws(CountingWindowError) {
    guard !range.isEmpty, range.lowerBound.isFinite, range.upperBound.isFinite else {
      throw .emptyRange(range)
    }
    guard signalFraction >= 0, signalFraction <= 1 else {
      throw .invalidSignalFraction(signalFraction)
    }
    guard backgroundFraction > 0, backgroundFraction <= 1 else {
      throw .invalidBackgroundFraction(backgroundFraction, range)
    }
    self.range = range
    self.signalFraction = signalFraction
    self.backgroundFraction = backgroundFraction
  }

  /// Computes Z_ref = Z[1 - CDF(s + b)] of a Poisson distribution of mean b.
  ///
  /// CDF(k) is Q(k + 1, b), the regularised upper incomplete gamma function: the Poisson
  /// distribution's at whole k, smooth in between. P(N > s + b) leaves the mean count out, so that
  /// Z_ref can be a little larger than the median of the best test (``NeymanPearsonTest``).
  ///
  /// - Parameters:
  ///   - signal: Expected signal events N(S) >= 0 before the window.
  ///   - background: Expected reference events N(R) > 0 before the window.
  /// - Returns: Standard deviations, one-sided; it may be negative for a tiny signal.
  /// - Throws: ``CountingWindowError`` for numbers outside these ranges.
  public func significance(
    signal: Double, background: Double
  ) throws(CountingWindowError) -> Double {
    guard signal.isFinite, signal >= 0, background.isFinite, background > 0 else {
      throw .invalidExpectation(signal: signal, background: background)
    }
    return Self.significance(
      signal: signalFraction * signal, background: backgroundFraction * background)
  }

  /// Finds the most significant window for a signal.
  ///
  /// - Parameters:
  ///   - signalMasses: Masses of simulated signal events in GeV.
  ///   - signal: Expected signal events N(S) > 0, in the window or not.
  ///   - background: Expected reference events N(R) > 0.
  ///   - step: Both ends of the window are multiples of it, in GeV.
  ///   - backgroundFraction: Fraction of the reference events in a range of masses, above 0: from
  ///     a smooth function fitted to the tail, not from counts.
  /// - Returns: The window with its fractions.
  /// - Throws: ``CountingWindowError``.
  public static func mostSignificant(
    signalMasses: [Double], signal: Double, background: Double, step: Double = 1,
    backgroundFraction: (Range<Double>) -> Double
  ) throws(CountingWindowError) -> CountingWindow {
    guard signal.isFinite, signal > 0, background.isFinite, background > 0 else {
      throw .invalidExpectation(signal: signal, background: background)
    }
    guard step.isFinite, step > 0 else { throw .invalidStep(step) }
    let sorted = signalMasses.sorted()
    guard let middle = sorted.isEmpty ? nil : sorted[sorted.count / 2],
      sorted.allSatisfy({ $0.isFinite })
    else { throw .noSignalEvents }
    // The window holds the median and ends within the central 98 % of the signal.
    let low = Int((sorted[sorted.count / 100] / step).rounded(.down))
    let center = Int((middle / step).rounded(.down))
    let high = Int((sorted[sorted.count - 1 - sorted.count / 100] / step).rounded(.up))
    let below = (low...(high + 1)).map { edge in
      Double(sorted.partitioningIndex { $0 >= Double(edge) * step }) / Double(sorted.count)
    }
    var best: (significance: Double, window: CountingWindow)?
    for lower in low...center {
      for upper in (center + 1)...(high + 1) {
        let range = Double(lower) * step..<Double(upper) * step
        let window = try CountingWindow(
          range: range, signalFraction: below[upper - low] - below[lower - low],
          backgroundFraction: backgroundFraction(range))
        let value = try window.significance(signal: signal, background: background)
        if value > best?.significance ?? -.infinity { best = (value, window) }
      }
    }
    guard let best else { throw .noSignalEvents }
    return best.window
  }

  private static func significance(signal: Double, background: Double) -> Double {
    let count = signal + background + 1
    let logTail = PoissonDistribution.logAtLeast(count, mean: background)
    return logTail < -1e-9
      ? NormalDistribution.quantile(logSurvival: logTail)
      : -NormalDistribution.quantile(
        logSurvival: PoissonDistribution.logAtMost(count - 1, mean: background))
  }
}

/// Why there is no counting window.
public enum CountingWindowError: Error, Hashable {
  case emptyRange(Range<Double>)
  case invalidSignalFraction(Double)
  case invalidBackgroundFraction(Double, Range<Double>)
  case invalidExpectation(signal: Double, background: Double)
  case invalidStep(Double)
  case noSignalEvents
}

extension CountingWindowError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .emptyRange(let range):
      "the mass window \(range.lowerBound)-\(range.upperBound) GeV is empty or not finite"
    case .invalidSignalFraction(let value):
      "the window's signal fraction is \(value); it must be between 0 and 1"
    case .invalidBackgroundFraction(let value, let range):
      "the background fraction of the window \(range.lowerBound)-\(range.upperBound) GeV is "
        + "\(value); it must be above 0 and at most 1: fit a smooth function to the tail"
    case .invalidExpectation(let signal, let background):
      "\(signal) signal and \(background) reference events are expected; signal must be finite and "
        + ">= 0 (> 0 for an optimised window), reference finite and > 0"
    case .invalidStep(let step): "a step of \(step) GeV makes no windows; give one > 0"
    case .noSignalEvents: "a window needs signal events with finite masses"
    }
  }
}
