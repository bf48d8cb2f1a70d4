/// The parameters of an ATLAS function with ξ chosen so that p2, p3 and p4 are uncorrelated.
///
/// ξ only reparametrises: p2 = a + ξ1 c and p4 = d + ξ2 p3 + ξ3 p2 with the coefficients a of
/// ln(1 - y) (or ln y), c of -ln y (or -y) and d of ln² y (or y²) and p3 = c, so that no ξ changes
/// the fitted curve.
public struct DecorrelatedParameters: Sendable, Hashable {
  /// ξ1, or ξ1, ξ2 and ξ3.
  public let xi: [Double]
  /// ln p1, p2, p3 and p4 with these ξ, shape `[n]`.
  public let values: [Double]
  /// Shape `[n][n]`; zero, up to rounding, between p2, p3 and p4.
  public let covariance: [[Double]]
}

extension BackgroundFit {
  /// The parameters with the ξ of the ATLAS functions; `nil` for other functions.
  public var decorrelated: DecorrelatedParameters? {
    guard function.isATLAS else { return nil }
    let count = function.parameterCount
    var transformation = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0 } }
    func covariance(_ a: Int, _ b: Int) -> Double {
      var sum = 0.0
      for i in 0..<count {
        for j in 0..<count {
          sum += transformation[a][i] * self.covariance[i][j] * transformation[b][j]
        }
      }
      return sum
    }
    /// Adds the multiple of row b to row a that makes both uncorrelated.
    func decorrelate(_ a: Int, from b: Int) -> Double {
      let xi = -covariance(a, b) / covariance(b, b)
      for i in 0..<count { transformation[a][i] += xi * transformation[b][i] }
      return xi
    }
    var xi = [decorrelate(1, from: 2)]
    if count == 4 { xi += [decorrelate(3, from: 2), decorrelate(3, from: 1)] }
    return DecorrelatedParameters(
      xi: xi,
      values: transformation.map { zip($0, parameters).reduce(0) { $0 + $1.0 * $1.1 } },
      covariance: (0..<count).map { a in (0..<count).map { covariance(a, $0) } })
  }
}
