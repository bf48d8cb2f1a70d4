internal import Foundation
internal import NumericalCore

/// Functions of the mass whose combinations make up a spectrum function or its logarithm.
///
/// In its plain parameters a dijet fit has a condition number above 10^7, and minimisers report
/// minima that are none. The logarithm of such a function is linear in its parameters, so that any
/// other basis of the same space gives the same fit: here one that is orthonormal on the spectrum.
/// Bernstein polynomials are their own basis, because their coefficients must not be negative.
struct SpectrumBasis: Sendable {
  let function: SpectrumFunction
  let collisionEnergy: Double
  /// From the first to the last edge of the spectrum in GeV.
  private let range: Range<Double>
  private let referenceMass: Double
  private let terms: [SpectrumFunction.Term]
  /// Basis function j as a combination of the centred features, shape `[count * count]`; zero
  /// above the diagonal.
  private var combinations: [Double]

  var count: Int { function.parameterCount }

  /// Whether combinations make up the density itself, not its logarithm.
  var isLinear: Bool { function.isLinear }

  /// Allowed values of each coefficient.
  var bounds: [ClosedRange<Double>] {
    let unbounded = -Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    return [ClosedRange<Double>](
      repeating: isLinear ? 0 ... .greatestFiniteMagnitude : unbounded, count: count)
  }

  /// Orthonormalises on the given masses (modified Gram-Schmidt, twice).
  ///
  /// - Returns: `nil` if the masses cannot tell the functions apart.
  init?(
    _ function: SpectrumFunction, collisionEnergy: Double, range: Range<Double>,
    masses: [Double], weights: [Double]
  ) {
    self.function = function
    self.collisionEnergy = collisionEnergy
    self.range = range
    terms = function.terms
    let total = weights.reduce(0, +)
    referenceMass = exp(zip(masses, weights).reduce(0) { $0 + $1.1 * log($1.0) } / total)
    let count = function.parameterCount
    combinations = (0..<(count * count)).map { $0 % (count + 1) == 0 ? 1 : 0 }
    guard !function.isLinear else { return }

    let points = masses.count
    // Row k holds feature k at every mass.
    var columns = [Double](repeating: 0, count: count * points)
    var features = columns
    features.withUnsafeMutableBufferPointer { fillFeatures(at: masses, $0) }
    for point in 0..<points {
      for k in 0..<count { columns[k * points + point] = features[point * count + k] }
    }
    let isIndependent = columns.withUnsafeMutableBufferPointer { columns in
      combinations.withUnsafeMutableBufferPointer { combinations in
        weights.withUnsafeBufferPointer { weights in
          func product(_ a: Int, _ b: Int) -> Double {
            var sum = 0.0
            for i in 0..<points {
              sum += weights[i] * columns[a * points + i] * columns[b * points + i]
            }
            return sum / total
          }
          for j in 0..<count {
            let before = product(j, j)
            for _ in 0..<2 {
              for k in 0..<j {
                let overlap = product(j, k)
                for i in 0..<points {
                  columns[j * points + i] -= overlap * columns[k * points + i]
                }
                for i in 0..<count {
                  combinations[j * count + i] -= overlap * combinations[k * count + i]
                }
              }
            }
            let norm = product(j, j).squareRoot()
            guard norm.isFinite, norm * norm > 1e-20 * before else { return false }
            for i in 0..<points { columns[j * points + i] /= norm }
            for i in 0..<count { combinations[j * count + i] /= norm }
          }
          return true
        }
      }
    }
    guard isIndependent else { return nil }
  }

  /// The terms around the reference mass: well scaled, but not orthogonal.
  ///
  /// 1, ln((1 - y) / (1 - y₀)), and powers of ln(y / y₀) and of y - y₀; shape `[masses * count]`.
  private func fillFeatures(at masses: [Double], _ features: UnsafeMutableBufferPointer<Double>) {
    for (k, term) in terms.enumerated() {
      var place = k
      for mass in masses {
        switch term.variable {
        case .one: features[place] = 1
        case .logRest:
          features[place] = log((collisionEnergy - mass) / (collisionEnergy - referenceMass))
        case .logMass, .mass:
          if term.power > 1 {
            // The terms before this one are the lower powers of the same variable.
            features[place] = features[place - 1] * features[place - term.power + 1]
          } else {
            features[place] =
              term.variable == .logMass
              ? log(mass / referenceMass) : (mass - referenceMass) / collisionEnergy
          }
        }
        place += count
      }
    }
  }

  /// Computes the basis functions at some masses, shape `[masses * count]`.
  func values(at masses: [Double]) -> [Double] {
    let count = count
    return [Double](unsafeUninitializedCapacity: masses.count * count) { buffer, initialized in
      let values = UnsafeMutableBufferPointer(rebasing: buffer[..<(masses.count * count)])
      initialized = values.count
      if isLinear {
        for (row, mass) in masses.enumerated() {
          let t = (mass - range.lowerBound) / (range.upperBound - range.lowerBound)
          SpectrumFunction.bernstein(
            at: t,
            into: UnsafeMutableBufferPointer(rebasing: values[(row * count)..<((row + 1) * count)]))
        }
        return
      }
      fillFeatures(at: masses, values)
      combinations.withUnsafeBufferPointer { combinations in
        for row in masses.indices {
          // From the last, because a basis function needs the features up to its own.
          for j in stride(from: count - 1, through: 0, by: -1) {
            var sum = 0.0
            for i in 0...j { sum += combinations[j * count + i] * values[row * count + i] }
            values[row * count + j] = sum
          }
        }
      }
    }
  }

  /// The density in events per GeV.
  func density(at mass: Double, _ coefficients: [Double]) -> Double {
    let sum = zip(coefficients, values(at: [mass])).reduce(0) { $0 + $1.0 * $1.1 }
    return isLinear ? sum : exp(sum)
  }

  /// Turns coefficients of the basis into the function's parameters and their derivatives.
  ///
  /// - Returns: The parameters, and one row of derivatives for each.
  func parameters(of coefficients: [Double]) -> (values: [Double], jacobian: [[Double]]) {
    let fromFeatures = isLinear ? nil : plainFromFeatures
    let jacobian = (0..<count).map { row in
      (0..<count).map { j in
        guard let fromFeatures else { return row == j ? 1.0 : 0 }
        return (0..<count).reduce(0) {
          $0 + fromFeatures[row][$1] * combinations[j * count + $1]
        }
      }
    }
    return (
      jacobian.map { zip($0, coefficients).reduce(0) { $0 + $1.0 * $1.1 } }, jacobian
    )
  }

  /// The parameters as combinations of the coefficients of the centred features.
  ///
  /// (x - x₀)^k = Σ binomial(k, i) xⁱ (-x₀)^(k - i) for x = ln y and x = y.
  private var plainFromFeatures: [[Double]] {
    let y = referenceMass / collisionEnergy
    return terms.map { target in
      terms.map { feature in
        switch (target.variable, feature.variable) {
        case (.one, .one): return 1
        case (.one, .logRest): return -log1p(-y)
        case (.logRest, .logRest): return 1
        case (.one, .logMass), (.one, .mass), (.logMass, .logMass), (.mass, .mass):
          let power = target.variable == .one ? 0 : target.power
          guard power <= feature.power else { return 0 }
          let shift = feature.variable == .logMass ? -log(y) : -y
          var value = target.sign
          for i in 0..<power { value *= Double(feature.power - i) / Double(i + 1) }
          for _ in power..<feature.power { value *= shift }
          return value
        default: return 0
        }
      }
    }
  }
}
