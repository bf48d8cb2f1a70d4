/// A finished drawing: its SVG and the numbers in it.
public struct Figure: Sendable, Hashable {
  /// File name without an extension; unique within a report.
  public let name: String
  /// One sentence that says what is drawn.
  public let caption: RichText
  /// Size in units of the view box.
  public let width: Double
  public let height: Double
  /// What is inside the `svg` element.
  let content: String
  public let table: FigureTable

  init(
    name: String, caption: RichText, width: Double, height: Double, content: String,
    table: FigureTable
  ) {
    self.name = name
    self.caption = caption
    self.width = width
    self.height = height
    self.content = content
    self.table = table
  }

  /// The drawing as a document of its own.
  public var svg: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(size: true)
  }

  /// The drawing as part of a page.
  var inlineSVG: String { element(size: false) }

  private func element(size: Bool) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(px(width)) \(px(height))\""
      + (size ? " width=\"\(px(width))\" height=\"\(px(height))\"" : "")
      + " role=\"img\" font-family=\"\(Lettering.family)\">\n"
      + "<title>\(xmlEscaped(caption.plain))</title>\n"
      + "<rect width=\"\(px(width))\" height=\"\(px(height))\" fill=\"#fff\"/>\n\(content)</svg>\n"
  }

  /// Figures of any size side by side, as one; their lower edges are level.
  ///
  /// - Parameters:
  ///   - name: File name of the whole.
  ///   - caption: One sentence for the whole.
  ///   - figures: From left to right; their tables are joined under the figures' names.
  /// - Returns: A figure as wide as all of them together.
  public static func row(name: String, caption: RichText, _ figures: [Figure]) -> Figure {
    var x = 0.0
    var content = ""
    let height = figures.map(\.height).max() ?? 0
    for figure in figures {
      content +=
        "<svg x=\"\(px(x))\" y=\"\(px(height - figure.height))\" width=\"\(px(figure.width))\" height=\"\(px(figure.height))\">\n"
        + figure.content + "</svg>\n"
      x += figure.width
    }
    return Figure(
      name: name, caption: caption, width: x, height: height,
      content: content, table: .joined(figures.map { ($0.name, $0.table) }))
  }
}

/// The line above a figure's frame: whose data, at what energy, how much.
public struct FigureHeading: Sendable, Hashable {
  /// Free text, such as an experiment's name; may be empty.
  public var label: String
  /// Set to the right, such as "√*s* = 13 TeV, 100 fb^{−1}".
  public var conditions: RichText

  public init(label: String, conditions: RichText) {
    self.label = label
    self.conditions = conditions
  }

  /// - Parameters:
  ///   - label: Free text from the plan.
  ///   - sqrtS: Collision energy in GeV.
  ///   - luminosity: Integrated luminosity in 1/fb.
  public init(label: String, sqrtS: Double, luminosity: Double?) {
    self.label = label
    var conditions = "√*s* = \(count(sqrtS / 1000)) TeV"
    if let luminosity { conditions += ", \(count(luminosity)) fb^{−1}" }
    self.conditions = RichText(markup: conditions)
  }

  static let height = 36.0

  /// The heading over a frame; a label too long for its place is set smaller, then cut.
  func svg(over box: Box) -> String {
    let baseline = box.y - 10
    let right = conditions.width * Lettering.heading * 0.9
    // Bold letters are a tenth wider.
    let room = max(60, box.width - right - 24) / 1.1
    var text = label
    var size = min(Lettering.heading, room / max(1e-9, textWidth(text)))
    if size < 13 {
      size = 13
      while !text.isEmpty, textWidth(text + "…") * size > room { text.removeLast() }
      text += "…"
    }
    return
      Reporting.label(
        RichText(verbatim: text), x: box.x, y: baseline, size: size, weight: "bold")
      + Reporting.label(
        conditions, x: box.right, y: baseline, size: Lettering.heading * 0.9, anchor: "end")
  }
}
