public import Evaluation
import Foundation

/// What curves of separation are drawn of: one window of one search, or of its repetitions.
public struct SeparationSeries: Sendable {
  public var name: RichText
  /// One evaluation a seed, each with a curve.
  var evaluations: [WindowEvaluation]
  var style: SeriesStyle

  /// - Parameters:
  ///   - name: For the legend.
  ///   - evaluations: One a seed; those without a curve are left out.
  ///   - style: How it is drawn.
  public init(_ name: RichText, _ evaluations: [WindowEvaluation], style: SeriesStyle) {
    self.name = name
    self.evaluations = evaluations.filter { $0.roc != nil && $0.improvement != nil }
    self.style = style
  }

  /// The lowest background efficiency at which every seed is quoted.
  var floor: Double { evaluations.compactMap(\.floor).max() ?? 1 }
}

extension Figure {
  /// Draws ROC and SIC curves down to each curve's floor.
  ///
  /// As LHC Olympics (arXiv:2101.08320) Fig. 9.
  ///
  /// The curve of several seeds is their median, with the band of the middle 68 %; a single curve's
  /// SIC has its binomial error as a band.
  ///
  /// - Parameters:
  ///   - series: What to draw; series without any curve are left out.
  ///   - place: Which events were compared, such as "window 3".
  ///   - heading: Line above the frames.
  /// - Returns: `roc` and `sic`, or nothing without curves.
  public static func separation(
    _ series: [SeparationSeries], place: String, heading: FigureHeading
  ) -> [Figure] {
    let series = series.filter { !$0.evaluations.isEmpty }
    guard let lowest = series.map(\.floor).min() else { return [] }
    return [
      roc(series, place: place, heading: heading, lowest: lowest),
      significanceImprovement(series, place: place, heading: heading, lowest: lowest),
    ]
  }

  private static func roc(
    _ series: [SeparationSeries], place: String, heading: FigureHeading, lowest: Double
  ) -> Figure {
    let curves = series.map { series -> Curve in
      let steps = efficiencies(from: series.floor)
      let signal = steps.map { efficiency in
        Spread(
          series.evaluations.compactMap {
            $0.roc?.point(atBackgroundEfficiency: efficiency)?.signalEfficiency
          })?.median ?? 0
      }
      let area = Spread(series.evaluations.compactMap(\.areaUnderCurve))?.median
      return Curve(
        series.name + RichText(verbatim: area.map { ", AUC \(fixed($0, 3))" } ?? ""),
        x: signal, y: steps.map { 1 / $0 }, style: series.style)
    }
    return .curves(
      name: "roc",
      caption: RichText(
        markup: "Background rejection against signal efficiency, \(place), down to where 25"
          + " background events pass."),
      heading: heading, x: Axis("Signal efficiency *ε*_{S}", from: 0, to: 1),
      y: Axis("Background rejection 1/*ε*_{B}", from: 1, to: 2 / lowest, scale: .logarithmic),
      curves + [
        Curve(
          "Random", x: efficiencies(from: lowest), y: efficiencies(from: lowest).map { 1 / $0 },
          style: .reference)
      ])
  }

  private static func significanceImprovement(
    _ series: [SeparationSeries], place: String, heading: FigureHeading, lowest: Double
  ) -> Figure {
    let curves = series.map { series -> Curve in
      let steps = efficiencies(from: series.floor)
      let values = steps.map { efficiency in
        series.evaluations.compactMap {
          $0.improvement?.value(atBackgroundEfficiency: efficiency)
        }
      }
      let spreads = values.map { Spread($0.map(\.improvement)) }
      let isSingle = series.evaluations.count == 1
      func end(_ sign: Double, _ spread: (Spread) -> Double) -> [Double] {
        zip(values, spreads).map { values, found in
          isSingle
            ? values.first.map { $0.improvement + sign * $0.uncertainty } ?? 0
            : found.map(spread) ?? 0
        }
      }
      return Curve(
        series.name, x: steps, y: spreads.map { $0?.median ?? 0 }, low: end(-1, \.low),
        high: end(1, \.high), style: series.style)
    }
    let random = efficiencies(from: lowest)
    let highest = curves.flatMap { $0.high ?? $0.y }.max() ?? 1
    return .curves(
      name: "sic",
      caption: RichText(
        markup: "Significance improvement *ε*_{S}/√*ε*_{B}, \(place); every point keeps at least 25"
          + " background events. Bands: binomial error, or the middle 68 % of several seeds."),
      heading: heading,
      x: Axis("Background efficiency *ε*_{B}", from: lowest, to: 1, scale: .logarithmic),
      y: Axis("*ε*_{S}/√*ε*_{B}", from: 0, to: 1.1 * max(highest, 1)),
      curves + [
        Curve("Random", x: random, y: random.map { $0.squareRoot() }, style: .reference)
      ])
  }

  /// Background efficiencies from a floor to 1, evenly in their logarithm.
  private static func efficiencies(from floor: Double) -> [Double] {
    let count = 160
    return (0...count).map {
      $0 == count ? 1 : pow(floor, 1 - Double($0) / Double(count))
    }
  }
}

/// AUC and significance improvement of every window for the terminal, in ASCII.
///
/// - Parameter windows: One line each.
/// - Returns: Lines with a header; a value that does not exist reads `-`.
public func evaluationTable(_ windows: [WindowEvaluation]) -> String {
  func value(_ point: WindowEvaluation.Point?) -> String {
    point.map { "\(fixed($0.significanceImprovement, 1)) ± \(fixed($0.uncertainty, 1))" } ?? "-"
  }
  let rows = windows.map { window in
    return [
      "\(window.index)", window.signalRegionGeV.map { fixed($0, 0) }.joined(separator: " - "),
      "\(window.signalEvents)", "\(window.backgroundEvents)",
      window.areaUnderCurve.map { fixed($0, 3) } ?? "-",
      value(window.point(nearBackgroundEfficiency: 0.1)),
      value(window.point(nearBackgroundEfficiency: 0.01)),
      value(window.point(nearBackgroundEfficiency: 0.001)),
      value(window.maximum), window.maximum.map { fixed($0.backgroundEfficiency, 5) } ?? "-",
      window.floor.map { fixed($0, 5) } ?? "-",
    ]
  }
  let lines = textTable(
    header: [
      [
        "window", "signal region [GeV]", "signal", "background", "AUC", "SIC at 10 %",
        "SIC at 1 %", "SIC at 0.1 %", "max SIC", "(at)", "floor",
      ]
    ], rows: rows)
  return
    (lines + [
      "SIC = signal efficiency / sqrt(background efficiency) in the signal region; floor: at least "
        + "25 background events pass."
    ]).joined(separator: "\n")
}
