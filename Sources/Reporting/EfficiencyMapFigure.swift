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
    let x = Axis(
      axisTitle(map.xLabel), from: map.xEdges.first ?? 0, to: map.xEdges.last ?? 1)
    let y = Axis(
      axisTitle(map.yLabel), from: map.yEdges.first ?? 0, to: map.yEdges.last ?? 1)
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
}

/// A feature's name as the title of an axis: with a capital, unless it starts with a symbol.
func axisTitle(_ name: String) -> RichText {
  guard let first = name.first, ("a"..."z").contains(first),
    name.dropFirst().first.map({ ("a"..."z").contains($0) }) ?? false
  else { return RichText(markup: name) }
  return RichText(markup: first.uppercased() + name.dropFirst())
}
