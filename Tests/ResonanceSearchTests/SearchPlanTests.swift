import AnomalyMethods
import EventModel
import ResonanceSearch
import Testing

struct SearchPlanTests {
  @Test func `A plan that is written out reads back as itself`() throws {
    var plan = SearchPlan()
    plan.label = #"Quotes " and \ backslashes"#
    plan.luminosity = 139
    plan.method = .pca
    plan.mass.windows = [2, 3]
    plan.efficiencies = [1, 0.01]
    plan.network.hidden = [8, 4]
    plan.network.activations = [.leakyRelu, .tanh]
    plan.network.dropout = [0, 0.5]
    #expect(try SearchPlan(yaml: plan.yaml) == plan)
    plan.mass.edges = [2_000, 2_500, 3_000, 3_500, 4_000, 4_500, 5_000, 5_500]
    plan.mass.windows = nil
    plan.mass.signalRegionBins = 1
    let again = try SearchPlan(yaml: plan.yaml)
    #expect(again.mass.edges == plan.mass.edges)
    #expect(again.digest == plan.digest)
  }

  @Test func `An empty plan is the default plan`() throws {
    #expect(try SearchPlan(yaml: "") == SearchPlan())
    #expect(try SearchPlan(yaml: "# nothing\n") == SearchPlan())
  }

  @Test(arguments: [
    ("metod: pca", PlanError.unknownKey("metod", line: 1, nearest: "method")),
    (
      "mass:\n  bnis: 3",
      PlanError.unknownKey("mass.bnis", line: 2, nearest: "bins")
    ),
    ("sqrtS: fast", PlanError.wrongType(key: "sqrtS", line: 1, expected: "a number")),
    (
      "mass: 3",
      PlanError.wrongType(key: "mass", line: 1, expected: "a mapping of keys to values")
    ),
    (
      "efficiencies: 0.1",
      PlanError.wrongType(
        key: "efficiencies", line: 1, expected: "a list of numbers, such as [1, 2]")
    ),
    (
      "folds: {outer: 1}",
      PlanError.outOfRange(key: "folds.outer", line: 1, value: "1", allowed: "2 ... 255")
    ),
    (
      "method: magic",
      PlanError.outOfRange(
        key: "method", line: 1, value: "magic",
        allowed: MethodName.allCases.map(\.rawValue).joined(separator: ", "))
    ),
    (
      "mass: {windows: [12]}",
      PlanError.outOfRange(key: "mass.windows", line: nil, value: "12", allowed: "0 ... 9")
    ),
    ("seed: 1\nseed: 2", PlanError.notYAML(reason: "")),
  ])
  func `A wrong key, type or value is named`(yaml: String, expected: PlanError) throws {
    let error = #expect(throws: PlanError.self) { try SearchPlan(yaml: yaml) }
    if case .notYAML = expected {
      // The YAML library refuses repeated keys itself, or we do: either way with the key's name.
      #expect(error.map { "\($0)".contains("seed") } == true)
    } else {
      #expect(error == expected)
    }
  }

  @Test func `A window wider than all bins is refused`() throws {
    let error = #expect(throws: PlanError.self) {
      try SearchPlan(yaml: "mass: {bins: 6}")
    }
    #expect(error.map { "\($0)".contains("7 bins") } == true)
  }

  @Test func `A mass range above the collision energy is refused`() throws {
    #expect(throws: PlanError.self) { try SearchPlan(yaml: "sqrtS: 5000") }
  }

  @Test func `There are ten overlapping windows by default`() throws {
    let windows = try SearchPlan().windows()
    #expect(windows.map(\.index) == Array(0..<10))
    #expect(
      zip(windows, windows.dropFirst()).allSatisfy {
        $0.window.signalRegion.overlaps($1.window.signalRegion)
      })
  }
}
