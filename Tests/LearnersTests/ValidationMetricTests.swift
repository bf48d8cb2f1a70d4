import Learners
import Testing

struct ValidationMetricTests {
  let positive: (scores: [Float], weights: [Double]) = (
    [0.9, 0.8, 0.8, 0.4, 0.3], [1, 2, 1, 1, 0.5]
  )
  let negative: (scores: [Float], weights: [Double]) = (
    [0.8, 0.5, 0.4, 0.2, 0.1], [1, 1, 2, 1, 3]
  )

  /// Reference: Validation/learners.py (scikit-learn 1.9.1, weighted, with ties).
  @Test(arguments: [
    (ValidationMetric.areaUnderCurve, 0.852_272_727_272_727_3),
    (.efficiency(atNegativeEfficiency: 0.05), 0.4),
    (.efficiency(atNegativeEfficiency: 0.2), 0.727_272_727_272_727_3),
    (.efficiency(atNegativeEfficiency: 0.4), 0.836_363_636_363_636_3),
    (.logLoss, -0.456_039_240_181_577_3),
  ])
  func `Matches scikit-learn`(metric: ValidationMetric, expected: Double) throws {
    let value = try metric.value(positive: positive, negative: negative)
    // The scores are Floats here and doubles there.
    #expect(abs(value - expected) < 1e-6)
  }

  @Test func `Equal scores cannot tell samples apart`() throws {
    let same: (scores: [Float], weights: [Double]) = ([0.5, 0.5, 0.5], [1, 1, 1])
    let area = try ValidationMetric.areaUnderCurve.value(positive: same, negative: same)
    let efficiency = try ValidationMetric.efficiency(atNegativeEfficiency: 0.01)
      .value(positive: same, negative: same)
    #expect(abs(area - 0.5) < 1e-12)
    #expect(abs(efficiency - 0.01) < 1e-12)
  }

  @Test func `A sample without weight is refused by name`() {
    #expect(throws: LearnerError.emptySample(.negative)) {
      try ValidationMetric.logLoss.value(positive: positive, negative: ([0.5], [0]))
    }
  }

  @Test(arguments: [0, -0.1, 1.5, Double.nan])
  func `A negative efficiency that is no fraction is refused`(target: Double) {
    #expect(throws: LearnerError.self) {
      try ValidationMetric.efficiency(atNegativeEfficiency: target)
        .value(positive: positive, negative: negative)
    }
  }
}
