internal import Foundation
internal import NumericalCore

/// Expected counts and their derivatives, one row of derivatives for each bin.
struct Prediction {
  let parameterCount: Int
  var counts: [Double]
  /// Shape `[bins * parameterCount]`.
  var jacobian: [Double]

  init(bins: Int, parameterCount: Int) {
    self.parameterCount = parameterCount
    counts = [Double](repeating: 0, count: bins)
    jacobian = [Double](repeating: 0, count: bins * parameterCount)
  }
}

/// Integrals of a spectrum function over bins: five Gauss-Legendre points for every 20 % in mass.
///
/// Four for bins narrower than 5 %: what they miss of a function that falls like m^-20 there is below
/// a part in 10^10.
struct SpectrumIntegrals: Sendable {
  let count: Int
  let bins: Int
  private let isLinear: Bool
  private var firstNode: [Int] = [0]
  private var weights: [Double] = []
  /// Basis functions at each node, shape `[nodes * count]`.
  private let features: [Double]

  private static let rule = GaussLegendre(count: 5)
  private static let narrowRule = GaussLegendre(count: 4)

  init(_ basis: SpectrumBasis, edges: [Double]) {
    self.init(basis, bins: Array(zip(edges, edges.dropFirst())))
  }

  /// Takes bins that need not follow each other.
  init(_ basis: SpectrumBasis, bins ranges: [(low: Double, high: Double)]) {
    count = basis.count
    bins = ranges.count
    isLinear = basis.isLinear
    var points: [Double] = []
    points.reserveCapacity(5 * bins)
    weights.reserveCapacity(5 * bins)
    firstNode.reserveCapacity(bins + 1)
    for (low, high) in ranges {
      let parts = max(1, Int((log(high / low) / 0.2).rounded(.up)))
      let rule = high < 1.05 * low ? Self.narrowRule : Self.rule
      for part in 0..<parts {
        let start = part == 0 ? low : low * pow(high / low, Double(part) / Double(parts))
        let end =
          part == parts - 1 ? high : low * pow(high / low, Double(part + 1) / Double(parts))
        guard start < end else { continue }
        let center = (start + end) / 2
        let half = (end - start) / 2
        for node in rule.points.indices {
          points.append(center + half * rule.points[node])
          weights.append(half * rule.weights[node])
        }
      }
      firstNode.append(weights.count)
    }
    features = basis.values(at: points)
  }

  /// Fills counts and the first `count` columns of the derivatives.
  func evaluate(_ coefficients: [Double], into prediction: inout Prediction) {
    let stride = prediction.parameterCount
    precondition(
      coefficients.count >= count && stride >= count && prediction.counts.count == bins
        && prediction.jacobian.count == bins * stride, "a prediction of other bins")
    coefficients.withUnsafeBufferPointer { coefficients in
      prediction.counts.withUnsafeMutableBufferPointer { counts in
        prediction.jacobian.withUnsafeMutableBufferPointer { jacobian in
          features.withUnsafeBufferPointer { features in
            weights.withUnsafeBufferPointer { weights in
              for bin in 0..<bins {
                var sum = 0.0
                let row = bin * stride
                for k in 0..<count { jacobian[row + k] = 0 }
                for node in firstNode[bin]..<firstNode[bin + 1] {
                  let first = node * count
                  if isLinear {
                    for k in 0..<count { jacobian[row + k] += weights[node] * features[first + k] }
                  } else {
                    var exponent = 0.0
                    for k in 0..<count { exponent += coefficients[k] * features[first + k] }
                    let value = weights[node] * exp(exponent)
                    sum += value
                    for k in 0..<count { jacobian[row + k] += value * features[first + k] }
                  }
                }
                if isLinear {
                  for k in 0..<count { sum += coefficients[k] * jacobian[row + k] }
                }
                counts[bin] = sum
              }
            }
          }
        }
      }
    }
  }
}
