/// One curve of a figure, such as a ROC curve.
public struct Curve: Sendable, Hashable {
  public var name: RichText
  public var x: [Double]
  public var y: [Double]
  /// Ends of a band around the curve, the shape of `y`; `nil` draws none.
  public var low: [Double]?
  public var high: [Double]?
  public var style: SeriesStyle
  /// Whether each point carries its marker.
  public var showsMarkers: Bool

  public init(
    _ name: RichText, x: [Double], y: [Double], low: [Double]? = nil, high: [Double]? = nil,
    style: SeriesStyle, showsMarkers: Bool = false
  ) {
    self.name = name
    self.x = x
    self.y = y
    self.low = low
    self.high = high
    self.style = style
    self.showsMarkers = showsMarkers
  }
}

extension Figure {
  /// Draws curves, with bands if they have them.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - x: Horizontal axis.
  ///   - y: Vertical axis.
  ///   - curves: What to draw.
  /// - Returns: A panel with its legend above the frame, so that no curve can meet it.
  public static func curves(
    name: String, caption: RichText, heading: FigureHeading, x: Axis, y: Axis, _ curves: [Curve]
  ) -> Figure {
    framed(
      name: name, caption: caption, heading: heading, x: x, y: y, height: 430,
      legend: curves.map {
        let symbol: Legend.Symbol =
          $0.showsMarkers
          ? .series($0.style, hasLine: true) : $0.low == nil ? .line($0.style) : .band($0.style)
        return .init(symbol: symbol, text: $0.name)
      }
    ) { panel in
      var columns: [FigureTable.Column] = []
      for curve in curves {
        columns.append(.init("\(curve.name.plain): \(x.title.plain)", curve.x))
        columns.append(.init("\(curve.name.plain): \(y.title.plain)", curve.y))
        if let low = curve.low, let high = curve.high {
          panel.band(x: curve.x, low: low, high: high, fill: curve.style.colour)
          columns.append(.init("\(curve.name.plain): low", low))
          columns.append(.init("\(curve.name.plain): high", high))
        }
      }
      for curve in curves {
        let points = zip(curve.x, curve.y).map { Panel.Point($0, $1) }
        panel.line(points, style: curve.style, width: 2.2)
        if curve.showsMarkers { panel.markers(points, style: curve.style) }
      }
      return columns
    }
  }
}
