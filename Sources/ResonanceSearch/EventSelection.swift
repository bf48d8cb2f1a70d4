public import EventModel

extension SearchPlan {
  /// The selected events of a file with the features of the search.
  ///
  /// - Throws: ``EventColumnsError`` or ``EventTableError``.
  public func table(of events: EventColumns) throws -> EventTable {
    let table = try EventTable(events, features: features.features)
    return try selection.rows(of: events).map { table.selecting(rows: $0) } ?? table
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
