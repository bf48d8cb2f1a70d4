import Evaluation
import Foundation
import ResonanceSearch

/// A significance against the efficiency of the cut, summed up over seeds.
struct ExcessSeries: Sendable {
  var name: RichText
  /// Ascending in efficiency.
  var cuts: [(efficiency: Double, significance: Spread)]
  var style: SeriesStyle
}

extension Figure {
  /// Draws significances before and after each cut.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - yTitle: What is drawn, with its unit.
  ///   - series: One curve each, with a band where there are several seeds.
  /// - Returns: A panel whose vertical axis holds 0.
  static func fittedExcess(
    name: String, caption: RichText, heading: FigureHeading,
    yTitle: RichText = "Local significance [σ]", _ series: [ExcessSeries]
  ) -> Figure {
    let curves = series.map { series in
      let isRepeated = series.cuts.contains { $0.significance.count > 1 }
      return Curve(
        series.name, x: series.cuts.map(\.efficiency),
        y: series.cuts.map(\.significance.median),
        low: isRepeated ? series.cuts.map(\.significance.low) : nil,
        high: isRepeated ? series.cuts.map(\.significance.high) : nil, style: series.style,
        showsMarkers: true)
    }
    let efficiencies = series.flatMap { $0.cuts.map(\.efficiency) }
    let values = curves.flatMap { ($0.low ?? $0.y) + ($0.high ?? $0.y) }
    let span = (values.max() ?? 1) - (values.min() ?? 0)
    return .curves(
      name: name, caption: caption, heading: heading,
      x: Axis(
        "Efficiency of the cut", from: (efficiencies.min() ?? 1) / 1.4,
        to: (efficiencies.max() ?? 1) * 1.4, scale: .logarithmic),
      y: Axis(
        yTitle, from: min(values.min() ?? 0, 0) - 0.08 * span,
        to: max((values.max() ?? 1) + 0.08 * span, 1)), curves)
  }
}
