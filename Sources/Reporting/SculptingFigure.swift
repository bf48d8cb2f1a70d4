import Foundation
import ResonanceSearch

extension Figure {
  /// The efficiency of each cut against mass, over its mean outside the signal region.
  ///
  /// - Parameters:
  ///   - spectra: Of one window, one of them without a cut.
  ///   - plan: For the heading.
  /// - Returns: `nil` without a spectrum before the cuts, or without a cut.
  static func sculpting(
    _ spectra: [SearchRecord.Spectrum], plan: SearchRecord.PlanSummary
  ) -> Figure? {
    guard let all = spectra.first(where: { $0.efficiency >= 1 }), let window = spectra.first?.window
    else { return nil }
    let cuts = spectra.filter { $0.efficiency < 1 }
    guard !cuts.isEmpty, let first = all.edges.first, let last = all.edges.last else { return nil }
    let styles = SeriesStyle.forEfficiencies(spectra.map(\.efficiency))
    let curves = cuts.compactMap { cut in
      efficiencyCurve(cut, of: all, style: styles[cut.efficiency] ?? .reference)
    }
    let top = curves.flatMap(\.y).max() ?? 1
    let region = all.signalRegionGeV
    return curves.isEmpty
      ? nil
      : framed(
        name: "sculpting-window-\(window)",
        caption: RichText(
          markup: "Efficiency of each cut against mass over its mean outside the signal region of"
            + " window \(window): flat where the cut leaves the spectrum its shape."),
        heading: FigureHeading(plan), x: Axis("*m*_{JJ} [GeV]", from: first, to: last),
        y: Axis("Relative efficiency", from: 0, to: 1.25 * min(max(top, 1.5), 6)), height: 300,
        legend: curves.map { .init(symbol: .data($0.style), text: $0.name) }
      ) { panel in
        panel.stripe(region[0], region[1], fill: "#e9edf3")
        panel.rule(y: 1, colour: "#777", dash: "4,3")
        var columns: [FigureTable.Column] = []
        for curve in curves {
          panel.markers(
            curve.x.indices.map {
              .init(
                curve.x[$0], curve.y[$0], low: curve.low?[$0] ?? curve.y[$0],
                high: curve.high?[$0] ?? curve.y[$0])
            }, style: curve.style)
          columns.append(.init("\(curve.name.plain): mass", curve.x))
          columns.append(.init("\(curve.name.plain): relative efficiency", curve.y))
          columns.append(.init("\(curve.name.plain): low", curve.low ?? []))
          columns.append(.init("\(curve.name.plain): high", curve.high ?? []))
        }
        return columns
      }
  }

  /// Bins are joined until the cut is expected to leave 25 events.
  private static func efficiencyCurve(
    _ cut: SearchRecord.Spectrum, of all: SearchRecord.Spectrum, style: SeriesStyle
  ) -> Curve? {
    let region = cut.signalRegionGeV[0]..<cut.signalRegionGeV[1]
    var groups: [(low: Double, high: Double, selected: Double, all: Double)] = []
    var outside = (selected: 0.0, all: 0.0)
    var open: (low: Double, high: Double, selected: Double, all: Double)?
    for bin in cut.counts.indices {
      guard let selected = cut.counts[bin], let before = all.counts[safe: bin] ?? nil else {
        continue
      }
      let (low, high) = (cut.edges[bin], cut.edges[bin + 1])
      if !region.contains((low + high) / 2) {
        outside = (outside.selected + selected, outside.all + before)
      }
      let group = (
        low: open?.low ?? low, high: high, selected: (open?.selected ?? 0) + selected,
        all: (open?.all ?? 0) + before
      )
      if group.all * cut.efficiency >= 25 {
        groups.append(group)
        open = nil
      } else {
        open = group
      }
    }
    guard outside.all > 0, outside.selected > 0, !groups.isEmpty else { return nil }
    let mean = outside.selected / outside.all
    let values = groups.map { $0.selected / $0.all / mean }
    let errors = groups.map { group in
      let efficiency = group.selected / group.all
      return (max(efficiency * (1 - efficiency), 0) / group.all).squareRoot() / mean
    }
    return Curve(
      RichText(verbatim: "ε = \(cutName(cut.efficiency))"),
      x: groups.map { ($0.low + $0.high) / 2 }, y: values,
      low: zip(values, errors).map { max(0, $0 - $1) }, high: zip(values, errors).map { $0 + $1 },
      style: style)
  }
}
