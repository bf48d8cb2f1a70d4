import Evaluation
import Foundation
import ResonanceSearch

extension RunComparison {
  /// The figures: p-values, significance against the cut and, with labels, ROC and SIC.
  public var figures: [Figure] {
    let series = zip(groups, groups.indices).map { group, index in
      SeparationSeries(
        legendName(group),
        group.window(at: massGeV).map { group.evaluations(ofWindow: $0.index) } ?? [],
        style: .numbered(index))
    }
    return [pValues, significanceByCut]
      + Figure.separation(
        series, place: "signal region at \(fixed(massGeV, 0)) GeV", heading: heading)
      + mapsByWindow.flatMap(\.figures)
  }

  /// The efficiency maps of all searches for each window that several have, with common colours.
  var mapsByWindow: [(regionGeV: [Double], figures: [Figure])] {
    let all = groups.flatMap(\.efficiencyMaps)
    var windows: [SeedGroup.Window] = []
    for window in groups.flatMap(\.windows)
    where !windows.contains(where: { $0.signalRegionGeV == window.signalRegionGeV }) {
      windows.append(window)
    }
    return windows.compactMap { window in
      let figures = groups.enumerated().compactMap { index, group -> Figure? in
        let own = group.windows.first { $0.signalRegionGeV == window.signalRegionGeV }
        return group.efficiencyMaps.first { $0.window == own?.index }.map {
          .efficiencyMap(
            $0, among: all, plan: plan, of: (index + 1, group.name),
            signalMasses: signalMassesGeV)
        }
      }
      return figures.count > 1 ? (window.signalRegionGeV, figures) : nil
    }
  }

  private var heading: FigureHeading { FigureHeading(plan) }

  private func legendName(_ group: SeedGroup) -> RichText {
    RichText(
      verbatim: group.name + (group.seeds.count > 1 ? " (\(group.seeds.count) seeds)" : ""))
  }

  /// Every group at the cut of its smallest p-value.
  private var pValues: Figure {
    var columns: [FigureTable.Column] = []
    var series: [PValueSeries] = []
    if let noCut = commonNoCut {
      series.append(PValueSeries(name: "No cut", style: .reference, windows: noCut))
      columns.append(.init("No cut: massGeV", noCut.map(\.mass)))
      columns.append(.init("No cut: log10p", noCut.map(\.exponent)))
    }
    for (index, group) in groups.enumerated() {
      let efficiency = group.best?.cut.efficiency
      let windows = group.windows.map { window in
        let spread = window.cuts.first { $0.efficiency == efficiency }?.log10LocalPValue
        return PValueSeries.Window(
          mass: window.centreGeV, exponent: spread?.median,
          low: group.seeds.count > 1 ? spread?.low : nil,
          high: group.seeds.count > 1 ? spread?.high : nil)
      }
      let cut = efficiency.map { ", " + cutName($0) } ?? ""
      series.append(
        PValueSeries(
          name: legendName(group) + RichText(verbatim: cut), style: .numbered(index),
          windows: windows))
      columns += [
        .init("\(group.name): massGeV", windows.map(\.mass)),
        .init("\(group.name)\(cut): log10p", windows.map(\.exponent)),
        .init("\(group.name)\(cut): log10p low", windows.map(\.low)),
        .init("\(group.name)\(cut): log10p high", windows.map(\.high)),
      ]
    }
    let isRepeated = groups.contains { $0.seeds.count > 1 }
    return .pValueScan(
      name: "compared-p-values",
      caption: RichText(
        markup:
          "Nominal local *p*-value at the centre of each signal region, each search at the cut where its"
          + " smallest one lies"
          + (isRepeated ? "; medians over seeds with the band of the middle 68 %." : ".")),
      heading: heading, edges: groups.flatMap(\.windows).flatMap(\.signalRegionGeV), series,
      without: "No usable fit", table: FigureTable(columns))
  }

  /// The p-values before any cut, if they are the same in all searches.
  private var commonNoCut: [PValueSeries.Window]? {
    let all = groups.map { group in
      group.windows.map { window in
        PValueSeries.Window(
          mass: window.centreGeV,
          exponent: window.cuts.first { $0.efficiency >= 1 }?.log10LocalPValue?.median)
      }
    }
    guard let first = all.first, first.contains(where: { $0.exponent != nil }),
      all.allSatisfy({ windows in
        windows.map(\.mass) == first.map(\.mass)
          && windows.map(\.exponent) == first.map(\.exponent)
      })
    else { return nil }
    return first
  }

  /// Significance before and after each cut at the compared mass.
  private var significanceByCut: Figure {
    .fittedExcess(
      name: "significance-by-cut",
      caption: RichText(
        markup:
          "Nominal local significance in the signal region at \(fixed(massGeV, 0)) GeV before (1) and after"
          + " each cut."),
      heading: heading,
      groups.enumerated().map { index, group in
        ExcessSeries(
          name: legendName(group),
          cuts: (group.window(at: massGeV)?.cuts ?? [])
            .sorted { $0.efficiency < $1.efficiency }
            .compactMap { cut in cut.localSignificance.map { (cut.efficiency, $0) } },
          style: .numbered(index))
      })
  }
}
