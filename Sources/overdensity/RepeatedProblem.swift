import Datasets
import LearnedTestStatistics
import Randomness

extension RepeatedTest {
  /// Tests data sets of a problem, the reference sample drawn anew with each.
  init(
    _ problem: ComparisonProblem, _ statistic: any TestStatistic, withSignal: Bool, label: String,
    count: Int, seed: Seed
  ) {
    self.init(label, statistic, count: count, seed: seed) { seed in
      try problem.comparison(withSignal: withSignal, seed: seed)
    }
  }
}

extension ComparisonProblem {
  /// Draws data and a reference sample of their own.
  func comparison(withSignal: Bool, seed: Seed) throws -> SampleComparison {
    try SampleComparison(
      names: columns, reference: reference(seed: seed.child("reference")),
      data: data(withSignal: withSignal, seed: seed), expected: expected)
  }
}
