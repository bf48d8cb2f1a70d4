/// Picks the names most similar to a name that was not found, for error messages.
///
/// - Parameters:
///   - name: What was looked for.
///   - candidates: What exists.
///   - limit: How many to give at most.
/// - Returns: Candidates by ascending edit distance (case ignored), ties in alphabetical order.
public func nearestNames(to name: String, among candidates: [String], limit: Int = 5) -> [String] {
  candidates.map { (distance: editDistance(name.lowercased(), $0.lowercased()), name: $0) }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    .prefix(limit).map(\.name)
}

/// Counts the insertions, deletions and replacements between two texts (Levenshtein).
private func editDistance(_ first: String, _ second: String) -> Int {
  let first = Array(first.utf8)
  let second = Array(second.utf8)
  var row = Array(0...second.count)
  for (i, a) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in second.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
      diagonal = above
    }
  }
  return row[second.count]
}
