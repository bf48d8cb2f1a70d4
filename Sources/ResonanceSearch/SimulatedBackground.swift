public import EventModel
public import Randomness

/// Pseudo-data out of background samples that the user gives.
///
/// Disjoint sets where the pool has enough events, otherwise random subsets without replacement of
/// at most a tenth of it each: two of them share a tenth of their events, which tests showed to be
/// harmless, while sampling with replacement puts copies into training and test and is not.
public struct SimulatedBackground: NullSource {
  public let name = NullSourceName.simulation
  public let label: String
  public let assumptions: [String]
  private let pool: EventTable
  private let setSize: Int
  private let isDisjoint: Bool
  private let order: [Int]
  private let seed: Seed

  /// The largest part of the pool that a set may be if sets overlap.
  public static let largestFraction = 0.1

  /// Prepares a pool of background events.
  ///
  /// - Parameters:
  ///   - samples: Background events with the features of the search, one table a file; those
  ///     outside the fit range are left out.
  ///   - range: The fit range in GeV.
  ///   - setSize: Events of a pseudo-experiment, those of the data in the fit range.
  ///   - pseudoExperiments: How many there will be.
  ///   - digest: Hexadecimal digest of the files, for labels.
  ///   - seed: Root of every random number.
  /// - Throws: ``NullSourceError``.
  public init(
    _ samples: [(name: String, events: EventTable)], range: Range<Double>, setSize: Int,
    pseudoExperiments: Int, digest: String,
    seed: Seed
  ) throws(NullSourceError) {
    guard pseudoExperiments >= 1 else { throw .noPseudoExperiments(pseudoExperiments) }
    let list = samples.map(\.name).joined(separator: ", ")
    var pool: EventTable?
    for (name, events) in samples {
      guard events.weights == nil else { throw .weighted(sample: name) }
      let inRange = events.selecting(
        rows: events.dijetMass.indices.filter { range.contains(events.dijetMass[$0]) })
      pool = pool?.appending(inRange) ?? inRange
    }
    let count = pool?.count ?? 0
    isDisjoint = count >= setSize * pseudoExperiments
    guard let pool, isDisjoint || Double(setSize) <= Self.largestFraction * Double(count) else {
      throw .poolTooSmall(events: count, sets: pseudoExperiments, setSize: setSize)
    }
    // Rows of several files share identifiers without being copies.
    self.pool = pool.withIdentifiers(Array(0..<Int64(count)))
    self.setSize = setSize
    self.seed = seed.child("simulation")
    var generator = self.seed.makeGenerator()
    order = isDisjoint ? generator.permutation(of: count) : []
    label = "simulation-\(isDisjoint ? "disjoint" : "subsets")-\(digest.prefix(8))"
    assumptions = [
      "The background samples (\(list); \(count) events in the fit range) describe the "
        + "background of the data in m_JJ and in all features.",
      isDisjoint
        ? "Pseudo-experiments are disjoint sets of \(setSize) events."
        : "Pseudo-experiments are random subsets of \(setSize) events without replacement, "
          + "so two of them share \(setSize * 100 / max(count, 1)) % of their events.",
    ]
  }

  public func events(of pseudoExperiment: Int) -> EventTable {
    if isDisjoint {
      let first = pseudoExperiment * setSize
      return pool.selecting(rows: Array(order[first..<first + setSize]))
    }
    var generator = seed.child("\(pseudoExperiment)").makeGenerator()
    return pool.selecting(rows: generator.sample(setSize, of: pool.count))
  }
}
