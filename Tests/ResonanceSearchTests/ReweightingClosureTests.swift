import AnomalyMethods
import EventModel
import Foundation
import Learners
import NeuralNetworks
import Randomness
import ResonanceSearch
import TestSupport
import Testing

struct ReweightingClosureTests {
  static func plan() throws -> SearchPlan {
    var plan = try SearchPlan(
      yaml: """
        method: salad-trees
        features: lhco-rnd
        mass: {range: [2700, 6000], bins: 16, windows: [2]}
        folds: {outer: 3}
        trees: {members: 2, maximumDepth: 3, minimumChildWeight: 5}
        reweighting: {members: 2, hidden: [16, 16], batchSize: 500, epochs: 30, learningRate: 0.005}
        """)
    plan.efficiencies = [1, 0.1]
    return plan
  }

  /// Simulation that makes heavy lighter jets too rarely: by half at 100 GeV.
  static func closure(thinning: Bool) throws -> ReweightingClosure {
    let plan = try plan()
    let simulation = try ToyEvents(background: 40_000, seed: Seed(5)).events()
    let lighter = try simulation.values(of: .lighterJetMass)
    var coin = Seed(8).makeGenerator()
    let kept = lighter.indices.filter {
      let chance = 1 / (1 + pow(lighter[$0] / 100, 3))
      return coin.uniform() < chance || !thinning
    }
    let prepared = try PreparedEvents(
      SearchInput(
        events: ToyEvents(background: 20_000).events(), name: "data", sha256: "a",
        simulation: SearchInput.Simulation(
          SearchInput(events: simulation.selecting(rows: kept), name: "sim", sha256: "b"))),
      plan: plan, seed: Seed(1))
    return try ReweightingClosure(
      SALAD(reweighting: plan.reweightingOfSimulation, ensemble: plan.treeEnsemble), prepared,
      window: 0, seed: Seed(1))
  }

  @Test func `Reweighting closes what was mis-modelled`() throws {
    let closure = try Self.closure(thinning: true)
    let mass = try #require(closure.signalRegion.first { $0.name == "lighterJetMass" })
    #expect(mass.chi2Before > 300)
    #expect(mass.chi2 < mass.chi2Before / 5)
    #expect(closure.areaUnderCurveBefore > 0.55)
    #expect(abs(closure.areaUnderCurve - 0.5) < 0.03)
    // Numbers of events: eq. (4.8) against the data, at every cut that leaves hundreds.
    for prediction in closure.predictions where prediction.observed > 200 {
      #expect(abs(prediction.predicted / prediction.observed - 1) < 0.25)
    }
    for prediction in closure.predictions {
      let z = try #require(prediction.localSignificance)
      #expect((z > 0) == (prediction.observed > prediction.predicted))
    }
    let all = try #require(closure.predictions.first)
    #expect(all.observedVariance == all.observed)
    #expect(all.efficiency == 1)
    #expect(all.observed == mass.data.reduce(0, +))
  }

  @Test func `A right simulation needs no reweighting`() throws {
    let closure = try Self.closure(thinning: false)
    #expect(abs(closure.areaUnderCurveBefore - 0.5) < 0.03)
    for variable in closure.signalRegion { #expect(variable.chi2Before < 60) }
    // Each event is counted once: a fold's share of the simulation stands for its share of data.
    let first = try #require(closure.predictions.first)
    #expect(abs(first.withoutReweighting / first.observed - 1) < 0.1)
  }

  @Test func `A feature with one value has nothing to compare`() throws {
    let json = """
      {"name": "constant", "edges": [3], "data": [10], "simulation": [7], "simulationVariance": [7],
      "reweighted": [9], "reweightedVariance": [8]}
      """
    let variable = try JSONDecoder().decode(
      ReweightingClosure.Variable.self, from: Data(json.utf8))
    #expect(variable.pValue == 1)
  }

  @Test func `Without simulation nothing can close`() throws {
    let plan = try Self.plan()
    var other = plan
    other.method = .cwolaTrees
    let prepared = try PreparedEvents(
      SearchInput(events: ToyEvents(background: 3_000).events(), name: "data", sha256: "a"),
      plan: other, seed: Seed(1))
    #expect(throws: SearchError.noSimulation(method: "salad")) {
      try ReweightingClosure(
        SALAD(reweighting: plan.reweightingOfSimulation, ensemble: plan.treeEnsemble), prepared,
        window: 0, seed: Seed(1))
    }
  }
}
