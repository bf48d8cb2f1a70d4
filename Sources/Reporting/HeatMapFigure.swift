import Foundation

/// A quantity over a plane, in cells of one colour each.
public struct HeatMap: Sendable, Hashable {
  /// Axes; their ranges should be those of the edges.
  public var x: Axis
  public var y: Axis
  /// Cell edges, shapes `[nx + 1]` and `[ny + 1]`.
  public var xEdges: [Double]
  public var yEdges: [Double]
  /// At `[iy][ix]`; `nil` for an empty cell.
  public var values: [[Double?]]
  /// What the colours mean, over which range; dark is low.
  public var scale: Axis
  /// Points of the plane that get a cross.
  public var crosses: [Point]

  /// A point of the plane.
  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public init(
    x: Axis, y: Axis, xEdges: [Double], yEdges: [Double], values: [[Double?]], scale: Axis,
    crosses: [Point] = []
  ) {
    self.x = x
    self.y = y
    self.xEdges = xEdges
    self.yEdges = yEdges
    self.values = values
    self.scale = scale
    self.crosses = crosses
  }
}

extension Figure {
  /// Draws a heat map with its colour bar.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - map: The cells.
  /// - Returns: A square panel with the colour bar at its right; empty cells are pale grey.
  public static func heatMap(
    name: String, caption: RichText, heading: FigureHeading, _ map: HeatMap
  ) -> Figure {
    let side = 440.0
    let left = 18 + Lettering.title + Panel.tickLabelWidth(map.y, height: side)
    let box = Box(x: left, y: FigureHeading.height, width: side, height: side)
    var panel = Panel(id: "\(name)-frame", box: box, x: map.x, y: map.y)
    panel.stripe(map.x.range.lowerBound, map.x.range.upperBound, fill: "#ededed")
    panel.cells(xEdges: map.xEdges, yEdges: map.yEdges) { ix, iy in
      guard let row = map.values[safe: iy], let cell = row[safe: ix], let value = cell,
        value.isFinite
      else { return nil }
      // 64 shades: as fine as the eye, and one path each.
      let shade = (min(max(map.scale.fraction(value), 0), 1) * 63).rounded() / 63
      return Viridis.colour(at: shade)
    }

    for cross in map.crosses { panel.cross(cross.x, cross.y, colour: "#3ddc4e") }
    let bar = Box(x: box.right + 16, y: box.y, width: 22, height: side)
    var content = heading.svg(over: box) + panel.svg()
    for step in 0..<64 {
      let top = bar.bottom - bar.height * Double(step + 1) / 64
      // Half a unit more at the foot hides the seams.
      content +=
        "<rect x=\"\(px(bar.x))\" y=\"\(px(top))\" width=\"\(px(bar.width))\" "
        + "height=\"\(px(bar.height / 64 + (step == 0 ? 0 : 0.5)))\" "
        + "fill=\"\(Viridis.colour(at: Double(step) / 63))\"/>\n"
    }
    let ticks = map.scale.ticks(target: 8)
    var path = "M\(px(bar.x)) \(px(bar.y))h\(px(bar.width))v\(px(bar.height))h-\(px(bar.width))z"
    func position(_ value: Double) -> Double { bar.bottom - bar.height * map.scale.fraction(value) }
    for value in ticks.minor { path += "M\(px(bar.right)) \(px(position(value)))h-4" }
    for tick in ticks.major {
      path += "M\(px(bar.right)) \(px(position(tick.value)))h-8"
      content += label(
        tick.label, x: bar.right + 6, y: min(position(tick.value) + 6, bar.bottom + 2),
        size: Lettering.tick)
    }
    content += "<path d=\"\(path)\" fill=\"none\" stroke=\"#000\" stroke-width=\"1\"/>\n"
    let labels = (ticks.major.map(\.label.width).max() ?? 0) * Lettering.tick
    let titleX = bar.right + 6 + labels + 22
    content += verticalLabel(
      map.scale.title, x: titleX, y: bar.y, size: Lettering.title, anchor: "end")
    return Figure(
      name: name, caption: caption, width: max(640, titleX + 14), height: box.bottom + 62,
      content: content, table: table(map))
  }

  private static func table(_ map: HeatMap) -> FigureTable {
    var xLow: [Double?] = []
    var xHigh: [Double?] = []
    var yLow: [Double?] = []
    var yHigh: [Double?] = []
    var values: [Double?] = []
    for (iy, row) in map.values.enumerated() where iy + 1 < map.yEdges.count {
      for (ix, value) in row.enumerated() where ix + 1 < map.xEdges.count {
        xLow.append(map.xEdges[ix])
        xHigh.append(map.xEdges[ix + 1])
        yLow.append(map.yEdges[iy])
        yHigh.append(map.yEdges[iy + 1])
        values.append(value)
      }
    }
    return FigureTable([
      .init("xLow", xLow), .init("xHigh", xHigh), .init("yLow", yLow), .init("yHigh", yHigh),
      .init(map.scale.title.plain, values),
    ])
  }
}
