public import AnomalyMethods
import EventModel
public import Execution
import Foundation
import Randomness

/// A search for resonances: score, cut, fit, compare, in every mass window.
///
/// The way of the data is one call after another: ``PreparedEvents`` → scores → measurements →
/// ``SearchRecord``. Equal plan, input, seed, version and instruction set give equal results, with
/// any number of jobs, run through or resumed.
public struct Search: Sendable {
  public let plan: SearchPlan
  public let input: SearchInput
  public let seed: UInt64
  /// Withholds the counts in the signal regions.
  public let blind: Bool
  /// A sample that takes no part but is scored.
  public let alsoScore: SearchInput?
  public let prepared: PreparedEvents

  /// Prepares a search: reads nothing more, trains nothing yet.
  ///
  /// - Throws: ``PlanError``, ``SearchError`` or an error about a column.
  public init(
    _ input: SearchInput, plan: SearchPlan, seed: UInt64, blind: Bool = false,
    alsoScore: SearchInput? = nil
  ) throws {
    self.plan = plan
    self.input = input
    self.seed = seed
    self.blind = blind
    self.alsoScore = alsoScore
    prepared = try PreparedEvents(input, plan: plan, seed: Seed(seed))
  }

  /// Trainings that the search takes.
  public var trainings: (units: Int, models: Int) {
    let method = plan.makeMethod()
    let windows = method.dependsOnWindow ? prepared.windows.count : 1
    let units = windows * prepared.folds.scored.count
    return (units, units * method.trainingsPerFit)
  }

  private var usedSimulation: SearchResult.Input? {
    plan.needsSimulation ? input.simulation?.description : nil
  }

  /// What the result depends on besides the data: a run folder's key.
  public func key(version: String, instructionSet: String) -> [String: String] {
    [
      "plan": plan.digest, "input": input.sha256, "events as read": prepared.table.sha256,
      "seed": "\(seed)", "version": version,
      "instructionSet": instructionSet, "alsoScore": alsoScore?.sha256 ?? "none",
      "simulation": usedSimulation?.sha256 ?? "none",
      "simulation as read": prepared.simulation?.sha256 ?? "none", "blind": "\(blind)",
    ]
  }

  /// Runs the search.
  ///
  /// - Parameters:
  ///   - environment: Names of the program's version and instruction set, for the record.
  ///   - command: The command line that reproduces the run, for the record.
  ///   - executor: Who does the trainings.
  ///   - store: Where finished trainings are kept.
  ///   - progress: Called after each training of a window and fold.
  /// - Returns: The outcome.
  /// - Throws: An error of the method, of the fit's input or of the store.
  public func callAsFunction(
    environment: (version: String, instructionSet: String), command: String = "",
    executor: any Executor = .threads(1),
    store: UnitStore? = nil, progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
  ) throws -> SearchOutcome {
    let clock = ContinuousClock()
    let start = clock.now
    let scores = try scores(by: executor, store: store, progress: progress)
    let method = plan.makeMethod()
    return try outcome(
      of: scores, seconds: (clock.now - start).inSeconds,
      method: (plan.method.title, "arXiv:\(type(of: method).reference.arXiv)"),
      environment: environment, command: command)
  }

  /// Cuts and fits after scores that a reference line gave, not the plan's method.
  ///
  /// - Parameters:
  ///   - tables: One for each window of the search.
  ///   - seconds: How long they took.
  ///   - line: What gave them.
  ///   - environment: Names of the program's version and instruction set, for the record.
  /// - Returns: The outcome.
  /// - Throws: An error of the fit's input.
  public func callAsFunction(
    scored tables: [ScoreTable], seconds: Double, by line: ReferenceLine,
    environment: (version: String, instructionSet: String)
  ) throws -> SearchOutcome {
    try outcome(
      of: Scores(tables: tables, alsoScoredPassFraction: []), seconds: seconds,
      method: ("Reference line: \(line.title)", "arXiv:2009.02205"), environment: environment,
      command: "")
  }

  private func outcome(
    of scores: Scores, seconds: Double, method: (title: String, reference: String),
    environment: (version: String, instructionSet: String), command: String
  ) throws -> SearchOutcome {
    let clock = ContinuousClock()
    let scored = clock.now
    let cuts = try measure(scores)
    let measured = clock.now
    let events = try EventFigures(plan.shifted(input.events), prepared)
    let root = Seed(seed)
    let shown = plan.efficiencies.filter { $0 < 1 }.min() ?? 1
    let substructure = zip(prepared.windows, scores.tables).compactMap { window, table in
      events.substructure(
        window, selected: table.selectedRows(efficiency: shown), efficiency: shown, seed: root)
    }
    let maps = zip(prepared.windows, scores.tables).compactMap { events.efficiencyMap($0, $1) }
    let result = result(cuts, scores: scores, environment: environment)
    let record = SearchRecord(
      result: result,
      plan: SearchRecord.PlanSummary(
        label: plan.label, sqrtS: plan.sqrtS, luminosity: plan.luminosity, yaml: plan.yaml,
        methodTitle: method.title, methodReference: method.reference, command: command),
      spectra: cuts.joined().map(\.spectrum), efficiencyMaps: maps,
      substructure: blind ? [] : substructure,
      timing: [
        SearchRecord.StageTiming(
          stage: SearchTiming.trainingStage, seconds: seconds),
        SearchRecord.StageTiming(stage: "cuts and fits", seconds: (measured - scored).inSeconds),
      ])
    return SearchOutcome(record: record, scores: scores)
  }

  private func scores(
    by executor: any Executor, store: UnitStore?,
    progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> Scores {
    try score(
      plan.makeMethod(), prepared, efficiencies: plan.efficiencies, alsoScore: alsoScoreTable(),
      seed: Seed(seed), executor: executor, store: store, progress: progress)
  }

  /// The selected events of the other sample in the fit range, if there is one.
  private func alsoScoreTable() throws -> EventTable? {
    try alsoScore.map {
      try plan.tableInFitRange(of: $0.events, sample: "also-scored", seed: Seed(seed))
    }
  }

  private func measure(_ scores: Scores) throws -> [[MeasuredCut]] {
    try zip(prepared.windows, scores.tables).map { window, table in
      let unselected = try prepared.spectrum(
        of: table.selectedRows(efficiency: 1), window: window.window)
      return try plan.efficiencies.map { efficiency in
        try MeasuredCut(
          rows: table.selectedRows(efficiency: efficiency), efficiency: efficiency,
          window: window, prepared: prepared, unselected: efficiency < 1 ? unselected : nil,
          plan: plan, blind: blind)
      }
    }
  }

  private func result(
    _ cuts: [[MeasuredCut]], scores: Scores,
    environment: (version: String, instructionSet: String)
  ) -> SearchResult {
    let windows = prepared.windows.indices.map { place in
      let (window, cuts) = (prepared.windows[place], cuts[place])
      var found = SearchResult.Window(
        index: window.index, signalRegionGeV: window.window.signalRegion.bounds,
        sidebandsGeV: [window.window.lowerSideband.bounds, window.window.upperSideband.bounds],
        efficiencies: cuts.map(\.measurement))
      found.massDependence =
        blind
        ? nil
        : MassDependence(
          scores.tables[place], dijetMass: prepared.table.dijetMass,
          identifiers: prepared.table.identifiers,
          seed: Seed(seed).child("mass-dependence").child("window-\(window.index)"))
      return found
    }
    var result = SearchResult(
      version: environment.version, method: plan.method.rawValue, seed: seed,
      instructionSet: environment.instructionSet, calibrated: false, blind: blind,
      planDigest: plan.digest, input: input.description, cutflow: prepared.cutflow,
      windows: windows, bestExcess: SearchResult.bestExcess(of: windows))
    result.simulation = usedSimulation
    if let alsoScore {
      let inRange = ((try? alsoScoreTable()) ?? nil)?.count ?? 0
      result.alsoScored = [
        SearchResult.AlsoScored(
          input: alsoScore.description, eventsInFitRange: inRange,
          passFraction: scores.alsoScoredPassFraction)
      ]
    }
    result.warnings = result.sculptingWarnings() + plan.shiftWarnings
    return result
  }
}

/// The record of a search with its scores.
public struct SearchOutcome: Sendable {
  public var record: SearchRecord
  public let scores: Scores
}

extension SearchResult {
  /// The measurement of smallest local p-value; among equals the first.
  static func bestExcess(of windows: [Window]) -> Excess? {
    var best: Excess?
    for window in windows {
      for cut in window.efficiencies {
        guard let p = cut.localPValue, let log10P = cut.log10LocalPValue,
          let significance = cut.localSignificance, log10P < best?.log10LocalPValue ?? 1
        else { continue }
        best = Excess(
          window: window.index, efficiency: cut.efficiency, massGeV: cut.massGeV,
          massUncertaintyGeV: cut.massUncertaintyGeV,
          windowCenterGeV: window.signalRegionGeV.reduce(0, +) / 2, localPValue: p,
          log10LocalPValue: log10P, localSignificance: significance)
      }
    }
    return best
  }
}

extension Range<Double> {
  var bounds: [Double] { [lowerBound, upperBound] }
}
