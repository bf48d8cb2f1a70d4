import EventFiles
import Execution
import Foundation
import LearnedTestStatistics
import NumericalCore
import Randomness
import Testing

/// The numbers of Documentation/Methods/NPLMNuisances.md, printed as its tables.
struct NPLMWithNuisancesStudy {
  /// Repeated tests of the same samples without and with nuisances.
  private struct Point {
    let name: String
    /// True values of the nuisances.
    let nu: [Double]
    /// Expected signal events.
    let signal: Double
    let comparison: @Sendable (Seed) throws -> SampleComparison
  }

  /// Values of t without and with nuisances.
  private struct Outcome {
    let without: Distribution
    let with: Distribution
  }

  private struct Distribution {
    let values: [Double]
    let parameters: Double

    var median: Double {
      let sorted = values.sorted()
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    /// In standard deviations, by the chi-square with the network's parameters.
    var medianSignificance: Double {
      NormalDistribution.quantile(
        logSurvival: ChiSquareDistribution.logSurvival(median, degreesOfFreedom: parameters))
    }
    /// False positives at five per cent, where there is no signal.
    var above: Int {
      let limit = ChiSquareDistribution.quantile(
        logSurvival: log(0.05), degreesOfFreedom: parameters)
      return values.count { $0 > limit }
    }
    var compatibility: Double {
      ChiSquareCompatibility(values, degreesOfFreedom: parameters)?.pValue ?? 0
    }
    var row: String {
      let mean = values.reduce(0, +) / Double(values.count)
      let numbers = [mean, median, medianSignificance].map { String(format: "%.2f", $0) }
      return numbers.joined(separator: " | ") + " | \(above) of \(values.count) | "
        + String(format: "%.2g", compatibility)
    }
  }

  /// Does all tests and prints a row for each.
  private static func outcomes(
    of points: [Point], count: Int, nplm: NPLM, nuisances: [Nuisance]
  ) throws -> [Outcome] {
    let tests = try points.flatMap { point in
      let full = try NPLMWithNuisances(
        nplm, nuisances: nuisances, auxiliary: .drawn(around: point.nu))
      return [nplm as any TestStatistic, full].enumerated().map { index, statistic in
        RepeatedTest(
          "\(point.name)-\(index)", statistic, count: count,
          seed: Seed(3).child("\(point.nu)-\(point.signal)"), comparison: point.comparison)
      }
    }
    let values = try RepeatedTest.values(of: tests, executor: .threads(2)).map {
      Distribution(values: $0, parameters: Double(nplm.network.parameterCount))
    }
    print("| data | nuisances | mean t | median t | its Z | above 5 % | Pearson p |")
    return points.indices.map { index in
      let outcome = Outcome(without: values[2 * index], with: values[2 * index + 1])
      print("| \(points[index].name) | no | \(outcome.without.row) |")
      print("| \(points[index].name) | yes | \(outcome.with.row) |")
      return outcome
    }
  }

  private static func nplm(_ network: String, clipping: Double) throws -> NPLM {
    try NPLM(
      network: NPLMNetwork(network), clipping: clipping,
      minimisation: .global(.init(starts: 2, patience: 3, searches: 1)))
  }

  private static let isSlow = ProcessInfo.processInfo.environment["OVERDENSITY_SLOW"] != nil

  @Test(.enabled(if: isSlow))
  func `False positives vanish with nuisances, t follows its chi-square, and power is kept`() throws
  {
    let toy = try FallingSpectrum(expected: 2000, references: 40_000)
    func point(_ name: String, _ nu: [Double], signal: Double = 0) -> Point {
      Point(name: name, nu: nu, signal: signal) {
        try toy.comparison(at: nu, signal: signal, seed: $0)
      }
    }
    let outcomes = try Self.outcomes(
      of: [
        point("nominal", [0, 0]), point("scale +1", [0, 1]), point("scale +2", [0, 2]),
        point("normalisation +2", [2, 0]), point("nominal, 12 signal events", [0, 0], signal: 12),
      ], count: 100, nplm: Self.nplm("1-3-1", clipping: 7), nuisances: toy.nuisances)
    for outcome in outcomes.prefix(4) { #expect(outcome.with.compatibility > 0.01) }
    #expect(outcomes[1].without.above > 15 && outcomes[2].without.above > 80)
    let signal = outcomes[4]
    #expect(signal.without.medianSignificance > 1.5)
    #expect(signal.with.medianSignificance > signal.without.medianSignificance - 0.3)
  }

  /// `reference.h5`, `data.h5`, `signal.h5` by Simulation/muon_scale.py --shift 0; `reference_up.h5`
  /// and so on with ±0.005.
  private static let dimuons = ProcessInfo.processInfo.environment["OVERDENSITY_DATA"].map {
    $0 + "/simulated/muon-scale/"
  }
  private static let columns = ["pt1", "pt2", "eta1", "eta2", "deltaphi"]

  private static func sample(_ name: String) throws -> [[Float]] {
    let frame = try PandasFrame(HDF5File(reading: (dimuons ?? "") + name + ".h5"))
    let values = try frame.columns()
    return try columns.map { column in
      try values[#require(frame.columnNames.firstIndex(of: column))].map { Float($0) }
    }
  }

  @Test(
    .enabled(
      if: isSlow && FileManager.default.fileExists(atPath: (dimuons ?? "") + "reference.h5"),
      "needs OVERDENSITY_SLOW and dimuons with shifted momenta below OVERDENSITY_DATA"))
  func `A mis-calibrated momentum scale makes no false positives`() throws {
    let expected = 2000.0
    let samples = try ["reference", "reference_up", "reference_down"].map(Self.sample)
    let pools = try ["data", "data_up", "data_down"].map(Self.sample)
    func varied(_ index: Int) -> VariedSample {
      VariedSample(
        columns: samples[index],
        relativeYield: Double(samples[index][0].count) / Double(samples[0][0].count))
    }
    let dependence = try LearnedDependence(
      nominal: varied(0), up: varied(1), down: varied(2), names: Self.columns,
      learning: DependenceLearning(hidden: [4]), seed: Seed(1))
    for closure in dependence.closure {
      print(
        "\(closure.name) \(closure.direction): chi2 \(closure.chi2) in \(closure.bins) bins, "
          + "without reweighting \(closure.chi2WithoutReweighting)")
    }
    let signals = try Self.sample("signal")
    func point(_ name: String, _ nu: Double, pool: Int, signal: Double = 0) -> Point {
      let events = pools[pool]
      let mean = expected * Double(events[0].count) / Double(pools[0][0].count)
      return Point(name: name, nu: [nu], signal: signal) { seed in
        var generator = seed.makeGenerator()
        func draw(_ columns: [[Float]], mean: Double) -> [[Float]] {
          let rows = generator.sample(generator.poisson(mean: mean), of: columns[0].count)
          return columns.map { column in rows.map { column[$0] } }
        }
        var data = draw(events, mean: mean)
        if signal > 0 { data = zip(data, draw(signals, mean: signal)).map { $0 + $1 } }
        return try SampleComparison(
          names: Self.columns, reference: samples[0], data: data, expected: expected)
      }
    }
    let outcomes = try Self.outcomes(
      of: [
        point("nominal", 0, pool: 0), point("momenta +0.5 %", 1, pool: 1),
        point("momenta -0.5 %", -1, pool: 2),
        point("nominal, 40 Z' events", 0, pool: 0, signal: 40),
      ], count: 30, nplm: Self.nplm("5-5-1", clipping: 1.4),
      nuisances: [Nuisance("momentum scale", .shape(dependence))])
    for outcome in outcomes.prefix(3) { #expect(outcome.with.compatibility > 0.01) }
    for outcome in outcomes[1...2] {
      #expect(outcome.without.above > 20 && outcome.with.above < 6)
    }
    let signal = outcomes[3]
    #expect(signal.with.medianSignificance > signal.without.medianSignificance - 0.5)
  }
}
