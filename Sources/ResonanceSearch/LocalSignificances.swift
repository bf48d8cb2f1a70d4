package import AnomalyMethods
public import EventModel
import NumericalCore
public import Randomness
import StatisticalInference

/// The local significances of one search, of data or of pseudo-data: what calibration compares.
///
/// A cut after which no declared function describes the spectrum has none and counts as p = 1, in
/// data and in pseudo-data alike.
public struct LocalSignificances: Sendable, Hashable, Codable {
  /// Z at `[window][efficiency]`; `nil` where no fit converged.
  public let values: [[Double?]]

  public init(_ values: [[Double?]]) {
    self.values = values
  }

  /// The largest of all windows and cuts; `nil` where no fit converged.
  public var largest: Double? { values.joined().compactMap(\.self).max() }

  /// -ln of the local p-value of a significance, 0 without a fit: what pseudo-experiments count.
  static func statistic(_ significance: Double?) -> Double {
    significance.map { -NormalDistribution.logSurvival($0) } ?? 0
  }
}

extension LocalSignificances {
  /// Makes a whole search on events: train, score, cut, fit, count.
  ///
  /// - Parameters:
  ///   - events: With the features of the plan.
  ///   - plan: The search.
  ///   - seed: Root of every random number.
  ///   - simulation: For methods that learn from it, with the features of the plan.
  ///   - isCancelled: Asked about once a second.
  /// - Throws: What a search throws.
  public init(
    of events: EventTable, plan: SearchPlan, seed: Seed, simulation: EventTable? = nil,
    isCancelled: @Sendable () -> Bool
  ) throws {
    let prepared = try PreparedEvents(events, plan: plan, seed: seed, simulation: simulation)
    let tables = try Self.tables(plan.makeMethod(), prepared, seed: seed, isCancelled: isCancelled)
    try self.init(tables, prepared, plan: plan)
  }

  /// Cuts, fits and counts.
  package init(_ tables: [ScoreTable], _ prepared: PreparedEvents, plan: SearchPlan) throws {
    values = try zip(prepared.windows, tables).map { window, table in
      try plan.efficiencies.map { efficiency in
        try SelectedSpectra(
          rows: table.selectedRows(efficiency: efficiency), window: window.window,
          prepared: prepared, plan: plan
        ).counting()?.localSignificance
      }
    }
  }

  private static func tables(
    _ method: some AnomalyMethod, _ prepared: PreparedEvents, seed: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> [ScoreTable] {
    let crossFit = CrossFit(
      method, samples: prepared.samples, windows: prepared.windows.map(\.window),
      folds: prepared.folds, seed: seed.child("training"),
      windowNumbers: prepared.windows.map(\.index))
    return crossFit.tables(
      try crossFit.units.map { try crossFit.scores($0, isCancelled: isCancelled).heldOut })
  }
}
