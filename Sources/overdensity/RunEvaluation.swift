import EventFiles
import Evaluation
import Foundation
import Reporting
import ResonanceSearch

/// How well a search's scores separate signal from background, window by window.
struct RunEvaluation: Encodable {
  struct Window: Encodable {
    let index: Int
    let signalRegionGeV: [Double]
    let signalEvents: Int
    let backgroundEvents: Int
    /// `nil` where the signal region holds only one kind of events, or too few for a floor.
    let areaUnderCurve: Double?
    let floor: Double?
    let maximum: Point?
    let atBackgroundEfficiency: [Point]
  }

  /// SIC at one cut, with its binomial error.
  struct Point: Encodable {
    let backgroundEfficiency: Double
    let signalEfficiency: Double
    let significanceImprovement: Double
    let uncertainty: Double
    let backgroundEvents: Int

    init(_ value: SignificanceImprovement.Value) {
      backgroundEfficiency = value.backgroundEfficiency
      signalEfficiency = value.signalEfficiency
      significanceImprovement = value.improvement
      uncertainty = value.uncertainty
      backgroundEvents = value.backgroundCount
    }
  }

  let method: String
  let windows: [Window]
  private var curves: [(index: Int, roc: ROCCurve, improvement: SignificanceImprovement)] = []

  private enum CodingKeys: CodingKey { case method, windows }

  /// Compares the scores of `scores.h5` with one label for each event of the searched file.
  init(_ result: SearchResult, scores: ScoresFile, truth: TruthLabels) throws {
    method = result.method
    let rows = scores.row.map { Int($0) }
    let labels = truth.selecting(rows: rows)
    var windows: [Window] = []
    for (column, window) in result.windows.enumerated() {
      let region = window.signalRegionGeV[0]..<window.signalRegionGeV[1]
      let inside = rows.indices.filter { region.contains(scores.dijetMass[$0]) }
      let quantiles = inside.map { Double(scores.quantiles[$0 * scores.windowCount + column]) }
      let kinds = labels.selecting(rows: inside)
      var roc: ROCCurve?
      var improvement: SignificanceImprovement?
      if kinds.signalCount > 0, kinds.backgroundCount > 0 {
        let curve = try ROCCurve(scores: quantiles, truth: kinds)
        roc = curve
        if kinds.backgroundCount >= 25 { improvement = try SignificanceImprovement(curve) }
        if let improvement { curves.append((window.index, curve, improvement)) }
      }
      windows.append(
        Window(
          index: window.index, signalRegionGeV: window.signalRegionGeV,
          signalEvents: kinds.signalCount, backgroundEvents: kinds.backgroundCount,
          areaUnderCurve: roc?.areaUnderCurve, floor: improvement?.floor,
          maximum: improvement.map { Point($0.maximum) },
          atBackgroundEfficiency: [0.01, 0.001].compactMap {
            improvement?.value(atBackgroundEfficiency: $0).map(Point.init)
          }))
    }
    self.windows = windows
  }

  /// What the terminal shows.
  var table: String {
    var lines = [
      "window  signal region [GeV]  signal  background    AUC   SIC at 1 %  SIC at 0.1 %     "
        + "max SIC  (at)     floor"
    ]
    for window in windows {
      func sic(near efficiency: Double) -> String {
        window.atBackgroundEfficiency
          .last { abs($0.backgroundEfficiency / efficiency - 1) < 0.2 }.map(Self.value) ?? "-"
      }
      let range = window.signalRegionGeV.map { "\(Int($0.rounded()))" }.joined(separator: " - ")
      let maximum = window.maximum
      let cells: [(text: String, width: Int)] = [
        ("\(window.index)", 6), (range, 19), ("\(window.signalEvents)", 6),
        ("\(window.backgroundEvents)", 10),
        (window.areaUnderCurve.map { Self.fixed($0, 3) } ?? "-", 5), (sic(near: 0.01), 11),
        (sic(near: 0.001), 12), (maximum.map(Self.value) ?? "-", 11),
        (maximum.map { Self.fixed($0.backgroundEfficiency, 5) } ?? "-", 8),
        (window.floor.map { Self.fixed($0, 5) } ?? "-", 8),
      ]
      let padded = cells.map { cell in
        String(repeating: " ", count: max(cell.width - cell.text.count, 0)) + cell.text
      }
      lines.append(padded.joined(separator: "  "))
    }
    lines.append(
      "SIC = signal efficiency / sqrt(background efficiency) in the signal region; floor: at least "
        + "25 background events pass.")
    return lines.joined(separator: "\n")
  }

  /// ROC and SIC curves of the window with the most signal.
  func figures(_ plan: SearchRecord.PlanSummary) -> [Figure] {
    let most = windows.max { $0.signalEvents < $1.signalEvents }
    guard let best = curves.first(where: { $0.index == most?.index }) else { return [] }
    let heading = FigureHeading(
      label: plan.label, sqrtS: plan.sqrtS, luminosity: plan.luminosity)
    let points = Self.thinned(best.roc.points)
    let steps = Self.thinned(best.improvement.curve)
    let floor = best.improvement.floor
    return [
      .curves(
        name: "roc",
        caption: RichText(
          verbatim:
            "Background rejection against signal efficiency in window \(best.index)."),
        heading: heading, x: Axis("Signal efficiency", from: 0, to: 1),
        y: Axis(
          "Background rejection 1/*ε*_{B}", from: 1, to: 2 / max(floor, 1e-9),
          scale: .logarithmic),
        [
          Curve(
            RichText(verbatim: plan.methodTitle), x: points.map(\.signalEfficiency),
            y: points.map { 1 / max($0.backgroundEfficiency, floor) }, style: .numbered(2)),
          Curve(
            "Random", x: (1...200).map { Double($0) / 200 }, y: (1...200).map { 200 / Double($0) },
            style: .reference),
        ]),
      .curves(
        name: "sic",
        caption: RichText(
          verbatim:
            "Significance improvement with its binomial error in window \(best.index); "
            + "every point keeps at least 25 background events."),
        heading: heading,
        x: Axis("Background efficiency *ε*_{B}", from: floor, to: 1, scale: .logarithmic),
        y: Axis(
          "*ε*_{S}/√*ε*_{B}", from: 0, to: 1.25 * best.improvement.maximum.improvement),
        [
          Curve(
            RichText(verbatim: plan.methodTitle), x: steps.map(\.backgroundEfficiency),
            y: steps.map(\.improvement), low: steps.map { $0.improvement - $0.uncertainty },
            high: steps.map { $0.improvement + $0.uncertainty }, style: .numbered(2)),
          Curve(
            "Random", x: steps.map(\.backgroundEfficiency),
            y: steps.map { $0.backgroundEfficiency.squareRoot() }, style: .reference),
        ]),
    ]
  }

  /// At most a few hundred points: a figure shows no more.
  private static func thinned<Element>(_ values: [Element]) -> [Element] {
    let step = max(values.count / 400, 1)
    return values.enumerated().filter {
      $0.offset.isMultiple(of: step) || $0.offset < 60 || $0.offset == values.count - 1
    }.map(\.element)
  }

  private static func value(_ point: Point) -> String {
    "\(fixed(point.significanceImprovement, 1)) +- \(fixed(point.uncertainty, 1))"
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    value.formatted(
      .number.precision(.fractionLength(digits)).grouping(.never).locale(
        Locale(identifier: "en_US_POSIX")))
  }
}
