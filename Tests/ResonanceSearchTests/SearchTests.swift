import EventModel
import Execution
import Foundation
import Randomness
import ResonanceSearch
import StatisticalInference
import TestSupport
import Testing

struct SearchTests {
  static func plan() -> SearchPlan {
    var plan = SearchPlan()
    plan.features = .lhcoRnd
    plan.mass.bins = 8
    plan.mass.signalRegionBins = 2
    plan.folds.outer = 3
    plan.efficiencies = [1, 0.1, 0.02]
    plan.fit.functions = [.dijet3]
    plan.trees.members = 2
    plan.trees.maximumDepth = 3
    plan.trees.maximumRounds = 30
    plan.trees.minimumChildWeight = 5
    plan.trees.l2 = 1
    return plan
  }

  static func input(background: Int = 8_000, signal: Int = 0) throws -> SearchInput {
    SearchInput(
      events: try ToyEvents(background: background, signal: signal).events(), name: "toy",
      sha256: "0123")
  }

  let environment = (version: "test", instructionSet: "test")

  @Test func `A hidden resonance is the largest excess, at its mass`() throws {
    let search = try Search(Self.input(signal: 160), plan: Self.plan(), seed: 1)
    let result = try search(environment: environment).record.result
    let best = try #require(result.bestExcess)
    let window = result.windows[best.window]
    #expect(window.signalRegionGeV[0] <= 3_500 && window.signalRegionGeV[1] > 3_500)
    #expect(best.localSignificance > 5)
    let mass = try #require(best.massGeV)
    #expect(abs(mass / 3_500 - 1) < 0.03)
    #expect(!result.calibrated)
  }

  @Test func `Folds fitted simultaneously, each with its background, find it too`() throws {
    var plan = Self.plan()
    plan.folds.outer = 2
    let input = try Self.input(background: 12_000, signal: 240)
    let merged = try Search(input, plan: plan, seed: 1)(environment: environment).record.result
    plan.fit.folds = .simultaneous
    let apart = try Search(input, plan: plan, seed: 1)(environment: environment).record.result
    for (one, other) in zip(merged.windows, apart.windows) {
      for (one, other) in zip(one.efficiencies, other.efficiencies) where other.efficiency == 1 {
        let (merged, apart) = (
          try #require(one.localSignificance), try #require(other.localSignificance)
        )
        #expect(one.observed == other.observed)
        // The same counts; the backgrounds differ by what two fits know less than one.
        #expect(abs(merged - apart) < 0.3)
        #expect(merged != apart)
        #expect(one.simultaneousSpectra == nil && other.simultaneousSpectra == 2)
      }
    }
    let best = try #require(apart.bestExcess)
    #expect(best.localSignificance > 5)
    #expect(abs(try #require(best.massGeV) / 3_500 - 1) < 0.03)
    // Where a fold's spectrum has no fit, or their sum, there is no p-value below 1, and a reason.
    for cut in apart.windows.flatMap(\.efficiencies) where cut.localSignificance == nil {
      #expect(cut.localPValue == 1)
      let fit = try #require(cut.fit)
      #expect(!fit.converged)
      let remark = try #require(fit.remark)
      #expect(fit.parameters.isEmpty || remark.contains("of 2 has no fit"))
    }
  }

  @Test func `One job and two give the same bytes`() throws {
    let search = try Search(Self.input(background: 3_000), plan: Self.plan(), seed: 5)
    let one = try search(environment: environment, executor: .threads(1)).record
    let two = try search(environment: environment, executor: .threads(2)).record
    #expect(try one.json == two.json)
  }

  @Test func `A search that lost half of its work continues to the same bytes`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-resume-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let search = try Search(Self.input(background: 3_000), plan: Self.plan(), seed: 5)
    let store = try UnitStore(folder: folder)
    let first = try search(environment: environment, store: store).record
    let units = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(units.count == search.trainings.units)
    for unit in units.enumerated() where unit.offset.isMultiple(of: 2) {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(unit.element))
    }
    let second = try search(environment: environment, store: store).record
    #expect(try first.json == second.json)
  }

  @Test func `A window searched alone gives the numbers that it has among the others`() throws {
    var alone = Self.plan()
    alone.mass.windows = [1]
    let input = try Self.input(background: 3_000)
    let one = try Search(input, plan: alone, seed: 5)(environment: environment).record.result
    let all = try Search(input, plan: Self.plan(), seed: 5)(environment: environment).record.result
    #expect(one.windows == [all.windows[1]])
  }

  @Test func `A blind search tells nothing about the signal regions`() throws {
    let search = try Search(
      Self.input(background: 3_000), plan: Self.plan(), seed: 1, blind: true)
    let record = try search(environment: environment).record
    #expect(record.result.bestExcess == nil)
    for window in record.result.windows {
      for cut in window.efficiencies {
        #expect(cut.observed == nil && cut.localPValue == nil && cut.signalEvents == nil)
        #expect((cut.expected != nil) == (cut.fit?.converged == true))
      }
    }
    for spectrum in record.spectra {
      let range = spectrum.signalRegionGeV[0]..<spectrum.signalRegionGeV[1]
      for (bin, count) in spectrum.counts.enumerated() {
        let center = (spectrum.edges[bin] + spectrum.edges[bin + 1]) / 2
        #expect((count == nil) == range.contains(center))
      }
    }
    #expect(record.substructure.isEmpty)
  }

  @Test func `Missing values are null in the file, not left out`() throws {
    let search = try Search(
      Self.input(background: 3_000), plan: Self.plan(), seed: 1, blind: true)
    let json = String(
      decoding: try search(environment: environment).record.result.json, as: UTF8.self)
    #expect(json.contains("\"observed\" : null"))
    #expect(json.contains("\"bestExcess\" : null"))
    let decoded = try JSONDecoder().decode(SearchResult.self, from: Data(json.utf8))
    #expect(decoded.windows.count == search.prepared.windows.count)
  }

  @Test func `A signal sample that took no part passes more often than the data`() throws {
    let signal = SearchInput(
      events: try ToyEvents(background: 0, signal: 300).events(), name: "signal", sha256: "45")
    let search = try Search(
      Self.input(signal: 160), plan: Self.plan(), seed: 1, alsoScore: signal)
    let result = try search(environment: environment).record.result
    let also = try #require(result.alsoScored.first)
    #expect(also.eventsInFitRange == 300)
    let best = try #require(result.bestExcess)
    #expect(also.passFraction[best.window][0] == 1)
    #expect(also.passFraction[best.window][1] > 0.5)
  }

  @Test func `Event weights of two double every count and change no significance much`() throws {
    let events = ToyEvents(background: 4_000)
    let plain = SearchInput(events: try events.events(), name: "toy", sha256: "a")
    let weighted = SearchInput(
      events: try EventColumns(
        events.columns, weights: [Double](repeating: 2, count: plain.events.count)),
      name: "toy", sha256: "b")
    let one = try Search(plain, plan: Self.plan(), seed: 1)(environment: environment)
    let two = try Search(weighted, plan: Self.plan(), seed: 1)(environment: environment)
    for (a, b) in zip(one.record.result.windows, two.record.result.windows) {
      let (a, b) = (a.efficiencies[0], b.efficiencies[0])
      let (n, m) = (try #require(a.observed), try #require(b.observed))
      #expect(abs(m - 2 * n) < 1e-6)
      let (y, z) = (try #require(a.localSignificance), try #require(b.localSignificance))
      #expect(abs(y - z) < 1e-3)
    }
  }

  @Test func `Weights of one fold change nothing where folds are fitted simultaneously`() throws {
    var plan = Self.plan()
    plan.folds.outer = 2
    plan.fit.folds = .simultaneous
    let toy = ToyEvents(background: 12_000, signal: 240)
    let plain = SearchInput(events: try toy.events(), name: "toy", sha256: "a")
    let search = try Search(plain, plan: plan, seed: 1)
    var weights = [Double](repeating: 1, count: plain.events.count)
    for (event, row) in search.prepared.rows.enumerated()
    where search.prepared.folds.assignment[event] == 1 {
      weights[row] = 3
    }
    let weighted = SearchInput(
      events: try EventColumns(toy.columns, weights: weights), name: "toy", sha256: "b")
    let two = try Search(weighted, plan: plan, seed: 1)(environment: environment).record.result
    let one = try search(environment: environment).record.result
    for (a, b) in zip(one.windows, two.windows) {
      let (y, z) = (a.efficiencies[0].localSignificance, b.efficiencies[0].localSignificance)
      #expect(abs(try #require(y) - #require(z)) < 1e-3)
    }
  }

  @Test func `Events outside the fit range are an error with the range and the remedy`() throws {
    var plan = Self.plan()
    plan.mass.range = [8_000, 12_000]
    let error = #expect(throws: SearchError.self) {
      try Search(Self.input(background: 50), plan: plan, seed: 1)
    }
    #expect(error.map { "\($0)".contains("mass.range") } == true)
  }

  @Test func `A cut on the rapidity difference and its inverse share the events out`() throws {
    // The toy's jets have no momentum along the beam: give them some.
    let toy = ToyEvents(background: 600)
    var columns = toy.columns
    for (jet, column) in columns.enumerated() where column.name.hasPrefix("pz") {
      columns[jet].values = column.values.indices.map { row in
        column.name == "pzj1" ? 10 * Double(row) : -10 * Double(row)
      }
    }
    let input = SearchInput(events: try EventColumns(columns), name: "toy", sha256: "1")
    let differences = try input.events.rapidityDifference()
    var plan = Self.plan()
    plan.mass.range = [2_700, 9_000]
    plan.mass.bins = 5
    plan.mass.signalRegionBins = 1
    plan.mass.windows = [0]
    let all = try PreparedEvents(input, plan: plan, seed: Seed(1))
    plan.selection.maximumRapidityDifference = 1.2
    let central = try PreparedEvents(input, plan: plan, seed: Seed(1))
    plan.selection.invertRapidityDifference = true
    let forward = try PreparedEvents(input, plan: plan, seed: Seed(1))
    #expect(central.rows.allSatisfy { differences[$0] < 1.2 } && !central.rows.isEmpty)
    #expect(forward.rows.allSatisfy { differences[$0] >= 1.2 } && !forward.rows.isEmpty)
    #expect((central.rows + forward.rows).sorted() == all.rows)
    #expect(central.table.identifiers == central.rows.map { Int64($0) })
    #expect(all.cutflow.map(\.step).contains { $0.contains("y1") } == false)
    let cut = try #require(central.cutflow.first { $0.step == "|y1 - y2| < 1.2" })
    #expect(cut.events == differences.count { $0 < 1.2 })
    #expect(forward.cutflow.contains { $0.step == "|y1 - y2| >= 1.2" })

    plan.selection.maximumRapidityDifference = 90
    let error = #expect(throws: SearchError.self) {
      try PreparedEvents(input, plan: plan, seed: Seed(1))
    }
    #expect(error == .noEventSelected(cut: "|y1 - y2| >= 90", events: 600))
    let bare = SearchInput(
      events: try EventColumns(
        columns.filter { !$0.name.hasPrefix("pz") }
          + [("mjj", input.events.dijetMass())]), name: "bare", sha256: "2")
    #expect(throws: EventColumnsError.self) { try PreparedEvents(bare, plan: plan, seed: Seed(1)) }
  }

  /// Mass bins that the fit's bins of 100 GeV do not know.
  static func atlasPlan() -> SearchPlan {
    var plan = plan()
    plan.mass.edges = [2_740, 3_280, 3_940, 4_730, 5_680]
    plan.mass.signalRegionBins = 1
    plan.mass.sidebandBins = 1
    plan.fit.range = [2_700, 6_000]
    plan.fit.binWidth = 100
    plan.fit.functions = [.atlas3]
    plan.fit.procedure = .atlas
    return plan
  }

  @Test func `Fit bins of any width count the events of a signal region exactly`() throws {
    let input = try Self.input()
    let record = try Search(input, plan: Self.atlasPlan(), seed: 1)(environment: environment).record
    let masses = try input.events.dijetMass()
    for window in record.result.windows {
      let region = window.signalRegionGeV[0]..<window.signalRegionGeV[1]
      #expect(window.efficiencies[0].observed == Double(masses.count { region.contains($0) }))
    }
    for spectrum in record.spectra {
      #expect(spectrum.edges.contains(spectrum.signalRegionGeV[0]))
      #expect(spectrum.edges.count == 33 + 1 + 2)
    }
    let inRange = masses.count { (2_700..<6_000).contains($0) }
    #expect(record.result.cutflow.last?.events == inRange)
  }

  @Test func `Shorter sidebands belong to the fit, the record keeps every bin`() throws {
    // Half of the events below 3 TeV are missing: an edge that no function describes.
    let toy = ToyEvents(background: 30_000)
    let masses = try toy.events().dijetMass()
    let kept = masses.indices.filter { masses[$0] > 3_050 || $0 % 2 == 0 }
    let input = SearchInput(
      events: try EventColumns(
        toy.columns.map { column in (column.name, kept.map { column.values[$0] }) }),
      name: "edge", sha256: "3")
    var plan = Self.atlasPlan()
    plan.mass.windows = [1]
    plan.fit.minimumPValue = 0.05
    plan.efficiencies = [1]
    let record = try Search(input, plan: plan, seed: 1)(environment: environment).record
    let spectrum = try #require(record.spectra.first)
    #expect(spectrum.fittedRangeGeV == [3_100, 5_600])
    #expect(spectrum.edges.first == 2_700 && spectrum.edges.last == 6_000)
    #expect(spectrum.expected?.count == spectrum.counts.count)
    let cut = try #require(record.result.windows[0].efficiencies.first)
    #expect(cut.fit?.converged == true && cut.fit?.remark?.contains("2700 to 6000") == true)
    #expect(abs(try #require(cut.localSignificance)) < 4)
  }

  @Test func `An empty signal region is an error that names the window`() throws {
    var plan = Self.plan()
    plan.mass.range = [2_700, 12_000]
    plan.mass.bins = 24
    let error = #expect(throws: SearchError.self) {
      try Search(Self.input(background: 300), plan: plan, seed: 1)
    }
    #expect(error.map { "\($0)".contains("window") } == true)
  }

  @Test func `A feature that the file cannot give is named with the columns it needs`() throws {
    var plan = Self.plan()
    plan.features = .lhco42
    let error = #expect(throws: EventColumnsError.self) {
      try Search(Self.input(background: 50), plan: plan, seed: 1)
    }
    #expect(error.map { "\($0)".contains("tau1beta2") } == true)
  }

  @Test func `The run key changes with everything that the result depends on`() throws {
    let input = try Self.input(background: 500)
    let base = try Search(input, plan: Self.plan(), seed: 1)
    let key = base.key(version: "1", instructionSet: "a")
    var other = Self.plan()
    other.trees.members = 3
    let keys = [
      try Search(input, plan: other, seed: 1).key(version: "1", instructionSet: "a"),
      try Search(input, plan: Self.plan(), seed: 2).key(version: "1", instructionSet: "a"),
      base.key(version: "2", instructionSet: "a"), base.key(version: "1", instructionSet: "b"),
      try Search(input, plan: Self.plan(), seed: 1, blind: true)
        .key(version: "1", instructionSet: "a"),
    ]
    for changed in keys { #expect(changed != key) }
  }
}
