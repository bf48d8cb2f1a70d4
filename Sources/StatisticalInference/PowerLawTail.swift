internal import Foundation

/// A falling spectrum as a power law, fitted to events in a range.
///
/// dN/dm ∝ m^-k by maximum likelihood, for the background under a peak: in the place of the Landau
/// distribution that arXiv:1912.12155, section 4.1, fits to its tail. Over a range of a factor two or
/// three the difference is small, and a window with few simulated events gets a stable expectation.
public struct PowerLawTail: Sendable, Hashable {
  /// Where it was fitted, in GeV.
  public let range: Range<Double>
  /// k.
  public let exponent: Double
  /// Fraction of all events, by weight, that lie in the range.
  public let fraction: Double

  /// Fits the events in a range.
  ///
  /// - Parameters:
  ///   - masses: Of all events, in the range or not.
  ///   - weights: Not negative, shape `[masses]`; `nil` if every event counts once.
  ///   - range: Its lower end is above 0.
  /// - Throws: ``PowerLawTailError`` if no two masses lie in the range.
  public init(
    masses: [Double], weights: [Double]? = nil, range: Range<Double>
  ) throws(PowerLawTailError) {
    guard range.lowerBound > 0, !range.isEmpty, range.upperBound.isFinite else {
      throw .badRange(range)
    }
    var (inside, logs, total, events) = (0.0, 0.0, 0.0, 0)
    for (index, mass) in masses.enumerated() {
      let weight = weights?[index] ?? 1
      total += weight
      guard range.contains(mass), weight > 0 else { continue }
      inside += weight
      logs += weight * log(mass / range.lowerBound)
      events += 1
    }
    guard events >= 2 else { throw .tooFewEvents(events, range) }
    let length = log(range.upperBound / range.lowerBound)
    // ln(m / low) / length is exponential with rate r, cut off at 1: its mean falls with r.
    let mean = logs / inside / length
    var (low, high) = (-1_000.0, 1_000.0)
    while true {
      let middle = (low + high) / 2
      guard low < middle, middle < high else { break }
      if Self.mean(rate: middle) > mean { low = middle } else { high = middle }
    }
    self.range = range
    exponent = 1 + low / length
    fraction = inside / total
  }

  /// The mean of an exponential on 0...1.
  private static func mean(rate: Double) -> Double {
    // 1/r - 1/(exp(r) - 1), whose terms cancel at r = 0.
    abs(rate) < 1e-4 ? 0.5 - rate / 12 : 1 / rate - 1 / expm1(rate)
  }

  /// The fraction of all events that lie in a window within the range.
  public func fraction(in window: Range<Double>) -> Double {
    let part = window.clamped(to: range)
    return fraction * integral(part) / integral(range)
  }

  /// Of (m / low)^-k, without its constant.
  private func integral(_ window: Range<Double>) -> Double {
    let power = 1 - exponent
    let (a, b) = (
      log(window.lowerBound / range.lowerBound), log(window.upperBound / range.lowerBound)
    )
    return abs(power) < 1e-9 ? b - a : (expm1(power * b) - expm1(power * a)) / power
  }
}

/// Why no power law can be fitted.
public enum PowerLawTailError: Error, Sendable, Equatable {
  case badRange(Range<Double>)
  case tooFewEvents(Int, Range<Double>)
}

extension PowerLawTailError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badRange(let range):
      "a power law needs a finite range above 0, not \(range.lowerBound)-\(range.upperBound) GeV"
    case .tooFewEvents(let count, let range):
      "\(count) events lie in \(range.lowerBound)-\(range.upperBound) GeV, too few for a power law: "
        + "give a wider range or more events"
    }
  }
}
