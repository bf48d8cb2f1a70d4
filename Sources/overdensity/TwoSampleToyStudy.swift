import Datasets
import Evaluation
import Execution
import Foundation
import LearnedTestStatistics
import Randomness
import Reporting

/// Tests that compare a whole sample with a reference, on a problem of the NPLM paper's section 3.
struct TwoSampleToyStudy {
  let problem: ComparisonProblem
  let referenceCount: Int
  /// Data sets without and with signal.
  let pseudoExperiments: Int
  let dataSets: Int
  let seed: Seed

  static let tests: [(name: String, statistic: any TestStatistic)] = [
    ("nearest neighbours", NearestNeighbourTest()), ("novel events", NoveltyTest()),
    ("classifier, AUC", ClassifierTest()),
  ]

  struct Outcome: Codable {
    struct Row: Codable {
      let test: String
      /// The statistic of each data set without and with signal.
      let withoutSignal: [Double]
      let withSignal: [Double]
      let mean: Double
      let deviation: Double
      /// (t - mean) / deviation of the data sets with signal.
      let gaussianSignificance: Spread
      /// Data sets without signal at or above the median with signal.
      let exceeding: Int
    }
    let problem: ComparisonProblem.Name
    let referenceEvents: Int
    let rows: [Row]
    /// Median of the likelihood ratio's, which no test can beat.
    let idealSignificance: Double
    let published: [ComparisonProblem.PublishedSignificance]
  }

  func run(
    jobs: Int, progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> Outcome {
    let reference = problem.reference(count: referenceCount, seed: seed)
    let comparison = { @Sendable [problem] (withSignal: Bool, seed: Seed) in
      try SampleComparison(
        names: problem.columns, reference: reference,
        data: problem.data(withSignal: withSignal, seed: seed), expected: problem.expected)
    }
    let repeated = Self.tests.enumerated().flatMap { number, test in
      [
        RepeatedTest(
          "test-\(number).without-signal", test.statistic, count: pseudoExperiments,
          seed: seed.child("without-signal")
        ) { try comparison(false, $0) },
        RepeatedTest(
          "test-\(number).with-signal", test.statistic, count: dataSets,
          seed: seed.child("with-signal")
        ) { try comparison(true, $0) },
      ]
    }
    let values = try RepeatedTest.values(
      of: repeated, executor: .threads(jobs), progress: progress)
    return Outcome(
      problem: problem.name, referenceEvents: referenceCount,
      rows: Self.tests.enumerated().compactMap { number, test in
        Outcome.Row(
          test: test.name, withoutSignal: values[2 * number], withSignal: values[2 * number + 1])
      },
      idealSignificance: try idealSignificance(), published: problem.published)
  }

  private func idealSignificance() throws -> Double {
    guard let expected = problem.expectedWithSignal, let ratio = problem.logDensityRatio else {
      throw ComparisonProblemError.noSignal(problem.name)
    }
    let samples = try (0..<50).map {
      try problem.data(withSignal: true, seed: seed.child("ideal-\($0)"))
    }
    return try IdealLikelihoodRatio(expectedWithSignal: expected, logDensityRatio: ratio)
      .medianSignificance(
        alternative: problem.columns.indices.map { column in samples.flatMap { $0[column] } })
  }
}

extension TwoSampleToyStudy.Outcome.Row {
  /// Sums up; `nil` without values or without spread.
  init?(test: String, withoutSignal: [Double], withSignal: [Double]) {
    let count = Double(withoutSignal.count)
    let mean = withoutSignal.reduce(0, +) / count
    let deviation =
      (withoutSignal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
    guard deviation > 0, let signal = Spread(withSignal),
      let significance = Spread(withSignal.map { ($0 - mean) / deviation })
    else { return nil }
    self.test = test
    self.withoutSignal = withoutSignal
    self.withSignal = withSignal
    self.mean = mean
    self.deviation = deviation
    gaussianSignificance = significance
    exceeding = withoutSignal.count { $0 >= signal.median }
  }
}

extension TwoSampleToyStudy.Outcome {
  /// Relative standard error of a Gaussian's deviation from as many values.
  private var deviationError: Double {
    1 / (2 * Double((rows.first?.withoutSignal.count ?? 2) - 1)).squareRoot()
  }

  var table: String {
    let lines = textTable(
      header: [["test", "without signal", "with signal", "Z (Gaussian)", "at or above"]],
      rows: rows.map { row in
        let z = row.gaussianSignificance
        return [
          row.test, "\(fixed(row.mean, 4)) ± \(fixed(row.deviation, 4))",
          fixed(Spread(row.withSignal)?.median ?? row.mean, 4),
          "\(fixed(z.median, 1)) [\(fixed(z.low, 1)), \(fixed(z.high, 1))]",
          "\(row.exceeding) of \(row.withoutSignal.count)",
        ]
      } + [["ideal likelihood ratio", "", "", fixed(idealSignificance, 1), ""]],
      leftAligned: [0])
    let notes = [
      "\(problem.rawValue), \(referenceEvents) reference events; medians and middle 68 % of "
        + "\(rows.first?.withSignal.count ?? 0) data sets with signal.",
      "Z (Gaussian): distance from the mean without signal in standard deviations, which are known "
        + "to \(fixed(deviationError * 100, 0)) %; far out a Gaussian is an assumption.",
      "At or above: data sets without signal whose statistic reaches the median with signal.",
    ]
    let published = published.map {
      let range = $0.low == $0.high ? "\($0.low)" : "\($0.low) to \($0.high)"
      return "Published: \($0.test): \(range) (\($0.meaning))."
    }
    return (lines + notes + published).joined(separator: "\n")
  }
}
