import Foundation
import ResonanceSearch

/// One line of a figure of p-values against the mass.
struct PValueSeries {
  struct Window {
    /// Centre of the signal region in GeV.
    var mass: Double
    /// log10 of the p-value; `nil` where there is none to quote.
    var exponent: Double?
    /// Ends of a band around it.
    var low: Double?
    var high: Double?
  }

  var name: RichText
  var style: SeriesStyle
  var windows: [Window]
}

extension Figure {
  /// Draws the local p-value against the mass for each cut.
  ///
  /// As LHC Olympics (arXiv:2101.08320) Fig. 34.
  static func pValues(_ record: SearchRecord) -> Figure {
    let windows = record.result.windows
    let efficiencies = Set(windows.flatMap { $0.efficiencies.map(\.efficiency) }).sorted(by: >)
    let styles = SeriesStyle.forEfficiencies(efficiencies)
    var columns = [
      FigureTable.Column("signalRegionLowGeV", windows.map { $0.signalRegionGeV.first }),
      FigureTable.Column("signalRegionHighGeV", windows.map { $0.signalRegionGeV.last }),
    ]
    let series = efficiencies.map { efficiency in
      let measurements = windows.map { window in
        window.efficiencies.first { $0.efficiency == efficiency }
      }
      let quotable = measurements.map { $0.flatMap { $0.isQuotable ? $0 : nil } }
      columns.append(.init("log10p(\(cutName(efficiency)))", quotable.map { $0?.log10LocalPValue }))
      columns.append(
        .init("significance(\(cutName(efficiency)))", quotable.map { $0?.localSignificance }))
      let name = efficiency >= 1 ? "No cut" : "*ε*\u{A0}=\u{A0}\(percentage(efficiency))"
      return PValueSeries(
        name: RichText(markup: name), style: styles[efficiency] ?? .reference,
        windows: zip(windows, zip(measurements, quotable)).compactMap { window, pair in
          pair.0 == nil
            ? nil : .init(mass: window.centreGeV, exponent: pair.1?.log10LocalPValue)
        })
    }
    return pValueScan(
      name: "p-values",
      caption: RichText(
        markup: (record.result.calibrated ? "Local" : "Nominal local")
          + " *p*-value at the centre of each signal region, for each cut."),
      heading: FigureHeading(record.plan), edges: windows.flatMap(\.signalRegionGeV), series,
      without: record.result.blind ? "Withheld" : "No usable fit", table: FigureTable(columns))
  }

  /// Draws p-values against the mass, with lines of whole standard deviations.
  ///
  /// The scale holds logarithms, so that 40 standard deviations can be drawn. A window without a
  /// p-value breaks its line and is marked at the upper edge.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - edges: Edges of the signal regions in GeV, in any order.
  ///   - series: What to draw.
  ///   - without: What the mark of a window without a p-value means.
  ///   - table: The numbers.
  /// - Returns: The figure.
  static func pValueScan(
    name: String, caption: RichText, heading: FigureHeading, edges: [Double],
    _ series: [PValueSeries], without: RichText, table: FigureTable
  ) -> Figure {
    let values = series.flatMap(\.windows).flatMap { [$0.exponent, $0.low].compactMap(\.self) }
    let low = min((values.min() ?? 0) * 1.12 - 0.3, -4.5)
    let sigmas = sigmaLines(downTo: low)
    let margin = ((edges.max() ?? 1) - (edges.min() ?? 0)) * 0.02
    let x = Axis(
      "*m*_{JJ} [GeV]", from: (edges.min() ?? 0) - margin, to: (edges.max() ?? 1) + margin)
    let top = -low * 0.05
    let y = Axis("Local *p*-value", from: low, to: top, scale: .exponent)

    let withoutStyle = SeriesStyle(colour: "#999999", marker: .square, isFilled: false)
    var legend = Legend(
      entries: series.map {
        .init(symbol: .series($0.style, hasLine: true), text: $0.name)
      })
    if series.contains(where: { $0.windows.contains { $0.exponent == nil } }) {
      legend.entries.append(
        .init(symbol: .series(withoutStyle, hasLine: false), text: without))
    }

    let width = 640.0
    let plotHeight = 430.0
    let left = 18 + Lettering.title + Panel.tickLabelWidth(y, height: plotHeight)
    let legendHeight = legend.rowsHeight(width: width - left - 10)
    let box = Box(
      x: left, y: FigureHeading.height + legendHeight + 8, width: width - left - 46,
      height: plotHeight)
    var panel = Panel(id: "\(name)-frame", box: box, x: x, y: y)
    for line in sigmas {
      panel.rule(y: line.exponent, colour: line.sigma == 0 ? "#888888" : "#bbbbbb", dash: "3,3")
    }
    for series in series {
      for run in runs(of: series.windows) {
        let band = run.filter { $0.low != nil && $0.high != nil }
        panel.band(
          x: band.map(\.mass), low: band.compactMap(\.low), high: band.compactMap(\.high),
          fill: series.style.colour)
        panel.line(run.map { .init($0.mass, $0.exponent ?? 0) }, style: series.style)
      }
      panel.markers(
        series.windows.compactMap { window in
          // A band needs two windows.
          let isAlone = series.windows.count == 1
          return window.exponent.map {
            .init(
              window.mass, $0, low: isAlone ? window.low : nil, high: isAlone ? window.high : nil)
          }
        },
        style: series.style, size: 5)
      panel.markers(
        series.windows.compactMap { $0.exponent == nil ? .init($0.mass, top * 0.5) : nil },
        style: withoutStyle, size: 4)
    }

    var content =
      heading.svg(over: Box(x: box.x, y: FigureHeading.height, width: box.width, height: 0))
      + legend.rows(x: box.x, y: FigureHeading.height, width: width - left - 10) + panel.svg()
    var lastLabel = -Double.infinity
    for line in sigmas {
      let at = panel.yPosition(line.exponent)
      guard at > lastLabel + 17, at < box.bottom - 4 else { continue }
      lastLabel = at
      content += label(
        RichText(verbatim: "\(line.sigma)σ"), x: box.right + 6, y: at + 6, size: 16,
        colour: "#333333")
    }
    return Figure(
      name: name, caption: caption, width: width, height: box.bottom + 62, content: content,
      table: table)
  }

  /// Whole standard deviations and their one-sided p-values, as long as they are on the panel.
  static func sigmaLines(downTo low: Double) -> [(sigma: Int, exponent: Double)] {
    var lines: [(sigma: Int, exponent: Double)] = []
    var sigma = 0
    while sigma < 200 {
      let exponent = log10TailProbability(Double(sigma))
      if exponent < low { break }
      lines.append((sigma, exponent))
      sigma += 1
    }
    let step = lines.count <= 10 ? 1 : lines.count <= 22 ? 2 : lines.count <= 55 ? 5 : 10
    return lines.filter { $0.sigma % step == 0 }
  }

  /// Neighbouring windows that all have a value.
  private static func runs(of windows: [PValueSeries.Window]) -> [[PValueSeries.Window]] {
    windows.split { $0.exponent == nil }.map(Array.init)
  }
}

extension SearchResult.Window {
  /// Centre of the signal region in GeV.
  var centreGeV: Double {
    signalRegionGeV.reduce(0, +) / Double(max(1, signalRegionGeV.count))
  }
}

extension FigureHeading {
  init(_ plan: SearchRecord.PlanSummary) {
    self.init(label: plan.label, sqrtS: plan.sqrtS, luminosity: plan.luminosity)
  }
}
