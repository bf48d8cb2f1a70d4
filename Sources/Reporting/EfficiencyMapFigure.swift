import ResonanceSearch

extension Figure {
  /// Which part of a plane the method picks, as the ATLAS dijet search with CWoLa (arXiv:2005.02983)
  /// draws it; dark is signal-like.
  static func efficiencyMap(_ map: SearchRecord.EfficiencyMap, plan: SearchRecord.PlanSummary)
    -> Figure
  {
    let values = map.efficiency.flatMap { $0.compactMap { $0 } }.filter { $0 > 0 }
    // Round decades, so that the maps of all windows mostly share one scale.
    let smallest = values.min() ?? 0.01
    let low = smallest < 0.001 ? 1e-4 : smallest < 0.01 ? 1e-3 : 0.01
    // Only as far as there are events.
    let rows = map.efficiency.indices.filter { row in map.efficiency[row].contains { $0 != nil } }
    let columns = (0..<max(0, map.xEdges.count - 1)).filter { column in
      map.efficiency.contains { ($0[safe: column] ?? nil) != nil }
    }
    let x = axis(map.xLabel, edges: map.xEdges, used: columns)
    let y = axis(map.yLabel, edges: map.yEdges, used: rows)
    return heatMap(
      name: "efficiency-map-window-\(map.window)",
      caption: RichText(
        markup: "Efficiency at which a cut begins to keep the events of a cell, in the signal"
          + " region of window \(map.window): dark cells look most like signal."),
      heading: FigureHeading(plan),
      HeatMap(
        x: x, y: y, xEdges: map.xEdges, yEdges: map.yEdges, values: map.efficiency,
        scale: Axis("Efficiency (dark: signal-like)", from: low, to: 1, scale: .logarithmic)))
  }

  private static func axis(_ label: String, edges: [Double], used: [Int]) -> Axis {
    let low = used.first.flatMap { edges[safe: $0] } ?? edges.first ?? 0
    let high = used.last.flatMap { edges[safe: $0 + 1] } ?? edges.last ?? 1
    return Axis(axisTitle(label), from: low, to: high)
  }
}

/// A feature's name as the start of a title: with a capital, unless it starts with a symbol.
func axisTitle(_ name: String) -> RichText {
  guard let first = name.first, ("a"..."z").contains(first),
    name.dropFirst().first.map({ ("a"..."z").contains($0) }) ?? false
  else { return RichText(markup: name) }
  return RichText(markup: first.uppercased() + name.dropFirst())
}
