import Foundation
import LearnedTestStatistics
import NumericalCore
import Randomness
import Testing

struct IdealLikelihoodRatioTests {
  @Test func `The statistic is equation 8`() throws {
    // Twice as many events above 0, as many below: 2 [ln 2 + ln 2 + 0 - (15 - 10)].
    let test = IdealLikelihoodRatio(expectedWithSignal: 15) { $0[0] > 0 ? log(2) : 0 }
    let comparison = try SampleComparison(
      names: ["x"], reference: [[0, 1]], data: [[1, 2, -1]], expected: 10)
    let value = try test.value(of: comparison, seed: Seed(1), isCancelled: { false })
    #expect(abs(value - (4 * log(2) - 10)) < 1e-12)
  }

  /// Where the ratio is one number the test is a Poisson count.
  ///
  /// Its tail falls in steps: the continuous formula lies between the probabilities of 500 or more and of more than 500.
  @Test func `The significance of a pure excess is that of a Poisson count`() throws {
    let test = IdealLikelihoodRatio(expectedWithSignal: 500) { _ in log(2.5) }
    let found = try test.medianSignificance(alternative: [[0]])
    func significance(atLeast count: Double) -> Double {
      NormalDistribution.quantile(
        logSurvival: PoissonDistribution.logAtLeast(count, mean: 200))
    }
    #expect(significance(atLeast: 500) < found && found < significance(atLeast: 501), "\(found)")
    #expect(found > 17)
  }

  /// Reference: numerical integration in Validation/two_sample_tests.py.
  @Test func `The significance of a deformed Gaussian is that of numerical integration`() throws {
    // Covariance ((0.95, 0.1), (0.1, 0.8)) instead of 1, 20,000 events: NP2 of arXiv:1912.12155.
    let determinant = 0.75
    let test = IdealLikelihoodRatio(expectedWithSignal: 20_000) {
      let (x, y) = (Double($0[0]), Double($0[1]))
      let deformed = (0.8 * x * x - 0.2 * x * y + 0.95 * y * y) / determinant
      return (x * x + y * y - deformed - log(determinant)) / 2
    }
    var generator = Seed(4).makeGenerator()
    let (a, b) = (0.95.squareRoot(), 0.1 / 0.95.squareRoot())
    let events = (0..<200_000).map { _ in
      let (u, v) = (generator.normal(), generator.normal())
      return (Float(a * u), Float(b * u + (0.8 - b * b).squareRoot() * v))
    }
    let found = try test.medianSignificance(alternative: [events.map(\.0), events.map(\.1)])
    // Four standard errors of 0.7 / √200,000.
    #expect(abs(found / 27.449_33 - 1) < 4 * 0.7 / 200_000.0.squareRoot(), "\(found)")
  }

  /// The same by counting, where that is possible: 150 events of a unit Gaussian shifted by 0.17.
  @Test func `The significance is that of pseudo-experiments`() throws {
    let (shift, expected) = (0.17, 150.0)
    let test = IdealLikelihoodRatio(expectedWithSignal: expected) {
      shift * Double($0[0]) - shift * shift / 2
    }
    func values(mean: Double, _ count: Int, seed: UInt64) throws -> [Double] {
      try RepeatedTest("toy", test, count: count, seed: Seed(seed)) { seed in
        var generator = seed.makeGenerator()
        let events = Int(PoissonSampler(mean: expected).draw(with: &generator))
        return try SampleComparison(
          names: ["x"], reference: [[0, 1]],
          data: [(0..<events).map { _ in Float(mean + generator.normal()) }], expected: expected)
      }.values(jobs: 2)
    }
    let median = try values(mean: shift, 2_000, seed: 1).sorted()[1_000]
    let null = try values(mean: 0, 20_000, seed: 2)
    let p = Double(null.count { $0 >= median }) / 20_000
    var generator = Seed(3).makeGenerator()
    let found = try test.medianSignificance(
      alternative: [(0..<50_000).map { _ in Float(shift + generator.normal()) }])
    // Four standard errors: of p, and of the median (1.25 / √2000 of one standard deviation).
    let counted = NormalDistribution.quantile(logSurvival: log(p))
    #expect(abs(counted - found) < 4 * hypot(0.02, 0.028), "\(counted) \(found)")
  }

  @Test func `Ratios that decide nothing or everything are refused`() throws {
    let none = IdealLikelihoodRatio(expectedWithSignal: 10) { _ in 0 }
    #expect(throws: IdealLikelihoodRatioError.noDifference) {
      try none.medianSignificance(alternative: [[1, 2]])
    }
    #expect(throws: IdealLikelihoodRatioError.noDifference) {
      try none.medianSignificance(alternative: [[]])
    }
    let all = IdealLikelihoodRatio(expectedWithSignal: 10) { $0[0] > 1 ? .infinity : 0 }
    #expect(throws: IdealLikelihoodRatioError.notFinite(row: 1, value: .infinity)) {
      try all.medianSignificance(alternative: [[1, 2]])
    }
  }
}
