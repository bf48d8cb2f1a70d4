import EventModel
import Foundation
import NumericalCore

/// How the distribution of a feature changes with the dijet mass.
///
/// Quantiles at fixed levels, each a parabola in ln m_JJ through the quantiles of slices of equal
/// population. A narrow signal moves them by a fraction of its share of the events.
struct FeatureTrend {
  /// The middle ones describe the shape, the outer ones keep hard edges where they are.
  static let levels = [0.005, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 0.995]
  static let sliceCount = 20
  static let eventsPerSlice = 50

  private let center: Double
  /// Coefficients of 1, x, x² at `[level]`, x = ln m_JJ - center.
  private let parabolas: [[Double]]

  /// Fits the trend; at least ``sliceCount`` events.
  ///
  /// - Parameters:
  ///   - values: The feature, in the order of ascending mass.
  ///   - logMass: ln m_JJ, ascending.
  init(values: [Float], logMass: [Double]) {
    let middle = logMass[logMass.count / 2]
    center = middle
    let slices = (0..<Self.sliceCount).map { slice in
      let first = slice * values.count / Self.sliceCount
      let last = (slice + 1) * values.count / Self.sliceCount
      return (
        x: logMass[first..<last].reduce(0, +) / Double(last - first) - middle,
        sorted: values[first..<last].sorted()
      )
    }
    parabolas = Self.levels.map { level in
      Self.parabola(slices.map { ($0.x, Self.quantile(level, of: $0.sorted)) })
    }
  }

  /// The quantiles at a mass, ascending in level.
  func quantiles(at logMass: Double) -> [Double] {
    let x = logMass - center
    return parabolas.map { $0[0] + x * ($0[1] + x * $0[2]) }
  }

  /// Moves a value from where it lies among the quantiles of one mass to the same place among those
  /// of another: an affine map between neighbouring levels, a shift beyond the last.
  static func move(_ value: Double, from source: [Double], to target: [Double]) -> Double {
    let above = source.count { value >= $0 }
    guard above > 0 else { return value + target[0] - source[0] }
    guard above < source.count else {
      return value + target[above - 1] - source[above - 1]
    }
    let step = source[above] - source[above - 1]
    let part = step > 0 ? (value - source[above - 1]) / step : 0
    return target[above - 1] + part * (target[above] - target[above - 1])
  }

  private static func quantile(_ level: Double, of sorted: [Float]) -> Double {
    let place = level * Double(sorted.count - 1)
    let low = Int(place)
    let high = min(low + 1, sorted.count - 1)
    let part = place - Double(low)
    return Double(sorted[low]) * (1 - part) + Double(sorted[high]) * part
  }

  /// Least squares, all points alike; a constant where the points do not fix a parabola.
  private static func parabola(_ points: [(x: Double, y: Double)]) -> [Double] {
    var matrix = SymmetricMatrix(zeros: 3)
    var right = [0.0, 0, 0]
    for point in points {
      let powers = [1, point.x, point.x * point.x]
      for i in 0..<3 {
        right[i] += powers[i] * point.y
        for j in 0...i { matrix[i, j] += powers[i] * powers[j] }
      }
    }
    return matrix.cholesky()?.solve(right)
      ?? [points.reduce(0) { $0 + $1.y } / Double(points.count), 0, 0]
  }
}
