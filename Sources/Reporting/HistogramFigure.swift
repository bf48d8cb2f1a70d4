/// A histogram as one series of a figure.
public struct HistogramSeries: Sendable, Hashable {
  public var name: RichText
  /// Bin edges, shape `[bins + 1]`, and counts, shape `[bins]`.
  public var edges: [Double]
  public var counts: [Double]
  public var style: SeriesStyle

  public init(_ name: RichText, edges: [Double], counts: [Double], style: SeriesStyle) {
    self.name = name
    self.edges = edges
    self.counts = counts
    self.style = style
  }
}

extension Figure {
  /// Draws histograms as outlines, with straight lines over them if there are any.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - x: Horizontal axis.
  ///   - y: Vertical axis.
  ///   - histograms: Outlines with a marker and error bar in each bin.
  ///   - expectations: Curves over them, such as a fitted background.
  /// - Returns: A panel with its legend above the frame.
  public static func histograms(
    name: String, caption: RichText, heading: FigureHeading, x: Axis, y: Axis,
    _ histograms: [HistogramSeries], expectations: [Curve] = []
  ) -> Figure {
    framed(
      name: name, caption: caption, heading: heading, x: x, y: y, height: 430,
      legend: histograms.map { .init(symbol: .data($0.style), text: $0.name) }
        + expectations.map { .init(symbol: .line($0.style), text: $0.name) }
    ) { panel in
      var columns: [FigureTable.Column] = []
      for histogram in histograms where histogram.edges.count == histogram.counts.count + 1 {
        var outline = histogram.style
        outline.dash = .solid
        panel.steps(edges: histogram.edges, values: histogram.counts, style: outline, width: 1.6)
        panel.markers(
          histogram.counts.enumerated().map { bin, count in
            let interval = poissonInterval(max(0, count))
            return .init(
              (histogram.edges[bin] + histogram.edges[bin + 1]) / 2, count, low: interval.low,
              high: interval.high)
          }, style: histogram.style)
        columns.append(.init("\(histogram.name.plain): low", Array(histogram.edges.dropLast())))
        columns.append(.init("\(histogram.name.plain): high", Array(histogram.edges.dropFirst())))
        columns.append(.init("\(histogram.name.plain): count", histogram.counts))
      }
      for curve in expectations {
        panel.line(zip(curve.x, curve.y).map { .init($0, $1) }, style: curve.style)
        columns.append(.init("\(curve.name.plain): x", curve.x))
        columns.append(.init("\(curve.name.plain): y", curve.y))
      }
      return columns
    }
  }
}
