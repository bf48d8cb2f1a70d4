/// Rows of text in columns for the terminal, in ASCII.
///
/// - Parameters:
///   - header: Lines above the rule.
///   - rows: Lines below it; every line has the same number of cells.
///   - leftAligned: Columns whose text starts at their left end; the others end at their right.
/// - Returns: The lines, without spaces at their ends.
package func textTable(
  header: [[String]], rows: [[String]], leftAligned: Set<Int> = []
) -> [String] {
  let all = (header + rows).map { $0.map(ascii) }
  let widths = (all.first ?? []).indices.map { column in
    all.map { $0[column].count }.max() ?? 0
  }
  var lines = all.map { row in
    row.indices.map { column in
      let space = String(repeating: " ", count: widths[column] - row[column].count)
      return leftAligned.contains(column) ? row[column] + space : space + row[column]
    }.joined(separator: "  ").trimmingTrailingSpaces()
  }
  let width = lines.map(\.count).max() ?? 0
  lines.insert(String(repeating: "-", count: width), at: header.count)
  return lines
}

/// A text of the report with ASCII in place of its signs.
func ascii(_ text: String) -> String {
  text.replacing("\u{A0}", with: " ").replacing("−", with: "-").replacing("±", with: "+-")
    .replacing("σ", with: " sigma").replacing("×", with: "x").replacing("–", with: "-")
    .replacing("≥", with: ">=").replacing("≤", with: "<=").replacing("χ2", with: "chi2")
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
