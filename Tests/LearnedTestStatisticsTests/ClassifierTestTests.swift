import LearnedTestStatistics
import NeuralNetworks
import NumericalCore
import Randomness
import Testing

struct ClassifierTestTests {
  /// Two Gaussians in the plane whose means differ by `distance`.
  private static func comparison(
    data: Int, reference: Int, distance: Double, weighted: Bool = false
  ) throws -> SampleComparison {
    var generator = Seed(11).makeGenerator()
    func sample(_ count: Int, _ mean: Double) -> [[Float]] {
      [
        (0..<count).map { _ in Float(mean + generator.normal()) },
        (0..<count).map { _ in Float(generator.normal()) },
      ]
    }
    let columns = sample(reference, 0)
    return try SampleComparison(
      names: ["x", "y"], reference: columns,
      referenceWeights: weighted ? Array(repeating: 0.25, count: reference) : nil,
      data: sample(data, distance), expected: Double(data))
  }

  private static func value(
    _ test: ClassifierTest, _ comparison: SampleComparison, seed: UInt64 = 1
  ) throws -> Double {
    try test.value(of: comparison, seed: Seed(seed), isCancelled: { false })
  }

  /// The best possible values for unit Gaussians at a distance d = 1.
  ///
  /// Area Phi(d / √2), accuracy Phi(d / 2), log likelihood ratio d² / 2. Statistical errors with 4000 and 8000 events: 0.006,
  /// 0.005, 0.01 (d / √4000).
  @Test(arguments: [
    (ClassifierTest.Measure.areaUnderCurve, 0.7602, 0.006), (.accuracy, 0.6915, 0.005),
    (.logLikelihoodRatio, 0.5, 0.016),
  ])
  func `A trained classifier comes near the best possible value`(
    measure: ClassifierTest.Measure, best: Double, error: Double
  ) throws {
    let found = try Self.value(
      ClassifierTest(measure: measure),
      Self.comparison(data: 4_000, reference: 8_000, distance: 1))
    #expect(abs(found - best) < 4 * error, "\(found)")
  }

  @Test func `Samples of one law give the value of a coin`() throws {
    let comparison = try Self.comparison(data: 4_000, reference: 8_000, distance: 0)
    let area = try Self.value(ClassifierTest(), comparison)
    #expect(abs(area - 0.5) < 4 * 0.006)
    let ratio = try Self.value(ClassifierTest(measure: .logLikelihoodRatio), comparison)
    #expect(ratio < 0.005)
  }

  @Test func `Equal seeds give equal values, bit by bit`() throws {
    let comparison = try Self.comparison(data: 500, reference: 900, distance: 0.3)
    let test = ClassifierTest(epochs: 3)
    #expect(try Self.value(test, comparison) == Self.value(test, comparison))
    #expect(try Self.value(test, comparison) != Self.value(test, comparison, seed: 2))
    let values = try (1...2).map { jobs in
      try RepeatedTest("permutation", test, count: 6, seed: Seed(1)) {
        try PseudoData.permutation(testsCount: false).comparison(like: comparison, seed: $0)
      }.values(jobs: jobs)
    }
    #expect(values[0] == values[1] && Set(values[0]).count == 6)
  }

  @Test func `Equal weights change nothing`() throws {
    let test = ClassifierTest(epochs: 3)
    let plain = try Self.value(test, Self.comparison(data: 500, reference: 900, distance: 0.3))
    let weighted = try Self.value(
      test, Self.comparison(data: 500, reference: 900, distance: 0.3, weighted: true))
    #expect(abs(plain - weighted) < 1e-6)
  }

  @Test func `Bad settings and too few events are refused with the reason`() throws {
    let comparison = try Self.comparison(data: 2, reference: 50, distance: 0)
    #expect(throws: ClassifierTestError.badFolds(1)) {
      try Self.value(ClassifierTest(folds: 1), comparison)
    }
    #expect(throws: ClassifierTestError.emptyFold(.data, folds: 3)) {
      try Self.value(ClassifierTest(folds: 3), comparison)
    }
    #expect(throws: NetworkError.badSize("epochs", 0)) {
      try Self.value(ClassifierTest(epochs: 0), comparison)
    }
    #expect(throws: CancellationError.self) {
      try ClassifierTest().value(of: comparison, seed: Seed(1), isCancelled: { true })
    }
  }
}
