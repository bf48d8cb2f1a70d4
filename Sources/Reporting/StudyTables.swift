import EventFiles
import Evaluation
import Foundation
import ResonanceSearch
import StatisticalInference

extension StudyReport {
  /// Significances before and after each cut, one line a cell: medians over its seeds.
  var table: ComparisonTable {
    let isTimed = cells.contains { $0.searches.trainingSeconds != nil }
    let isCalibrated = cells.contains { $0.searches.globalPValue != nil }
    return ComparisonTable(
      titles: ["variant", "injected", "seeds"] + (hasSignal ? ["S/B [%]"] : [])
        + efficiencies.map { "Z, \(cutName($0))" } + (isCalibrated ? ["global p"] : [])
        + (isTimed ? ["training [s]"] : []),
      rows: cells.map { cell in
        let window = cell.searches.window(at: massGeV)
        let ratio = window?.separation?.signalToBackground
        return [cell.variant, cell.injection ?? "–", "\(cell.searches.seeds.count)"]
          + (hasSignal ? [ratio.map { fixed(100 * $0.median, 3) } ?? "–"] : [])
          + efficiencies.map { efficiency in
            let cut = window?.cuts.first { $0.efficiency == efficiency }
            return spreadText(cut?.localSignificance, 1, of: cell.searches.seeds.count)
          } + (isCalibrated ? [spreadText(cell.searches.globalPValue, 2)] : [])
          + (isTimed ? [spreadText(cell.searches.trainingSeconds, 1)] : [])
      })
  }

  /// How well each cell separates its injected signal; `nil` without labels.
  var separations: ComparisonTable? {
    guard hasSignal else { return nil }
    return ComparisonTable(
      titles: [
        "variant", "injected", "AUC", "max SIC", "floor", "SIC at 10 %", "SIC at 1 %",
        "SIC at 0.1 %", "SIC at half signal",
      ],
      rows: cells.filter { !isWithoutSignal($0) }.map { cell in
        let separation = cell.searches.window(at: massGeV)?.separation
        return [
          cell.variant, cell.injection ?? "–", spreadText(separation?.areaUnderCurve, 3),
          spreadText(separation?.maximumImprovement, 1),
          separation?.floor.map { fixed($0, 5) } ?? "–",
          spreadText(separation?.improvementAtTenPercentBackground, 2),
          spreadText(separation?.improvementAtOnePercentBackground, 1),
          spreadText(separation?.improvementAtOnePerMilleBackground, 1),
          spreadText(separation?.improvementAtHalfSignal, 1),
        ]
      })
  }

  /// How much each cell's score knows of m_JJ, and what its cuts do to the spectrum's shape.
  var dependences: ComparisonTable? {
    guard
      cells.contains(where: { $0.searches.window(at: massGeV)?.distanceCorrelation != nil })
    else { return nil }
    let cuts = efficiencies.filter { $0 < 1 }
    return ComparisonTable(
      titles: [
        "variant", "injected", "distance correlation", "by chance", "mutual information",
        "by chance",
      ] + cuts.map { "chi2/ndf, \(cutName($0))" },
      rows: cells.map { cell in
        let window = cell.searches.window(at: massGeV)
        return [
          cell.variant, cell.injection ?? "–", spreadText(window?.distanceCorrelation, 3),
          window?.distanceCorrelationExpected.map { fixed($0.median, 3) } ?? "–",
          spreadText(window?.mutualInformation, 4),
          window?.mutualInformationExpected.map { fixed($0.median, 4) } ?? "–",
        ]
          + cuts.map { efficiency in
            spreadText(window?.cuts.first { $0.efficiency == efficiency }?.sculpting, 1)
          }
      })
  }

  static let dependenceLegend =
    "Rank of the score against rank of m_JJ over the fit range: distance correlation, and mutual "
    + "information of tenths in nats, with their means without dependence. chi2/ndf of a cut's "
    + "efficiency against a constant outside the signal region: about 1 where it leaves the shape."

  static let separationLegend =
    "SIC = signal efficiency / sqrt(background efficiency) in the signal region, quoted down to the "
    + "floor, where at least 25 background events pass; at 10 %, 1 % and 0.1 % of the background."

  static let trainingLegend =
    "Training: seconds of a search from its first training to its last score; searches may have run "
    + "side by side (timing.csv)."

  private var efficiencies: [Double] {
    Set(cells.flatMap { $0.searches.window(at: massGeV)?.cuts.map(\.efficiency) ?? [] })
      .sorted(by: >)
  }

  private var hasSignal: Bool {
    cells.contains {
      $0.searches.windows.contains { $0.separation?.signalEvents?.median ?? 0 > 0 }
    }
  }

  /// What the terminal shows, in ASCII.
  public var text: String {
    let heading =
      "Signal region at \(fixed(massGeV, 0)) GeV"
      + (seedCount > 1 ? ", median over seeds [middle 68 %]" : "")
    var lines = (title.isEmpty ? [] : [title]) + [heading, ""] + table.text
    if let separations {
      lines += ["", "With truth labels", ""] + separations.text + [Self.separationLegend]
    }
    if let dependences {
      lines += ["", "Dependence on m_JJ", ""] + dependences.text + [Self.dependenceLegend]
    }
    lines += ["", "Functions that described the spectra of all windows and seeds (range of Z)", ""]
    lines += fits.text
    if !notes.isEmpty { lines += [""] + notes.map { "note: \($0)" } }
    return lines.map(ascii).joined(separator: "\n")
  }

  /// Which functions described the spectra of all windows and seeds, with the smallest and largest
  /// significance that came of them, one line a cell.
  var fits: ComparisonTable {
    let efficiencies = Set(
      cells.flatMap { $0.searches.windows.flatMap { $0.cuts.map(\.efficiency) } }
    ).sorted(by: >)
    return ComparisonTable(
      titles: ["variant", "injected"] + efficiencies.map(cutName),
      rows: cells.map { cell in
        let measurements = searches(cell)
          .flatMap { $0.record.result.windows.flatMap(\.efficiencies) }
        return [cell.variant, cell.injection ?? "–"]
          + efficiencies.map { efficiency in
            Self.fitText(measurements.filter { $0.efficiency == efficiency })
          }
      })
  }

  /// "dijet4 8, none 2 (Z −2.9 to 3.7)".
  private static func fitText(_ measurements: [SearchResult.Measurement]) -> String {
    let counts = Dictionary(
      measurements.map { (SeedGroup.function($0), 1) }, uniquingKeysWith: +)
    let text = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      .joined(separator: ", ")
    let values = measurements.filter(\.isQuotable).compactMap(\.localSignificance)
    guard let low = values.min(), let high = values.max() else { return text }
    let range =
      values.count == 1 ? significance(low) : "\(significance(low)) to \(significance(high))"
    return "\(text) (Z \(range))"
  }

  /// One line a search and window, as comma-separated values; an empty field is a value that does
  /// not exist.
  public var csv: String {
    let keyPaths = Set(cells.flatMap(\.settings.keys)).sorted()
    let efficiencies = Set(
      runs.flatMap { run in
        run.run.record.result.windows.flatMap { $0.efficiencies.map(\.efficiency) }
      }
    ).sorted(by: >)
    let titles =
      ["run", "variant"] + keyPaths
      + [
        "injected", "seed", "window", "signalRegionLowGeV", "signalRegionHighGeV", "signalEvents",
        "backgroundEvents", "areaUnderCurve", "maximumImprovement", "maximumImprovementAt", "floor",
        "improvementAtHalfSignal", "improvementAt(0.1)", "improvementAt(0.01)",
        "improvementAt(0.001)", "distanceCorrelation", "distanceCorrelationExpected",
        "mutualInformation", "mutualInformationExpected", "globalPValue", "pseudoExperiments",
        "exceedingPseudoExperiments",
      ]
      + efficiencies.flatMap { efficiency in
        [
          "significance", "log10p", "observed", "expected", "expectedUncertainty", "fitPValue",
          "sculptingChi2", "sculptingNdf", "fit",
        ]
        .map { "\($0)(\(exact(efficiency)))" }
      }
    let lines = runs.flatMap { point, run -> [[String]] in
      let settings = Dictionary(
        point.variant.settings.map { ($0.keyPath, $0.value) }, uniquingKeysWith: { _, last in last }
      )
      let search =
        [point.label, point.variant.name] + keyPaths.map { settings[$0] ?? "" }
        + [point.injection?.name ?? "", "\(point.seed)"]
      let global = run.record.result.globalPValue
      return run.record.result.windows.map { window in
        let evaluation = run.evaluations.first { $0.index == window.index }
        let dependence = window.massDependence
        var numbers: [Double?] = [
          window.signalRegionGeV.first, window.signalRegionGeV.last,
          evaluation.map { Double($0.signalEvents) },
          evaluation.map { Double($0.backgroundEvents) }, evaluation?.areaUnderCurve,
          evaluation?.maximum?.significanceImprovement,
          evaluation?.maximum?.backgroundEfficiency, evaluation?.floor,
          evaluation?.atHalfSignal?.significanceImprovement,
        ]
        numbers += [0.1, 0.01, 0.001].map {
          evaluation?.point(nearBackgroundEfficiency: $0)?.significanceImprovement
        }
        numbers += [
          dependence?.distanceCorrelation, dependence?.distanceCorrelationExpected,
          dependence?.mutualInformation, dependence?.mutualInformationExpected, global?.value,
          (global?.pseudoExperiments).map(Double.init), (global?.exceeding).map(Double.init),
        ]
        return search + ["\(window.index)"] + numbers.map { $0.map(exact) ?? "" }
          + efficiencies.flatMap { efficiency in
            Self.fields(window.efficiencies.first { $0.efficiency == efficiency })
          }
      }
    }
    return FigureTable.csv([titles] + lines)
  }

  private static func fields(_ cut: SearchResult.Measurement?) -> [String] {
    let numbers = [
      cut?.localSignificance, cut?.log10LocalPValue, cut?.observed, cut?.expected,
      cut?.expectedUncertainty, cut?.fit?.pValue, cut?.sculpting?.chi2,
      cut?.sculpting.map { Double($0.ndf) },
    ]
    return numbers.map { $0.map(exact) ?? "" } + [cut.map(SeedGroup.function) ?? ""]
  }
}
