import Foundation
import NumericalCore
import Testing

/// Reference values: Validation/significance.py (mpmath, 60 digits), which names its versions.
struct TailReference: Decodable {
  struct Normal: Decodable, Sendable {
    let z: Double
    let logSurvival: Double
  }
  struct Poisson: Decodable, Sendable {
    let n: Double
    let mean: Double
    let logAtLeast: Double
    let logAtMost: Double
  }
  struct ChiSquare: Decodable, Sendable {
    let value: Double
    let ndf: Int
    let logSurvival: Double
  }
  struct Beta: Decodable, Sendable {
    let a: Double
    let b: Double
    let x: Double
    let logLower: Double
    let logUpper: Double
  }
  let normal: [Normal]
  let poisson: [Poisson]
  let chiSquare: [ChiSquare]
  let beta: [Beta]

  static func load() throws -> TailReference {
    let url = try #require(
      Bundle.module.url(forResource: "tails", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(TailReference.self, from: Data(contentsOf: url))
  }
}

/// Whether two logarithms of probabilities mean the same probability.
private func agree(_ a: Double, _ b: Double, relative: Double) -> Bool {
  abs(a - b) <= relative * max(1e-300, min(1, abs(b))) || abs(a - b) <= 1e-14 * abs(b)
}

struct DistributionTests {
  @Test func `The normal tail is right from -8 to 300 standard deviations`() throws {
    for row in try TailReference.load().normal {
      let computed = NormalDistribution.logSurvival(row.z)
      #expect(agree(computed, row.logSurvival, relative: 1e-13), "z = \(row.z)")
    }
  }

  @Test func `The quantile inverts the normal tail`() throws {
    for row in try TailReference.load().normal {
      let z = NormalDistribution.quantile(logSurvival: row.logSurvival)
      #expect(abs(z - row.z) < 1e-12 * max(1, abs(row.z)), "z = \(row.z)")
    }
  }

  @Test func `The incomplete beta function is right on both sides of its mean`() throws {
    for row in try TailReference.load().beta {
      let lower = IncompleteBeta.logLower(row.a, row.b, row.x)
      #expect(agree(lower, row.logLower, relative: 1e-11), "\(row)")
      let upper = IncompleteBeta.logUpper(row.a, row.b, row.x)
      #expect(agree(upper, row.logUpper, relative: 1e-11), "\(row)")
    }
  }

  @Test func `The Poisson tails are right where they are smaller than any double`() throws {
    for row in try TailReference.load().poisson {
      let atLeast = PoissonDistribution.logAtLeast(row.n, mean: row.mean)
      let atMost = PoissonDistribution.logAtMost(row.n, mean: row.mean)
      #expect(agree(atLeast, row.logAtLeast, relative: 1e-10), "n = \(row.n), mean = \(row.mean)")
      #expect(agree(atMost, row.logAtMost, relative: 1e-10), "n = \(row.n), mean = \(row.mean)")
    }
  }

  @Test func `The chi-square tail is right`() throws {
    for row in try TailReference.load().chiSquare {
      let computed = ChiSquareDistribution.logSurvival(row.value, degreesOfFreedom: row.ndf)
      #expect(agree(computed, row.logSurvival, relative: 1e-11), "\(row.value), \(row.ndf)")
    }
  }

  @Test(arguments: [0.1, 1, 7.5, 60, 3000])
  func `Poisson probabilities add up to one`(mean: Double) {
    let last = Int(mean + 20 * mean.squareRoot() + 40)
    let sum = (0...last).reduce(0) {
      $0 + exp(PoissonDistribution.logProbability(of: Double($1), mean: mean))
    }
    #expect(abs(sum - 1) < 1e-12)
  }

  @Test func `Empty Poisson cases have their limits`() {
    #expect(PoissonDistribution.logAtLeast(0, mean: 3) == 0)
    #expect(PoissonDistribution.logAtLeast(2, mean: 0) == -.infinity)
    #expect(PoissonDistribution.logAtMost(0, mean: 0) == 0)
    #expect(PoissonDistribution.logProbability(of: 0, mean: 0) == 0)
  }

  @Test func `The logarithm of gamma counts permutations`() {
    #expect(abs(logGamma(11) - log(3_628_800)) < 1e-13)
    #expect(abs(logGamma(0.5) - 0.5 * log(Double.pi)) < 1e-14)
  }
}
