import Foundation
import ResonanceSearch

extension Figure {
  /// Draws the local p-value against the mass for each cut.
  ///
  /// As LHC Olympics (arXiv:2101.08320) Fig. 34. The scale holds logarithms, so that 40 standard deviations can be drawn. A window without a
  /// p-value breaks its line and is marked at the upper edge.
  static func pValues(_ record: SearchRecord) -> Figure {
    let windows = record.result.windows
    let efficiencies = Set(windows.flatMap { $0.efficiencies.map(\.efficiency) }).sorted(by: >)
    let styles = SeriesStyle.forEfficiencies(efficiencies)
    var columns = [
      FigureTable.Column("signalRegionLowGeV", windows.map { $0.signalRegionGeV.first }),
      FigureTable.Column("signalRegionHighGeV", windows.map { $0.signalRegionGeV.last }),
    ]

    let smallest =
      windows.flatMap { $0.efficiencies.filter(\.isQuotable).compactMap(\.log10LocalPValue) }.min()
      ?? 0
    let sigmas = sigmaLines(downTo: min(smallest * 1.12 - 0.3, -4.5))
    let low = min(smallest * 1.12 - 0.3, -4.5)
    let edges = windows.flatMap(\.signalRegionGeV)
    let margin = ((edges.max() ?? 1) - (edges.min() ?? 0)) * 0.02
    let x = Axis(
      "*m*_{JJ} [GeV]", from: (edges.min() ?? 0) - margin, to: (edges.max() ?? 1) + margin)
    let top = -low * 0.05
    let y = Axis("Local *p*-value", from: low, to: top, scale: .exponent)

    var legend = Legend(entries: [])
    let anyWithout = windows.contains { $0.efficiencies.contains { !$0.isQuotable } }
    for efficiency in efficiencies {
      let name = efficiency >= 1 ? "No cut" : "*ε*\u{A0}=\u{A0}\(percentage(efficiency))"
      legend.entries.append(
        .init(
          symbol: .series(styles[efficiency] ?? .reference, hasLine: true),
          text: RichText(markup: name)))
    }
    let without = SeriesStyle(colour: "#999999", marker: .square, isFilled: false)
    if anyWithout {
      let blind = record.result.blind
      legend.entries.append(
        .init(
          symbol: .series(without, hasLine: false), text: blind ? "Withheld" : "No usable fit"))
    }

    let width = 640.0
    let plotHeight = 430.0
    let left = 18 + Lettering.title + Panel.tickLabelWidth(y, height: plotHeight)
    let legendHeight = legend.rowsHeight(width: width - left - 10)
    let box = Box(
      x: left, y: FigureHeading.height + legendHeight + 8, width: width - left - 46,
      height: plotHeight)
    var panel = Panel(id: "p-values-frame", box: box, x: x, y: y)
    for line in sigmas {
      panel.rule(y: line.exponent, colour: line.sigma == 0 ? "#888888" : "#bbbbbb", dash: "3,3")
    }
    for efficiency in efficiencies {
      let style = styles[efficiency] ?? .reference
      let measurements = windows.map { window in
        window.efficiencies.first { $0.efficiency == efficiency }
      }
      let quotable = measurements.map { $0.flatMap { $0.isQuotable ? $0 : nil } }
      let exponents = quotable.map { $0?.log10LocalPValue }
      columns.append(.init("log10p(\(cutName(efficiency)))", exponents))
      columns.append(
        .init("significance(\(cutName(efficiency)))", quotable.map { $0?.localSignificance }))
      let centres = windows.map(centre)
      for run in runs(of: exponents) {
        panel.line(run.map { .init(centres[$0], exponents[$0] ?? 0) }, style: style)
      }
      panel.markers(
        exponents.indices.compactMap { index in
          exponents[index].map { .init(centres[index], $0) }
        }, style: style, size: 5)
      panel.markers(
        exponents.indices.compactMap { index in
          measurements[index] != nil && exponents[index] == nil
            ? .init(centres[index], top * 0.5) : nil
        }, style: without, size: 4)
    }

    var content =
      FigureHeading(record.plan).svg(
        over: Box(x: box.x, y: FigureHeading.height, width: box.width, height: 0))
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
      name: "p-values",
      caption: RichText(
        markup: (record.result.calibrated ? "Local" : "Nominal local")
          + " *p*-value at the centre of each signal region, for each cut."),
      width: width, height: box.bottom + 62, content: content, table: FigureTable(columns))
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
  private static func runs(of values: [Double?]) -> [[Int]] {
    var runs: [[Int]] = [[]]
    for (index, value) in values.enumerated() {
      if value != nil {
        runs[runs.count - 1].append(index)
      } else {
        runs.append([])
      }
    }
    return runs.filter { !$0.isEmpty }
  }

  private static func centre(_ window: SearchResult.Window) -> Double {
    window.signalRegionGeV.reduce(0, +) / Double(max(1, window.signalRegionGeV.count))
  }
}

extension FigureHeading {
  init(_ plan: SearchRecord.PlanSummary) {
    self.init(label: plan.label, sqrtS: plan.sqrtS, luminosity: plan.luminosity)
  }
}
