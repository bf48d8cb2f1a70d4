/// How one series of a figure is drawn.
///
/// Series differ in colour, lightness, dash and marker at once, so that they stay apart in
/// greyscale and for any colour vision.
public struct SeriesStyle: Sendable, Hashable {
  public enum Marker: Sendable, Hashable { case circle, square, triangle, diamond, none }
  public enum Dash: Sendable, Hashable { case solid, dashed, dotted, dashDotted }

  /// `#rrggbb`.
  public var colour: String
  public var marker: Marker
  public var isFilled: Bool
  public var dash: Dash

  public init(colour: String, marker: Marker, isFilled: Bool = true, dash: Dash = .solid) {
    self.colour = colour
    self.marker = marker
    self.isFilled = isFilled
    self.dash = dash
  }

  /// Black and dashed: what there was before any selection.
  public static let reference = SeriesStyle(
    colour: "#000000", marker: .circle, isFilled: false, dash: .dashed)

  /// The style of the n-th series, `n >= 0`, from light to dark.
  ///
  /// The first three colours follow P. Tol's high-contrast scheme, whose lightness differs too. From
  /// the seventh on colours come again, with another dash and marker.
  public static func numbered(_ n: Int) -> SeriesStyle {
    let cycle = [
      SeriesStyle(colour: "#d09a17", marker: .square),
      SeriesStyle(colour: "#bb4455", marker: .triangle),
      SeriesStyle(colour: "#004488", marker: .diamond),
      SeriesStyle(colour: "#228833", marker: .circle, dash: .dashDotted),
      SeriesStyle(colour: "#aa3377", marker: .square, isFilled: false, dash: .dotted),
      SeriesStyle(colour: "#4fb3c8", marker: .triangle, isFilled: false, dash: .dashed),
    ]
    var style = cycle[n % cycle.count]
    if (n / cycle.count).isMultiple(of: 2) { return style }
    style.dash = style.dash == .solid ? .dashed : .solid
    style.isFilled.toggle()
    return style
  }

  /// Styles for cuts, the loosest first: an efficiency of 1 is no cut and gets the reference.
  static func forEfficiencies(_ efficiencies: [Double]) -> [Double: SeriesStyle] {
    var styles: [Double: SeriesStyle] = [:]
    var next = 0
    for efficiency in Set(efficiencies).sorted(by: >) {
      if efficiency >= 1 {
        styles[efficiency] = .reference
      } else {
        styles[efficiency] = .numbered(next)
        next += 1
      }
    }
    return styles
  }

  var dashArray: String? {
    switch dash {
    case .solid: nil
    case .dashed: "8,5"
    case .dotted: "2,4"
    case .dashDotted: "9,4,2,4"
    }
  }
}
