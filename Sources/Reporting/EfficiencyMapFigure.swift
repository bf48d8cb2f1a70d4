import Foundation
import ResonanceSearch

extension Figure {
  /// Which part of a plane the method picks, as the ATLAS dijet search with CWoLa (arXiv:2005.02983)
  /// draws it; dark is signal-like.
  ///
  /// - Parameters:
  ///   - map: The window's map.
  ///   - all: Every window's: their colours mean the same.
  ///   - plan: For the heading.
  ///   - search: Which of several searches, for name and caption; `nil` if there is one.
  ///   - masses: The two masses of a signal, marked at both orders where the axes do not order
  ///     the jets by mass; empty marks nothing.
  /// - Returns: The map with a logarithmic colour scale.
  static func efficiencyMap(
    _ map: SearchRecord.EfficiencyMap, among all: [SearchRecord.EfficiencyMap],
    plan: SearchRecord.PlanSummary, of search: (index: Int, name: String)? = nil,
    signalMasses masses: [Double] = []
  ) -> Figure {
    let values = all.flatMap(\.efficiency).flatMap { $0.compactMap { $0 } }.filter { $0 > 0 }
      .sorted()
    // Five cells in a thousand may be darker than the scale: one event is no landscape.
    let smallest = min(0.1, max(1e-5, values.isEmpty ? 0.01 : values[values.count * 5 / 1000]))
    let decade = pow(10, log10(smallest).rounded(.down))
    let low = decade * (smallest >= 5 * decade ? 5 : smallest >= 2 * decade ? 2 : 1)
    // Only as far as there are events.
    let rows = map.efficiency.indices.filter { row in map.efficiency[row].contains { $0 != nil } }
    let columns = (0..<max(0, map.xEdges.count - 1)).filter { column in
      map.efficiency.contains { ($0[safe: column] ?? nil) != nil }
    }
    let x = axis(map.xLabel, edges: map.xEdges, used: columns)
    let y = axis(map.yLabel, edges: map.yEdges, used: rows)
    return heatMap(
      name: "efficiency-map-window-\(map.window)" + (search.map { "-search-\($0.index)" } ?? ""),
      caption: RichText(verbatim: search.map { "\($0.name): e" } ?? "E")
        + RichText(
          markup: "fficiency at which a cut begins to keep the events of a cell, in the signal"
            + " region of window \(map.window): dark cells look most like signal"
            + (masses.isEmpty ? "." : "; the cross marks the signal's masses.")),
      heading: search.map {
        FigureHeading(label: $0.name, sqrtS: plan.sqrtS, luminosity: plan.luminosity)
      } ?? FigureHeading(plan),
      HeatMap(
        x: x, y: y, xEdges: map.xEdges, yEdges: map.yEdges, values: map.efficiency,
        scale: Axis("Efficiency (dark: signal-like)", from: low, to: 1, scale: .logarithmic),
        crosses: crosses(masses, on: map)))
  }

  /// Where a signal of two jet masses lies in the plane of a map.
  private static func crosses(
    _ masses: [Double], on map: SearchRecord.EfficiencyMap
  ) -> [HeatMap.Point] {
    guard let heavier = masses.max(), let lighter = masses.min() else { return [] }
    let ordered = HeatMap.Point(x: heavier, y: lighter)
    return map.xLabel.hasPrefix("heavier") || heavier == lighter
      ? [ordered] : [ordered, HeatMap.Point(x: lighter, y: heavier)]
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
