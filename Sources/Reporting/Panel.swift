/// A rectangle in view-box units; y grows downwards.
struct Box: Sendable, Hashable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
}

/// Sizes of the letters of a figure 640 units wide, large enough for a phone's 360 pixels.
enum Lettering {
  static let tick = 17.0
  static let title = 20.0
  static let legend = 17.0
  static let heading = 19.0
  static let family =
    "'TeX Gyre Heros','Liberation Sans',Arimo,Helvetica,Arial,'DejaVu Sans',sans-serif"
}

/// Axes with what is drawn between them.
///
/// Drawing calls take values, not positions. Everything is clipped to the frame; frame and ticks
/// come last, on top.
struct Panel {
  struct Point: Sendable, Hashable {
    var x: Double
    var y: Double
    /// Ends of the error bar; `nil` draws none.
    var low: Double?
    var high: Double?

    init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
    }

    var isFinite: Bool { x.isFinite && y.isFinite }
  }

  /// Which titles and tick labels the frame carries.
  struct Furniture: OptionSet {
    let rawValue: Int
    static let xLabels = Furniture(rawValue: 1)
    static let yLabels = Furniture(rawValue: 2)
    static let xTitle = Furniture(rawValue: 4)
    static let yTitle = Furniture(rawValue: 8)
    /// No tick label at the upper or lower end, where it would touch the next panel's.
    static let stacked = Furniture(rawValue: 16)
    static let centredYTitle = Furniture(rawValue: 32)
    static let all: Furniture = [.xLabels, .yLabels, .xTitle, .yTitle]
  }

  let id: String
  let box: Box
  let x: Axis
  let y: Axis
  private var content = ""

  /// - Parameters:
  ///   - id: Unique on the page: it names the clip path.
  ///   - box: The frame.
  ///   - x: Horizontal axis.
  ///   - y: Vertical axis.
  init(id: String, box: Box, x: Axis, y: Axis) {
    self.id = id
    self.box = box
    self.x = x
    self.y = y
  }

  func xPosition(_ value: Double) -> Double { box.x + box.width * x.fraction(value) }
  func yPosition(_ value: Double) -> Double { box.y + box.height * (1 - y.fraction(value)) }

  // MARK: Areas

  /// A vertical stripe between two x values.
  mutating func stripe(_ from: Double, _ to: Double, fill: String) {
    let left = xPosition(from)
    content +=
      "<rect x=\"\(px(left))\" y=\"\(px(box.y))\" width=\"\(px(xPosition(to) - left))\" "
      + "height=\"\(px(box.height))\" fill=\"\(fill)\"/>\n"
  }

  /// A band of steps: one rectangle from `low` to `high` over each bin, drawn as one outline.
  mutating func stepBand(edges: [Double], low: [Double], high: [Double], fill: String) {
    guard !low.isEmpty, low.count == high.count, edges.count == low.count + 1 else { return }
    var path: [String] = []
    for bin in low.indices {
      path.append("\(px(xPosition(edges[bin]))),\(px(yPosition(high[bin])))")
      path.append("\(px(xPosition(edges[bin + 1]))),\(px(yPosition(high[bin])))")
    }
    for bin in low.indices.reversed() {
      path.append("\(px(xPosition(edges[bin + 1]))),\(px(yPosition(low[bin])))")
      path.append("\(px(xPosition(edges[bin]))),\(px(yPosition(low[bin])))")
    }
    content +=
      "<polygon fill=\"\(fill)\" fill-opacity=\"0.28\" points=\"\(path.joined(separator: " "))\"/>\n"
  }

  /// A band between two curves.
  mutating func band(
    x xs: [Double], low: [Double], high: [Double], fill: String, opacity: Double = 0.22
  ) {
    guard xs.count == low.count, low.count == high.count, xs.count > 1 else { return }
    func position(_ index: Int, _ value: Double) -> String {
      "\(px(xPosition(xs[index]))),\(px(yPosition(value)))"
    }
    let path =
      xs.indices.map { position($0, high[$0]) }
      + xs.indices.reversed().map { position($0, low[$0]) }
    content +=
      "<polygon fill=\"\(fill)\" fill-opacity=\"\(px(opacity))\" "
      + "points=\"\(path.joined(separator: " "))\"/>\n"
  }

  /// Bars from zero, one per bin; `nil` draws none.
  mutating func bars(edges: [Double], values: [Double?], fill: String) {
    guard edges.count == values.count + 1 else { return }
    let base = yPosition(0)
    var path = ""
    for (bin, value) in values.enumerated() {
      guard let value, value.isFinite else { continue }
      let left = xPosition(edges[bin])
      let top = min(max(yPosition(value), box.y - 2), box.bottom + 2)
      path +=
        "M\(px(left)) \(px(base))V\(px(top))H\(px(xPosition(edges[bin + 1])))V\(px(base))z"
    }
    content +=
      "<path d=\"\(path)\" fill=\"\(fill)\" fill-opacity=\"0.8\" stroke=\"\(fill)\" "
      + "stroke-width=\"0.7\"/>\n"
  }

  /// Cells of one colour each.
  ///
  /// One path a colour and crisp edges: small files, and no white seams between cells.
  mutating func cells(xEdges: [Double], yEdges: [Double], colour: (_ ix: Int, _ iy: Int) -> String?)
  {
    var paths: [String: String] = [:]
    for iy in 0..<max(0, yEdges.count - 1) {
      let top = px(yPosition(yEdges[iy + 1]))
      let bottom = px(yPosition(yEdges[iy]))
      for ix in 0..<max(0, xEdges.count - 1) {
        guard let fill = colour(ix, iy) else { continue }
        paths[fill, default: ""] +=
          "M\(px(xPosition(xEdges[ix]))) \(bottom)V\(top)H\(px(xPosition(xEdges[ix + 1])))V\(bottom)z"
      }
    }
    content += "<g shape-rendering=\"crispEdges\">\n"
    for (fill, path) in paths.sorted(by: { $0.key < $1.key }) {
      content += "<path fill=\"\(fill)\" d=\"\(path)\"/>\n"
    }
    content += "</g>\n"
  }

  /// Diagonal lines over a stripe: something is withheld here.
  mutating func hatch(_ from: Double, _ to: Double) {
    let left = xPosition(from)
    let right = xPosition(to)
    var path = ""
    var start = left - box.height
    // Lines start on a grid common to all stripes, so that neighbours join.
    start = (start / 12).rounded(.down) * 12
    while start < right {
      // The part of the line from (start, bottom) to (start + height, top) inside the stripe.
      let a = max(left, start)
      let b = min(right, start + box.height)
      if b > a {
        path += "M\(px(a)) \(px(box.bottom - (a - start)))L\(px(b)) \(px(box.bottom - (b - start)))"
      }
      start += 12
    }
    content += "<path d=\"\(path)\" stroke=\"#777\" stroke-width=\"1\" fill=\"none\"/>\n"
  }

  // MARK: Lines

  mutating func line(_ points: [Point], style: SeriesStyle, width: Double = 2) {
    let positions = points.filter(\.isFinite).map {
      "\(px(xPosition($0.x))),\(px(yPosition($0.y)))"
    }
    guard positions.count > 1 else { return }
    content += polyline(positions, style: style, width: width)
  }

  /// A histogram's outline.
  mutating func steps(edges: [Double], values: [Double], style: SeriesStyle, width: Double = 2) {
    guard edges.count == values.count + 1 else { return }
    var positions: [String] = []
    for (bin, value) in values.enumerated() where value.isFinite {
      positions.append("\(px(xPosition(edges[bin]))),\(px(yPosition(value)))")
      positions.append("\(px(xPosition(edges[bin + 1]))),\(px(yPosition(value)))")
    }
    content += polyline(positions, style: style, width: width)
  }

  /// A histogram as steps, or with fine bins as a line through their centres.
  mutating func histogram(
    edges: [Double], values: [Double], isFine: Bool, style: SeriesStyle, width: Double
  ) {
    guard edges.count == values.count + 1 else { return }
    if isFine {
      let centres = zip(edges, edges.dropFirst()).map { ($0 + $1) / 2 }
      line(zip(centres, values).map { Point($0, $1) }, style: style, width: width)
    } else {
      steps(edges: edges, values: values, style: style, width: width)
    }
  }

  /// A line across the panel at one y.
  mutating func rule(y value: Double, colour: String, dash: String? = nil, width: Double = 1) {
    content +=
      "<path d=\"M\(px(box.x)) \(px(yPosition(value)))H\(px(box.right))\" stroke=\"\(colour)\" "
      + "stroke-width=\"\(px(width))\"\(dash.map { " stroke-dasharray=\"\($0)\"" } ?? "")/>\n"
  }

  private func polyline(_ positions: [String], style: SeriesStyle, width: Double) -> String {
    let dash = style.dashArray.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    return
      "<polyline fill=\"none\" stroke=\"\(style.colour)\" stroke-width=\"\(px(width))\" "
      + "stroke-linejoin=\"round\"\(dash) points=\"\(positions.joined(separator: " "))\"/>\n"
  }

  // MARK: Points

  /// Markers with error bars.
  mutating func markers(_ points: [Point], style: SeriesStyle, size: Double = 4.5) {
    var bars = ""
    var shapes = ""
    for point in points where point.isFinite {
      let at = xPosition(point.x)
      if let low = point.low, let high = point.high {
        let bottom = min(yPosition(low), box.bottom + 2)
        bars += "M\(px(at)) \(px(bottom))V\(px(max(yPosition(high), box.y - 2)))"
      }
      shapes += markerPath(style.marker, x: at, y: yPosition(point.y), size: size)
    }
    if !bars.isEmpty {
      content += "<path d=\"\(bars)\" stroke=\"\(style.colour)\" stroke-width=\"1.4\"/>\n"
    }
    content +=
      "<path d=\"\(shapes)\" fill=\"\(style.isFilled ? style.colour : "#fff")\" "
      + "stroke=\"\(style.colour)\" stroke-width=\"1.4\"/>\n"
  }

  /// Many small round dots, each position drawn once.
  mutating func dots(x xs: [Double], y ys: [Double], colour: String, diameter: Double) {
    var seen = Set<String>()
    var path = ""
    for (xValue, yValue) in zip(xs, ys) where xValue.isFinite && yValue.isFinite {
      guard x.range.contains(xValue), y.range.contains(yValue) else { continue }
      // A tenth of a unit is finer than any screen shows.
      let position =
        "M\(px((xPosition(xValue) * 10).rounded() / 10)) "
        + "\(px((yPosition(yValue) * 10).rounded() / 10))h0"
      if seen.insert(position).inserted { path += position }
    }
    content +=
      "<path d=\"\(path)\" stroke=\"\(colour)\" stroke-width=\"\(px(diameter))\" "
      + "stroke-linecap=\"round\" fill=\"none\"/>\n"
  }

  /// A cross that stands out from any colour.
  mutating func cross(_ xValue: Double, _ yValue: Double, colour: String) {
    let (at, height, arm) = (xPosition(xValue), yPosition(yValue), 8.0)
    let path =
      "M\(px(at - arm)) \(px(height - arm))l\(px(2 * arm)) \(px(2 * arm))"
      + "m0 -\(px(2 * arm))l-\(px(2 * arm)) \(px(2 * arm))"
    for (stroke, width) in [("#000", 6.0), (colour, 3.0)] {
      content +=
        "<path d=\"\(path)\" fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"\(px(width))\" "
        + "stroke-linecap=\"round\"/>\n"
    }
  }

  /// Words at a position given in values.
  mutating func note(
    _ text: RichText, x xValue: Double, y yValue: Double, dx: Double = 0, dy: Double = 0,
    anchor: String = "middle", size: Double = 14, colour: String = "#333"
  ) {
    content += label(
      text, x: xPosition(xValue) + dx, y: yPosition(yValue) + dy, size: size, anchor: anchor,
      colour: colour)
  }

  // MARK: Frame

  /// The panel as SVG.
  func svg(_ furniture: Furniture = .all) -> String {
    var out =
      "<clipPath id=\"\(xmlEscaped(id))\"><rect x=\"\(px(box.x))\" y=\"\(px(box.y))\" "
      + "width=\"\(px(box.width))\" height=\"\(px(box.height))\"/></clipPath>\n"
      + "<g clip-path=\"url(#\(xmlEscaped(id)))\">\n\(content)</g>\n"
    let horizontal = x.ticks(target: Int(box.width / 95))
    let vertical = y.ticks(target: Self.tickTarget(height: box.height))
    var path = "M\(px(box.x)) \(px(box.y))H\(px(box.right))V\(px(box.bottom))H\(px(box.x))z"
    let short = min(1, box.height / 160)
    for (value, length) in horizontal.minor.map({ ($0, 5 * short) })
      + horizontal.major.map({ ($0.value, 10 * short) })
    {
      let at = px(xPosition(value))
      path += "M\(at) \(px(box.bottom))v-\(px(length))M\(at) \(px(box.y))v\(px(length))"
    }
    for (value, length) in vertical.minor.map({ ($0, 5.0) })
      + vertical.major.map({ ($0.value, 10.0) })
    {
      let at = px(yPosition(value))
      path += "M\(px(box.x)) \(at)h\(px(length))M\(px(box.right)) \(at)h-\(px(length))"
    }
    out += "<path d=\"\(path)\" fill=\"none\" stroke=\"#000\" stroke-width=\"1.2\"/>\n"
    if furniture.contains(.xLabels) {
      var lastRight = -Double.infinity
      for tick in horizontal.major {
        let at = xPosition(tick.value)
        let half = tick.label.width * Lettering.tick / 2
        guard at - half > lastRight + 6 else { continue }
        lastRight = at + half
        out += label(tick.label, x: at, y: box.bottom + 22, size: Lettering.tick, anchor: "middle")
      }
    }
    if furniture.contains(.yLabels) {
      for tick in vertical.major {
        let at = yPosition(tick.value)
        if furniture.contains(.stacked), min(at - box.y, box.bottom - at) < 9 { continue }
        out += label(tick.label, x: box.x - 8, y: at + 6, size: Lettering.tick, anchor: "end")
      }
    }
    if furniture.contains(.xTitle) {
      out += label(x.title, x: box.right, y: box.bottom + 50, size: Lettering.title, anchor: "end")
    }
    if furniture.contains(.yTitle) {
      let centred = furniture.contains(.centredYTitle)
      out += verticalLabel(
        y.title, x: box.x - tickLabelWidth - 18, y: centred ? box.y + box.height / 2 : box.y,
        size: Lettering.title, anchor: centred ? "middle" : "end")
    }
    return out
  }

  /// About one label every 48 units, and five in a low strip, of which its ends drop out.
  private static func tickTarget(height: Double) -> Int { max(5, Int(height / 48)) }

  /// Room that the y axis's tick labels take left of the frame.
  var tickLabelWidth: Double {
    Self.tickLabelWidth(y, height: box.height)
  }

  static func tickLabelWidth(_ axis: Axis, height: Double) -> Double {
    let ticks = axis.ticks(target: tickTarget(height: height)).major
    return (ticks.map(\.label.width).max() ?? 0) * Lettering.tick + 8
  }
}

/// One line of text.
func label(
  _ text: RichText, x: Double, y: Double, size: Double, anchor: String = "start",
  weight: String? = nil, colour: String? = nil
) -> String {
  "<text x=\"\(px(x))\" y=\"\(px(y))\" font-size=\"\(px(size))\""
    + (anchor == "start" ? "" : " text-anchor=\"\(anchor)\"")
    + (weight.map { " font-weight=\"\($0)\"" } ?? "")
    + (colour.map { " fill=\"\($0)\"" } ?? "") + " xml:space=\"preserve\">\(text.svg)</text>\n"
}

/// One line of text that runs upwards.
func verticalLabel(_ text: RichText, x: Double, y: Double, size: Double, anchor: String) -> String {
  "<text transform=\"translate(\(px(x)),\(px(y))) rotate(-90)\" font-size=\"\(px(size))\" "
    + "text-anchor=\"\(anchor)\" xml:space=\"preserve\">\(text.svg)</text>\n"
}

/// A marker's outline, to be part of a longer path.
func markerPath(_ marker: SeriesStyle.Marker, x: Double, y: Double, size: Double) -> String {
  switch marker {
  case .none: return ""
  case .circle:
    return
      "M\(px(x - size)) \(px(y))a\(px(size)) \(px(size)) 0 1 0 \(px(2 * size)) 0"
      + "a\(px(size)) \(px(size)) 0 1 0 -\(px(2 * size)) 0z"
  case .square:
    let side = 0.88 * size
    return "M\(px(x - side)) \(px(y - side))h\(px(2 * side))v\(px(2 * side))h-\(px(2 * side))z"
  case .triangle:
    let half = 1.1 * size
    return
      "M\(px(x)) \(px(y - 1.2 * size))L\(px(x + half)) \(px(y + 0.8 * size))H\(px(x - half))z"
  case .diamond:
    let half = 1.25 * size
    return
      "M\(px(x)) \(px(y - half))L\(px(x + half)) \(px(y))L\(px(x)) \(px(y + half))"
      + "L\(px(x - half)) \(px(y))z"
  }
}
