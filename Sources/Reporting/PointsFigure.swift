/// Measurements with error bars as one series of a figure.
public struct PointSeries: Sendable, Hashable {
  /// A value with the ends of its error bar.
  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double
    /// Ends of the error bar, not lengths; `nil` draws none.
    public var low: Double?
    public var high: Double?

    public init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
    }
  }

  public var name: RichText
  public var points: [Point]
  public var style: SeriesStyle
  /// Whether a line joins the points.
  public var isJoined: Bool

  public init(_ name: RichText, _ points: [Point], style: SeriesStyle, isJoined: Bool = false) {
    self.name = name
    self.points = points
    self.style = style
    self.isJoined = isJoined
  }
}

extension Figure {
  /// Draws points with asymmetric errors, and curves to read them against, such as a diagonal.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - x: Horizontal axis.
  ///   - y: Vertical axis.
  ///   - series: The points, on top of the curves.
  ///   - curves: Lines and their bands.
  /// - Returns: A panel with its legend above the frame.
  public static func points(
    name: String, caption: RichText, heading: FigureHeading, x: Axis, y: Axis,
    _ series: [PointSeries], curves: [Curve] = []
  ) -> Figure {
    framed(
      name: name, caption: caption, heading: heading, x: x, y: y, height: 430,
      legend: series.map {
        .init(
          symbol: $0.isJoined ? .series($0.style, hasLine: true) : .data($0.style), text: $0.name)
      }
        + curves.map {
          .init(symbol: $0.low == nil ? .line($0.style) : .band($0.style), text: $0.name)
        }
    ) { panel in
      for curve in curves {
        if let low = curve.low, let high = curve.high {
          panel.band(x: curve.x, low: low, high: high, fill: curve.style.colour)
        }
        panel.line(zip(curve.x, curve.y).map { .init($0, $1) }, style: curve.style)
      }
      for one in series {
        let points = one.points.map { Panel.Point($0.x, $0.y, low: $0.low, high: $0.high) }
        if one.isJoined { panel.line(points, style: one.style, width: 1.6) }
        panel.markers(points, style: one.style)
      }
      return series.flatMap { one -> [FigureTable.Column] in
        [
          .init("\(one.name.plain): \(x.title.plain)", one.points.map(\.x)),
          .init("\(one.name.plain): \(y.title.plain)", one.points.map(\.y)),
          .init("\(one.name.plain): low", one.points.map(\.low)),
          .init("\(one.name.plain): high", one.points.map(\.high)),
        ]
      }
        + curves.flatMap { curve -> [FigureTable.Column] in
          [
            .init("\(curve.name.plain): \(x.title.plain)", curve.x),
            .init("\(curve.name.plain): \(y.title.plain)", curve.y),
          ]
        }
    }
  }
}
