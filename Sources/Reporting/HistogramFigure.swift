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
    let height = 430.0
    let width = 640.0
    let left = 18 + Lettering.title + Panel.tickLabelWidth(y, height: height)
    let legend = Legend(
      entries: histograms.map { .init(symbol: .data($0.style), text: $0.name) }
        + expectations.map { .init(symbol: .line($0.style), text: $0.name) })
    let legendHeight = legend.rowsHeight(width: width - left - 26)
    let box = Box(
      x: left, y: FigureHeading.height + legendHeight + 8, width: width - left - 26, height: height)
    var panel = Panel(id: "\(name)-frame", box: box, x: x, y: y)
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
    let top = Box(x: box.x, y: FigureHeading.height, width: box.width, height: 0)
    return Figure(
      name: name, caption: caption, width: width, height: box.bottom + 62,
      content: heading.svg(over: top)
        + legend.rows(x: box.x, y: FigureHeading.height, width: box.width) + panel.svg(),
      table: FigureTable(columns))
  }
}
