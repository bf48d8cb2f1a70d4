import Foundation

/// One direction of a panel: a range of values, their scale, and where the ticks go.
public struct Axis: Sendable, Hashable {
  public enum Scale: Sendable, Hashable {
    case linear
    case logarithmic
    /// Values are base-10 logarithms already, for numbers that a double cannot hold.
    case exponent
  }

  /// A labelled tick.
  struct Tick: Sendable, Hashable {
    var value: Double
    var label: RichText
  }

  public var title: RichText
  public var scale: Scale
  public let range: ClosedRange<Double>
  /// What lies at 0.5, 1.5 and so on, instead of numbers.
  private var names: [RichText]?

  /// An axis over a range; an empty, reversed or non-finite one is widened until it can be drawn.
  ///
  /// - Parameters:
  ///   - title: Quantity with its unit in brackets.
  ///   - low: Value at the left or lower end; positive on a logarithmic axis.
  ///   - high: Value at the other end.
  ///   - scale: How values become lengths.
  public init(_ title: RichText, from low: Double, to high: Double, scale: Scale = .linear) {
    self.title = title
    self.scale = scale
    var low = low.isFinite ? low : 0
    var high = high.isFinite ? high : low + 1
    if scale == .logarithmic {
      if high <= 0 { high = 1 }
      if low <= 0 { low = high / 1000 }
      if high <= low { high = low * 10 }
    } else if high <= low {
      high = low + max(1, abs(low) * 0.1)
    }
    range = low...high
  }

  /// An axis with names side by side, the first at 0.5 and the next at 1.5.
  public init(_ title: RichText, names: [RichText]) {
    self.init(title, from: 0, to: Double(max(names.count, 1)))
    self.names = names
  }

  /// Position along the axis, 0 at its start and 1 at its end.
  func fraction(_ value: Double) -> Double {
    (coordinate(value) - start) / (end - start)
  }

  private var start: Double { coordinate(range.lowerBound) }
  private var end: Double { coordinate(range.upperBound) }

  private func coordinate(_ value: Double) -> Double {
    guard scale == .logarithmic else { return value }
    // Zero and below lie off the panel, not at minus infinity.
    return value > 0 ? log10(value) : log10(range.lowerBound) - 10
  }

  /// Labelled and unlabelled ticks for about `target` labels.
  func ticks(target: Int) -> (major: [Tick], minor: [Double]) {
    if let names {
      return (names.enumerated().map { Tick(value: Double($0) + 0.5, label: $1) }, [])
    }
    return scale == .linear ? linearTicks(target: target) : decadeTicks(target: target)
  }

  private func linearTicks(target: Int) -> (major: [Tick], minor: [Double]) {
    let raw = (end - start) / Double(max(1, target))
    let power = pow(10, log10(raw).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= raw * (1 - 1e-9) } ?? 10
    let step = factor * power
    let decimals = max(0, -Int(log10(step * 1.000_001).rounded(.down)))
    let major = multiples(of: step).map {
      Tick(value: $0, label: RichText(verbatim: fixed($0, decimals)))
    }
    let divisions = factor == 2 ? 4.0 : 5.0
    return (major, multiples(of: step / divisions))
  }

  private func multiples(of step: Double) -> [Double] {
    let first = (start / step - 1e-9).rounded(.up)
    let last = (end / step + 1e-9).rounded(.down)
    guard last >= first, last - first < 1000 else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  private func decadeTicks(target: Int) -> (major: [Tick], minor: [Double]) {
    let first = Int((start - 1e-9).rounded(.up))
    let last = Int((end + 1e-9).rounded(.down))
    let decades = end - start
    if decades < 1.5 || last <= first { return shortLogarithmicTicks() }
    let spacing =
      [1, 2, 3, 5, 10, 20, 50, 100, 200, 500].first { decades / Double($0) <= Double(target) }
      ?? 1000
    let major = (first...max(first, last)).filter { $0 % spacing == 0 }.map {
      Tick(value: value(atExponent: Double($0)), label: Self.powerOfTen($0))
    }
    let minor: [Double]
    if spacing == 1 {
      minor = (first - 1...last).flatMap { decade in
        (2...9).map { Double(decade) + log10(Double($0)) }
      }
    } else {
      minor = (first...max(first, last)).map(Double.init)
    }
    return (major, minor.filter { $0 >= start && $0 <= end }.map(value(atExponent:)))
  }

  /// Less than a decade and a half, or one power of ten only: every 1, 2 and 5 gets its plain number.
  private func shortLogarithmicTicks() -> (major: [Tick], minor: [Double]) {
    var major: [Tick] = []
    var minor: [Double] = []
    for decade in Int(start.rounded(.down))...Int(end.rounded(.up)) {
      for digit in 1...9 {
        let exponent = Double(decade) + log10(Double(digit))
        guard exponent >= start - 1e-9, exponent <= end + 1e-9 else { continue }
        if [1, 2, 5].contains(digit) {
          let number = Double(digit) * pow(10, Double(decade))
          let label = RichText(verbatim: fixed(number, max(0, -decade)))
          major.append(Tick(value: value(atExponent: exponent), label: label))
        } else {
          minor.append(value(atExponent: exponent))
        }
      }
    }
    return (major, minor)
  }

  private func value(atExponent exponent: Double) -> Double {
    scale == .logarithmic ? pow(10, exponent) : exponent
  }

  private static func powerOfTen(_ exponent: Int) -> RichText {
    switch exponent {
    case 0: "1"
    case 1: "10"
    default: RichText(markup: "10^{\(exponent < 0 ? "−" : "")\(abs(exponent))}")
    }
  }
}
