import AnomalyMethods
import EventModel
import Execution
import Foundation
import Randomness
import ResonanceSearch
import StatisticalInference
import TestSupport
import Testing

/// Limits on the toy's signal at 3500 GeV: 3000 background events, small trees.
struct LimitSearchTests {
  static func plan() -> SearchPlan {
    var plan = SearchTests.plan()
    plan.mass.windows = [0]
    plan.efficiencies = [1, 0.1]
    return plan
  }

  static func signal(
    _ name: String = "zprime", events: Int = 600, seed: UInt64 = 7,
    systematics: [SignalSample.Systematic] = [], generated: Int? = nil
  ) throws -> SignalSample {
    SignalSample(
      name: name,
      input: SearchInput(
        events: try ToyEvents(background: 0, signal: events, seed: Seed(seed)).events(),
        name: "\(name).h5", sha256: "\(events).\(seed)"), generated: generated,
      systematics: systematics)
  }

  static func settings(strengths: [Int] = [20, 60], samplings: Int = 2) -> LimitSettings {
    var settings = LimitSettings()
    settings.strengths = strengths
    settings.samplings = samplings
    return settings
  }

  static func search(
    _ signals: [SignalSample]? = nil, plan: SearchPlan = plan(),
    settings: LimitSettings = settings(), background: Int = 3_000
  ) throws -> LimitSearch {
    try LimitSearch(
      SearchTests.input(background: background), signals: signals ?? [signal()], plan: plan,
      settings: settings, seed: 3)
  }

  let environment = (version: "test", instructionSet: "test")

  @Test func `Learning lowers the limit on a signal that looks different`() throws {
    let search = try Self.search(settings: Self.settings(strengths: [15, 30, 60, 120]))
    let signal = try #require(
      search(environment: environment, executor: .threads(2), jobs: 2).signals.first)
    let inclusive = try #require(signal.inclusive.limit)
    let cut = try #require(signal.quoted)
    let quoted = try #require(cut.quoted)
    #expect(quoted.expected[2] < inclusive.expected[2] / 1.5)
    #expect(
      try abs(#require(cut.expectedImprovement) * quoted.expected[2] / inclusive.expected[2] - 1)
        < 1e-12)
    #expect(abs(signal.massGeV / 3_500 - 1) < 0.01)
    for strength in cut.strengths {
      // Never quoted below the strength that the networks learned from.
      #expect(strength.combined.observed.map { $0 >= strength.combined.strength } ?? true)
      #expect(strength.combined.expected.map { $0 >= strength.combined.strength } ?? true)
      for sampling in strength.samplings {
        // A tenth of every fold's data, to the rounding of three folds.
        #expect(abs(sampling.selectedEvents - 0.1 * Double(search.eventsInFitRange)) <= 3)
        let efficiency = sampling.signalEfficiency
        #expect(efficiency.low < efficiency.high)
        #expect((efficiency.low...efficiency.high).contains(efficiency.value))
      }
    }
    // The more signal there is to learn from, the better it is kept.
    let efficiencies = cut.strengths.map { $0.samplings[0].signalEfficiency.value }
    #expect(try #require(efficiencies.last) > #require(efficiencies.first))
    #expect(try #require(efficiencies.last) > 0.5)
  }

  @Test func `One job, two, and a run that lost half of its work give the same bytes`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-limits-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let search = try Self.search()
    let store = try UnitStore(folder: folder)
    let one = try search(environment: environment, store: store).json
    #expect(try search(environment: environment, executor: .threads(2), jobs: 2).json == one)
    let units = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(units.count == 2 * 2 * 3 && units.count == search.units.count)
    #expect(units[0] == "signal-zprime.mu-20.sampling-0.window-0.fold-0.unit")
    for unit in units.enumerated() where unit.offset.isMultiple(of: 2) {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(unit.element))
    }
    #expect(try search(environment: environment, store: store).json == one)
  }

  @Test func `A signal has the limits that it has alone, whatever others are asked for`() throws {
    let alone = try Self.search()(environment: environment)
    let other = try Self.signal("heavy", seed: 8)
    let both = try Self.search([other, Self.signal()])(environment: environment)
    #expect(both.signals.map(\.name) == ["heavy", "zprime"])
    #expect(both.signals[1] == alone.signals[0])
  }

  /// Without random numbers in the method, no injection leaves the search as it is.
  @Test func `At strength zero the selection is that of the search`() throws {
    var plan = Self.plan()
    plan.method = .pca
    let limits = try Self.search(
      plan: plan, settings: Self.settings(strengths: [0], samplings: 1))(environment: environment)
    let also = try Self.signal().input
    let search = try Search(
      SearchTests.input(background: 3_000), plan: plan, seed: 3, alsoScore: also)(
        environment: environment)
    let selected = try #require(search.record.spectra.first { $0.efficiency == 0.1 })
    let sampling = limits.signals[0].cuts[0].strengths[0].samplings[0]
    #expect(sampling.selectedEvents == selected.counts.compactMap(\.self).reduce(0, +))
    let passed = search.record.result.alsoScored[0]
    let inRange = Double(passed.eventsInFitRange) / 600
    #expect(abs(sampling.signalEfficiency.value - passed.passFraction[0][1] * inRange) < 1e-12)
  }

  @Test func `Injected events are never counted`() throws {
    let spectrum = try Self.search(settings: Self.settings(strengths: [0, 400], samplings: 1))(
      environment: environment)
    let strengths = spectrum.signals[0].cuts[0].strengths
    let counts = strengths.map { $0.samplings[0].selectedEvents }
    // The thresholds come from the data: the same number is kept with and without injection.
    #expect(counts[0] == counts[1])
    #expect(
      strengths[1].samplings[0].signalEfficiency.value
        > strengths[0].samplings[0].signalEfficiency.value + 0.3)
  }

  @Test func `Luminosity and acceptance give cross sections`() throws {
    var settings = Self.settings(strengths: [40], samplings: 1)
    settings.luminosity = 139
    let result = try Self.search([Self.signal(generated: 2_400)], settings: settings)(
      environment: environment)
    let signal = result.signals[0]
    let acceptance = try #require(signal.acceptance)
    #expect(acceptance.value == 0.25 && acceptance.low < 0.25 && acceptance.high > 0.25)
    let limit = try #require(signal.quoted?.limit)
    #expect(try abs(#require(limit.observedCrossSection) - limit.observed / (139 * 0.25)) < 1e-12)
    let inclusive = try #require(signal.inclusive.limit)
    #expect(
      try abs(#require(inclusive.expectedCrossSection)[2] - inclusive.expected[2] / 34.75) < 1e-12)
    settings.acceptance = 0.5
    let set = try Self.search(settings: settings)(environment: environment).signals[0]
    #expect(set.acceptance?.value == 0.5 && set.acceptance?.low == 0.5)
    #expect(
      try abs(
        #require(set.quoted?.limit?.observedCrossSection) * 69.5 / #require(
          set.quoted?.limit?.observed) - 1) < 1e-12)
  }

  @Test func `Systematic uncertainties weaken the limit and have their names`() throws {
    let settings = Self.settings(strengths: [60], samplings: 1)
    let plain = try Self.search(settings: settings)(environment: environment).signals[0]
    // The same simulation moved up by 2 % in every mass.
    let moved = try #require(try? Self.signal("moved").input.events)
    let up = SearchInput(
      events: try EventColumns(
        moved.names.map { name in
          let values = moved[name] ?? []
          return (name, name.hasPrefix("tau") ? values : values.map { $0 * 1.02 })
        }), name: "up.h5", sha256: "up")
    let varied = try Self.search(
      [
        Self.signal(systematics: [
          .samples(name: "jet energy scale", up: up, down: nil), .jetMassScale(0.2),
          .jetMassResolution(0.2),
        ])
      ], settings: settings)(environment: environment).signals[0]
    #expect(varied.systematics == ["jet energy scale", "jet mass scale", "jet mass resolution"])
    let (exact, uncertain) = (plain.cuts[0].strengths[0], varied.cuts[0].strengths[0])
    let (a, b) = (
      try #require(exact.samplings[0].limit), try #require(uncertain.samplings[0].limit)
    )
    #expect(b.expected[2] > a.expected[2])
    #expect(exact.samplings[0].signalEfficiency == uncertain.samplings[0].signalEfficiency)
  }

  @Test func `Weights of two double the limit in events`() throws {
    func weighted(_ input: SearchInput) throws -> SearchInput {
      SearchInput(
        events: try EventColumns(
          input.events.names.map { ($0, input.events[$0] ?? []) },
          weights: [Double](repeating: 2, count: input.events.count)), name: input.name,
        sha256: input.sha256)
    }
    let data = try SearchTests.input(background: 3_000)
    let signal = try Self.signal()
    let one = try LimitSearch(
      data, signals: [signal], plan: Self.plan(),
      settings: Self.settings(strengths: [30], samplings: 1), seed: 3)(environment: environment)
    let two = try LimitSearch(
      weighted(data),
      signals: [SignalSample(name: signal.name, input: weighted(signal.input))], plan: Self.plan(),
      settings: Self.settings(strengths: [60], samplings: 1), seed: 3)(environment: environment)
    let (a, b) = (one.signals[0], two.signals[0])
    let (x, y) = (try #require(a.inclusive.limit), try #require(b.inclusive.limit))
    #expect(abs(y.expected[2] / x.expected[2] - 2) < 1e-4)
    #expect(a.inSignalRegion == b.inSignalRegion)
    let (m, n) = (a.cuts[0].strengths[0].samplings[0], b.cuts[0].strengths[0].samplings[0])
    #expect(n.selectedEvents == 2 * m.selectedEvents)
  }

  @Test func `The default strengths surround the limit without a cut`() throws {
    var settings = LimitSettings()
    settings.samplings = 1
    let search = try Self.search(settings: settings)
    let strengths = search.summary[0].strengths
    #expect(strengths.count == 8 && strengths == strengths.sorted())
    #expect(abs(Double(strengths[7]) / Double(strengths[0]) - 15) < 2)
  }

  @Test func `Input that gives no limit is refused with what is wrong`() throws {
    func error(
      _ signals: [SignalSample]? = nil, plan: SearchPlan = Self.plan(),
      _ change: (inout LimitSettings) -> Void = { _ in }
    ) -> LimitError? {
      var settings = Self.settings()
      change(&settings)
      do {
        _ = try Self.search(signals, plan: plan, settings: settings)
        return nil
      } catch {
        return error as? LimitError
      }
    }
    #expect(error() == nil)
    #expect(error([]) == .noSignalFile)
    #expect(try error([Self.signal(), Self.signal()]) == .repeatedName("zprime"))
    #expect(
      try error([Self.signal(events: 159)])
        == .tooFewEvents(file: "zprime.h5", strength: 60, found: 159))
    for invalid in [
      error { $0.strengths = [-5] }, error { $0.strengths = [5, 5] }, error { $0.strengths = [] },
      error { $0.samplings = 0 }, error { $0.acceptance = 1.5 }, error { $0.luminosity = 0 },
      error { $0.confidenceLevel = 1 },
    ] {
      guard case .invalid = invalid else {
        Issue.record("\(String(describing: invalid))")
        continue
      }
    }
    #expect(error { $0.efficiency = 0.3 } == .unknownEfficiency(0.3, known: [0.1]))
    #expect(error { $0.window = 9 } == .unknownWindow(9, known: [0]))
    var uncut = Self.plan()
    uncut.efficiencies = [1]
    #expect(error(plan: uncut) == .noCut)

    func sample(_ columns: [(name: String, values: [Double])], weights: [Double]? = nil) throws
      -> SignalSample
    {
      SignalSample(
        name: "other",
        input: SearchInput(
          events: try EventColumns(columns, weights: weights), name: "other.h5", sha256: "0"))
    }
    let columns = ToyEvents(background: 0, signal: 300).columns
    #expect(try error([sample(columns.map { ($0.name, []) })]) == .noSignalEvents(file: "other.h5"))
    guard case .columns = try error([sample(columns.filter { $0.name != "tau2j1" })]) else {
      Issue.record("a missing column is not noticed")
      return
    }
    #expect(
      try error([sample(columns, weights: [Double](repeating: 1, count: 300))])
        == .weightsInOneFile("other.h5"))
    // At 1.5 times the mass nothing is left in a window.
    let heavy = columns.map { column in
      (name: column.name, values: column.values.map { $0 * 1.5 })
    }
    guard case .outsideWindows = try error([sample(heavy)]) else {
      Issue.record("a signal outside all windows is not noticed")
      return
    }
    guard case .outsideWindow = try error([sample(heavy)], { $0.window = 0 }) else {
      Issue.record("a signal outside the window is not noticed")
      return
    }
  }

  @Test func `A damaged unit is named`() throws {
    let search = try Self.search(settings: Self.settings(strengths: [20], samplings: 1))
    #expect(throws: LimitError.damagedUnit("signal-zprime.mu-20.sampling-0.window-0.fold-0")) {
      _ = try search.result(
        of: [Data](repeating: Data("x".utf8), count: 3), environment: environment)
    }
  }
}
