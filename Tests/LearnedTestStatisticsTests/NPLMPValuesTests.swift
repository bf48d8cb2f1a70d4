import LearnedTestStatistics
import NumericalCore
import Randomness
import StatisticalInference
import Testing

struct NPLMPValuesTests {
  /// Reference: Validation/nplm.py (scipy 1.17.1).
  @Test func `Chi-square distributions match scipy`() {
    let values = [3.1, 7.9, 12.4, 9.7, 5.5, 10.2, 8.8, 14.9, 6.3, 11.1]
    let fit = ChiSquareDistribution.fit(values)
    #expect(abs(fit.degreesOfFreedom - 9.260_351) < 2e-4)
    let tail = ChiSquareDistribution.logSurvival(250, degreesOfFreedom: 10.5)
    #expect(abs(tail + 108.006_737_654_132_62) < 1e-9)
    let quantile = ChiSquareDistribution.quantile(
      logSurvival: -2.995_732_273_553_991, degreesOfFreedom: 26)
    #expect(abs(quantile - 38.885_138_659_830_055) < 1e-9)
  }

  private static func chiSquares(_ count: Int, degreesOfFreedom: Int, seed: UInt64) -> [Double] {
    var generator = Seed(seed).makeGenerator()
    return (0..<count).map { _ in
      (0..<degreesOfFreedom).reduce(0) { sum, _ in
        let x = generator.normal()
        return sum + x * x
      }
    }
  }

  @Test func `The fit finds the degrees of freedom within its error`() {
    var pulls: [Double] = []
    for seed in 0..<60 {
      let fit = ChiSquareDistribution.fit(
        Self.chiSquares(100, degreesOfFreedom: 10, seed: UInt64(seed)))
      pulls.append((fit.degreesOfFreedom - 10) / fit.uncertainty)
    }
    let mean = pulls.reduce(0, +) / 60
    let variance = pulls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 59
    #expect(abs(mean) < 0.5)
    #expect(abs(variance - 1) < 0.6)
  }

  @Test func `Compatibility is uniform for a chi-square and fails for another`() throws {
    let own = try (0..<100).map { seed in
      try #require(
        ChiSquareCompatibility(
          Self.chiSquares(300, degreesOfFreedom: 10, seed: UInt64(seed)), degreesOfFreedom: 10)
      ).pValue
    }
    #expect((20...80).contains(own.count { $0 < 0.5 }))
    #expect(own.count { $0 < 0.05 } <= 14)
    let other = try #require(
      ChiSquareCompatibility(
        Self.chiSquares(300, degreesOfFreedom: 13, seed: 1), degreesOfFreedom: 10))
    #expect(other.pValue < 1e-6)
    #expect(ChiSquareCompatibility([1, 2, 3], degreesOfFreedom: 10) == nil)
  }

  @Test func `A fitted chi-square is refuted by a tail that none has`() throws {
    func fitted(_ null: [Double]) throws -> FittedChiSquarePValue {
      try #require(NPLMPValues(observed: 30, pseudoExperiments: null, parameters: 10).fitted)
    }
    let own = try (0..<100).map { seed in
      try #require(
        fitted(Self.chiSquares(300, degreesOfFreedom: 13, seed: UInt64(seed))).compatibility)
    }
    #expect((20...80).contains(own.count { $0.pValue < 0.5 }))
    #expect(own.count { !$0.isCompatible } <= 5)
    #expect(own.allSatisfy { abs($0.degreesOfFreedom - 13) < 1.5 })
    // What too large a clipping does: some data sets are fitted far better than the others.
    let tailed = Self.chiSquares(100, degreesOfFreedom: 10, seed: 1).enumerated().map {
      $1 * ($0.isMultiple(of: 4) ? 3 : 1)
    }
    #expect(try fitted(tailed).isRefuted)
    #expect(FittedChiSquare(tailed)?.compatibility.isCompatible == false)
    #expect(FittedChiSquare([1, 2, 3]) == nil)
    #expect(FittedChiSquare([-0.1] + tailed) == nil)
  }

  @Test func `The three p-values agree where all are right`() throws {
    let null = Self.chiSquares(2000, degreesOfFreedom: 10, seed: 3)
    let values = NPLMPValues(observed: 20, pseudoExperiments: null, parameters: 10)
    let exact = ChiSquareDistribution.survival(20, degreesOfFreedom: 10)
    let counted = try #require(values.pseudoExperiments)
    let fitted = try #require(values.fitted)
    #expect(abs(values.chi2.probability.value - exact) < 1e-12)
    #expect(abs(counted.probability.value - exact) < 4 * (exact / 2000).squareRoot())
    #expect(fitted.low < fitted.high)
    #expect(abs(fitted.probability.value / exact - 1) < 0.2)
  }

  @Test func `Nothing underflows forty standard deviations out`() throws {
    let values = NPLMPValues(
      observed: 2500, pseudoExperiments: Self.chiSquares(50, degreesOfFreedom: 10, seed: 4),
      parameters: 10)
    #expect(values.chi2.probability.log10 < -500)
    let significance = try #require(values.chi2.probability.significance)
    #expect((45...55).contains(significance))
    let counted = try #require(values.pseudoExperiments)
    #expect(counted.exceeding == 0)
    #expect(counted.low == nil)
    #expect(abs(counted.probability.value - 1.0 / 51) < 1e-12)
  }
}
