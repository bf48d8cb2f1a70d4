import Evaluation
import ResonanceSearch

extension StudyReport {
  /// Scans of the amount of signal, then the variants side by side where it is largest.
  public var figures: [Figure] {
    (injections.count > 1 ? scans : []) + dependenceFigures + strongest.figures
  }

  private var scans: [Figure] {
    var figures = [significanceScan]
    for (index, variant) in variants.enumerated() where variants.count <= 6 {
      figures.append(cutScan(variant, index: index))
    }
    figures.append(
      scan(
        "auc-scan", "AUC in the signal region against the signal there", yTitle: "AUC",
        references: [(name: "Random", value: 0.5)]
      ) { $0.separation?.areaUnderCurve })
    figures.append(
      scan(
        "maximum-improvement-scan",
        "Largest significance improvement where at least 25 background events pass",
        yTitle: "max *ε*_{S}/√*ε*_{B}", references: [(name: "No cut", value: 1)]
      ) { $0.separation?.maximumImprovement })
    figures.append(
      scan(
        "half-signal-improvement-scan",
        "Significance improvement at a signal efficiency of one half",
        yTitle: "*ε*_{S}/√*ε*_{B} at *ε*_{S} = 0.5", references: [(name: "No cut", value: 1)]
      ) { $0.separation?.improvementAtHalfSignal })
    return figures
  }

  private var heading: FigureHeading { FigureHeading(plan) }

  /// How captions end.
  private var ending: String {
    seedCount > 1
      ? "; medians over \(seedCount) seeds with the band of the middle 68\u{A0}%." : "."
  }

  /// One line a variant of a value with its spread.
  private func scan(
    _ name: String, _ caption: String, yTitle: RichText,
    references: [(name: RichText, value: Double)],
    _ value: (SeedGroup.Window) -> Spread?
  ) -> Figure {
    let curves = variants.enumerated().map { index, variant in
      curve(RichText(verbatim: variant), scan(variant), style: .numbered(index), value)
    }
    return drawn(name, caption, yTitle: yTitle, curves: curves, references: references)
  }

  /// Draws the significance of every variant before any cut and at its best one.
  ///
  /// As LHC Olympics (arXiv:2101.08320) Fig. 37, whose best cuts are fixed for each method too.
  private var significanceScan: Figure {
    let noCut = variants.prefix(1).map { variant in
      curve("No cut", scan(variant), style: .reference) { window in
        window.cuts.first { $0.efficiency >= 1 }?.localSignificance
      }
    }
    let curves = variants.enumerated().map { index, variant in
      let cut = bestCut(variant)
      return curve(
        RichText(verbatim: variant + (cut.map { ", " + cutName($0) } ?? "")), scan(variant),
        style: .numbered(index)
      ) { window in window.cuts.first { $0.efficiency == cut }?.localSignificance }
    }
    return drawn(
      "significance-scan",
      "Significance in the signal region before any cut and at each variant's best cut",
      yTitle: "Local significance [σ]", curves: noCut + curves, references: [])
  }

  private func cutScan(_ variant: String, index: Int) -> Figure {
    let windows = scan(variant)
    let efficiencies = windows.first?.window.cuts.map(\.efficiency) ?? []
    let styles = SeriesStyle.forEfficiencies(efficiencies)
    let curves = efficiencies.map { efficiency in
      curve(
        RichText(verbatim: efficiency >= 1 ? "No cut" : cutName(efficiency)), windows,
        style: styles[efficiency] ?? .reference
      ) { window in window.cuts.first { $0.efficiency == efficiency }?.localSignificance }
    }
    return drawn(
      "significance-scan-\(index + 1)",
      "Significance in the signal region before and after each cut, \(variant)",
      yTitle: "Local significance [σ]", curves: curves, references: [])
  }

  private func curve(
    _ name: RichText, _ windows: [(signalToBackground: Double, window: SeedGroup.Window)],
    style: SeriesStyle, _ value: (SeedGroup.Window) -> Spread?
  ) -> Curve {
    let points = windows.compactMap { ratio, window in
      value(window).map { (x: 100 * ratio, spread: $0) }
    }
    let isRepeated = points.contains { $0.spread.count > 1 }
    return Curve(
      name, x: points.map(\.x), y: points.map(\.spread.median),
      low: isRepeated ? points.map(\.spread.low) : nil,
      high: isRepeated ? points.map(\.spread.high) : nil, style: style, showsMarkers: true)
  }

  private func drawn(
    _ name: String, _ caption: String, yTitle: RichText, curves: [Curve],
    references: [(name: RichText, value: Double)]
  ) -> Figure {
    let end = 1.05 * (curves.flatMap(\.x).max() ?? 1)
    let values = curves.flatMap { ($0.low ?? $0.y) + ($0.high ?? $0.y) } + references.map(\.value)
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    let margin = 0.08 * max(high - low, 0.01)
    let lines = references.map { reference in
      Curve(
        reference.name, x: [0, end], y: [reference.value, reference.value], style: .reference)
    }
    return .curves(
      name: name, caption: RichText(verbatim: caption + ending), heading: heading,
      x: Axis("*S*/*B* in the signal region [%]", from: -0.03 * end, to: end),
      y: Axis(yTitle, from: low - margin, to: high + margin), curves + lines)
  }
}
