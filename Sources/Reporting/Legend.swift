/// What the symbols of a figure mean.
struct Legend {
  enum Symbol: Sendable, Hashable {
    /// A line, its marker, or both.
    case series(SeriesStyle, hasLine: Bool)
    /// A marker with an error bar.
    case data(SeriesStyle)
    /// A line inside its band of uncertainty.
    case band(SeriesStyle)
    case line(SeriesStyle)
    case area(String)
    case hatch
    case dot(String, diameter: Double)
  }

  struct Entry: Sendable, Hashable {
    var symbol: Symbol
    var text: RichText
  }

  var entries: [Entry]

  static let rowHeight = 24.0
  private static let symbolWidth = 30.0
  private static let gap = 14.0

  // MARK: Beside the data

  var columnWidth: Double {
    (entries.map(\.text.width).max() ?? 0) * Lettering.legend + Self.symbolWidth + 6
  }
  var columnHeight: Double { Double(entries.count) * Self.rowHeight }

  /// One entry below the other, from the upper left corner of the legend.
  func column(x: Double, y: Double) -> String {
    entries.enumerated().map { row, entry in
      draw(entry, x: x, y: y + (Double(row) + 0.5) * Self.rowHeight)
    }.joined()
  }

  // MARK: Above the frame

  /// Entries in lines of a width.
  private func lines(width: Double) -> [[Entry]] {
    var lines: [[Entry]] = []
    var used = Double.infinity
    for entry in entries {
      let needed = Self.width(entry)
      if used + needed > width {
        lines.append([])
        used = 0
      }
      lines[lines.count - 1].append(entry)
      used += needed + Self.gap
    }
    return lines
  }

  func rowsHeight(width: Double) -> Double {
    Double(lines(width: width).count) * Self.rowHeight
  }

  func rows(x: Double, y: Double, width: Double) -> String {
    var out = ""
    for (row, line) in lines(width: width).enumerated() {
      var at = x
      for entry in line {
        out += draw(entry, x: at, y: y + (Double(row) + 0.5) * Self.rowHeight)
        at += Self.width(entry) + Self.gap
      }
    }
    return out
  }

  private static func width(_ entry: Entry) -> Double {
    symbolWidth + 6 + entry.text.width * Lettering.legend
  }

  private func draw(_ entry: Entry, x: Double, y: Double) -> String {
    let middle = x + Self.symbolWidth / 2
    let right = x + Self.symbolWidth
    func stroke(_ style: SeriesStyle) -> String {
      let dash = style.dashArray.map { " stroke-dasharray=\"\($0)\"" } ?? ""
      return
        "<path d=\"M\(px(x)) \(px(y))H\(px(right))\" stroke=\"\(style.colour)\" "
        + "stroke-width=\"2\"\(dash)/>\n"
    }
    func marker(_ style: SeriesStyle) -> String {
      "<path d=\"\(markerPath(style.marker, x: middle, y: y, size: 4.5))\" "
        + "fill=\"\(style.isFilled ? style.colour : "#fff")\" stroke=\"\(style.colour)\" "
        + "stroke-width=\"1.4\"/>\n"
    }
    func rectangle(_ fill: String, opacity: String) -> String {
      "<rect x=\"\(px(x))\" y=\"\(px(y - 7))\" width=\"\(px(Self.symbolWidth))\" height=\"14\" "
        + "fill=\"\(fill)\"\(opacity)/>\n"
    }
    let symbol =
      switch entry.symbol {
      case .series(let style, let hasLine): (hasLine ? stroke(style) : "") + marker(style)
      case .data(let style):
        "<path d=\"M\(px(middle)) \(px(y - 10))v20\" stroke=\"\(style.colour)\" "
          + "stroke-width=\"1.4\"/>\n" + marker(style)
      case .band(let style):
        rectangle(style.colour, opacity: " fill-opacity=\"0.28\"") + stroke(style)
      case .line(let style): stroke(style)
      case .area(let fill): rectangle(fill, opacity: "")
      case .hatch:
        rectangle("#fff", opacity: " stroke=\"#777\"")
          + "<path d=\"M\(px(x)) \(px(y + 7))l14 -14M\(px(x + 8)) \(px(y + 7))l14 -14"
          + "M\(px(x + 16)) \(px(y + 7))l14 -14\" stroke=\"#777\"/>\n"
      case .dot(let colour, let diameter):
        "<path d=\"M\(px(middle)) \(px(y))h0\" stroke=\"\(colour)\" "
          + "stroke-width=\"\(px(diameter))\" stroke-linecap=\"round\"/>\n"
      }
    return symbol + label(entry.text, x: right + 6, y: y + 6, size: Lettering.legend)
  }
}
