public import Execution
import EventFiles
import Foundation
import Randomness

/// What searches find where there is no signal.
public struct NullDistribution: Sendable, Hashable, Codable {
  /// How pseudo-experiments are made, by the names that commands and results use.
  public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
    /// The whole search, training included, on pseudo-data.
    case retrain
    /// Networks frozen, Poisson fluctuations of the fitted spectra: fast and approximate.
    case spectrum
  }

  public let method: Method
  /// Where pseudo-data come from; `nil` for fluctuated spectra.
  public let source: NullSourceName?
  /// What must hold for the p-values to be right, one sentence each.
  public let assumptions: [String]
  /// One search for each pseudo-experiment.
  public let searches: [LocalSignificances]

  public init(
    method: Method, source: NullSourceName?, assumptions: [String], searches: [LocalSignificances]
  ) {
    self.method = method
    self.source = source
    self.assumptions = assumptions
    self.searches = searches
  }
}

extension Search {
  /// Pseudo-data from the searched data alone.
  ///
  /// - Throws: ``NullSourceError``, or an error about a column.
  public func donorEvents() throws -> DonorEvents {
    try DonorEvents(
      plan.table(of: input.events, seed: Seed(seed)), plan: plan,
      seed: Seed(seed).child("null-data"))
  }

  /// Repeats the whole search on background-only pseudo-data.
  ///
  /// Pseudo-experiment i depends on the seed and i alone, so more of them can be added later. A unit
  /// of work is one window of one pseudo-experiment with all its folds: the scores of the folds are
  /// too large to be kept a thousand times.
  ///
  /// - Parameters:
  ///   - source: Where pseudo-data come from.
  ///   - count: Pseudo-experiments, at least 1.
  ///   - executor: Who does them.
  ///   - store: Where finished ones are kept.
  ///   - progress: Called after each unit.
  /// - Returns: The searches, in the order of their numbers.
  /// - Throws: ``NullSourceError``, or an error of a search or of the store.
  public func nullDistribution(
    from source: some NullSource, count: Int, executor: any Executor = .threads(1),
    store: UnitStore? = nil,
    progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
  ) throws -> NullDistribution {
    guard count >= 1 else { throw NullSourceError.noPseudoExperiments(count) }
    guard !blind else { throw NullSourceError.blind }
    let windows = prepared.windows.map(\.index)
    let units = (0..<count).flatMap { number in
      windows.map { window in
        WorkUnit(label: "null-\(source.label)-\(number).window-\(window)") { isCancelled in
          var alone = plan
          alone.mass.windows = [window]
          let found = try LocalSignificances(
            of: source.events(of: number), plan: alone,
            seed: Seed(seed).child("null").child("\(number)"),
            simulation: prepared.simulation, isCancelled: isCancelled)
          return try JSONEncoder.readable.encode(found)
        }
      }
    }
    let found = try executor.perform(
      units, stage: "pseudo-experiments", store: store, progress: progress
    ).map {
      try JSONDecoder().decode(LocalSignificances.self, from: $0)
    }
    return NullDistribution(
      method: .retrain, source: source.name, assumptions: source.assumptions,
      searches: (0..<count).map { number in
        LocalSignificances(
          windows.indices.flatMap { found[number * windows.count + $0].values })
      })
  }
}
