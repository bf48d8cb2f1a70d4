public import EventModel

extension SearchPlan {
  /// The selected events of a file with the features of the search.
  ///
  /// - Throws: ``EventColumnsError`` or ``EventTableError``.
  public func table(of events: EventColumns) throws -> EventTable {
    let table = try EventTable(events, features: features.features)
    return try selection.rows(of: events).map { table.selecting(rows: $0) } ?? table
  }

  /// The simulated background of a search: its selected events in the fit range; `nil` if the method
  /// does not learn from simulation, or there is none.
  ///
  /// - Throws: ``SearchError/noSimulationInRange(file:range:)`` or an error about a column.
  func simulation(of input: SearchInput) throws -> EventTable? {
    guard needsSimulation, let simulation = input.simulation else { return nil }
    let (events, range) = (try table(of: simulation.events), try fitRange())
    let rows = events.dijetMass.indices.filter { range.contains(events.dijetMass[$0]) }
    guard !rows.isEmpty else {
      throw SearchError.noSimulationInRange(file: simulation.name, range: range)
    }
    return events.selecting(rows: rows)
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
