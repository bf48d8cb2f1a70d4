import AnomalyMethods
import EventModel
import Foundation
import Randomness
import TestSupport
import Testing

struct NeighbourRatioTests {
  let window: MassWindow

  init() throws {
    window = try MassWindow(
      lowerSideband: 1_000..<2_000, signalRegion: 2_000..<3_000, upperSideband: 3_000..<4_000)
  }

  /// One feature: places of events in the three regions, the signal region first.
  private func view(_ places: [[Float]], weights: [Double]? = nil) throws -> RegionContrast {
    let masses = zip([2_500.0, 1_500, 3_500], places).flatMap { mass, places in
      [Double](repeating: mass, count: places.count)
    }
    let table = try EventTable(
      dijetMass: masses, features: [.toyX1], columns: [places.flatMap { $0 }], weights: weights)
    return try RegionContrast(
      Samples(data: table), window: window, trainingRows: Array(0..<table.count))
  }

  @Test func `The score is the ratio of densities, counted by hand`() throws {
    // At 0 the nearest events lie at 1 (signal region), 2 and 4: densities 1/(4 * 1), 1/(2 * 2) and
    // 1/(1 * 4), but for the scale of the feature, which drops out.
    let view = try view([[1, 5, 6, 7], [2, 9], [4]])
    let scorer = try NeighbourRatio(neighbour: 1).fit(view, seed: Seed(1), isCancelled: { false })
    let place = try EventTable(dijetMass: [2_500], features: [.toyX1], columns: [[0]])
    let expected = log((1.0 / 4) / ((1.0 / 4 + 1.0 / 4) / 2))
    #expect(abs(Double(try scorer.scores(place.all)[0]) - expected) < 1e-6)
    // At 5.5, halfway between two events of the signal region.
    let other = try EventTable(dijetMass: [2_500], features: [.toyX1], columns: [[5.5]])
    let atOther = log((1 / (4 * 0.5)) / ((1 / (2 * 3.5) + 1 / 1.5) / 2))
    #expect(abs(Double(try scorer.scores(other.all)[0]) - atOther) < 1e-5)
  }

  @Test func `A hidden resonance gets the highest scores`() throws {
    let toy = ToyEvents(background: 12_000, signal: 150)
    let table = try toy.table()
    let binning = try MassBinning(logSpaced: 2_700..<6_000, count: 16)
    let window = try binning.windows(signalRegionBins: 3, sidebandBins: 2)[2]
    let scores = try CrossFit(
      NeighbourRatio(neighbour: 20), samples: Samples(data: table), windows: [window],
      folds: Folds(count: 3, of: table, stratifiedBy: binning, seed: Seed(1)), seed: Seed(1))()[0]
    // 150 of 12,150 events: at random 3 would be among the kept 2 %.
    #expect(scores.selectedRows(efficiency: 0.02).count { toy.isSignal[$0] } >= 75)
  }

  @Test func `What it cannot count is refused`() throws {
    let few = try view([[1, 5, 6, 7], [2, 9], [4]])
    #expect(throws: NeighbourRatioError.tooFewEvents(found: 2, neighbour: 3)) {
      try NeighbourRatio(neighbour: 3).fit(few, seed: Seed(1), isCancelled: { false })
    }
    let weighted = try view([[1], [2], [4]], weights: [1, 2, 1])
    #expect(throws: NeighbourRatioError.weightedEvents) {
      try NeighbourRatio(neighbour: 1).fit(weighted, seed: Seed(1), isCancelled: { false })
    }
  }
}
