public import AnomalyMethods
public import EventModel
public import Randomness

/// A file's events with what identifies the file, and simulated background beside them.
public struct SearchInput: Sendable {
  public let events: EventColumns
  /// File name without its folder.
  public let name: String
  /// Hexadecimal digest of the file's bytes.
  public let sha256: String
  /// What methods that need it learn from too; others do not look at it.
  public var simulation: Simulation?

  public init(
    events: EventColumns, name: String, sha256: String, simulation: Simulation? = nil
  ) {
    self.events = events
    self.name = name
    self.sha256 = sha256
    self.simulation = simulation
  }

  /// A file of simulated background.
  public struct Simulation: Sendable {
    public let events: EventColumns
    public let name: String
    public let sha256: String

    public init(_ file: SearchInput) {
      events = file.events
      name = file.name
      sha256 = file.sha256
    }

    var description: SearchResult.Input {
      SearchResult.Input(name: name, sha256: sha256, events: events.count)
    }
  }

  var description: SearchResult.Input {
    SearchResult.Input(name: name, sha256: sha256, events: events.count)
  }
}

/// The selected events of a search in the fit range, with their bins and windows.
public struct PreparedEvents: Sendable {
  public let table: EventTable
  /// Simulated background in the fit range, for methods that learn from it.
  public let simulation: EventTable?
  /// The input's row of each event of `table`, ascending.
  public let rows: [Int]
  public let binning: MassBinning
  /// Bins of the fitted spectrum; those of a window are split at the ends of its signal region.
  public let fitBinning: MassBinning
  public let windows: [(index: Int, window: MassWindow)]
  public let folds: Folds
  public let cutflow: [SearchResult.CutflowStep]

  /// Applies a plan to the events of a file.
  ///
  /// - Parameters:
  ///   - input: The events of a file.
  ///   - plan: The search.
  ///   - seed: Root of every random number.
  /// - Throws: ``PlanError``, ``SearchError`` or an error about a column.
  public init(_ input: SearchInput, plan: SearchPlan, seed: Seed) throws {
    let events = try plan.features(of: input.events, sample: "data", seed: seed)
    try self.init(
      events, selected: plan.selection.rows(of: input.events), plan: plan, seed: seed,
      simulation: plan.simulation(of: input, seed: seed))
  }

  /// Applies a plan to events that have its features and pass its selection.
  public init(
    _ events: EventTable, plan: SearchPlan, seed: Seed, simulation: EventTable? = nil
  ) throws {
    try self.init(events, selected: nil, plan: plan, seed: seed, simulation: simulation)
  }

  /// What the methods may learn from, each in its own view.
  public var samples: Samples { Samples(data: table, backgroundSimulation: simulation) }

  private init(
    _ events: EventTable, selected: [Int]?, plan: SearchPlan, seed: Seed, simulation: EventTable?
  ) throws {
    guard simulation != nil || !plan.needsSimulation else {
      throw SearchError.noSimulation(method: plan.method.rawValue)
    }
    self.simulation = simulation
    binning = try plan.binning()
    fitBinning = try plan.fitBinning()
    windows = try plan.windows()
    let range = fitBinning.range
    let dijetMass = events.dijetMass
    let candidates = selected ?? Array(dijetMass.indices)
    rows = candidates.filter { range.contains(dijetMass[$0]) }
    var cutflow = [
      SearchResult.CutflowStep(step: "events in the file", events: dijetMass.count),
      SearchResult.CutflowStep(
        step: "with two jets", events: dijetMass.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }),
    ]
    if let selected, let cut = plan.selection.description {
      cutflow.append(SearchResult.CutflowStep(step: cut, events: selected.count))
    }
    cutflow.append(
      SearchResult.CutflowStep(
        step: "m_JJ in \(Int(range.lowerBound.rounded()))-\(Int(range.upperBound.rounded())) GeV",
        events: rows.count))
    self.cutflow = cutflow
    if let selected, selected.isEmpty, let cut = plan.selection.description {
      throw SearchError.noEventSelected(cut: cut, events: dijetMass.count)
    }
    guard !rows.isEmpty else {
      let masses = candidates.map { dijetMass[$0] }
      throw SearchError.noEventInRange(range, found: masses.min() ?? 0, masses.max() ?? 0)
    }
    table = events.selecting(rows: rows)
    for (index, window) in windows {
      let range = window.signalRegion
      guard table.dijetMass.contains(where: range.contains) else {
        throw SearchError.emptySignalRegion(window: index, range: range)
      }
    }
    folds = Folds(
      count: plan.folds.outer, scheme: plan.folds.scheme, of: table, stratifiedBy: binning,
      seed: seed.child("folds"))
  }
}

/// Why a search cannot be made on these events.
public enum SearchError: Error, Equatable {
  case noEventSelected(cut: String, events: Int)
  case noEventInRange(Range<Double>, found: Double, Double)
  case emptySignalRegion(window: Int, range: Range<Double>)
  case noSimulation(method: String)
  case noSimulationInRange(file: String, range: Range<Double>)
}

extension SearchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noEventSelected(let cut, let events):
      "none of \(events) events passes \(cut): change the plan's selection"
    case .noEventInRange(let range, let lowest, let highest):
      "no event has a dijet mass in the fit range \(range.lowerBound)-\(range.upperBound) GeV "
        + "(the file's lie in \(lowest)-\(highest) GeV): set the plan's mass.range, or mass.edges and fit.range"
    case .emptySignalRegion(let window, let range):
      "the signal region of window \(window), \(range.lowerBound)-\(range.upperBound) GeV, holds "
        + "no event: set the plan's mass.range or mass.windows"
    case .noSimulation(let method):
      "the method \(method) learns from simulated background too: give --simulation FILE"
    case .noSimulationInRange(let file, let range):
      "the simulation \(file) has no selected event in the fit range "
        + "\(range.lowerBound)-\(range.upperBound) GeV"
    }
  }
}
