/// Points of one kind in a scatter plot.
public struct PointCloud: Sendable, Hashable {
  public var name: RichText
  public var x: [Double]
  public var y: [Double]
  /// `#rrggbb`.
  public var colour: String
  /// In view-box units, of which the figure is 640 wide.
  public var diameter: Double

  public init(_ name: RichText, x: [Double], y: [Double], colour: String, diameter: Double) {
    self.name = name
    self.x = x
    self.y = y
    self.colour = colour
    self.diameter = diameter
  }
}

extension Figure {
  /// Draws clouds of points, the last on top.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - x: Horizontal axis.
  ///   - y: Vertical axis.
  ///   - clouds: What to draw.
  /// - Returns: A panel nearly square, its legend above the frame.
  public static func scatter(
    name: String, caption: RichText, heading: FigureHeading, x: Axis, y: Axis,
    _ clouds: [PointCloud]
  ) -> Figure {
    framed(
      name: name, caption: caption, heading: heading, x: x, y: y, height: 470,
      legend: clouds.map {
        .init(symbol: .dot($0.colour, diameter: max(7, $0.diameter)), text: $0.name)
      }
    ) { panel in
      var columns: [FigureTable.Column] = []
      for cloud in clouds {
        panel.dots(x: cloud.x, y: cloud.y, colour: cloud.colour, diameter: cloud.diameter)
        columns.append(.init("\(cloud.name.plain): \(x.title.plain)", cloud.x))
        columns.append(.init("\(cloud.name.plain): \(y.title.plain)", cloud.y))
      }
      return columns
    }
  }
}
