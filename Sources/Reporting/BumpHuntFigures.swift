import Foundation
public import ResonanceSearch
import StatisticalInference

extension Figure {
  /// Draws the global significance against injected signal events; `nil` without an injection.
  public static func sensitivity(_ result: SpectrumBumpHuntResult) -> Figure? {
    guard let sensitivity = result.sensitivity else { return nil }
    let steps = sensitivity.steps
    func significances(_ values: [GlobalPValue]) -> [Double] {
      values.map { max(0, $0.significance ?? 0) }
    }
    let lucky = significances(steps.map(\.lucky))
    return .curves(
      name: "bumphunt-sensitivity",
      caption: RichText(
        verbatim: "Global significance of signal injected at \(fixed(sensitivity.massGeV, 0)) GeV: "
          + "median and central 68 % of \(sensitivity.repetitions) pseudo-experiments."),
      heading: FigureHeading(
        label: result.input.file, sqrtS: result.input.collisionEnergyGeV, luminosity: nil),
      x: Axis("Injected signal events", from: 0, to: (steps.last?.events ?? 1) * 1.05),
      y: Axis("Global significance [σ]", from: 0, to: max(5, lucky.max() ?? 0) * 1.1),
      [
        Curve(
          "Median and 68 %", x: steps.map(\.events), y: significances(steps.map(\.globalPValue)),
          low: significances(steps.map(\.unlucky)), high: lucky,
          style: SeriesStyle(colour: "#0b63a5", marker: .circle, dash: .solid), showsMarkers: true)
      ])
  }

  /// Draws how often background gives a test statistic, and that of the data.
  ///
  /// An extrapolated p-value's exponential tail is drawn over the pseudo-experiments.
  public static func nullDistribution(_ result: SpectrumBumpHuntResult) -> Figure {
    let null = result.nullStatistics
    let highest = max(result.statistic, null.max() ?? 1, 1) * 1.08
    let bins = 40
    let width = highest / Double(bins)
    var counts = [Double](repeating: 0, count: bins)
    for statistic in null { counts[min(bins - 1, max(0, Int(statistic / width)))] += 1 }
    let edges = (0...bins).map { Double($0) * width }
    let tallest = (counts.max() ?? 1) * 4
    var curves = [
      Curve(
        RichText(verbatim: "Data: t = \(fixed(result.statistic, 2))"),
        x: [result.statistic, result.statistic], y: [0.1, tallest],
        style: SeriesStyle(colour: "#c0392b", marker: .none, dash: .solid))
    ]
    if let tail = result.globalPValue.tail {
      let points = (0...60).map { step in
        tail.threshold + (highest - tail.threshold) * Double(step) / 60
      }
      curves.append(
        Curve(
          "Exponential tail", x: points,
          y: points.map {
            Double(tail.excesses) * width / tail.scale * exp(-($0 - tail.threshold) / tail.scale)
          }, style: SeriesStyle(colour: "#0b63a5", marker: .none, dash: .dashed)))
    }
    return .histograms(
      name: "bumphunt-null",
      caption: RichText(
        verbatim: "Test statistic of \(null.count) background pseudo-experiments and of the data."),
      heading: FigureHeading(
        label: result.input.file, sqrtS: result.input.collisionEnergyGeV, luminosity: nil),
      x: Axis("*t* = −ln *p*_{min}", from: 0, to: highest),
      y: Axis("Pseudo-experiments / bin", from: 0.3, to: tallest, scale: .logarithmic),
      [
        HistogramSeries(
          "Background", edges: edges, counts: counts,
          style: SeriesStyle(colour: "#000000", marker: .circle))
      ], expectations: curves)
  }
}
