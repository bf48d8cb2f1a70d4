extension Figure {
  /// Draws the local p-value of a signal against its mass, with lines of whole standard deviations.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - masses: Ascending, in GeV.
  ///   - log10PValues: Decimal logarithms, shape of `masses`.
  /// - Returns: A figure whose scale holds logarithms, so that 40 standard deviations can be drawn.
  public static func massScan(
    name: String, caption: RichText, heading: FigureHeading, masses: [Double],
    log10PValues: [Double]
  ) -> Figure {
    let low = min((log10PValues.min() ?? 0) * 1.12 - 0.3, -4.5)
    let style = SeriesStyle.numbered(2)
    let x = Axis("*m* [GeV]", from: masses.first ?? 0, to: masses.last ?? 1)
    return framed(
      name: name, caption: caption, heading: heading, x: x,
      y: Axis("Local *p*-value", from: low, to: -low * 0.05, scale: .exponent), height: 430,
      legend: []
    ) { panel in
      for line in sigmaLines(downTo: low) {
        panel.rule(y: line.exponent, colour: line.sigma == 0 ? "#888888" : "#bbbbbb", dash: "3,3")
        if line.sigma > 0 {
          panel.note(
            RichText(verbatim: "\(line.sigma)σ"), x: x.range.upperBound, y: line.exponent, dx: -6,
            dy: -4, anchor: "end")
        }
      }
      panel.line(zip(masses, log10PValues).map { Panel.Point($0, $1) }, style: style)
      if masses.count == 1 {
        panel.markers([Panel.Point(masses[0], log10PValues[0])], style: style)
      }
      return [.init("massGeV", masses), .init("log10LocalPValue", log10PValues)]
    }
  }

  /// Draws upper limits against the mass: observed, expected, and the bands of the expected ones.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - masses: Ascending, in GeV.
  ///   - observed: Limits in events, shape of `masses`.
  ///   - expected: For -2, -1, 0, 1 and 2 standard deviations, shape `[masses][5]`.
  /// - Returns: A figure with a logarithmic scale.
  public static func limits(
    name: String, caption: RichText, heading: FigureHeading, masses: [Double], observed: [Double],
    expected: [[Double]]
  ) -> Figure {
    let all = (observed + expected.joined()).filter { $0 > 0 }
    let line = SeriesStyle(colour: "#000000", marker: .circle)
    let median = SeriesStyle(colour: "#000000", marker: .none, dash: .dashed)
    let (inner, outer) = ("#7bbf6a", "#f2d55c")
    func band(_ index: Int) -> [Double] { expected.map { $0[index] } }
    return framed(
      name: name, caption: caption, heading: heading,
      x: Axis("*m* [GeV]", from: masses.first ?? 0, to: masses.last ?? 1),
      y: Axis(
        "Upper limit [events]", from: 0.6 * (all.min() ?? 1), to: 1.6 * (all.max() ?? 10),
        scale: .logarithmic), height: 430,
      legend: [
        .init(symbol: .series(line, hasLine: true), text: "Observed"),
        .init(symbol: .line(median), text: "Expected"),
        .init(symbol: .area(inner), text: "±1σ"), .init(symbol: .area(outer), text: "±2σ"),
      ]
    ) { panel in
      panel.band(x: masses, low: band(0), high: band(4), fill: outer, opacity: 1)
      panel.band(x: masses, low: band(1), high: band(3), fill: inner, opacity: 1)
      panel.line(zip(masses, band(2)).map { Panel.Point($0, $1) }, style: median)
      let points = zip(masses, observed).map { Panel.Point($0, $1) }
      panel.line(points, style: line)
      panel.markers(points, style: line, size: 2.5)
      return [.init("massGeV", masses), .init("observed", observed)]
        + ["-2", "-1", "0", "+1", "+2"].enumerated().map {
          .init("expected(\($1) sigma)", band($0))
        }
    }
  }
}
