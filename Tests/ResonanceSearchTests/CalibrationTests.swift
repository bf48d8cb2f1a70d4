import AnomalyMethods
import EventModel
import Execution
import Foundation
import Randomness
import ResonanceSearch
import StatisticalInference
import TestSupport
import Testing

struct CalibrationTests {
  let environment = (version: "test", instructionSet: "test")

  private func search(signal: Int = 0, blind: Bool = false, trees: Bool = false) throws -> Search {
    var plan = trees ? SearchTests.plan() : NullSourceTests.plan()
    plan.mass.windows = [0, 2]
    return try Search(SearchTests.input(signal: signal), plan: plan, seed: 3, blind: blind)
  }

  private func donors(_ search: Search) throws -> DonorEvents {
    try DonorEvents(
      EventTable(search.input.events, features: search.plan.features.features), plan: search.plan,
      seed: Seed(search.seed))
  }

  private func null(_ values: [[[Double?]]]) -> NullDistribution {
    NullDistribution(
      method: .retrain, source: .donors, assumptions: ["toys"],
      searches: values.map { LocalSignificances($0) })
  }

  @Test func `Global and local p-values are counted as (k + 1) over (n + 1)`() throws {
    var result = try search()(environment: environment).record.result
    for window in 0..<2 {
      for cut in 0..<3 { result.windows[window].efficiencies[cut].localSignificance = 0 }
    }
    result.windows[1].efficiencies[2].localSignificance = 2
    // Two of four reach 2 somewhere, one of them in the window and cut of the data.
    let quiet: [[Double?]] = [[0.5, 1, nil], [-1, 0, 0.5]]
    var elsewhere = quiet
    elsewhere[0][0] = 3
    var here = quiet
    here[1][2] = 2.5
    let silent: [[Double?]] = [[nil, nil, nil], [nil, nil, nil]]
    try result.calibrate(with: null([quiet, elsewhere, here, silent]))
    #expect(result.globalPValue?.value == 3.0 / 5)
    #expect(result.globalPValue?.exceeding == 2)
    #expect(result.windows[1].efficiencies[2].calibratedPValue?.value == 2.0 / 5)
    #expect(result.windows[0].efficiencies[0].calibratedPValue?.value == 4.0 / 5)
    #expect(result.calibrated)
    #expect(result.calibration?.nullSource == "donors")
  }

  @Test func `A cut without a fit counts as p = 1 in data and pseudo-data`() throws {
    var result = try search()(environment: environment).record.result
    for window in 0..<2 {
      for cut in 0..<3 { result.windows[window].efficiencies[cut].localSignificance = nil }
    }
    let silent: [[Double?]] = [[nil, nil, nil], [nil, nil, nil]]
    try result.calibrate(with: null([silent, [[-3, -3, -3], [-3, -3, -3]]]))
    #expect(result.globalPValue?.value == 1)
    #expect(result.globalSignificance == nil)
    #expect(result.windows[0].efficiencies[1].calibratedPValue?.value == 1)
  }

  @Test func `A selection with a fake excess everywhere warns in the result`() throws {
    var result = try search()(environment: environment).record.result
    #expect(result.warnings.isEmpty)
    let biased: [[Double?]] = [[0, 0, 0], [0, 0, 2.5]]
    try result.calibrate(with: null([biased, biased, biased]))
    #expect(result.warnings.count == 1)
    #expect(result.warnings.first?.contains("window 2 at efficiency 0.02") == true)
  }

  @Test func `One job and two, run through or resumed, give the same searches`() throws {
    let search = try search()
    let source = try donors(search)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-null-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try UnitStore(folder: folder)
    let one = try search.nullDistribution(
      from: source, count: 4, executor: .threads(1), store: store)
    #expect(try search.nullDistribution(from: source, count: 4, executor: .threads(2)) == one)
    let units = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(units.count == 8)
    for unit in units.enumerated() where unit.offset.isMultiple(of: 2) {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(unit.element))
    }
    #expect(
      try search.nullDistribution(from: source, count: 4, executor: .threads(2), store: store)
        == one)
    let more = try search.nullDistribution(
      from: source, count: 6, executor: .threads(2), store: store)
    #expect(Array(more.searches.prefix(4)) == one.searches)
    #expect(Set(more.searches).count == 6)
  }

  @Test func `A large signal is beyond all searches without one, background is not`() throws {
    for (signal, range) in [(0, 0.1...1.0), (200, 0.0...0.051)] {
      let search = try search(signal: signal, trees: true)
      var record = try search(environment: environment).record
      let null = try search.nullDistribution(from: donors(search), count: 19, executor: .threads(2))
      try record.calibrate(with: null)
      let p = try #require(record.result.globalPValue?.value)
      #expect(range.contains(p))
      #expect(record.nullSearches?.pseudoExperiments.count == 19)
      #expect(try String(decoding: record.result.json, as: UTF8.self).contains("globalPValue"))
    }
  }

  @Test func `Folds that are fitted simultaneously are calibrated by retraining alone`() throws {
    var plan = SearchTests.plan()
    plan.method = .pca
    plan.fit.folds = .simultaneous
    let search = try Search(SearchTests.input(background: 3_000), plan: plan, seed: 3)
    let record = try search(environment: environment).record
    #expect(throws: NullSourceError.foldsFittedApart) {
      try record.spectrumFluctuations(count: 5, plan: plan, seed: Seed(1), jobs: 1)
    }
    let null = try search.nullDistribution(from: donors(search), count: 2, executor: .threads(2))
    #expect(null.searches.contains { $0.largest != nil })
  }

  @Test func `Frozen networks give a global p-value that is labelled approximate`() throws {
    let search = try search()
    var record = try search(environment: environment).record
    let one = try record.spectrumFluctuations(
      count: 60, plan: search.plan, seed: Seed(1), jobs: 1)
    #expect(
      try record.spectrumFluctuations(count: 60, plan: search.plan, seed: Seed(1), jobs: 2) == one)
    let inclusive = one.searches.compactMap { $0.values[0][0] }
    let mean = inclusive.reduce(0, +) / Double(inclusive.count)
    // 60 standard normal values: mean 0 +- 0.13, variance 1 +- 0.18.
    #expect(abs(mean) < 0.5)
    let variance = inclusive.reduce(0) { $0 + $1 * $1 } / Double(inclusive.count)
    #expect(variance > 0.4 && variance < 1.8)
    try record.calibrate(with: one)
    #expect(record.result.globalPValue?.method == "spectrum")
    #expect(!record.result.calibrated)
    #expect(record.result.windows[0].efficiencies[0].calibratedPValue == nil)
    #expect(record.result.calibration?.assumptions.first?.contains("Approximate") == true)
  }

  @Test func `Blind searches and no pseudo-experiments are refused`() throws {
    let blind = try search(blind: true)
    let source = try donors(blind)
    #expect(throws: NullSourceError.blind) {
      try blind.nullDistribution(from: source, count: 1)
    }
    #expect(throws: NullSourceError.noPseudoExperiments(0)) {
      try search().nullDistribution(from: source, count: 0)
    }
  }
}
