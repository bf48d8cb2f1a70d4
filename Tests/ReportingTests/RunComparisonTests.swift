import Evaluation
import EventModel
import Foundation
import Reporting
import ResonanceSearch
import Testing

struct RunComparisonTests {
  /// A record with another seed, plan or input.
  func run(
    _ name: String, seed: UInt64, signal: Double = 250, plan: String = "5e", input: String = "0a",
    blind: Bool = false, failed: Set<[Double]> = []
  ) -> ComparedRun {
    var synthetic = SyntheticRecord()
    synthetic.failed = failed
    synthetic.signalEvents = signal
    synthetic.blind = blind
    var record = synthetic.make()
    record.result.seed = seed
    record.result.planDigest = plan
    record.result.input.sha256 = input
    return ComparedRun(name: name, record: record)
  }

  func significance(_ run: ComparedRun, window: Int, efficiency: Double) throws -> Double {
    let cuts = run.record.result.windows[window].efficiencies
    return try #require(cuts.first { $0.efficiency == efficiency }?.localSignificance)
  }

  @Test func `Runs that differ in their seed only are one group with its median`() throws {
    let runs = [
      run("a", seed: 1, signal: 200), run("b", seed: 2, signal: 300), run("c", seed: 3),
      run("other", seed: 1, plan: "77"),
    ]
    let comparison = try RunComparison(runs)
    #expect(comparison.groups.map(\.name) == ["a ... c", "other"])
    #expect(comparison.groups[0].seeds == [1, 2, 3])
    let window = comparison.groups[0].windows[4]
    let cut = try #require(window.cuts.first { $0.efficiency == 0.01 })
    let values = try (0..<3).map { try significance(runs[$0], window: 4, efficiency: 0.01) }
    #expect(cut.localSignificance?.median == values.sorted()[1])
    #expect(cut.localSignificance?.count == 3)
    let named = try RunComparison(
      [run("trees", seed: 1), run("trees", seed: 2)])
    #expect(named.groups.map(\.name) == ["trees"])
  }

  @Test func `The compared mass is that of the largest excess, or the one asked for`() throws {
    let comparison = try RunComparison([run("a", seed: 1)])
    #expect(abs(comparison.massGeV - 3_500) < 350)
    #expect(try RunComparison([run("a", seed: 1)], massGeV: 4_500).massGeV == 4_500)
    let error = #expect(throws: ComparisonError.self) {
      try RunComparison([run("a", seed: 1)], massGeV: 9_000)
    }
    #expect(error?.description.contains("no signal region holds 9000 GeV") == true)
    #expect(throws: ComparisonError.noRuns) { try RunComparison([]) }
  }

  @Test func `Runs of different data are named as such, equal ones are not`() throws {
    let different = try RunComparison([run("a", seed: 1), run("b", seed: 1, input: "ff")])
    #expect(different.notes.contains { $0.contains("searched different events") })
    #expect(different.text.contains("note: The runs searched different events"))
    let equal = try RunComparison([run("a", seed: 1), run("b", seed: 1, plan: "77")])
    #expect(!equal.notes.contains { $0.contains("different events") })
    let twice = try RunComparison([run("a", seed: 1), run("b", seed: 1)])
    #expect(twice.notes.contains { $0.contains("counted twice") })
  }

  @Test func `A seed without a usable fit is not in the median, and that is said`() throws {
    let runs = [
      run("a", seed: 1), run("b", seed: 2, signal: 300, failed: [[4, 0.01]]), run("c", seed: 3),
    ]
    let comparison = try RunComparison(runs)
    let cut = try #require(
      comparison.groups[0].windows[4].cuts.first { $0.efficiency == 0.01 })
    #expect(cut.localSignificance?.count == 2)
    #expect(cut.fits == ["dijet4": 2, "none": 1])
    #expect(comparison.text.contains("(2 of 3)"))
    #expect(comparison.notes.contains { $0.contains("usable background fit") })
    let whole = try RunComparison([runs[0], runs[2]])
    #expect(!whole.notes.contains { $0.contains("usable background fit") })
  }

  @Test func `The efficiency maps of two runs stand beside each other with one scale`() throws {
    var comparison = try RunComparison([
      run("without", seed: 1, signal: 0), run("with", seed: 1, plan: "77"),
    ])
    let names = comparison.figures.map(\.name)
    #expect(names.contains("efficiency-map-window-4-search-1"))
    #expect(names.contains("efficiency-map-window-4-search-2"))
    #expect(Set(names).count == names.count)
    let plain = try #require(
      comparison.figures.first { $0.name == "efficiency-map-window-4-search-2" })
    comparison.signalMassesGeV = [500, 100]
    let marked = try #require(
      comparison.figures.first { $0.name == "efficiency-map-window-4-search-2" })
    // Jets are ordered by momentum in the synthetic map: the signal is in two places.
    #expect(marked.svg.components(separatedBy: "#3ddc4e").count == 3)
    #expect(!plain.svg.contains("#3ddc4e"))
    #expect(
      !(try RunComparison([run("alone", seed: 1)])).figures.contains {
        $0.name.hasPrefix("efficiency-map")
      })
  }

  @Test func `A blind run shows no significance`() throws {
    let comparison = try RunComparison([run("a", seed: 1, blind: true)])
    #expect(comparison.notes.contains { $0.hasPrefix("Blind") })
    let values = comparison.groups[0].windows.flatMap(\.cuts).compactMap(\.localSignificance)
    #expect(values.isEmpty)
  }

  @Test func `The page, its figures and the JSON say the same`() throws {
    let truth = TruthLabels(isSignal: (0..<2_000).map { $0 < 200 })
    // Signal scores are the larger ones of two overlapping ranges.
    let scores = (0..<2_000).map { Double($0 < 200 ? 800 + $0 * 6 : $0) }
    var runs = [run("a", seed: 1), run("b", seed: 2)]
    for index in runs.indices {
      let region = runs[index].record.result.windows[4].signalRegionGeV
      runs[index].evaluations = [
        try WindowEvaluation(
          index: 4, signalRegion: region[0]..<region[1],
          dijetMass: [Double](repeating: region[0], count: 2_000), scores: scores, truth: truth)
      ]
    }
    let comparison = try RunComparison(runs)
    #expect(
      comparison.figures.map(\.name)
        == ["compared-p-values", "significance-by-cut", "roc", "sic"])
    #expect(comparison.text.contains("AUC") && comparison.text.contains("floor"))
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-comparison-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try comparison.write(to: folder)
    let page = try String(contentsOf: files.page, encoding: .utf8)
    #expect(page.contains("a ... b") && page.contains("</html>"))
    #expect(!page.contains("<script") && !page.contains("src="))
    let json = try JSONEncoder().encode(comparison)
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    let groups = try #require(object["groups"] as? [[String: Any]])
    #expect(groups.count == 1 && groups[0]["seeds"] as? [Int] == [1, 2])
  }
}
