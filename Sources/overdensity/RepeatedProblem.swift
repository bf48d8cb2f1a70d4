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
      try SampleComparison(
        names: problem.columns, reference: problem.reference(seed: seed.child("reference")),
        data: problem.data(withSignal: withSignal, seed: seed), expected: problem.expected)
    }
  }
}
