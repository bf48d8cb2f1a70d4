/// A short text with subscripts, superscripts and italics, for axes, legends and the page.
///
/// In markup `_{JJ}` is a subscript, `^{−1}` a superscript and `*m*` italic; the Unicode digits
/// `₂₁` and `⁽²⁾` become real sub- and superscripts, because few fonts draw them well.
public struct RichText: Sendable, Hashable, ExpressibleByStringLiteral {
  enum Style: Sendable, Hashable { case plain, italic, lowered, raised }

  struct Run: Sendable, Hashable {
    var text: String
    var style: Style
  }

  let runs: [Run]

  /// A text in which nothing is markup.
  public init(verbatim text: String) {
    runs = text.isEmpty ? [] : [Run(text: text, style: .plain)]
  }

  public init(stringLiteral markup: String) {
    self.init(markup: markup)
  }

  public init(markup: String) {
    var runs: [Run] = []
    func add(_ text: String, _ style: Style) {
      if let last = runs.last, last.style == style {
        runs[runs.count - 1].text += text
      } else if !text.isEmpty {
        runs.append(Run(text: text, style: style))
      }
    }
    var rest = Substring(markup)
    while let first = rest.first {
      if first == "_" || first == "^", rest.dropFirst().first == "{",
        let end = rest.firstIndex(of: "}")
      {
        add(
          String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end]),
          first == "_" ? .lowered : .raised)
        rest = rest[rest.index(after: end)...]
      } else if first == "*", let end = rest.dropFirst().firstIndex(of: "*"),
        end > rest.index(after: rest.startIndex)
      {
        add(String(rest.dropFirst()[..<end]), .italic)
        rest = rest[rest.index(after: end)...]
      } else if let digit = Self.lowered[first] {
        add(String(digit), .lowered)
        rest = rest.dropFirst()
      } else if let digit = Self.raised[first] {
        add(String(digit), .raised)
        rest = rest.dropFirst()
      } else {
        add(String(first), .plain)
        rest = rest.dropFirst()
      }
    }
    self.runs = runs
  }

  private static let lowered = [Character: Character](
    uniqueKeysWithValues: zip("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
  private static let raised = [Character: Character](
    uniqueKeysWithValues: zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾", "0123456789−()"))

  /// The text without its styles.
  public var plain: String { runs.map(\.text).joined() }

  /// The text with its styles written out, as `init(markup:)` reads them.
  var markup: String {
    runs.map { run in
      switch run.style {
      case .plain: run.text
      case .italic: "*\(run.text)*"
      case .lowered: "_{\(run.text)}"
      case .raised: "^{\(run.text)}"
      }
    }.joined()
  }

  /// The content of an SVG `text` element.
  ///
  /// Every shift is undone by the next run. The element needs `xml:space="preserve"`: librsvg
  /// drops spaces, no-break spaces too, at the ends of a `tspan` otherwise.
  var svg: String {
    var out = ""
    var shift = 0.0
    for run in runs {
      let target = run.style == .lowered ? 0.22 : run.style == .raised ? -0.38 : 0
      let small = run.style == .lowered || run.style == .raised
      // A shift is in units of the run's own font size.
      let size = small ? 0.72 : 1.0
      let change = (target - shift) / size
      shift = target
      var attributes = ""
      if change != 0 { attributes += " dy=\"\(px(change))em\"" }
      if small { attributes += " font-size=\"72%\"" }
      if run.style == .italic { attributes += " font-style=\"italic\"" }
      let text = xmlEscaped(run.text)
      out += attributes.isEmpty && runs.count == 1 ? text : "<tspan\(attributes)>\(text)</tspan>"
    }
    return out
  }

  /// The text in HTML.
  var html: String {
    runs.map { run in
      let text = xmlEscaped(run.text)
      return switch run.style {
      case .plain: text
      case .italic: "<i>\(text)</i>"
      case .lowered: "<sub>\(text)</sub>"
      case .raised: "<sup>\(text)</sup>"
      }
    }.joined()
  }

  /// Width in units of the font size, as drawn in the widest font of the figures.
  var width: Double {
    runs.reduce(0) { sum, run in
      let size = run.style == .lowered || run.style == .raised ? 0.72 : 1
      return sum + size * textWidth(run.text)
    }
  }

  static func + (left: RichText, right: RichText) -> RichText {
    RichText(runs: left.runs + right.runs)
  }

  private init(runs: [Run]) { self.runs = runs }
}
