import Foundation
import LearnedTestStatistics

/// Quantiles of a test statistic's distribution as a training goes on.
public struct QuantileEvolution: Sendable, Hashable {
  /// What was trained, such as "clipping 7".
  public var name: RichText
  /// Ascending, above 0.
  public var epochs: [Double]
  /// Of the 5, 25, 50, 75 and 95 % quantiles, shape `[5][epochs]`.
  public var quantiles: [[Double]]

  public init(_ name: RichText, epochs: [Double], quantiles: [[Double]]) {
    self.name = name
    self.epochs = epochs
    self.quantiles = quantiles
  }
}

/// How well a test statistic follows the chi-square distribution as a training goes on.
public struct CompatibilityEvolution: Sendable, Hashable {
  /// What was trained, such as "clipping 7".
  public var name: RichText
  /// Ascending, above 0.
  public var epochs: [Double]
  /// Reduced chi-squares or p-values, shape `[epochs]`; `nil` where there is none.
  public var values: [Double?]

  public init(_ name: RichText, epochs: [Double], values: [Double?]) {
    self.name = name
    self.epochs = epochs
    self.values = values
  }

  /// What is drawn against epochs.
  public enum Measure: Sendable, Hashable {
    case reducedChiSquare
    case pValue
  }
}

extension Figure {
  /// Draws the quantiles of the test statistic against epochs.
  ///
  /// As arXiv:1912.12155, Fig. 1.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - heading: Line above the frame.
  ///   - evolution: The five quantiles of one training.
  ///   - chiSquare: The same five of the chi-square distribution, dashed; empty for none.
  ///   - top: Upper end of the axis, to give several figures the same; `nil` for what is drawn.
  /// - Returns: One figure a clipping, to be put side by side by ``row(name:caption:_:)``.
  public static func quantiles(
    name: String, heading: FigureHeading, _ evolution: QuantileEvolution, chiSquare: [Double],
    top: Double? = nil
  ) -> Figure {
    let values = (evolution.quantiles.joined() + chiSquare).filter(\.isFinite)
    return quantiles(
      name: name,
      caption: RichText(verbatim: "Quantiles of the test statistic against epochs, ")
        + evolution.name + RichText(verbatim: "; dashed, those of the chi-square distribution."),
      heading: heading, x: epochAxis(evolution.epochs),
      y: Axis(
        "Quantiles of *t*", from: min(0, 1.1 * (values.min() ?? 0)),
        to: top ?? 1.1 * (values.max() ?? 1)),
      against: ("epochs", evolution.epochs), evolution.quantiles, chiSquare: chiSquare)
  }

  /// Draws five quantiles, shape `[5][positions]`, and beside them those of a chi-square distribution.
  static func quantiles(
    name: String, caption: RichText, heading: FigureHeading, x: Axis, y: Axis,
    against abscissa: (name: String, values: [Double]), _ quantiles: [[Double]],
    chiSquare: [Double]
  ) -> Figure {
    let names: [RichText] = ["5 %", "25 %", "50 %", "75 %", "95 %"]
    let colours = ["#7fb0d8", "#3f82bb", "#004488", "#3f82bb", "#7fb0d8"]
    let markers: [SeriesStyle.Marker] = [.triangle, .square, .circle, .square, .triangle]
    let expectation = SeriesStyle(colour: "#000000", marker: .none, dash: .dashed)
    let styles = zip(colours, markers).enumerated().map { index, style in
      SeriesStyle(colour: style.0, marker: style.1, isFilled: index <= 2)
    }
    return framed(
      name: name, caption: caption, heading: heading, x: x, y: y, height: 430,
      legend: zip(styles, names).map { .init(symbol: .series($0, hasLine: true), text: $1) }
        + (chiSquare.isEmpty ? [] : [.init(symbol: .line(expectation), text: "*χ*²")])
    ) { panel in
      for value in chiSquare {
        panel.line(
          [.init(x.range.lowerBound, value), .init(x.range.upperBound, value)],
          style: expectation, width: 1.3)
      }
      for (values, style) in zip(quantiles, styles) {
        let points = zip(abscissa.values, values).map { Panel.Point($0, $1) }
        panel.line(points, style: style)
        panel.markers(points, style: style, size: 4)
      }
      return [.init(abscissa.name, abscissa.values)]
        + zip(names, quantiles).map { .init($0.plain, $1) }
        + zip(names, chiSquare).map { name, value in .init("chi2 \(name.plain)", [value]) }
    }
  }

  /// Draws the compatibility with the chi-square distribution against epochs.
  ///
  /// As arXiv:1912.12155, Figs. 2 and 3.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - measure: What the values are: a line marks 1, or the least p-value that passes, 0.01.
  ///   - evolutions: One for each clipping.
  /// - Returns: A panel with its legend above the frame.
  public static func compatibility(
    name: String, caption: RichText, heading: FigureHeading,
    _ measure: CompatibilityEvolution.Measure, _ evolutions: [CompatibilityEvolution]
  ) -> Figure {
    let x = epochAxis(evolutions.flatMap(\.epochs))
    let line = measure == .pValue ? ChiSquareCompatibility.leastPValue : 1
    // A p-value below the axis is drawn at its lower end.
    let floor = measure == .pValue ? 1e-6 : 0.1
    let values = evolutions.flatMap { $0.values.compactMap(\.self) }.filter(\.isFinite)
    let y =
      measure == .pValue
      ? Axis(
        "*p* of Pearson's test", from: min(1e-3, max(floor, 0.5 * (values.min() ?? floor))),
        to: 2, scale: .logarithmic)
      : Axis(
        "Reduced *χ*²", from: min(0.3, max(floor, 0.7 * (values.min() ?? 1))),
        to: max(3, 1.5 * (values.max() ?? 3)), scale: .logarithmic)
    let curves = evolutions.enumerated().map { index, evolution in
      let points = zip(evolution.epochs, evolution.values).compactMap { epoch, value in
        value.map { (epoch, max($0, 1.2 * y.range.lowerBound)) }
      }
      return Curve(
        evolution.name, x: points.map(\.0), y: points.map(\.1), style: .numbered(index),
        showsMarkers: true)
    }
    let border = Curve(
      RichText(markup: measure == .pValue ? "*p* = \(exact(line))" : "Expected, 1"),
      x: [x.range.lowerBound, x.range.upperBound], y: [line, line],
      style: SeriesStyle(colour: "#000000", marker: .none, dash: .dashed))
    return .curves(name: name, caption: caption, heading: heading, x: x, y: y, curves + [border])
  }

  /// From 0 where the epochs are evenly spread, logarithmic where they grow.
  private static func epochAxis(_ epochs: [Double]) -> Axis {
    let (first, last) = (epochs.min() ?? 1, epochs.max() ?? 1)
    return first > 0 && last > 30 * first
      ? Axis("Epochs", from: first / 1.4, to: last * 1.4, scale: .logarithmic)
      : Axis("Epochs", from: 0, to: 1.05 * last)
  }
}
