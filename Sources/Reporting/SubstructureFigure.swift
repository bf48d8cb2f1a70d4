import ResonanceSearch

extension Figure {
  /// Draws the selected events of a signal region over all of its events.
  ///
  /// One figure for each pair of features, as the panels of LHC Olympics (arXiv:2101.08320) Fig. 36.
  static func substructure(_ sample: SearchRecord.Substructure, plan: SearchRecord.PlanSummary)
    -> [Figure]
  {
    sample.panels.enumerated().map { index, panel in
      let caption =
        "\(withoutUnit(panel.yLabel)) against \(withoutUnit(panel.xLabel)): the \(percentage(sample.efficiency)) most"
        + " signal-like events over a sample of all events of window \(sample.window)'s signal"
        + " region."
      return scatter(
        name: "substructure-window-\(sample.window)-\(index + 1)",
        caption: axisTitle(caption),
        heading: FigureHeading(plan), x: axis(panel.xLabel, panel.allX + panel.selectedX),
        y: axis(panel.yLabel, panel.allY + panel.selectedY),
        [
          PointCloud(
            "All events", x: panel.allX, y: panel.allY, colour: "#b4b4b4", diameter: 3.2),
          PointCloud(
            RichText(markup: "Selected, *ε*\u{A0}=\u{A0}\(percentage(sample.efficiency))"),
            x: panel.selectedX, y: panel.selectedY, colour: "#c4161c", diameter: 6),
        ])
    }
  }

  /// "jet mass" of "jet mass [GeV]".
  private static func withoutUnit(_ label: String) -> String {
    label.replacing(/\s*\[[^\]]*\]$/, with: "")
  }

  /// From zero for what cannot be negative, and as far as all but one in a thousand values.
  private static func axis(_ label: String, _ values: [Double]) -> Axis {
    let sorted = values.filter(\.isFinite).sorted()
    guard let first = sorted.first else { return Axis(axisTitle(label), from: 0, to: 1) }
    let last = sorted[min(sorted.count - 1, sorted.count * 999 / 1000)]
    let low = first >= 0 && first < 0.3 * last ? 0 : first - 0.04 * (last - first)
    return Axis(axisTitle(label), from: low, to: last + 0.06 * (last - low))
  }
}
