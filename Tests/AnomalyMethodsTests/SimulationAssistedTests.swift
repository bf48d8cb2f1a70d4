import AnomalyMethods
import EventModel
import Foundation
import Learners
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// Methods that learn from simulated background too.
struct SimulationAssistedTests {
  let binning: MassBinning
  let window: MassWindow

  init() throws {
    binning = try MassBinning(logSpaced: 2_700..<6_000, count: 16)
    window = try binning.windows(signalRegionBins: 3, sidebandBins: 2, reweightingBins: 4)[2]
  }

  static let trees = ValidatedEnsemble(
    learner: BoostedTrees(maximumDepth: 3, maximumRounds: 60, minimumChildWeight: 5),
    validation: .randomSplits(members: 3, parts: 4), metric: .logLoss)

  static let networks = ValidatedEnsemble(
    learner: NetworkClassifier(
      hidden: [DenseLayer(units: 16, activation: .relu)], optimizer: .adam(learningRate: 5e-3),
      batchSize: 500, epochs: 40, patience: 10),
    validation: .randomSplits(members: 2, parts: 4), metric: .logLoss)

  /// Toy events whose lighter jet is heavier by `shift` times m_JJ.
  static func shifted(_ toy: ToyEvents, by shift: Double) throws -> EventTable {
    let table = try toy.table()
    var columns = table.columns
    for row in 0..<table.count { columns[0][row] += Float(shift * table.dijetMass[row]) }
    return try EventTable(
      dijetMass: table.dijetMass, features: table.features, columns: columns,
      identifiers: table.identifiers)
  }

  /// A simulation that makes heavy jets three times too rarely.
  static func misModelled(background: Int) throws -> EventTable {
    let table = try ToyEvents(background: background, seed: Seed(5)).table()
    return table.selecting(
      rows: (0..<table.count).filter { table.columns[0][$0] < 90 || $0 % 3 == 0 })
  }

  func view(_ samples: Samples) throws -> SimulationAssisted {
    try SimulationAssisted(
      samples, window: window, trainingRows: Array(0..<samples.data.count))
  }

  @Test func `Without simulation the view says what is missing`() throws {
    let samples = Samples(data: try ToyEvents(background: 500).table())
    #expect(throws: MissingSample.noSimulation) { try view(samples) }
    let far = try EventTable(
      dijetMass: [9_000], features: samples.data.features, columns: [[1], [1], [1], [1]])
    #expect {
      try view(Samples(data: samples.data, backgroundSimulation: far))
    } throws: {
      if case .noSimulatedEvents? = $0 as? MissingSample { true } else { false }
    }
  }

  @Test func `Longer sidebands end where the bins end and leave out the signal region`() throws {
    let windows = try binning.windows(signalRegionBins: 3, sidebandBins: 2, reweightingBins: 4)
    #expect(windows[0].reweightingRange == binning.edges[0]..<binning.edges[9])
    #expect(windows[4].reweightingRange == binning.edges[2]..<binning.edges[13])
    #expect(!windows[4].isReweighted(at: windows[4].center))
    #expect(windows[4].isReweighted(at: binning.edges[2]))
    let short = try binning.windows(signalRegionBins: 3, sidebandBins: 2)[4]
    #expect(short.reweightingRange == binning.edges[4]..<binning.edges[11])
  }

  @Test func `The penalty has its share of the weight, with the labels flipped`() throws {
    let view = try view(
      Samples(
        data: try ToyEvents(background: 2_000).table(),
        backgroundSimulation: try ToyEvents(background: 1_000, seed: Seed(5)).table()))
    let parts =
      view.data.parts(share: 1, signalRegionIsPositive: true) { WeightedEvents($0) }
      + view.simulation.parts(share: 0.4, signalRegionIsPositive: false) { WeightedEvents($0) }
    let contrast = MixedSamples(parts).contrast()
    let count = Double(contrast.positive.count + contrast.negative.count)
    // Positive: the data's signal region (0.5) and the simulation's sidebands (0.2).
    #expect(abs(contrast.positive.weights.reduce(0, +) / count - 0.7) < 1e-12)
    #expect(abs(contrast.negative.weights.reduce(0, +) / count - 0.7) < 1e-12)
    #expect(
      contrast.positive.count
        == view.data.signalRegion.count + view.simulation.lowerSideband.count
        + view.simulation.upperSideband.count)
  }

  @Test func `Reweighted simulation has the data's means and number in the signal region`() throws {
    let data = try ToyEvents(background: 20_000).table()
    let view = try view(
      Samples(data: data, backgroundSimulation: try Self.misModelled(background: 40_000)))
    let weights = try SimulationReweighting(Self.networks).fit(
      view, seed: Seed(1), isCancelled: { false })
    let reweighted = try weights(view.simulation.signalRegion)
    let total = reweighted.weights.reduce(0, +)
    func mean(_ events: EventSlice, _ weights: [Double]) -> Double {
      zip(events.column(0), weights).reduce(0) { $0 + Double($1.0) * $1.1 } / weights.reduce(0, +)
    }
    let target = mean(view.data.signalRegion, view.data.signalRegion.weights)
    let before = mean(view.simulation.signalRegion, view.simulation.signalRegion.weights)
    let after = mean(reweighted.events, reweighted.weights)
    #expect(target - before > 10)
    #expect(abs(after - target) < 3)
    #expect(abs(total / Double(view.data.signalRegion.count) - 1) < 0.1)
  }

  @Test func `SALAD finds a resonance with a mis-modelled simulation`() throws {
    let toy = ToyEvents(background: 12_000, signal: 150)
    let samples = Samples(
      data: try toy.table(), backgroundSimulation: try Self.misModelled(background: 24_000))
    let method = SALAD(
      reweighting: SimulationReweighting(Self.networks), ensemble: Self.trees)
    let kept = try scores(method, samples).selectedRows(efficiency: 0.02)
    // At random 3 of the 150 would be among the kept 2 %.
    #expect(kept.count { toy.isSignal[$0] } >= 75)
  }

  /// What breaks CWoLa: features of the background that change with the mass.
  @Test func `With features that know the mass SA-CWoLa tells no regions apart, CWoLa does`() throws
  {
    let toy = ToyEvents(background: 12_000)
    let samples = Samples(
      data: try Self.shifted(toy, by: 0.1),
      backgroundSimulation: try Self.shifted(
        ToyEvents(background: 24_000, seed: Seed(5)), by: 0.1))
    let plain = try separationOfRegions(
      CWoLa(Self.networks), samples)
    let augmented = try separationOfRegions(
      SACWoLa<_, BoostedTrees>(ensemble: Self.networks, penalty: 1, reweighting: nil), samples)
    #expect(plain > 0.65)
    // What remains are fluctuations of data and simulation that the networks learned.
    #expect(abs(augmented - 0.5) < (plain - 0.5) / 2)
  }

  @Test func `Without a penalty SA-CWoLa is CWoLa`() throws {
    let samples = Samples(
      data: try ToyEvents(background: 3_000).table(),
      backgroundSimulation: try ToyEvents(background: 1_000, seed: Seed(5)).table())
    let plain = try scores(
      CWoLa(Self.trees), samples)
    let augmented = try scores(
      SACWoLa<_, BoostedTrees>(ensemble: Self.trees, penalty: 0, reweighting: nil), samples)
    #expect(plain == augmented)
  }

  private func scores(_ method: some AnomalyMethod, _ samples: Samples) throws -> ScoreTable {
    let folds = Folds(count: 3, of: samples.data, stratifiedBy: binning, seed: Seed(1))
    return try CrossFit(
      method, samples: samples, windows: [window], folds: folds, seed: Seed(1))()[0]
  }

  /// The probability that an event of the signal region scores above one of the sidebands.
  private func separationOfRegions(
    _ method: some AnomalyMethod, _ samples: Samples
  ) throws -> Double {
    let ranks = try scores(method, samples).keptFrom
    func ranksOf(_ regions: [MassWindow.Region]) -> [Float] {
      ranks.indices.compactMap { row in
        window.region(of: samples.data.dijetMass[row]).flatMap { region in
          regions.contains(region) ? ranks[row].map { Float(1 - $0) } : nil
        }
      }
    }
    let (inside, outside) = (
      ranksOf([.signalRegion]), ranksOf([.lowerSideband, .upperSideband])
    )
    return try ValidationMetric.areaUnderCurve.value(
      positive: (inside, inside.map { _ in 1 }), negative: (outside, outside.map { _ in 1 }))
  }
}
