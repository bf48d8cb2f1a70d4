import Foundation
import ResonanceSearch

extension Figure {
  /// Draws every signal region with its own selection and fit beside each other.
  ///
  /// As Fig. 7 of the seminar on the ATLAS search (arXiv:2005.02983): each signal region shows the
  /// events that its own classifier picked and the background fitted beside it, so the figure is
  /// discontinuous where two meet. Of overlapping windows the lowest is drawn, and then each next
  /// one that does not overlap the one before.
  ///
  /// - Parameters:
  ///   - record: A search.
  ///   - efficiency: One of its cuts.
  /// - Returns: `nil` for fewer than two signal regions.
  static func stitched(_ record: SearchRecord, efficiency: Double) -> Figure? {
    let parts = stitchedParts(record.spectra.filter { $0.efficiency == efficiency })
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return nil }
    let name = "signal-regions-cut-\(cutFileName(efficiency))"
    let isAll = parts.count == record.result.windows.count
    let caption =
      "All signal regions after "
      + (efficiency >= 1 ? "no cut" : "a cut at efficiency \(percentage(efficiency))")
      + ": in each the events that its own selection picks, and the background fitted beside it; "
      + "significance of each bin below."
      + (isAll ? "" : " Of overlapping windows the lowest, then each next beside those drawn.")

    let x = Axis(
      "*m*_{JJ} [GeV]", from: first.spectrum.signalRegionGeV[0],
      to: last.spectrum.signalRegionGeV[1])
    let points = parts.map { $0.spectrum.dataPoints($0.spectrum.signalRegionBins, unit: $0.unit) }
    let fits = parts.flatMap { part in
      part.spectrum.signalRegionBins.clamped(to: part.spectrum.fittedBins).map { bin in
        part.unit.factors[bin] * (part.spectrum.expected?[safe: bin] ?? 0)
      }
    }.filter { $0 > 0 }
    let highest = max(points.joined().compactMap(\.high).max() ?? 1, fits.max() ?? 1, 1)
    let lowest = min(0.5, max(0.02, 0.5 * (fits.min() ?? 1)))
    let y = Axis(
      first.unit.title, from: lowest, to: highest * pow(highest / lowest, 0.12),
      scale: .logarithmic)
    let pulls = parts.map { part in
      part.spectrum.signalRegionBins.map { part.spectrum.pulls[safe: $0] ?? nil }
    }
    let reach = max(3.4, (pulls.joined().compactMap { $0.map(abs) }.max() ?? 0) * 1.12)
    let pullAxis = Axis("Significance", from: -reach, to: reach)

    let data = SeriesStyle(colour: "#000000", marker: .circle)
    let fit = SeriesStyle(colour: "#0b63a5", marker: .none)
    let (width, height, stripHeight) = (760.0, 360.0, 150.0)
    let left =
      18 + Lettering.title
      + max(
        Panel.tickLabelWidth(y, height: height),
        Panel.tickLabelWidth(pullAxis, height: stripHeight))
    let box = Box(x: left, y: FigureHeading.height, width: width - left - 26, height: height)
    var main = Panel(id: "\(name)-main", box: box, x: x, y: y)
    var strip = Panel(
      id: "\(name)-strip",
      box: Box(x: box.x, y: box.bottom, width: box.width, height: stripHeight), x: x, y: pullAxis)
    for sigma in [-2.0, 2] { strip.rule(y: sigma, colour: "#bbbbbb", dash: "3,3") }
    for (place, part) in parts.enumerated() {
      let region = part.spectrum.signalRegionGeV
      // Every other region is tinted: borders show without a line across the data.
      if place % 2 == 1 {
        main.stripe(region[0], region[1], fill: "#f0f0f0")
        strip.stripe(region[0], region[1], fill: "#f0f0f0")
      }
      let bins = part.spectrum.signalRegionBins
      for bin in bins where part.spectrum.counts[bin] == nil {
        main.hatch(part.spectrum.edges[bin], part.spectrum.edges[bin + 1])
      }
      part.spectrum.drawFit(bins, unit: part.unit, isFine: false, style: fit, width: 2, in: &main)
      main.markers(points[place], style: data, size: 3.2)
      strip.bars(
        edges: Array(part.spectrum.edges[bins.lowerBound...bins.upperBound]), values: pulls[place],
        fill: "#c0392b")
      if part.spectrum.expected == nil {
        strip.note("No fit", x: (region[0] + region[1]) / 2, y: 0, dy: -6, size: Lettering.tick)
      }
    }
    strip.rule(y: 0, colour: "#000000")
    let legend = Legend(entries: [
      .init(
        symbol: .data(data),
        text: RichText(
          markup: "Data, "
            + (efficiency >= 1 ? "no cut" : "*ε*\u{A0}=\u{A0}\(percentage(efficiency))"))),
      .init(symbol: .band(fit), text: "Background fit ± 1σ"),
    ])
    return Figure(
      name: name, caption: RichText(verbatim: caption), width: width,
      height: strip.box.bottom + 62,
      content: FigureHeading(record.plan).svg(
        over: Box(x: box.x, y: FigureHeading.height, width: box.width, height: 0))
        + main.svg([.yLabels, .yTitle])
        + legend.column(x: box.right - legend.columnWidth - 12, y: box.y + 12)
        + strip.svg([.yLabels, .stacked, .xLabels, .xTitle, .yTitle, .centredYTitle]),
      table: table(parts.map(\.spectrum), pulls: pulls))
  }

  private typealias Part = (spectrum: SearchRecord.Spectrum, unit: BinUnit)

  private static func stitchedParts(_ spectra: [SearchRecord.Spectrum]) -> [Part] {
    var parts: [Part] = []
    for spectrum in spectra.sorted(by: { $0.signalRegionGeV[0] < $1.signalRegionGeV[0] })
    where !spectrum.signalRegionBins.isEmpty {
      let end = parts.last?.spectrum.signalRegionGeV[1] ?? 0
      if spectrum.signalRegionGeV[0] >= end {
        parts.append((spectrum, BinUnit(edges: spectrum.edges)))
      }
    }
    return parts
  }

  private static func table(
    _ spectra: [SearchRecord.Spectrum], pulls: [[Double?]]
  ) -> FigureTable {
    func column(_ value: (SearchRecord.Spectrum, Int) -> Double?) -> [Double?] {
      spectra.flatMap { spectrum in spectrum.signalRegionBins.map { value(spectrum, $0) } }
    }
    return FigureTable([
      .init("window", column { spectrum, _ in Double(spectrum.window) }),
      .init("binLowGeV", column { $0.edges[$1] }), .init("binHighGeV", column { $0.edges[$1 + 1] }),
      .init("observed", column { $0.counts[$1] }),
      .init("expected", column { $0.expected?[safe: $1] }),
      .init("expectedUncertainty", column { $0.expectedUncertainty?[safe: $1] }),
      .init("significance", Array(pulls.joined())),
    ])
  }
}
