import Foundation
import NumericalCore
import Randomness

/// Events of one law in an expected number.
struct Component: Sendable {
  let law: Law
  let expected: Double

  init(_ law: Law, _ expected: Double) {
    self.law = law
    self.expected = expected
  }

  /// Expected events a unit of volume.
  var density: (@Sendable ([Double]) -> Double)? {
    guard let density = law.density else { return nil }
    return { [expected] x in expected * density(x) }
  }
}

/// How an event is distributed.
struct Law: Sendable {
  let draw: @Sendable (inout SplitMix64) -> [Double]
  /// Integrates to 1; `nil` where it has no simple form.
  let density: (@Sendable ([Double]) -> Double)?

  init(
    density: (@Sendable ([Double]) -> Double)? = nil,
    draw: @escaping @Sendable (inout SplitMix64) -> [Double]
  ) {
    self.draw = draw
    self.density = density
  }

  static func gaussian(
    mean: (Double, Double), variances: (Double, Double) = (1, 1), covariance: Double = 0
  ) -> Law {
    // The rows of the covariance's Cholesky factor: (a, 0), (b, c).
    let a = variances.0.squareRoot()
    let b = covariance / a
    let c = (variances.1 - b * b).squareRoot()
    return Law { x in
      let u = (x[0] - mean.0) / a
      let v = (x[1] - mean.1 - b * u) / c
      return exp(-(u * u + v * v) / 2) / (2 * .pi * a * c)
    } draw: { generator in
      let (u, v) = (generator.normal(), generator.normal())
      return [mean.0 + a * u, mean.1 + b * u + c * v]
    }
  }

  static func uniform(halfWidths: [Double]) -> Law {
    let volume = halfWidths.reduce(1) { $0 * 2 * $1 }
    return Law { x in
      zip(x, halfWidths).allSatisfy { abs($0) <= $1 } ? 1 / volume : 0
    } draw: { generator in
      halfWidths.map { $0 * (2 * generator.uniform() - 1) }
    }
  }

  /// Events of a list, each as probable as its weight says, any number of times.
  ///
  /// Samples of one list follow one law exactly, however short the list is.
  ///
  /// - Parameters:
  ///   - columns: Shape `[columns][events]`.
  ///   - weights: Shape `[events]`, not negative, not all 0; `nil` if all events are alike.
  /// - Returns: The law, without a density.
  static func events(_ columns: [[Float]], weights: [Double]? = nil) -> Law {
    let count = columns.first?.count ?? 0
    guard let weights else {
      return Law { generator in
        let row = generator.integer(below: count)
        return columns.map { Double($0[row]) }
      }
    }
    var total = 0.0
    let sums = weights.map { weight in
      total += weight
      return total
    }
    return Law { [total] generator in
      let place = total * generator.uniform()
      // The first event whose sum exceeds the place: one with a weight above 0.
      let row = sums.dropLast().partitioningIndex { $0 > place }
      return columns.map { Double($0[row]) }
    }
  }

  static let muonMomentum = Law { generator in
    while true {
      let mass = dimuonMass(with: &generator)
      var cosine: Double
      repeat {
        cosine = 2 * generator.uniform() - 1
      } while 2 * generator.uniform() > 1 + cosine * cosine
      let decay = (mass / 2 * (1 - cosine * cosine).squareRoot(), 2 * .pi * generator.uniform())
      let recoil = (12 * generator.exponential(), 2 * .pi * generator.uniform())
      func muon(sign: Double) -> (x: Double, transverse: Double) {
        let scale = 1 + 0.015 * generator.normal()
        let x = scale * (recoil.0 / 2 * cos(recoil.1) + sign * decay.0 * cos(decay.1))
        let y = scale * (recoil.0 / 2 * sin(recoil.1) + sign * decay.0 * sin(decay.1))
        return (x, hypot(x, y))
      }
      let (first, second) = (muon(sign: 1), muon(sign: -1))
      guard min(first.transverse, second.transverse) > 20 else { continue }
      return [first.transverse > second.transverse ? first.x : second.x]
    }
  }

  private static func dimuonMass(with generator: inout SplitMix64) -> Double {
    guard generator.uniform() < 0.97 else {
      return 60 / cbrt(1 - generator.uniform())
    }
    while true {
      let mass = 91.19 + 2.5 / 2 * tan(.pi * (generator.uniform() - 0.5))
      if (60..<120).contains(mass) { return mass }
    }
  }
}
