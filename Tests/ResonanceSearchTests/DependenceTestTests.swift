import AnomalyMethods
import EventModel
import Foundation
import Randomness
import ResonanceSearch
import TestSupport
import Testing

/// The dependence test and the noise features of a search, from the plan to the result.
struct DependenceTestTests {
  private static func plan(shift: Double = 0, noise: Int = 0) -> SearchPlan {
    var plan = SearchTests.plan()
    plan.jetMassShift = shift
    plan.noiseFeatures = noise
    plan.mass.windows = [2]
    return plan
  }

  private let environment = (version: "test", instructionSet: "test")

  @Test func `A plan with both is written out, read back and another search`() throws {
    let plan = Self.plan(shift: 0.1, noise: 10)
    #expect(try SearchPlan(yaml: plan.yaml) == plan)
    #expect(try SearchPlan(yaml: "jetMassShift: 0.1").jetMassShift == 0.1)
    #expect(Set([plan, Self.plan(), Self.plan(shift: 0.1)].map(\.digest)).count == 3)
  }

  @Test(arguments: ["jetMassShift: -0.1", "jetMassShift: 1.5", "noiseFeatures: 11"])
  func `A shift or a number of noise features out of range is refused`(yaml: String) {
    let error = #expect(throws: PlanError.self) { try SearchPlan(yaml: yaml) }
    #expect(error.map { "\($0)".contains("allowed") } == true)
  }

  @Test func `A search sees the shifted masses, and its noise depends on its seed`() throws {
    let input = try SearchTests.input(background: 500)
    let plain = try Search(input, plan: Self.plan(), seed: 1).prepared.table
    let table = try Search(input, plan: Self.plan(shift: 0.1, noise: 2), seed: 1).prepared.table
    #expect(table.features == plain.features + [.noise1, .noise2])
    #expect(table.dijetMass == plain.dijetMass)
    for row in 0..<table.count {
      let moved = plain.columns[0][row] + Float(0.1 * plain.dijetMass[row])
      #expect(abs(table.columns[0][row] - moved) < 1e-3)
    }
    let other = try Search(input, plan: Self.plan(noise: 2), seed: 2).prepared.table
    #expect(other.columns[4] != table.columns[4])
  }

  @Test func `Simulation is shifted as the data are, and has another noise`() throws {
    let events = try ToyEvents(background: 500).events()
    var plan = Self.plan(shift: 0.1, noise: 1)
    plan.method = .saladTrees
    let input = SearchInput(
      events: events, name: "toy", sha256: "0123",
      simulation: SearchInput.Simulation(
        SearchInput(events: events, name: "simulated", sha256: "4567")))
    let prepared = try Search(input, plan: plan, seed: 1).prepared
    let simulation = try #require(prepared.simulation)
    #expect(simulation.identifiers == prepared.table.identifiers)
    #expect(simulation.columns[..<4] == prepared.table.columns[..<4])
    #expect(simulation.columns[4] != prepared.table.columns[4])
  }

  @Test func `A feature that the file computed without the shift is refused`() throws {
    let columns = ToyEvents(background: 200).columns
    let input = SearchInput(
      events: try EventColumns(columns + [("lighterJetMass", columns[3].values)]), name: "toy",
      sha256: "0123")
    #expect(throws: EventColumnsError.jetMassIsComputed(feature: .lighterJetMass, shift: 0.1)) {
      try Search(input, plan: Self.plan(shift: 0.1), seed: 1)
    }
  }

  /// Without it background passes the cut as often as the cut says (0.1 ± 0.006 here).
  @Test func `Under the shift CWoLa sculpts, and a sample scored also is shifted like the data`()
    throws
  {
    let other = SearchInput(
      events: try ToyEvents(background: 4_000, seed: Seed(9)).events(), name: "other",
      sha256: "4567")
    func result(shift: Double) throws -> SearchResult {
      try Search(
        SearchTests.input(), plan: Self.plan(shift: shift), seed: 1, alsoScore: other
      )(environment: environment).record.result
    }
    let (plain, shifted) = (try result(shift: 0), try result(shift: 0.1))
    let before = try #require(plain.windows[0].efficiencies[1].sculpting)
    let after = try #require(shifted.windows[0].efficiencies[1].sculpting)
    #expect(after.pValue < 1e-20)
    #expect(before.pValue > 1e10 * after.pValue)
    for result in [plain, shifted] {
      #expect(abs(result.alsoScored[0].passFraction[0][1] - 0.1) < 0.03)
    }
  }

  @Test func `A shift of scaled masses tests nothing, which the result says`() throws {
    var plan = Self.plan(shift: 0.1)
    plan.features = .lhco41ByMass
    let input = try SearchTests.input(background: 2_000)
    let result = try Search(input, plan: plan, seed: 1)(environment: environment).record.result
    #expect(result.warnings.contains { $0.contains("same number") })
    plan.jetMassShift = 0
    let plain = try Search(input, plan: plan, seed: 1)(environment: environment).record.result
    #expect(!plain.warnings.contains { $0.contains("same number") })
  }
}
