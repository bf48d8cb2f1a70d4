internal import Foundation
internal import NumericalCore

/// How the events of a resonance of a given mass are distributed in the reconstructed mass.
public enum SignalShape: Sendable, Hashable {
  /// A Gaussian around the mass; its standard deviation is a fraction of the mass.
  case gaussian(relativeWidth: Double)
  /// A Gaussian core with a power-law tail on both sides.
  case crystalBall(DoubleSidedCrystalBall)
  /// Simulated signals, interpolated in the mass.
  case template(SignalTemplate)

  /// Computes the fraction of the signal's events in each bin.
  ///
  /// - Parameters:
  ///   - edges: Ascending bin edges in GeV, shape `[bins + 1]`.
  ///   - mass: Mass of the resonance in GeV, positive.
  /// - Returns: Numbers >= 0, shape `[bins]`; their sum is below 1 by what lies outside the edges.
  public func fractions(edges: [Double], mass: Double) -> [Double] {
    let below = probabilitiesBelow(edges, mass: mass)
    return zip(below, below.dropFirst()).map { max(0, $1 - $0) }
  }

  /// Half the width of the central 68.27 % of the events, as a fraction of the mass.
  public func relativeSpread(at mass: Double) -> Double {
    func quantile(_ probability: Double) -> Double {
      var low = 0.0
      var high = 4.0
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if probabilitiesBelow([middle * mass], mass: mass)[0] < probability {
          low = middle
        } else {
          high = middle
        }
      }
      return (low + high) / 2
    }
    let tail = NormalDistribution.survival(1)
    return (quantile(1 - tail) - quantile(tail)) / 2
  }

  private func probabilitiesBelow(_ points: [Double], mass: Double) -> [Double] {
    switch self {
    case .gaussian(let width):
      points.map { NormalDistribution.survival((mass - $0) / (width * mass)) }
    case .crystalBall(let shape):
      points.map { shape.probabilityBelow(($0 - mass) / (shape.relativeWidth * mass)) }
    case .template(let template): template.probabilitiesBelow(points, mass: mass)
    }
  }
}

/// A Gaussian with a power law beyond a number of standard deviations on both sides.
///
/// With t = (m - mass) / width: exp(-t²/2) for -alphaLow < t < alphaHigh, and
/// exp(-α²/2) (1 - (α/n)(α - |t|))^-n beyond; J. Gaiser, SLAC-R-255 (1982), with a tail on the
/// upper side too, as in arXiv:1606.03833.
public struct DoubleSidedCrystalBall: Sendable, Hashable {
  /// Standard deviation of the core over the mass.
  public let relativeWidth: Double
  /// Where the tails start, in standard deviations below and above the mass.
  public let alphaLow: Double
  public let alphaHigh: Double
  /// Powers of the tails, above 1.
  public let powerLow: Double
  public let powerHigh: Double
  /// Integrals of the lower tail, the core and the upper tail before normalisation.
  private let areas: [Double]

  /// Checks the numbers.
  ///
  /// - Throws: ``SignalShapeError`` unless widths and alphas are positive and powers above 1.
  public init(
    relativeWidth: Double, alphaLow: Double, powerLow: Double, alphaHigh: Double, powerHigh: Double
  ) throws(SignalShapeError) {
    guard relativeWidth > 0, relativeWidth < 1 else { throw .invalidWidth(relativeWidth) }
    for (alpha, power) in [(alphaLow, powerLow), (alphaHigh, powerHigh)] {
      guard alpha > 0, alpha.isFinite, power > 1, power.isFinite else {
        throw .invalidTail(alpha: alpha, power: power)
      }
    }
    self.relativeWidth = relativeWidth
    self.alphaLow = alphaLow
    self.alphaHigh = alphaHigh
    self.powerLow = powerLow
    self.powerHigh = powerHigh
    areas = [
      Self.tail(beyond: alphaLow, alpha: alphaLow, power: powerLow),
      (2 * Double.pi).squareRoot()
        * (1 - NormalDistribution.survival(alphaLow) - NormalDistribution.survival(alphaHigh)),
      Self.tail(beyond: alphaHigh, alpha: alphaHigh, power: powerHigh),
    ]
  }

  /// The unnormalised integral of a tail from a distance t >= alpha on.
  private static func tail(beyond t: Double, alpha: Double, power: Double) -> Double {
    let base = 1 + alpha / power * (t - alpha)
    return exp(-0.5 * alpha * alpha) * power / (alpha * (power - 1)) * pow(base, 1 - power)
  }

  /// The probability of less than t standard deviations of the core.
  func probabilityBelow(_ t: Double) -> Double {
    let total = areas.reduce(0, +)
    if t < -alphaLow { return Self.tail(beyond: -t, alpha: alphaLow, power: powerLow) / total }
    if t > alphaHigh { return 1 - Self.tail(beyond: t, alpha: alphaHigh, power: powerHigh) / total }
    let core =
      NormalDistribution.survival(-t) - NormalDistribution.survival(alphaLow)
    return (areas[0] + (2 * Double.pi).squareRoot() * core) / total
  }
}

/// Why numbers do not make a signal shape.
public enum SignalShapeError: Error, Hashable {
  case invalidWidth(Double)
  case invalidTail(alpha: Double, power: Double)
  case noTemplates
  case invalidTemplateMass(Double)
  case repeatedTemplateMass(Double)
  case emptyTemplate(mass: Double)
}

extension SignalShapeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidWidth(let width):
      "a signal's width is \(width); it is a fraction of the mass, between 0 and 1"
    case .invalidTail(let alpha, let power):
      "a Crystal Ball tail has alpha \(alpha) and power \(power); alpha must be above 0 and the "
        + "power above 1"
    case .noTemplates: "a signal template needs at least one simulated mass"
    case .invalidTemplateMass(let mass):
      "a template's mass is \(mass); it must be finite and above 0"
    case .repeatedTemplateMass(let mass):
      "two templates have the mass \(mass) GeV; merge them or leave one out"
    case .emptyTemplate(let mass): "the template at \(mass) GeV has no events"
    }
  }
}
