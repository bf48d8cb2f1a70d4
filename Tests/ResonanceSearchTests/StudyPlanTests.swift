import AnomalyMethods
import Foundation
import ResonanceSearch
import Testing

struct StudyPlanTests {
  func plan(_ yaml: String) throws -> StudyPlan {
    try StudyPlan(yaml: yaml, folder: URL(fileURLWithPath: "/studies"))
  }

  func message(_ yaml: String) -> String {
    do {
      _ = try plan(yaml)
      return ""
    } catch { return "\(error)" }
  }

  @Test func `The grid is every variant with every setting, amount and seed`() throws {
    let study = try plan(
      """
      data: events.h5
      signal: embedded:signal
      signalRegion: [3300, 3700]
      seeds: [1, 7]
      injections: {signalToBackground: [0, 0.004], events: [25]}
      plan: {efficiencies: [1, 0.01]}
      variants:
        - {name: trees, method: cwola-trees}
        - {name: networks, method: cwola-network, network.epochs: 30}
      settings:
        fit.subdivisions: [2, 4]
        mass.range: [[2700, 6000], [2800, 6000]]
      """)
    #expect(study.data == "/studies/events.h5" && study.signal == "embedded:signal")
    #expect(study.variants.count == 2 * 2 * 2)
    #expect(study.points.count == 8 * 3 * 2)
    #expect(Set(study.points.map(\.label)).count == study.points.count)
    let last = try #require(study.variants.last)
    #expect(last.name == "networks, fit.subdivisions = 4, mass.range = [2800, 6000]")
    #expect(last.plan.method == .cwolaNetwork && last.plan.network.epochs == 30)
    #expect(last.plan.fit.subdivisions == 4 && last.plan.mass.range == [2_800, 6_000])
    #expect(last.plan.efficiencies == [1, 0.01])
    #expect(study.variants[0].plan.mass.range == [2_700, 6_000])
    let point = try #require(study.points.first)
    #expect(
      point.label
        == "trees-fit.subdivisions-2-mass.range-2700-6000.25-events.seed-1")
    #expect(study.injections == [.events(25), .signalToBackground(0), .signalToBackground(0.004)])
  }

  @Test func `An empty study is one search of the defaults`() throws {
    let study = try plan("data: events.h5")
    #expect(study.points.map(\.label) == ["cwola-trees.seed-1"])
    #expect(study.variants[0].plan == SearchPlan())
    #expect(study.injections == nil)
  }

  @Test func `A plan file lies relative to the study`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-study-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try "mass: {bins: 12}\nmethod: pca\n".write(
      to: folder.appendingPathComponent("base.yaml"), atomically: true, encoding: .utf8)
    let file = folder.appendingPathComponent("study.yaml")
    try "plan: base.yaml\nsettings: {mass.bins: [10, 12]}\n".write(
      to: file, atomically: true, encoding: .utf8)
    let study = try StudyPlan(contentsOf: file)
    #expect(study.variants.map(\.plan.mass.bins) == [10, 12])
    #expect(study.variants.allSatisfy { $0.plan.method == .pca })
    #expect(throws: StudyPlanError.self) {
      try StudyPlan(yaml: "plan: other.yaml", folder: folder)
    }
  }

  @Test func `Of each kind of injection the largest is strongest`() throws {
    let study = try plan(
      """
      signalRegion: [3300, 3700]
      injections: {signalToBackground: [0, 0.004, 0.002], events: [5, 25]}
      """)
    #expect(study.isStrongest(.events(25)) && study.isStrongest(.signalToBackground(0.004)))
    #expect(!study.isStrongest(.events(5)) && !study.isStrongest(.signalToBackground(0.002)))
    #expect(try plan("seeds: [1]").isStrongest(nil))
  }

  private static let plans = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Plans")

  private static func files(in folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "yaml" }
  }

  @Test func `The example plans are plans`() throws {
    let studies = try Self.files(in: Self.plans.appendingPathComponent("studies"))
    #expect(studies.count >= 9)
    for file in studies + [Self.plans.appendingPathComponent("comparison.yaml")] {
      let study = try StudyPlan(contentsOf: file)
      #expect(!study.title.isEmpty && study.points.count >= 5, "\(file.lastPathComponent)")
    }
    let searches = try Self.files(in: Self.plans).filter {
      $0.lastPathComponent != "comparison.yaml"
    }
    #expect(searches.count >= 10)
    for file in searches { _ = try SearchPlan(contentsOf: file).windows() }
  }

  @Test func `A variant may be a reference line, and no other name is one`() throws {
    func study(_ name: String) throws -> StudyPlan {
      try plan("variants: [{name: best, reference: \(name)}]")
    }
    #expect(try study("optimal-cwola").variants[0].reference == .optimalCWoLa)
    #expect(try plan("seeds: [1]").variants[0].reference == nil)
    let error = #expect(throws: StudyPlanError.self) { try study("perfect") }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.contains("'best'") && text.contains("supervised"), "\(text)")
    // What a study may compare with, no search can use.
    #expect(throws: PlanError.self) { try SearchPlan(yaml: "method: supervised") }
  }

  @Test(arguments: [
    ("sedes: [1]", "the study's key 'sedes' (line 1) is unknown; did you mean 'seeds'?"),
    ("method: pca", "(settings of the searches belong under 'plan', 'variants' or 'settings')"),
    ("seeds: [1, 1]", "a seed appears twice"),
    ("globalPvalue: 0", "'globalPvalue' (line 1) is 0"),
    ("seeds: 3", "'seeds' (line 1) must be a list"),
    ("injections: {signalToBackground: [0.1]}", "'signalRegion': give it"),
    ("injections: {event: [5]}", "'injections.event' (line 1) is unknown; did you mean 'events'?"),
    ("injections: {}", "give a list 'events' or 'signalToBackground'"),
    ("signalRegion: [3700, 3300]", "lower < upper"),
    ("settings: {fit.subdivisons: [2]}", "'fit.subdivisons' (line 1) is unknown"),
    ("settings: {fit.subdivisions: 2}", "'settings.fit.subdivisions' (line 1) must be a list"),
    ("settings: {fit.subdivisions: [0]}", "'fit.subdivisions' (line 1) is 0"),
    ("plan: {trees: {members: 0}}", "in the study's 'plan': plan key 'trees.members'"),
    ("plan: 3.yaml", "3.yaml"),
    ("variants: [{method: pca}]", "every variant needs a 'name'"),
    ("variants: [{name: a}, {name: a}]", "called 'a'"),
    ("variants: [{name: a b, method: pca}, {name: a-b}]", "called 'a-b'"),
    ("variants: [{name: x, method: nonsense}]", "variant 'x': plan key 'method' (line 1)"),
    ("seeds: [", "not valid YAML"),
  ])
  func `What is wrong is named with its key`(yaml: String, expected: String) {
    let message = message(yaml)
    #expect(message.contains(expected), "\(message)")
  }
}
