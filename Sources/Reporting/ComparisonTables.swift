import Evaluation
import Foundation
import ResonanceSearch

/// Column titles with one row a group; a cell that has no value reads "–".
struct ComparisonTable {
  var titles: [String]
  var rows: [[String]]
  /// Columns of words besides the first one.
  var wordColumns: Set<Int> = []

  var text: [String] {
    textTable(header: [titles], rows: rows, leftAligned: wordColumns.union([0]))
  }

  var html: String {
    "<div class=\"scroll\"><table>\n<thead><tr>"
      + cells(titles, "th") + "</tr></thead>\n<tbody>\n"
      + rows.map { "<tr>\(cells($0, "td"))</tr>\n" }.joined() + "</tbody></table></div>\n"
  }

  private func cells(_ row: [String], _ element: String) -> String {
    row.enumerated().map { column, text in
      let kind = wordColumns.contains(column) ? " class=\"words\"" : ""
      return "<\(element)\(kind)>\(xmlEscaped(text))</\(element)>"
    }.joined()
  }
}

/// A median with its range: "5.3 [4.9, 5.8]", the median alone of a single value.
///
/// Where only some of `all` runs have a value, their number stands behind: "5.3 [4.9, 5.8] (2 of 3)".
func spreadText(_ spread: Spread?, _ decimals: Int, of all: Int? = nil) -> String {
  guard let spread else { return "–" }
  let median = fixed(spread.median, decimals)
  let part = all.map { spread.count < $0 ? " (\(spread.count) of \($0))" : "" } ?? ""
  guard spread.count > 1 else { return median + part }
  return "\(median) [\(fixed(spread.low, decimals)), \(fixed(spread.high, decimals))]" + part
}

extension RunComparison {
  /// Significance of each group at the compared mass, before and after each cut.
  var significances: ComparisonTable {
    let isCalibrated = groups.contains { $0.globalPValue != nil }
    return ComparisonTable(
      titles: ["run", "method", "seeds", "signal region [GeV]"] + efficiencies.map(cutName)
        + ["smallest p", "window", "cut", "mass [GeV]"] + (isCalibrated ? ["global p"] : []),
      rows: groups.map { group in
        let window = group.window(at: massGeV)
        let best = group.best
        return [
          group.name, group.method, "\(group.seeds.count)",
          window.map { regionText($0.signalRegionGeV) } ?? "–",
        ]
          + efficiencies.map { efficiency in
            let cut = window?.cuts.first { $0.efficiency == efficiency }
            return spreadText(cut?.localSignificance, 1, of: group.seeds.count)
          } + [
            best?.cut.log10LocalPValue.map { asciiProbability(log10: $0.median) } ?? "–",
            best.map { "\($0.window.index)" } ?? "–",
            best.map { cutName($0.cut.efficiency) } ?? "–",
            spreadText(best?.cut.massGeV, 0),
          ] + (isCalibrated ? [group.globalPValue.map(Self.globalText) ?? "–"] : [])
      })
  }

  private static func globalText(_ p: Spread) -> String {
    asciiProbability(log10: log10(p.median)) + (p.count > 1 ? " (median of \(p.count))" : "")
  }

  /// What the truth labels say of each group at the compared mass; `nil` without labels.
  var separations: ComparisonTable? {
    guard hasLabels else { return nil }
    return ComparisonTable(
      titles: [
        "run", "signal", "background", "AUC", "SIC at 10 %", "SIC at 1 %", "SIC at 0.1 %",
        "SIC at half signal", "max SIC", "floor",
      ],
      rows: groups.map { group in
        let separation = group.window(at: massGeV)?.separation
        return [
          group.name, spreadText(separation?.signalEvents, 0),
          spreadText(separation?.backgroundEvents, 0),
          spreadText(separation?.areaUnderCurve, 3),
          spreadText(separation?.improvementAtTenPercentBackground, 1),
          spreadText(separation?.improvementAtOnePercentBackground, 1),
          spreadText(separation?.improvementAtOnePerMilleBackground, 1),
          spreadText(separation?.improvementAtHalfSignal, 1),
          spreadText(separation?.maximumImprovement, 1),
          separation?.floor.map { fixed($0, 5) } ?? "–",
        ]
      })
  }

  /// What the terminal shows, in ASCII.
  public var text: String {
    var lines = [
      "Local significance at \(fixed(massGeV, 0)) GeV"
        + (isRepeated ? ", median over seeds [middle 68 %]" : ""), "",
    ]
    lines += significances.text
    if let separations {
      lines += ["", "With truth labels, in the same signal regions", ""] + separations.text
      lines.append(separationLegend)
    }
    if !notes.isEmpty { lines += [""] + notes.map { ascii("note: \($0)") } }
    return lines.joined(separator: "\n")
  }

  var isRepeated: Bool { groups.contains { $0.seeds.count > 1 } }

  var separationLegend: String {
    "SIC = signal efficiency / sqrt(background efficiency) in the signal region, quoted down to the "
      + "floor, where at least 25 background events pass."
  }
}
