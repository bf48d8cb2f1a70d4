public import EventModel
public import Randomness

/// A file's events with what identifies the file.
public struct SearchInput: Sendable {
  public let events: EventColumns
  /// File name without its folder.
  public let name: String
  /// Hexadecimal digest of the file's bytes.
  public let sha256: String

  public init(events: EventColumns, name: String, sha256: String) {
    self.events = events
    self.name = name
    self.sha256 = sha256
  }

  var description: SearchResult.Input {
    SearchResult.Input(name: name, sha256: sha256, events: events.count)
  }
}

/// The events of a search, cut down to the fit range, with their bins and windows.
public struct PreparedEvents: Sendable {
  public let table: EventTable
  /// The input's row of each event of `table`, ascending.
  public let rows: [Int]
  public let binning: MassBinning
  /// Bins of the fitted spectrum: the mass bins, subdivided.
  public let fitBinning: MassBinning
  public let windows: [(index: Int, window: MassWindow)]
  public let folds: Folds
  public let cutflow: [SearchResult.CutflowStep]

  /// Applies a plan to events.
  ///
  /// - Parameters:
  ///   - input: The events of a file.
  ///   - plan: The search.
  ///   - seed: Root of every random number.
  /// - Throws: ``PlanError``, ``SearchError`` or an error about a column.
  public init(_ input: SearchInput, plan: SearchPlan, seed: Seed) throws {
    try self.init(
      EventTable(input.events, features: plan.features.features), plan: plan, seed: seed)
  }

  /// Applies a plan to events that have its features.
  public init(_ events: EventTable, plan: SearchPlan, seed: Seed) throws {
    binning = try plan.binning()
    fitBinning = try binning.subdivided(by: plan.fit.subdivisions)
    windows = try plan.windows()
    let range = binning.range
    let dijetMass = events.dijetMass
    rows = dijetMass.indices.filter { range.contains(dijetMass[$0]) }
    cutflow = [
      SearchResult.CutflowStep(step: "events in the file", events: dijetMass.count),
      SearchResult.CutflowStep(
        step: "with two jets", events: dijetMass.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }),
      SearchResult.CutflowStep(
        step: "m_JJ in \(Int(range.lowerBound.rounded()))-\(Int(range.upperBound.rounded())) GeV",
        events: rows.count),
    ]
    guard !rows.isEmpty else {
      throw SearchError.noEventInRange(range, found: dijetMass.min() ?? 0, dijetMass.max() ?? 0)
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
  case noEventInRange(Range<Double>, found: Double, Double)
  case emptySignalRegion(window: Int, range: Range<Double>)
}

extension SearchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noEventInRange(let range, let lowest, let highest):
      "no event has a dijet mass in the fit range \(range.lowerBound)-\(range.upperBound) GeV "
        + "(the file's lie in \(lowest)-\(highest) GeV): set the plan's mass.range"
    case .emptySignalRegion(let window, let range):
      "the signal region of window \(window), \(range.lowerBound)-\(range.upperBound) GeV, holds "
        + "no event: set the plan's mass.range or mass.windows"
    }
  }
}
