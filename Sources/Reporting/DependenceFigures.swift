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
        "Fitted excess where signal is strongest, after subtracting the residual events of the same seed "
          + "and cut without signal", yTitle: "Corrected significance [σ]", plain.map(\.variant)
      ) { variant, efficiency in
        let signal = cells.first {
          $0.variant == variant && $0.injection == strongestInjection
        }
        let none = plain.first { $0.variant == variant }
        guard let signal, let none else { return [] }
        return pairs(signal, none).compactMap { run, null in
          guard let own = cut(run, efficiency), let residual = cut(null, efficiency) else {
            return nil
          }
          return own.measurement.localSignificance(
            afterSubtracting: residual.measurement, weightScale: own.weightScale)
        }
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
        plain.first { $0.variant == variant }.map { cell in
          searches(cell).compactMap { run in
            significance(run, efficiency).flatMap { own in significance(run, 1).map { own - $0 } }
          }
        } ?? []
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

  /// The searches of two cells that have the same seed.
  private func pairs(_ cell: Cell, _ other: Cell) -> [(ComparedRun, ComparedRun)] {
    let others = searches(other)
    return searches(cell).compactMap { run in
      others.first { $0.record.result.seed == run.record.result.seed }.map { (run, $0) }
    }
  }

  /// Of a search's compared window; `nil` without a usable fit.
  private func significance(_ run: ComparedRun, _ efficiency: Double) -> Double? {
    cut(run, efficiency).flatMap {
      $0.measurement.isQuotable ? $0.measurement.localSignificance : nil
    }
  }

  /// One cut of a search's compared window.
  private func cut(
    _ run: ComparedRun, _ efficiency: Double
  ) -> (measurement: SearchResult.Measurement, weightScale: Double)? {
    let window = run.record.result.windows.filter {
      $0.signalRegionGeV[0] <= massGeV && massGeV < $0.signalRegionGeV[1]
    }.min {
      abs($0.signalRegionGeV.reduce(0, +) / 2 - massGeV)
        < abs($1.signalRegionGeV.reduce(0, +) / 2 - massGeV)
    }
    guard let window,
      let measurement = window.efficiencies.first(where: { $0.efficiency == efficiency })
    else { return nil }
    let spectrum = run.record.spectra.first {
      $0.window == window.index && $0.efficiency == efficiency
    }
    return (measurement, spectrum?.weightScale ?? 1)
  }
}
