import Datasets
import Evaluation
import EventFiles
import Execution
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import NumericalCore
import Randomness
import StatisticalInference

/// The sensitivity of NPLM on the dimuon problem: arXiv:1912.12155, section 5 and appendix.
struct DimuonStudy {
  let plan: DimuonPlan
  let events: DimuonEvents
  let seed: Seed

  /// What units depend on besides their labels; the plan is not part of it, so that it can grow.
  var key: [String: String] {
    events.sources.merging([
      "toy": "dimuon", "seed": "\(seed.value)", "version": Overdensity.version,
      "instructionSet": InstructionSet.current.rawValue,
    ]) { first, _ in first }
  }

  /// What was measured for one signal in one variant.
  struct Point: Codable {
    let variant: String
    let setting: DimuonSetting
    let network: NPLMNetwork
    let clipping: Double
    let signal: DimuonSignal
    let expectedAfterSelection: Double
    @Nullable var reference: DimuonReferenceSignificance?
    /// t of each data set.
    let testStatistics: [Double]
    /// Observed significances by the chi-square with as many degrees of freedom as parameters.
    let chi2: Observed
    /// By the chi-square fitted to the pseudo-experiments; `nil` if it could not be.
    @Nullable var fitted: Observed?

    /// The better one of what there is.
    var observed: Observed { fitted ?? chi2 }

    /// The distribution of the observed significance.
    struct Observed: Sendable, Hashable, Codable {
      /// `nil` if no data set has a p-value below 1.
      @Nullable var significance: Spread?
      let detections: [Detection]
    }

    /// How often a tension of so many standard deviations is found.
    struct Detection: Sendable, Hashable, Codable {
      let standardDeviations: Double
      let found: Int
      let dataSets: Int
      /// Ends of the 68 % Clopper-Pearson interval of the probability.
      let low: Double
      let high: Double

      var probability: Double { Double(found) / Double(dataSets) }
    }
  }

  /// The data without signal of a variant.
  struct Null: Codable {
    let variant: String
    let parameters: Int
    let testStatistics: [Double]
    @Nullable var compatibility: ChiSquareCompatibility?
  }

  struct Outcome: Codable {
    let title: String
    let against: String
    let nulls: [Null]
    let points: [Point]
  }

  /// Does the fits of all points as one work list.
  func run(
    executor: any Executor, store: UnitStore?, jobs: Int,
    progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> Outcome {
    var tests: [RepeatedTest] = []
    for variant in plan.variants {
      let experiment = try DimuonExperiment(events, variant.setting)
      tests.append(try test(variant, experiment.problem(.none), nil))
      for signal in variant.dimuonSignals {
        tests.append(try test(variant, experiment.problem(signal), signal))
      }
    }
    // Two variants may share their data without signal, as far as labels go.
    var first: [String: Int] = [:]
    let distinct = tests.filter { test in
      first.updateValue(first[test.label] ?? first.count, forKey: test.label) == nil
    }
    let values = try RepeatedTest.values(
      of: distinct, executor: executor, store: store, progress: progress)
    func value(_ test: RepeatedTest) -> [Double] { first[test.label].map { values[$0] } ?? [] }

    var (nulls, points): ([Null], [Point]) = ([], [])
    var rest = tests[...]
    for variant in plan.variants {
      guard let null = rest.popFirst().map(value) else { continue }
      let parameters = try variant.nplm.network.parameterCount
      nulls.append(
        Null(
          variant: variant.name, parameters: parameters, testStatistics: null,
          compatibility: ChiSquareCompatibility(null, degreesOfFreedom: Double(parameters))))
      for signal in variant.dimuonSignals {
        guard let observed = rest.popFirst().map(value) else { continue }
        points.append(
          try point(variant, signal, null: null, observed: observed, jobs: jobs))
      }
    }
    return Outcome(
      title: plan.title, against: plan.against.rawValue, nulls: nulls, points: points)
  }

  /// The fits to many data sets of one law.
  private func test(
    _ variant: DimuonPlan.Variant, _ problem: ComparisonProblem, _ signal: DimuonSignal?
  ) throws -> RepeatedTest {
    struct Settings: Encodable {
      let setting: DimuonSetting
      let nplm: NPLM
      let signal: DimuonSignal?
      let dataSets: Int?
    }
    let nplm = try variant.nplm
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    let count = signal == nil ? variant.pseudoExperiments : variant.dataSets
    // Settings name the units, so that a plan can grow; equal ones are one and the same.
    let name = try Seed(0).child(
      text(Settings(setting: variant.setting, nplm: nplm, signal: signal, dataSets: nil)))
    let label =
      "\(signal == nil ? "without-signal" : "with-signal")-" + String(name.value, radix: 16)
    return RepeatedTest(
      problem, nplm, withSignal: signal != nil, label: label, count: count,
      // Every network sees the same data; every signal has data of its own.
      seed: seed.child(try signal.map { try text($0) } ?? "without-signal"))
  }

  private func point(
    _ variant: DimuonPlan.Variant, _ signal: DimuonSignal, null: [Double], observed: [Double],
    jobs: Int
  ) throws -> Point {
    let nplm = try variant.nplm
    let pValues = observed.map {
      NPLMPValues(
        observed: $0, pseudoExperiments: null, parameters: nplm.network.parameterCount)
    }
    let fitted = pValues.compactMap(\.fitted?.probability)
    let problem = try DimuonExperiment(events, variant.setting).problem(signal)
    return Point(
      variant: variant.name, setting: variant.setting, network: nplm.network,
      clipping: variant.clipping, signal: signal, expectedAfterSelection: problem.expected,
      reference: try DimuonReferenceSignificance.of(
        signal, events: events, expected: variant.setting.expected,
        seed: seed.child("reference-significance"), jobs: jobs),
      testStatistics: observed, chi2: .init(pValues.map(\.chi2.probability)),
      fitted: fitted.isEmpty ? nil : .init(fitted))
  }
}

extension DimuonStudy.Point.Observed {
  private static let levels: [Double] = [2, 3, 5]

  /// Sums up p-values, at least one.
  init(_ probabilities: [TailProbability]) {
    let values = probabilities.compactMap(\.significance)
    significance = Spread(values)
    detections = Self.levels.map { level in
      let found = values.count { $0 >= level }
      let interval = BinomialInterval(
        successes: found, trials: probabilities.count, level: GlobalPValue.defaultLevel)
      return .init(
        standardDeviations: level, found: found, dataSets: probabilities.count,
        low: interval.low, high: interval.high)
    }
  }
}

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
