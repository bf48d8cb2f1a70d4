internal import Foundation
internal import NumericalCore

/// Smooth functions that describe the dijet mass spectrum of the background.
///
/// dN/dm = p0 (1 - y)^p1 y^-(p2 + p3 ln y + p4 ln² y) with y = m / √s, in events per GeV; the
/// functions differ in how many parameters they have. The first parameter is ln p0: on small samples
/// p0 itself leaves the range of a double. Used by ATLAS (arXiv:1910.08447) and in the
/// LHC Olympics (arXiv:2101.08320).
public enum SpectrumFunction: String, Sendable, Hashable, Codable, CaseIterable {
  /// ln p0, p1 and p2.
  case dijet3
  /// ln p0, p1, p2 and p3.
  case dijet4
  /// ln p0, p1, p2, p3 and p4.
  case dijet5

  public var parameterCount: Int {
    switch self {
    case .dijet3: 3
    case .dijet4: 4
    case .dijet5: 5
    }
  }

  /// Names of the parameters in the order of fits: "ln p0", "p1" and so on.
  public var parameterNames: [String] {
    (0..<parameterCount).map { $0 == 0 ? "ln p0" : "p\($0)" }
  }

  /// The formula as plain text.
  public var formula: String {
    switch self {
    case .dijet3: "p0 (1 - y)^p1 y^-p2"
    case .dijet4: "p0 (1 - y)^p1 y^-(p2 + p3 ln y)"
    case .dijet5: "p0 (1 - y)^p1 y^-(p2 + p3 ln y + p4 ln^2 y)"
    }
  }

  /// Computes dN/dm in events per GeV.
  ///
  /// - Parameters:
  ///   - dijetMass: In GeV, between 0 and the collision energy.
  ///   - parameters: ln p0, p1 and so on, shape `[parameterCount]`.
  ///   - collisionEnergy: √s in GeV.
  /// - Returns: The density.
  public func density(
    at dijetMass: Double, parameters: [Double], collisionEnergy: Double
  ) -> Double {
    precondition(parameters.count == parameterCount, "\(self) has \(parameterCount) parameters")
    let y = dijetMass / collisionEnergy
    let logY = log(y)
    var power = 0.0
    for parameter in parameters[2...].reversed() { power = power * logY + parameter }
    return exp(parameters[0] + parameters[1] * log1p(-y) - power * logY)
  }
}

/// Functions of the mass that are orthonormal on a spectrum and span the logarithm of a dijet
/// function.
///
/// In its plain parameters a dijet fit has a condition number above 10^7, and minimisers report
/// minima that are none. The logarithm of the function is linear in ln p0, p1, p2 ..., so that any
/// other basis of the same space gives the same fit.
struct SpectrumBasis: Sendable {
  let function: SpectrumFunction
  let collisionEnergy: Double
  private let referenceMass: Double
  /// Basis function j as a combination of the centred features, shape `[count][count]`.
  private var combinations: [[Double]]

  var count: Int { function.parameterCount }

  /// Orthonormalises on the given masses (modified Gram-Schmidt, twice).
  ///
  /// - Returns: `nil` if the masses cannot tell the functions apart.
  init?(
    _ function: SpectrumFunction, collisionEnergy: Double, masses: [Double], weights: [Double]
  ) {
    self.function = function
    self.collisionEnergy = collisionEnergy
    let total = weights.reduce(0, +)
    referenceMass = exp(zip(masses, weights).reduce(0) { $0 + $1.1 * log($1.0) } / total)
    let count = function.parameterCount
    combinations = (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
    var columns = [[Double]](repeating: [], count: count)
    for mass in masses {
      for (k, value) in features(at: mass).enumerated() { columns[k].append(value) }
    }
    func product(_ a: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for i in a.indices { sum += weights[i] * a[i] * b[i] }
      return sum / total
    }
    for j in 0..<count {
      let before = product(columns[j], columns[j])
      for _ in 0..<2 {
        for k in 0..<j {
          let overlap = product(columns[j], columns[k])
          for i in columns[j].indices { columns[j][i] -= overlap * columns[k][i] }
          for i in 0..<count { combinations[j][i] -= overlap * combinations[k][i] }
        }
      }
      let norm = product(columns[j], columns[j]).squareRoot()
      guard norm.isFinite, norm * norm > 1e-20 * before else { return nil }
      for i in columns[j].indices { columns[j][i] /= norm }
      for i in 0..<count { combinations[j][i] /= norm }
    }
  }

  /// 1, ln((1 - y) / (1 - y₀)), u, u², u³ with u = ln(m / m₀): well scaled, but not orthogonal.
  private func features(at mass: Double) -> [Double] {
    let u = log(mass / referenceMass)
    let v = log((collisionEnergy - mass) / (collisionEnergy - referenceMass))
    return Array([1, v, u, u * u, u * u * u].prefix(count))
  }

  /// The basis functions at a mass, shape `[count]`.
  func values(at mass: Double) -> [Double] {
    let features = features(at: mass)
    return combinations.map { row in zip(row, features).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// Turns coefficients of the basis into the function's parameters and their derivatives.
  ///
  /// - Returns: The parameters, and one row of derivatives for each.
  func parameters(of coefficients: [Double]) -> (values: [Double], jacobian: [[Double]]) {
    let logY0 = log(referenceMass / collisionEnergy)
    let logRest = log1p(-referenceMass / collisionEnergy)
    // ln p0, p1, p2 ... from the centred features: u = ln y - ln y₀.
    let fromFeatures: [[Double]] = [
      [1, -logRest, -logY0, logY0 * logY0, -logY0 * logY0 * logY0],
      [0, 1, 0, 0, 0],
      [0, 0, -1, 2 * logY0, -3 * logY0 * logY0],
      [0, 0, 0, -1, 3 * logY0],
      [0, 0, 0, 0, -1],
    ]
    var values: [Double] = []
    var jacobian: [[Double]] = []
    for row in fromFeatures.prefix(count) {
      jacobian.append(
        combinations.map { combination in
          (0..<count).reduce(0) { $0 + row[$1] * combination[$1] }
        })
      let last = jacobian[jacobian.count - 1]
      values.append(zip(last, coefficients).reduce(0) { $0 + $1.0 * $1.1 })
    }
    return (values, jacobian)
  }
}

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

/// Integrals of a dijet function over bins: five Gauss-Legendre points for every 20 % in mass.
struct SpectrumIntegrals: Sendable {
  let count: Int
  let bins: Int
  private var firstNode: [Int] = [0]
  private var weights: [Double] = []
  /// Basis functions at each node, shape `[nodes * count]`.
  private var features: [Double] = []

  init(_ basis: SpectrumBasis, edges: [Double]) {
    count = basis.count
    bins = edges.count - 1
    for (low, high) in zip(edges, edges.dropFirst()) {
      for (mass, weight) in Self.nodes(from: low, to: high) {
        weights.append(weight)
        features += basis.values(at: mass)
      }
      firstNode.append(weights.count)
    }
  }

  /// The quadrature of one bin.
  static func nodes(from low: Double, to high: Double) -> [(point: Double, weight: Double)] {
    let rule = GaussLegendre(count: 5)
    let parts = max(1, Int((log(high / low) / 0.2).rounded(.up)))
    return (0..<parts).flatMap { part in
      let start = low * pow(high / low, Double(part) / Double(parts))
      let end = part == parts - 1 ? high : low * pow(high / low, Double(part + 1) / Double(parts))
      return start < end ? rule.nodes(on: start..<end) : []
    }
  }

  /// Fills counts and the first `count` columns of the derivatives.
  func evaluate(_ coefficients: [Double], into prediction: inout Prediction) {
    let stride = prediction.parameterCount
    for bin in 0..<bins {
      var sum = 0.0
      for k in 0..<count { prediction.jacobian[bin * stride + k] = 0 }
      for node in firstNode[bin]..<firstNode[bin + 1] {
        var exponent = 0.0
        for k in 0..<count { exponent += coefficients[k] * features[node * count + k] }
        let value = weights[node] * exp(exponent)
        sum += value
        for k in 0..<count {
          prediction.jacobian[bin * stride + k] += value * features[node * count + k]
        }
      }
      prediction.counts[bin] = sum
    }
  }
}
