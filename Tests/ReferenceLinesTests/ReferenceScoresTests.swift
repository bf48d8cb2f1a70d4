import AnomalyMethods
import EventModel
import Evaluation
import Learners
import Randomness
import ReferenceLines
import TestSupport
import Testing

struct ReferenceScoresTests {
  let window: MassWindow
  let binning: MassBinning
  let toy = ToyEvents(background: 12_000, signal: 120)
  let data: EventTable

  init() throws {
    binning = try MassBinning(logSpaced: 2_700..<6_000, count: 16)
    window = try binning.windows(signalRegionBins: 3, sidebandBins: 2)[2]
    data = try toy.table()
  }

  private func scores(
    background: Int = 12_000, simulation: EventTable? = nil
  ) throws -> ReferenceScores<BoostedTrees> {
    ReferenceScores(
      data: data, truth: TruthLabels(isSignal: toy.isSignal),
      background: try ToyEvents(background: background, seed: Seed(5)).table(),
      signal: try ToyEvents(background: 0, signal: 500, seed: Seed(6)).table(),
      simulation: simulation,
      folds: Folds(count: 3, of: data, stratifiedBy: binning, seed: Seed(1)),
      ensemble: ValidatedEnsemble(
        learner: BoostedTrees(maximumDepth: 3, maximumRounds: 60, minimumChildWeight: 5),
        validation: .randomSplits(members: 2, parts: 4), metric: .logLoss),
      seed: Seed(1))
  }

  private func areaUnderCurve(_ line: ReferenceLine) throws -> Double {
    let table = try scores(
      simulation: ToyEvents(background: 6_000, seed: Seed(9)).table())(line, window: window)
    let inside = data.dijetMass.indices.filter { window.signalRegion.contains(data.dijetMass[$0]) }
    let roc = try ROCCurve(
      scores: inside.map { 1 - (table.keptFrom[$0] ?? 1) },
      truth: TruthLabels(isSignal: inside.map { toy.isSignal[$0] }))
    return roc.areaUnderCurve
  }

  @Test func `Every line but the coin separates the toy's signal`() throws {
    #expect(try areaUnderCurve(.supervised) > 0.98)
    #expect(try areaUnderCurve(.idealised) > 0.85)
    #expect(try areaUnderCurve(.optimalCWoLa) > 0.8)
    // The toy's simulation is right, so it is as good as background.
    #expect(try areaUnderCurve(.dataAgainstSimulation) > 0.8)
  }

  @Test func `The coin knows nothing`() throws {
    // Standard deviation of the area with 100 signal events: 0.03.
    #expect(abs(try areaUnderCurve(.random) - 0.5) < 0.12)
  }

  @Test func `What is missing is named`() throws {
    #expect(throws: ReferenceLineError.noSimulation) {
      try scores()(.dataAgainstSimulation, window: window)
    }
    #expect(
      throws: ReferenceLineError.noEvents(
        line: .idealised, sample: "second", range: window.signalRegion)
    ) { try scores(background: 0)(.idealised, window: window) }
  }
}
