internal import Foundation

/// Gauss-Legendre quadrature on an interval.
///
/// n points integrate polynomials up to degree 2n - 1 exactly.
public struct GaussLegendre: Sendable {
  /// Points on (-1, 1), ascending, shape `[n]`.
  public let points: [Double]
  /// Weights that add up to 2, shape `[n]`.
  public let weights: [Double]

  /// Finds the roots of the Legendre polynomial of degree `count` with Newton's method.
  public init(count: Int) {
    precondition(count >= 1, "a quadrature needs at least one point")
    var points: [Double] = []
    var weights: [Double] = []
    for i in stride(from: count, through: 1, by: -1) {
      var x = cos(.pi * (Double(i) - 0.25) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var p = 1.0
        var previous = 0.0
        for k in 1...count {
          (p, previous) = (
            (Double(2 * k - 1) * x * p - Double(k - 1) * previous) / Double(k), p
          )
        }
        slope = Double(count) * (x * p - previous) / (x * x - 1)
        let step = p / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      points.append(x)
      weights.append(2 / ((1 - x * x) * slope * slope))
    }
    self.points = points
    self.weights = weights
  }

  /// Moves the rule to an interval.
  ///
  /// - Parameter interval: Where to integrate.
  /// - Returns: Points in the interval, and weights that add up to its length.
  public func nodes(on interval: Range<Double>) -> [(point: Double, weight: Double)] {
    let center = (interval.lowerBound + interval.upperBound) / 2
    let half = (interval.upperBound - interval.lowerBound) / 2
    return zip(points, weights).map { (center + half * $0, half * $1) }
  }
}
