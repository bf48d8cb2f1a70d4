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
    /// By the chi-square fitted to the pseudo-experiments; `nil` if it could not be, or does not
    /// describe them.
    @Nullable var fitted: Observed?
    /// By counting pseudo-experiments: none of n makes more than p = 1 / (n + 1) says.
    let counted: Observed

    /// The one to be quoted.
    var observed: Observed { fitted ?? counted }

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
    let setting: DimuonSetting
    let clipping: Double
    let parameters: Int
    let testStatistics: [Double]
    @Nullable var compatibility: ChiSquareCompatibility?
    /// With the chi-square distribution fitted to them; `nil` if it could not be.
    @Nullable var fittedCompatibility: ChiSquareCompatibility?
  }

  struct Outcome: Codable {
    let title: String
    let against: String
    let nulls: [Null]
    let points: [Point]
  }

  /// The fits of one variant, not yet done.
  private struct Measurement {
    let variant: DimuonPlan.Variant
    let null: RepeatedTest
    let signals: [(signal: DimuonSignal, expected: Double, test: RepeatedTest)]
  }

  /// Does the fits of all points as one work list.
  func run(
    executor: any Executor, store: UnitStore?, jobs: Int,
    progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> Outcome {
    let measurements = try plan.variants.map(measurement)
    // Two variants may share their data without signal, as far as labels go.
    var labels: Set<String> = []
    let tests = measurements.flatMap { [$0.null] + $0.signals.map(\.test) }
      .filter { labels.insert($0.label).inserted }
    let values = Dictionary(
      uniqueKeysWithValues: zip(
        tests.map(\.label),
        try RepeatedTest.values(of: tests, executor: executor, store: store, progress: progress)))

    var (nulls, points): ([Null], [Point]) = ([], [])
    for measurement in measurements {
      let variant = measurement.variant
      let null = values[measurement.null.label, default: []]
      let parameters = try variant.nplm.network.parameterCount
      nulls.append(
        Null(
          variant: variant.name, setting: variant.setting, clipping: variant.clipping,
          parameters: parameters, testStatistics: null,
          compatibility: ChiSquareCompatibility(null, degreesOfFreedom: Double(parameters)),
          fittedCompatibility: FittedChiSquare(null)?.compatibility))
      for (signal, expected, test) in measurement.signals {
        points.append(
          try point(
            variant, signal, expected: expected, null: null,
            observed: values[test.label, default: []], jobs: jobs))
      }
    }
    return Outcome(
      title: plan.title, against: plan.against.rawValue, nulls: nulls, points: points)
  }

  private func measurement(_ variant: DimuonPlan.Variant) throws -> Measurement {
    let experiment = try DimuonExperiment(events, variant.setting)
    return Measurement(
      variant: variant, null: try test(variant, experiment.problem(.none), nil),
      signals: try variant.dimuonSignals.map { signal in
        let problem = try experiment.problem(signal)
        return (signal, problem.expected, try test(variant, problem, signal))
      })
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
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try JSONEncoder.sorted.encode(value), as: UTF8.self)
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
    _ variant: DimuonPlan.Variant, _ signal: DimuonSignal, expected: Double, null: [Double],
    observed: [Double], jobs: Int
  ) throws -> Point {
    let nplm = try variant.nplm
    let pValues = observed.map {
      NPLMPValues(
        observed: $0, pseudoExperiments: null, parameters: nplm.network.parameterCount)
    }
    let fitted = pValues.compactMap(\.fitted).filter { !$0.isRefuted }.map(\.probability)
    return Point(
      variant: variant.name, setting: variant.setting, network: nplm.network,
      clipping: variant.clipping, signal: signal, expectedAfterSelection: expected,
      reference: try DimuonReferenceSignificance.of(
        signal, events: events, expected: variant.setting.expected,
        seed: seed.child("reference-significance"), jobs: jobs),
      testStatistics: observed, chi2: .init(pValues.map(\.chi2.probability)),
      fitted: fitted.isEmpty ? nil : .init(fitted),
      counted: .init(pValues.compactMap(\.pseudoExperiments?.probability)))
  }
}

extension DimuonStudy.Point.Observed {
  private static let levels: [Double] = [2, 3, 5]

  /// Sums up p-values, at least one.
  init(_ probabilities: [TailProbability]) {
    // No excess at all, p = 1, is the least that is met, or as much below 0 as the largest is above.
    let finite = probabilities.compactMap(\.significance)
    let least = min(finite.min() ?? 0, -(finite.max() ?? 0))
    let values = probabilities.map { $0.significance ?? least }
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
