public import ResonanceSearch

extension Figure {
  /// Draws the bias of a background function against mass, in units of the fitted signal's error.
  public static func spuriousSignals(_ study: SpectrumFitResult.SpuriousSignals) -> Figure {
    let masses = study.points.map(\.massGeV)
    let bias = study.points.map(\.relativeBias)
    var curves = [
      Curve(
        "Fit to the expectation", x: masses, y: bias,
        style: SeriesStyle(colour: "#0b63a5", marker: .none, dash: .solid))
    ]
    let pulls = study.points.compactMap { point -> (Double, Double, Double)? in
      point.meanPull.map { (point.massGeV, $0, point.meanPullUncertainty ?? 0) }
    }
    if !pulls.isEmpty {
      curves.append(
        Curve(
          "Mean of pseudo-experiments", x: pulls.map(\.0), y: pulls.map(\.1),
          low: pulls.map { $0.1 - $0.2 }, high: pulls.map { $0.1 + $0.2 },
          style: SeriesStyle(colour: "#c0392b", marker: .none, dash: .dashed)))
    }
    var largest = 0.5
    for curve in curves {
      for value in curve.y + (curve.low ?? []) + (curve.high ?? []) {
        largest = max(largest, 1.15 * abs(value))
      }
    }
    return .curves(
      name: "spurious-signal",
      caption: RichText(
        verbatim: "Signal that \(study.function) finds in a background of \(study.truth), in units"
          + " of its error."),
      heading: FigureHeading(
        label: "\(study.function) in \(study.truth)",
        conditions: RichText(verbatim: "width \(percentage(study.relativeWidth))")),
      x: Axis("*m* [GeV]", from: masses.first ?? 0, to: masses.last ?? 1),
      y: Axis("Bias / error", from: -largest, to: largest), curves)
  }
}
