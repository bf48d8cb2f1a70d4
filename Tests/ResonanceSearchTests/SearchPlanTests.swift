import AnomalyMethods
import EventModel
import Foundation
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
    plan.selection.maximumRapidityDifference = 1.2
    plan.selection.invertRapidityDifference = true
    plan.fit.procedure = .atlas
    plan.fit.quality = .nearSidebands
    plan.fit.range = [2_000, 6_000]
    plan.fit.binWidth = 100
    plan.fit.sidebandStep = 200
    plan.mass.percentileSubdivisions = 4
    #expect(try SearchPlan(yaml: plan.yaml) == plan)
    plan.fit.masks = [2_900..<3_600, 3_400..<4_100, 3_900..<4_600]
    plan.mass.edges = [2_000, 2_500, 3_000, 3_500, 4_000, 4_500, 5_000, 5_500]
    plan.mass.windows = nil
    plan.mass.signalRegionBins = 1
    let again = try SearchPlan(yaml: plan.yaml)
    #expect(again == plan)
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
    (
      "selection: {maximumRapidityDifference: -1}",
      PlanError.outOfRange(
        key: "selection.maximumRapidityDifference", line: 1, value: "-1.0",
        allowed: "1e-06 ... 100.0")
    ),
    (
      "selection: {invertRapidityDifference: true}",
      PlanError.invalid(
        key: "selection.invertRapidityDifference", line: 1,
        reason: "needs maximumRapidityDifference, the cut to invert")
    ),
    (
      "fit: {procedure: magic}",
      PlanError.outOfRange(
        key: "fit.procedure", line: 1, value: "magic", allowed: "first, atlas")
    ),
    (
      "fit: {masks: [[3000]]}",
      PlanError.wrongType(
        key: "fit.masks", line: 1,
        expected: "a list of ranges, such as [[2500, 3600], [3000, 4300]]")
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

  /// Bins of 500 GeV in 2-5 TeV: four windows.
  static func binned(_ fit: String) -> String {
    "mass: {edges: [2000, 2500, 3000, 3500, 4000, 4500, 5000], signalRegionBins: 1, "
      + "sidebandBins: 1}\nfit: {\(fit)}"
  }

  @Test(arguments: [
    ("range: [2100, 5200], binWidth: 100", "fit.range", "hold the mass bins"),
    ("range: [5200, 1900], binWidth: 100", "fit.range", "hold the mass bins"),
    ("range: [1900, 5200]", "fit.range", "fit.binWidth"),
    ("range: [1900, 5250], binWidth: 100", "fit.binWidth", "no whole number of bins"),
    ("range: [1900, 13000], binWidth: 100", "fit.range", "above sqrtS"),
    ("masks: [[2400, 3100]]", "fit.masks", "1 ranges for 4 windows"),
    (
      "masks: [[2400, 3100], [2900, 3400], [3400, 4100], [3900, 4600]]", "fit.masks",
      "mask of window 1"
    ),
    (
      "masks: [[2000, 3100], [2900, 3600], [3400, 4100], [3900, 4600]]", "fit.masks",
      "leave a sideband"
    ),
  ])
  func `Fit ranges, bins and masks that do not go together are named`(
    fit: String, key: String, reason: String
  ) throws {
    let error = #expect(throws: PlanError.self) { try SearchPlan(yaml: Self.binned(fit)) }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("'\(key)'") && text.contains(reason), "\(text)")
  }

  @Test func `The plans of the ATLAS search have its windows, bins and masks`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Plans")
    let plan = try SearchPlan(contentsOf: folder.appendingPathComponent("atlas-dijet.yaml"))
    let windows = try plan.windows().map(\.window)
    #expect(windows.count == 6)
    #expect(windows.first?.signalRegion == 2_280..<2_740)
    #expect(windows.last?.upperSideband == 6_810..<8_170)
    #expect(try plan.fitBinning().count == 64)
    #expect(plan.network.hidden == [64, 32, 8] && plan.features == .atlas)
    // Each signal region and about half of each neighbour.
    for (mask, window) in zip(try #require(plan.fit.masks), windows) {
      let (low, high) = (window.lowerSideband, window.upperSideband)
      #expect(abs(mask.lowerBound - (low.lowerBound + low.upperBound) / 2) < 50)
      #expect(abs(mask.upperBound - (high.lowerBound + high.upperBound) / 2) < 60)
    }
    let simulated = try SearchPlan(
      contentsOf: folder.appendingPathComponent("atlas-dijet-simulated.yaml"))
    #expect(try simulated.fitRange() == 2_700..<8_200)
    #expect(
      try simulated.windows().map { $0.window.signalRegion.lowerBound } == [3_280, 3_940, 4_730])
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
