public import EventModel
public import Randomness

extension SearchPlan {
  /// All events of a file with the features of the search, in the order of the file.
  ///
  /// The one way from columns to features, for every sample of a search.
  ///
  /// - Parameters:
  ///   - events: The columns of a file.
  ///   - sample: "data" for the searched events; others have another noise, as identifiers repeat.
  ///   - seed: The root of the search.
  /// - Returns: One row an event of the file.
  /// - Throws: ``EventColumnsError`` or ``EventTableError``.
  func features(of events: EventColumns, sample: String, seed: Seed) throws -> EventTable {
    try EventTable(shifted(events), features: features.features)
      .appendingNoise(noiseFeatures, seed: seed.child("noise").child(sample))
  }

  /// The columns with the plan's shift of the jet masses.
  func shifted(_ events: EventColumns) throws(EventColumnsError) -> EventColumns {
    try events.shiftingJetMasses(by: jetMassShift)
  }

  /// The selected events of a file with the features of the search.
  ///
  /// - Parameters:
  ///   - events: The columns of a file.
  ///   - sample: "data" for the searched events; others have another noise, as identifiers repeat.
  ///   - seed: The root of the search.
  /// - Returns: The events that pass, in the order of the file.
  /// - Throws: ``EventColumnsError`` or ``EventTableError``.
  public func table(
    of events: EventColumns, sample: String = "data", seed: Seed
  ) throws -> EventTable {
    let table = try features(of: events, sample: sample, seed: seed)
    return try selection.rows(of: events).map { table.selecting(rows: $0) } ?? table
  }

  /// The same events as far as they are in the fit range.
  ///
  /// - Throws: ``EventColumnsError``, ``EventTableError`` or ``PlanError``.
  func tableInFitRange(of events: EventColumns, sample: String, seed: Seed) throws -> EventTable {
    let (table, range) = (try table(of: events, sample: sample, seed: seed), try fitRange())
    return table.selecting(
      rows: table.dijetMass.indices.filter { range.contains(table.dijetMass[$0]) })
  }

  /// The simulated background of a search: its selected events in the fit range; `nil` if the method
  /// does not learn from simulation, or there is none.
  ///
  /// - Throws: ``SearchError/noSimulationInRange(file:range:)`` or an error about a column.
  func simulation(of input: SearchInput, seed: Seed) throws -> EventTable? {
    guard needsSimulation, let simulation = input.simulation else { return nil }
    let table = try tableInFitRange(of: simulation.events, sample: "simulation", seed: seed)
    guard table.count > 0 else {
      throw SearchError.noSimulationInRange(file: simulation.name, range: try fitRange())
    }
    return table
  }

  /// What must be said about a shift that tests nothing.
  var shiftWarnings: [String] {
    guard jetMassShift != 0, [.lhco41, .lhco41ByMass].contains(features) else { return [] }
    return [
      "jetMassShift adds the same number to every scaled jet mass of \(features.rawValue), so that "
        + "nothing depends on m_JJ more than before: test with features \(FeatureSet.lhcoRnd.rawValue) "
        + "or \(FeatureSet.lhco42.rawValue)."
    ]
  }
}

extension SearchPlan.SelectionPlan {
  /// The cut in words, for a cutflow; `nil` if there is none.
  var description: String? {
    maximumRapidityDifference.map {
      "|y1 - y2| \(invertRapidityDifference ? ">=" : "<") \(SearchPlan.short($0))"
    }
  }

  /// Rows of the events that pass, ascending; `nil` without a cut.
  ///
  /// - Throws: ``EventColumnsError/missing(quantity:needs:found:)`` if the file has not what the
  ///   cut is made on.
  func rows(of events: EventColumns) throws(EventColumnsError) -> [Int]? {
    guard let maximum = maximumRapidityDifference else { return nil }
    let differences = try events.rapidityDifference()
    return differences.indices.filter {
      invertRapidityDifference ? differences[$0] >= maximum : differences[$0] < maximum
    }
  }
}
