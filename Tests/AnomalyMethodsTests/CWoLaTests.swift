import AnomalyMethods
import EventModel
import Learners
import Randomness
import TestSupport
import Testing

struct CWoLaTests {
  let binning: MassBinning
  let window: MassWindow

  init() throws {
    binning = try MassBinning(logSpaced: 2_700..<6_000, count: 16)
    window = try binning.windows(signalRegionBins: 3, sidebandBins: 2)[2]
  }

  var method: CWoLa<BoostedTrees> {
    CWoLa(
      learner: BoostedTrees(maximumDepth: 3, maximumRounds: 60, minimumChildWeight: 5),
      validation: .randomSplits(members: 3, parts: 4), metric: .logLoss)
  }

  @Test func `Sidebands weigh the same and together as much as the signal region`() throws {
    let table = try ToyEvents(background: 3_000).table()
    let view = try RegionContrast(
      Samples(data: table), window: window, trainingRows: Array(0..<table.count))
    let contrast = view.mixedSamples.contrast()
    let positive = contrast.positive.weights.reduce(0, +)
    let lower = contrast.negative.weights.prefix(view.lowerSideband.count).reduce(0, +)
    let upper = contrast.negative.weights.dropFirst(view.lowerSideband.count).reduce(0, +)
    let count = Double(contrast.positive.count + contrast.negative.count)
    #expect(abs(lower - upper) < 1e-9 * count)
    #expect(abs(positive - lower - upper) < 1e-9 * count)
    #expect(abs(positive + lower + upper - count) < 1e-9 * count)
  }

  @Test func `A hidden resonance gets the highest scores`() throws {
    let toy = ToyEvents(background: 12_000, signal: 150)
    let table = try toy.table()
    let folds = Folds(count: 3, of: table, stratifiedBy: binning, seed: Seed(1))
    let scores = try CrossFit(
      method, samples: Samples(data: table), windows: [window], folds: folds, seed: Seed(1))()[0]
    let kept = scores.selectedRows(efficiency: 0.02)
    let signal = kept.count { toy.isSignal[$0] }
    // 150 of 12,150 events: at random 3 would be among the kept 2 %.
    #expect(signal >= 75)
  }

  @Test func `A cut keeps its fraction of every fold`() throws {
    let table = try ToyEvents(background: 3_000).table()
    let folds = Folds(count: 3, of: table, stratifiedBy: binning, seed: Seed(1))
    let scores = try CrossFit(
      method, samples: Samples(data: table), windows: [window], folds: folds, seed: Seed(1))()[0]
    for fold in 0..<3 {
      let rows = Set(folds.rows(in: fold))
      let kept = scores.selectedRows(efficiency: 0.1).count { rows.contains($0) }
      #expect(kept == rows.count / 10)
    }
    #expect(scores.selectedRows(efficiency: 1).count == table.count)
  }

  @Test func `Injected events take part in the contrast and not in the percentiles of the data`()
    throws
  {
    let data = try ToyEvents(background: 2_000).table()
    let injected = try ToyEvents(background: 0, signal: 300, seed: Seed(7)).table()
      .withIdentifiers((0..<300).map { 10_000 + $0 })
    let together = data.appending(injected)
    let rows = Array(0..<together.count)
    func view(injectedCount: Int) throws -> RegionContrast {
      try RegionContrast(
        Samples(data: together, injectedCount: injectedCount), window: window, trainingRows: rows)
    }
    let view = try view(injectedCount: 300)
    #expect(view.signalRegion.count == (try self.view(of: together)).signalRegion.count)
    #expect(view.measured.count == 2_000)
    let alone = try PercentileTransform(
      fitting: WeightedEvents(data.all), binning: binning)
    let measured = try PercentileTransform(fitting: WeightedEvents(view.measured), binning: binning)
    let all = try PercentileTransform(fitting: WeightedEvents(view.inclusive), binning: binning)
    #expect(try measured.columns(together.all) == alone.columns(together.all))
    #expect(try all.columns(together.all) != alone.columns(together.all))
    // The method itself learns the percentiles of the data.
    let method = Transformed(method, by: PercentileLearner(binning: binning))
    let scorer = try method.fit(view, seed: Seed(1), isCancelled: { false })
    #expect(try scorer.transform.columns(together.all) == alone.columns(together.all))
  }

  private func view(of table: EventTable) throws -> RegionContrast {
    try RegionContrast(
      Samples(data: table), window: window, trainingRows: Array(0..<table.count))
  }

  @Test func `A region without events is an error that names it`() throws {
    let table = try EventTable(
      dijetMass: [3_500], features: [.lighterJetMass], columns: [[80]])
    #expect(throws: MissingSample.self) {
      try RegionContrast(Samples(data: table), window: window, trainingRows: [0])
    }
  }
}
