import Foundation
import ResonanceSearch

extension Figure {
  /// The largest significance of searches without a signal, with that of the data.
  ///
  /// - Parameters:
  ///   - null: The values; searches without any fit have none.
  ///   - record: For the heading.
  /// - Returns: A histogram with a line at the data.
  static func nullSearches(_ null: SearchRecord.NullSearches, record: SearchRecord) -> Figure {
    let values = null.pseudoExperiments.compactMap(\.self)
    let all = values + [null.observed].compactMap(\.self)
    let low = (all.min() ?? 0).rounded(.down)
    let high = (all.max() ?? 1).rounded(.up) + 0.5
    let width = values.count >= 400 ? 0.1 : values.count >= 50 ? 0.25 : 0.5
    let bins = max(Int(((high - low) / width).rounded(.up)), 1)
    let edges = (0...bins).map { low + Double($0) * width }
    var counts = [Double](repeating: 0, count: bins)
    for value in values { counts[min(Int((value - low) / width), bins - 1)] += 1 }
    let top = 1.25 * max(counts.max() ?? 1, 1)
    let nullStyle = SeriesStyle.numbered(2)
    let dataStyle = SeriesStyle(colour: "#bb4455", marker: .none, dash: .solid)
    return framed(
      name: "null-searches",
      caption: RichText(
        markup: "Largest nominal significance of all windows and cuts in"
          + " \(null.pseudoExperiments.count) searches without a signal, and in the data."),
      heading: FigureHeading(record.plan), x: Axis("Largest local *Z*", from: low, to: edges[bins]),
      y: Axis(RichText(verbatim: "Searches / \(fixed(width, 2))"), from: 0, to: top), height: 430,
      legend: [
        .init(symbol: .line(nullStyle), text: "Without a signal"),
        .init(symbol: .line(dataStyle), text: "Data"),
      ]
    ) { panel in
      panel.steps(edges: edges, values: counts, style: nullStyle, width: 2)
      if let observed = null.observed {
        panel.line([.init(observed, 0), .init(observed, top)], style: dataStyle, width: 2.5)
      }
      return [
        .init("bin: low", Array(edges.dropLast())), .init("bin: high", Array(edges.dropFirst())),
        .init("searches without a signal", counts),
        .init("data", [null.observed].compactMap(\.self)),
      ]
    }
  }
}
