import Foundation
public import ResonanceSearch

extension Figure {
  /// Draws a window's mass spectra after every cut with their fits, and each bin's significance.
  ///
  /// As LHC Olympics (arXiv:2101.08320) Fig. 35.
  ///
  /// - Parameters:
  ///   - spectra: Of one window.
  ///   - plan: For the heading.
  ///   - name: File name without extension; `nil` for the window's.
  ///   - caption: One sentence; `nil` for the window's.
  /// - Returns: `nil` without spectra.
  static func spectra(
    _ spectra: [SearchRecord.Spectrum], plan: SearchRecord.PlanSummary, name: String? = nil,
    caption: RichText? = nil
  ) -> Figure? {
    guard let first = spectra.first else { return nil }
    let windowCaption = RichText(
      markup: "*m*_{JJ} spectra around window \(first.window) after each cut, with the background"
        + " fitted outside the signal region, and the significance of each bin.")
    return spectrumFigure(
      spectra.sorted { $0.efficiency > $1.efficiency },
      name: name ?? "spectra-window-\(first.window)", caption: caption ?? windowCaption,
      heading: FigureHeading(plan), wording: .search, showsSignal: false)
  }

  /// One mass spectrum with its fit and the fitted signal.
  static func spectrum(_ spectrum: SearchRecord.Spectrum, plan: SearchRecord.PlanSummary) -> Figure
  {
    spectrumFigure(
      [spectrum],
      name: "spectrum-window-\(spectrum.window)-cut-\(cutFileName(spectrum.efficiency))",
      caption: RichText(
        markup: "*m*_{JJ} spectrum, \(cutCaption(spectrum.efficiency)), with the background fitted"
          + " outside the signal region of window \(spectrum.window)"
          + (spectrum.signal == nil ? "." : ", and the fitted signal on top.")),
      heading: FigureHeading(plan), wording: .search, showsSignal: true)
  }

  /// Draws a published spectrum with the background fitted to it, and each bin's significance.
  public static func spectrumFit(_ result: SpectrumFitResult) -> Figure {
    let fit = result.shown
    let masks = result.input.masksGeV
    return spectrumFigure(
      [
        SearchRecord.Spectrum(
          window: 0, efficiency: 1, edges: result.edgesGeV, counts: result.counts,
          expected: fit?.expected, expectedUncertainty: fit?.expectedUncertainty, signal: nil,
          signalRegionGeV: masks.count == 1 ? masks[0] : [])
      ], name: "spectrum-fit",
      caption: RichText(
        verbatim: "Spectrum of \(result.input.file)"
          + (fit.map { " with the fit of \($0.function)" } ?? "")
          + ", and the significance of each bin."),
      heading: FigureHeading(
        label: result.input.file, sqrtS: result.input.collisionEnergyGeV, luminosity: nil),
      wording: .published, showsSignal: false)
  }

  /// Draws a published spectrum with its background and the best window of a bump hunt.
  public static func bumpHunt(_ result: SpectrumBumpHuntResult) -> Figure {
    var wording = Wording.published
    wording.region = "Best window"
    wording.background = result.expectedUncertainty == nil ? "Background" : wording.background
    return spectrumFigure(
      [
        SearchRecord.Spectrum(
          window: 0, efficiency: 1, edges: result.edgesGeV, counts: result.counts,
          expected: result.expected, expectedUncertainty: result.expectedUncertainty, signal: nil,
          signalRegionGeV: result.best.map { [$0.lowGeV, $0.highGeV] } ?? [])
      ], name: "bumphunt-spectrum",
      caption: RichText(
        verbatim:
          "Spectrum of \(result.input.file) with its background (\(result.background)), the "
          + "window that background explains worst, and the significance of each bin."),
      heading: FigureHeading(
        label: result.input.file, sqrtS: result.input.collisionEnergyGeV, luminosity: nil),
      wording: wording, showsSignal: false)
  }

  /// What a figure calls its parts.
  private struct Wording {
    var mass: RichText
    var data: String
    var region: RichText
    var background: RichText = "Background fit ± 1σ"
    /// The largest value at which the axis of counts may start.
    var highestFloor: Double

    static let search = Wording(
      mass: "*m*_{JJ} [GeV]", data: "Data, no cut", region: "Signal region", highestFloor: 0.5)
    static let published = Wording(
      mass: "*m* [GeV]", data: "Data", region: "Not fitted", highestFloor: .infinity)
  }

  /// "0.01", and "1" rather than "1.0".
  static func cutFileName(_ efficiency: Double) -> String {
    efficiency == efficiency.rounded() ? fixed(efficiency, 0) : exact(efficiency)
  }

  private static func cutCaption(_ efficiency: Double) -> String {
    efficiency >= 1 ? "no cut" : "the \(percentage(efficiency)) most signal-like events"
  }

  private static func spectrumFigure(
    _ spectra: [SearchRecord.Spectrum], name: String, caption: RichText,
    heading: FigureHeading, wording: Wording, showsSignal: Bool
  ) -> Figure {
    let isSingle = spectra.count == 1
    let styles = SeriesStyle.forEfficiencies(spectra.map(\.efficiency))
    let edges = spectra.first?.edges ?? []
    let region = spectra.first?.signalRegionGeV ?? []
    let fitColour = "#0b63a5"
    let signalStyle = SeriesStyle(colour: "#c0392b", marker: .none, dash: .dashed)
    func dataStyle(_ spectrum: SearchRecord.Spectrum) -> SeriesStyle {
      var style =
        isSingle
        ? SeriesStyle(colour: "#000000", marker: .circle)
        : styles[spectrum.efficiency] ?? .reference
      style.dash = .solid
      return style
    }
    func fitStyle(_ spectrum: SearchRecord.Spectrum) -> SeriesStyle {
      SeriesStyle(
        colour: isSingle ? fitColour : dataStyle(spectrum).colour, marker: .none, dash: .solid)
    }

    // Legend.
    var legend = Legend(entries: [])
    let hasBlinded = spectra.contains { $0.counts.contains { $0 == nil } }
    for spectrum in spectra {
      let cut =
        spectrum.efficiency >= 1 ? "No cut" : "*ε*\u{A0}=\u{A0}\(percentage(spectrum.efficiency))"
      legend.entries.append(
        .init(
          symbol: .data(dataStyle(spectrum)),
          text: RichText(
            markup: isSingle ? spectrum.efficiency >= 1 ? wording.data : "Data, \(cut)" : cut)
        ))
    }
    if spectra.contains(where: { $0.expected != nil }) {
      let style = isSingle ? fitColour : "#555555"
      legend.entries.append(
        .init(
          symbol: .band(SeriesStyle(colour: style, marker: .none)), text: wording.background))
    }
    if showsSignal, spectra.contains(where: { $0.signal != nil }) {
      legend.entries.append(.init(symbol: .line(signalStyle), text: "Fit + fitted signal"))
    }
    if hasBlinded { legend.entries.append(.init(symbol: .hatch, text: "Withheld")) }
    if region.count == 2 {
      legend.entries.append(.init(symbol: .area(regionColour), text: wording.region))
    }

    // Axes.
    let shown = drawnBins(spectra)
    let drawnEdges = shown.isEmpty ? edges : Array(edges[shown.lowerBound...shown.upperBound])
    let x = Axis(wording.mass, from: drawnEdges.first ?? 0, to: drawnEdges.last ?? 1)
    let mainHeight = isSingle ? 360.0 : 400.0
    // Several spectra fill the panel, so their legend stands above it; one leaves a corner free.
    let y = countAxis(
      spectra, bins: shown, x: x, edges: edges, legend: isSingle ? legend : Legend(entries: []),
      height: mainHeight, highestFloor: wording.highestFloor)
    let unit = BinUnit(edges: edges)
    let pulls = spectra.map(\.pulls)
    let visiblePulls = pulls.flatMap { values in
      shown.compactMap { values[safe: $0] ?? nil }
    }
    let highest = max(3.4, (visiblePulls.max() ?? 0) * 1.12)
    let lowest = min(-3.4, (visiblePulls.min() ?? 0) * 1.12)
    let pullAxis = Axis("Significance", from: lowest, to: highest)

    // Frames.
    let width = 640.0
    let left =
      18 + Lettering.title
      + max(
        Panel.tickLabelWidth(y, height: mainHeight), Panel.tickLabelWidth(pullAxis, height: 140))
    let legendHeight = isSingle ? 0 : legend.rowsHeight(width: width - left - 10) + 8
    let box = Box(
      x: left, y: FigureHeading.height + legendHeight, width: width - left - 26, height: mainHeight)
    // Steps are honest about bins, until there are so many that they only flicker.
    let binWidth = box.width / Double(max(1, shown.count))
    let isFine = binWidth < 16
    let markerSize = min(4.5, max(2.4, 0.34 * binWidth))
    var main = Panel(id: "\(name)-main", box: box, x: x, y: y)
    if region.count == 2 { main.stripe(region[0], region[1], fill: regionColour) }
    drawHatch(spectra, in: &main)
    for spectrum in spectra {
      spectrum.drawFit(
        spectrum.fittedBins, unit: unit, isFine: isFine, style: fitStyle(spectrum),
        width: isSingle ? 2 : 1.6, in: &main)
    }
    for spectrum in spectra {
      main.markers(
        spectrum.dataPoints(spectrum.counts.indices, unit: unit), style: dataStyle(spectrum),
        size: markerSize)
    }
    if showsSignal {
      for spectrum in spectra {
        drawSignal(spectrum, unit: unit, isFine: isFine, style: signalStyle, in: &main)
      }
    }
    var content = heading.svg(
      over: Box(x: box.x, y: FigureHeading.height, width: box.width, height: 0))
    content += main.svg([.yLabels, .yTitle])
    content +=
      isSingle
      ? legend.column(x: box.right - legend.columnWidth - 12, y: box.y + 12)
      : legend.rows(x: box.x, y: FigureHeading.height, width: width - left - 10)

    // One strip of significances for each cut.
    let stripHeight = isSingle ? 140.0 : 78.0
    var stripTop = box.bottom
    for (index, spectrum) in spectra.enumerated() {
      let isLast = index == spectra.count - 1
      var strip = Panel(
        id: "\(name)-strip-\(index)",
        box: Box(x: box.x, y: stripTop, width: box.width, height: stripHeight), x: x, y: pullAxis)
      if region.count == 2 { strip.stripe(region[0], region[1], fill: regionColour) }
      drawHatch([spectrum], in: &strip)
      for sigma in [-2.0, 2] { strip.rule(y: sigma, colour: "#bbbbbb", dash: "3,3") }
      strip.bars(
        edges: edges, values: pulls[index],
        fill: isSingle ? "#c0392b" : dataStyle(spectrum).colour)
      if spectrum.expected == nil {
        let middle = (x.range.lowerBound + x.range.upperBound) / 2
        strip.note("No usable fit", x: middle, y: 0, dy: -6, size: Lettering.tick)
      }
      strip.rule(y: 0, colour: "#000000")
      var furniture: Panel.Furniture = [.yLabels, .stacked]
      if isLast { furniture.formUnion([.xLabels, .xTitle]) }
      if isSingle { furniture.formUnion([.yTitle, .centredYTitle]) }
      content += strip.svg(furniture)
      stripTop += stripHeight
    }
    if !isSingle {
      content += verticalLabel(
        pullAxis.title, x: left - 18 - Panel.tickLabelWidth(y, height: mainHeight),
        y: (box.bottom + stripTop) / 2, size: Lettering.title, anchor: "middle")
    }
    return Figure(
      name: name, caption: caption, width: width, height: stripTop + 62, content: content,
      table: table(spectra, pulls: pulls))
  }

  private static let regionColour = "#e6e6e6"

  /// The bins with something in them, and one more on either side.
  private static func drawnBins(_ spectra: [SearchRecord.Spectrum]) -> Range<Int> {
    let bins = max(0, (spectra.first?.edges.count ?? 1) - 1)
    let used = (0..<bins).filter { bin in
      spectra.contains { spectrum in
        (spectrum.counts[safe: bin].map { $0 ?? 1 } ?? 0) > 0
          || (spectrum.expected?[safe: bin] ?? 0) > 0.3
      }
    }
    guard let first = used.first, let last = used.last else { return 0..<0 }
    return max(0, first - 1)..<min(bins, last + 2)
  }

  /// A logarithmic axis of counts that leaves the legend's corner free.
  private static func countAxis(
    _ spectra: [SearchRecord.Spectrum], bins: Range<Int>, x: Axis, edges: [Double],
    legend: Legend, height: Double, highestFloor: Double
  ) -> Axis {
    let corner = legend.entries.isEmpty ? 1 : 1 - (legend.columnWidth + 40) / 520
    let reserved = legend.entries.isEmpty ? 0 : (legend.columnHeight + 24) / height
    let unit = BinUnit(edges: edges)
    var everywhere = 1.0
    var underLegend = 0.3
    var smallest = Double.infinity
    for spectrum in spectra {
      for bin in bins {
        var value = 0.0
        if let count = spectrum.counts[safe: bin] ?? nil {
          value = poissonInterval(count, weightScale: spectrum.weightScale ?? 1).high
        }
        if let expected = spectrum.expected?[safe: bin] {
          let band = spectrum.expectedUncertainty?[safe: bin] ?? 0
          value = max(value, expected + band, expected + (spectrum.signal?[safe: bin] ?? 0))
          if expected > 0 { smallest = min(smallest, unit.factors[bin] * expected) }
        }
        value *= unit.factors[bin]
        everywhere = max(everywhere, value)
        if x.fraction(edges[bin + 1]) > corner { underLegend = max(underLegend, value) }
      }
    }
    let low = log10(min(highestFloor, smallest.isFinite ? max(0.05, smallest * 0.5) : 0.5))
    let high = max(
      log10(everywhere) + 0.08 * (log10(everywhere) - low) + 0.1,
      low + (log10(underLegend) - low) / max(0.2, 1 - reserved))
    return Axis(unit.title, from: pow(10, low), to: pow(10, high), scale: .logarithmic)
  }

  /// Fit plus signal, where there is signal enough to tell it from the fit.
  private static func drawSignal(
    _ spectrum: SearchRecord.Spectrum, unit: BinUnit, isFine: Bool, style: SeriesStyle,
    in panel: inout Panel
  ) {
    guard let expected = spectrum.expected, let signal = spectrum.signal,
      signal.count == expected.count, spectrum.edges.count == signal.count + 1
    else { return }
    let visible = signal.indices.filter { abs(signal[$0]) > 0.01 * expected[$0] }
    guard let first = visible.first, let last = visible.last else { return }
    panel.histogram(
      edges: Array(spectrum.edges[first...(last + 1)]),
      values: (first...last).map { unit.factors[$0] * (expected[$0] + signal[$0]) },
      isFine: isFine, style: style, width: 2.4)
  }

  private static func drawHatch(_ spectra: [SearchRecord.Spectrum], in panel: inout Panel) {
    guard let first = spectra.first else { return }
    for bin in first.counts.indices where bin + 1 < first.edges.count {
      if spectra.allSatisfy({ $0.counts[safe: bin] == .some(nil) }) {
        panel.hatch(first.edges[bin], first.edges[bin + 1])
      }
    }
  }

  private static func table(_ spectra: [SearchRecord.Spectrum], pulls: [[Double?]]) -> FigureTable {
    let edges = spectra.first?.edges ?? []
    var columns: [FigureTable.Column] = [
      .init("binLowGeV", Array(edges.dropLast())), .init("binHighGeV", Array(edges.dropFirst())),
    ]
    for (spectrum, pull) in zip(spectra, pulls) {
      let cut = cutName(spectrum.efficiency)
      columns.append(.init("observed(\(cut))", spectrum.counts))
      if let expected = spectrum.expected { columns.append(.init("expected(\(cut))", expected)) }
      if let uncertainty = spectrum.expectedUncertainty {
        columns.append(.init("expectedUncertainty(\(cut))", uncertainty))
      }
      if let signal = spectrum.signal { columns.append(.init("signal(\(cut))", signal)) }
      columns.append(.init("significance(\(cut))", pull))
    }
    return FigureTable(columns)
  }
}

extension Array {
  /// The element, or `nil` past the end: a record from a file may have rows of unequal length.
  subscript(safe index: Int) -> Element? {
    indices.contains(index) ? self[index] : nil
  }
}
