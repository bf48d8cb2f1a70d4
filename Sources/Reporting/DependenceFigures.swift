import Evaluation
import Foundation
import ResonanceSearch

extension StudyReport {
  /// The dependence test as the SA-CWoLa paper draws it, if there are searches without signal.
  ///
  /// The fitted excess against the cut with signal and without (arXiv:2009.02205, Figs. 6 and 7), and
  /// the spectra without signal (Fig. 5).
  var dependenceFigures: [Figure] {
    let plain = cells.filter { isWithoutSignal($0) }
    guard !plain.isEmpty, cells.contains(where: { !isWithoutSignal($0) }) else { return [] }
    return excesses(plain) + (plain.count <= 12 ? spectra(plain) : [])
  }

  /// The compared window after every cut, one figure a variant, its first seed.
  private func spectra(_ cells: [Cell]) -> [Figure] {
    cells.enumerated().compactMap { index, cell in
      guard let window = cell.searches.window(at: massGeV),
        let record = searches(cell).first?.record
      else { return nil }
      return .spectra(
        record.spectra.filter { $0.window == window.index }, plan: record.plan,
        name: "spectra-without-signal-\(index + 1)",
        caption: RichText(
          verbatim: "Mass spectra without signal after each cut of \(cell.variant), seed "
            + "\(record.result.seed), with the background fitted outside the signal region: a "
            + "score that follows the dijet mass leaves a shape that no fit describes."))
    }
  }

  private func excesses(_ plain: [Cell]) -> [Figure] {
    return [
      excess(
        "excess-corrected",
        "Fitted excess where signal is strongest, minus that of the same seed and cut without signal",
        yTitle: "Significance minus residual [σ]", plain.map(\.variant)
      ) { variant, efficiency in
        let signal = cells.first {
          $0.variant == variant && $0.injection == strongestInjection
        }
        let none = plain.first { $0.variant == variant }
        guard let signal, let none else { return [] }
        return differences(signal, efficiency, none, efficiency)
      },
      excess(
        "excess-without-signal", "Fitted excess without signal", yTitle: "Local significance [σ]",
        plain.map(\.variant)
      ) { variant, efficiency in
        plain.first { $0.variant == variant }.map { cell in
          searches(cell).compactMap { significance($0, efficiency) }
        } ?? []
      },
      excess(
        "excess-without-signal-shifted",
        "Fitted excess without signal, minus that of the same seed before any cut",
        yTitle: "Significance minus that before the cut [σ]", plain.map(\.variant)
      ) { variant, efficiency in
        plain.first { $0.variant == variant }.map { differences($0, efficiency, $0, 1) } ?? []
      },
    ].compactMap(\.self)
  }

  private func excess(
    _ name: String, _ caption: String, yTitle: RichText, _ variants: [String],
    values: (_ variant: String, _ efficiency: Double) -> [Double]
  ) -> Figure? {
    let series = variants.enumerated().map { index, variant in
      ExcessSeries(
        name: RichText(verbatim: variant),
        cuts: strongest.efficiencies.reversed().compactMap { efficiency in
          Spread(values(variant, efficiency)).map { (efficiency, $0) }
        }, style: .numbered(index))
    }
    guard series.contains(where: { !$0.cuts.isEmpty }) else { return nil }
    return .fittedExcess(
      name: name,
      caption: RichText(
        verbatim: caption
          + (seedCount > 1
            ? "; medians over the seeds with a usable fit, with the band of the middle 68\u{A0}%."
            : ".")),
      heading: FigureHeading(plan), yTitle: yTitle, series)
  }

  /// The significances of one cell minus those of another one, seed by seed.
  private func differences(
    _ cell: Cell, _ efficiency: Double, _ other: Cell, _ otherEfficiency: Double
  ) -> [Double] {
    let others = searches(other)
    return searches(cell).compactMap { run in
      guard let same = others.first(where: { $0.record.result.seed == run.record.result.seed }),
        let own = significance(run, efficiency), let reference = significance(same, otherEfficiency)
      else { return nil }
      return own - reference
    }
  }

  /// Of a search's compared window; `nil` without a usable fit.
  private func significance(_ run: ComparedRun, _ efficiency: Double) -> Double? {
    let window = run.record.result.windows.filter {
      $0.signalRegionGeV[0] <= massGeV && massGeV < $0.signalRegionGeV[1]
    }.min {
      abs($0.signalRegionGeV.reduce(0, +) / 2 - massGeV)
        < abs($1.signalRegionGeV.reduce(0, +) / 2 - massGeV)
    }
    return window?.efficiencies.first { $0.efficiency == efficiency && $0.isQuotable }?
      .localSignificance
  }
}
