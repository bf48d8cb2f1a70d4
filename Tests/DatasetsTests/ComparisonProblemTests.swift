import Datasets
import Foundation
import Randomness
import Testing

struct ComparisonProblemTests {
  private static func mean(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) } / Double(values.count)
  }

  private static func covariance(_ x: [Float], _ y: [Float]) -> Double {
    let (a, b) = (mean(x), mean(y))
    return zip(x, y).reduce(0) { $0 + (Double($1.0) - a) * (Double($1.1) - b) }
      / Double(x.count)
  }

  /// The problems of section 3, which have a signal and known densities.
  private static let withSignal = ComparisonProblem.Name.allCases.filter {
    $0 != .muonMomentum && $0 != .dimuon
  }

  /// Mean of the first column, variances and covariance of the first two.
  struct Moments: Sendable {
    let mean: Double
    let variances: (Double, Double)
    let covariance: Double
  }

  /// Mixtures have the moments of their parts, weighted, and the spread of the means.
  private static func moments(
    _ name: ComparisonProblem.Name
  ) -> (reference: Moments, alternative: Moments) {
    let unit = Moments(mean: 0, variances: (1, 1), covariance: 0)
    let moved = Moments(mean: 1, variances: (1, 1), covariance: 0)
    switch name {
    case .shiftedGaussian:
      return (moved, Moments(mean: 1.12, variances: (1, 1), covariance: 0))
    case .deformedGaussian:
      return (moved, Moments(mean: 1, variances: (0.95, 0.8), covariance: 0.1))
    case .gaussianBump:
      let spread = 2.25 * 20 / 441
      let variance = 20.1 / 21 + spread
      return (
        unit, Moments(mean: 1.5 / 21, variances: (variance, variance), covariance: spread)
      )
    case .box, .muonMomentum, .dimuon:
      let wide = (4.0 / 3, 1.0 / 12)
      let mixed = ((100 * wide.0 + 1) / 103, (100 * wide.1 + 0.01) / 103)
      return (
        Moments(mean: 0, variances: wide, covariance: 0),
        Moments(mean: 0, variances: mixed, covariance: 0)
      )
    }
  }

  @Test(arguments: withSignal)
  func `Samples have the moments that the paper gives`(name: ComparisonProblem.Name) throws {
    let problem = try ComparisonProblem(name)
    func check(_ sample: [[Float]], _ expected: Moments) {
      // Five standard errors: a variance's is at most sqrt(2 / n) of it for these laws.
      let n = Double(sample[0].count)
      let (v, w) = expected.variances
      #expect(abs(Self.mean(sample[0]) - expected.mean) < 5 * (v / n).squareRoot())
      #expect(abs(Self.covariance(sample[0], sample[0]) - v) < 5 * v * (2 / n).squareRoot())
      #expect(abs(Self.covariance(sample[1], sample[1]) - w) < 5 * w * (2 / n).squareRoot())
      let covariance = Self.covariance(sample[0], sample[1])
      #expect(abs(covariance - expected.covariance) < 5 * (2 * v * w / n).squareRoot())
    }
    let expected = Self.moments(name)
    check(problem.reference(seed: Seed(1)), expected.reference)
    let data = try (0..<5).map { try problem.data(withSignal: true, seed: Seed(UInt64($0))) }
    check(
      problem.columns.indices.map { column in data.flatMap { $0[column] } }, expected.alternative)
    #expect(data.allSatisfy { $0.count == problem.columns.count })
  }

  @Test(arguments: ComparisonProblem.Name.allCases)
  func `Counts are Poisson around the expectation`(name: ComparisonProblem.Name) throws {
    let problem = try ComparisonProblem(name)
    func check(withSignal: Bool, _ expected: Double) throws {
      let counts = try (0..<40).map { number in
        Double(
          try problem.data(withSignal: withSignal, seed: Seed(5).child("\(number)"))[0].count)
      }
      let pulls = counts.map { ($0 - expected) / expected.squareRoot() }
      #expect(abs(pulls.reduce(0, +)) < 4 * 40.0.squareRoot())
      let squares = pulls.reduce(0) { $0 + $1 * $1 } / 40
      #expect((0.35...2.1).contains(squares), "\(squares)")
    }
    try check(withSignal: false, problem.expected)
    if let expected = problem.expectedWithSignal { try check(withSignal: true, expected) }
    #expect(
      problem.reference(seed: Seed(1)).map(\.count)
        == problem.columns.map { _ in
          problem.referenceCount
        })
  }

  /// For any function h, the sum of h over data with signal is expected to be that of h n(x|NP) /
  /// n(x|R) over data without: a Monte-Carlo check that the ratio is the samples' own.
  @Test(arguments: withSignal)
  func `The density ratio turns reference events into data with signal`(
    name: ComparisonProblem.Name
  ) throws {
    let problem = try ComparisonProblem(name)
    let ratio = try #require(problem.logDensityRatio)
    let signalEvents = try #require(problem.expectedWithSignal)
    let reference = problem.reference(count: 200_000, seed: Seed(3))
    let data = try (0..<10).map { try problem.data(withSignal: true, seed: Seed(UInt64($0))) }
    let tests: [([Float]) -> Double] = [
      { _ in 1 }, { Double($0[0]) }, { Double($0[1] * $0[1]) }, { Double($0[0] * $0[1]) },
      { abs($0[0]) < 1 && abs($0[1]) < 0.1 ? 1 : 0 },
      { hypot($0[0] - 1.5, $0[1] - 1.5) < 0.4 ? 1 : 0 },
    ]
    func event(_ columns: [[Float]], _ row: Int) -> [Float] { columns.map { $0[row] } }
    for (number, test) in tests.enumerated() {
      let weight = problem.expected / Double(reference[0].count)
      var (predicted, predictedVariance) = (0.0, 0.0)
      for row in reference[0].indices {
        let value = test(event(reference, row)) * exp(ratio(event(reference, row))) * weight
        predicted += value
        predictedVariance += value * value
      }
      var (observed, observedVariance) = (0.0, 0.0)
      for sample in data {
        for row in sample[0].indices {
          let value = test(event(sample, row)) / 10
          observed += value
          observedVariance += value * value
        }
      }
      let error = (predictedVariance + observedVariance).squareRoot()
      #expect(abs(observed - predicted) <= 4 * error, "test \(number)")
      if number == 0 { #expect(abs(predicted / signalEvents - 1) < 0.01) }
    }
  }

  /// Reference: the ratio of normal densities by scipy.stats, Validation/two_sample_tests.py.
  @Test func `The density ratio has the values of scipy`() throws {
    func value(_ name: ComparisonProblem.Name, _ event: [Float]) throws -> Double {
      let ratio = try #require(try ComparisonProblem(name).logDensityRatio)
      return ratio(event)
    }
    let cases: [(ComparisonProblem.Name, [Float], Double)] = [
      (.shiftedGaussian, [2, 0.5], 0.0456),
      (.deformedGaussian, [2, 0.5], 0.010_507_702_892_557_091),
      (.gaussianBump, [1.5, 1.25], 1.241_582_486_248_511_2),
      (.box, [0.5, 0.05, -0.05], log(2.5)),
      (.box, [0.5, 0.05, -0.15], 0),
    ]
    for (name, event, expected) in cases {
      let found = try value(name, event)
      #expect(abs(found - expected) < 1e-12, "\(name) \(found)")
    }
    #expect(try value(.box, [2.5, 0, 0]) == .infinity)
  }

  @Test func `Equal seeds give equal events and others others`() throws {
    for name in ComparisonProblem.Name.allCases {
      let problem = try ComparisonProblem(name)
      #expect(
        problem.reference(count: 50, seed: Seed(1)) == problem.reference(count: 50, seed: Seed(1)))
      let data = try problem.data(withSignal: false, seed: Seed(1))
      #expect(try data == problem.data(withSignal: false, seed: Seed(1)))
      #expect(try data != problem.data(withSignal: false, seed: Seed(2)))
      #expect(data[0].first != problem.reference(seed: Seed(1))[0].first)
    }
  }

  @Test func `Leading muons of Drell-Yan events peak at half the Z mass, in both directions`()
    throws
  {
    let muons = try ComparisonProblem(.muonMomentum).reference(count: 50_000, seed: Seed(1))[0]
    // The mean is 0 by symmetry; the projection of a momentum of 45 GeV has a spread of about 32.
    #expect(abs(Self.mean(muons)) < 4 * 32 / 50_000.0.squareRoot())
    func density(_ range: Range<Float>) -> Double {
      Double(muons.count { range.contains(abs($0)) })
        / Double(range.upperBound - range.lowerBound)
    }
    #expect(density(36..<42) > 1.2 * density(0..<20))
    #expect(density(36..<42) > 4 * density(55..<70))
  }

  @Test func `Muons of a list keep their transverse momenta`() throws {
    let problem = try ComparisonProblem.muonMomentum(transverseMomenta: [30, 40])
    let muons = problem.reference(seed: Seed(1))[0]
    #expect(muons.count == 20_000 && muons.allSatisfy { abs($0) <= 40 })
    // The mean square of p cos(phi) is p^2 / 2.
    #expect(abs(Self.covariance(muons, muons) - 625) < 15)
    #expect(problem.expectedWithSignal == nil && problem.logDensityRatio == nil)
  }

  @Test func `What cannot be drawn is refused with the reason`() {
    #expect(throws: ComparisonProblemError.noMuons) {
      try ComparisonProblem.muonMomentum(transverseMomenta: [])
    }
    #expect(throws: ComparisonProblemError.badMomentum(row: 1, value: -3)) {
      try ComparisonProblem.muonMomentum(transverseMomenta: [30, -3])
    }
    #expect(throws: ComparisonProblemError.noSignal(.muonMomentum)) {
      try ComparisonProblem(.muonMomentum).data(withSignal: true, seed: Seed(1))
    }
  }
}
