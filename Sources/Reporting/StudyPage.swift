import EventFiles
import Evaluation
public import Foundation
import ResonanceSearch

extension StudyReport {
  /// One line a cell: medians over its seeds.
  var table: ComparisonTable {
    let efficiencies = Set(
      cells.flatMap { $0.searches.window(at: massGeV)?.cuts.map(\.efficiency) ?? [] }
    ).sorted(by: >)
    let hasSignal = cells.contains { $0.searches.windows.contains { $0.separation != nil } }
    return ComparisonTable(
      titles: ["variant", "injected", "seeds"] + (hasSignal ? ["S/B [%]"] : [])
        + efficiencies.map { "Z, \(cutName($0))" }
        + (hasSignal ? ["AUC", "max SIC", "SIC at half signal"] : []),
      rows: cells.map { cell in
        let window = cell.searches.window(at: massGeV)
        let separation = window?.separation
        var row = [cell.variant, cell.injection ?? "–", "\(cell.searches.seeds.count)"]
        if hasSignal {
          row.append(
            separation?.signalToBackground.map { fixed(100 * $0.median, 3) } ?? "–")
        }
        row += efficiencies.map { efficiency in
          let cut = window?.cuts.first { $0.efficiency == efficiency }
          return spreadText(cut?.localSignificance, 1, of: cell.searches.seeds.count)
        }
        if hasSignal {
          row += [
            spreadText(separation?.areaUnderCurve, 3),
            spreadText(separation?.maximumImprovement, 1),
            spreadText(separation?.improvementAtHalfSignal, 1),
          ]
        }
        return row
      })
  }

  /// What the terminal shows, in ASCII.
  public var text: String {
    let heading =
      "Signal region at \(fixed(massGeV, 0)) GeV"
      + (seedCount > 1 ? ", median over seeds [middle 68 %]" : "")
    let lines =
      (title.isEmpty ? [] : [title]) + [heading, ""] + table.text
      + ["", "Functions that described the spectra of all windows and seeds (range of Z)", ""]
      + fits.text
    return (lines + (notes.isEmpty ? [] : [""]) + notes.map { "note: \($0)" }).map(ascii)
      .joined(separator: "\n")
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
        let measurements = runs.filter {
          $0.point.variant.name == cell.variant && $0.point.injection?.name == cell.injection
        }.flatMap { $0.run.record.result.windows.flatMap(\.efficiencies) }
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
        "improvementAtHalfSignal",
      ]
      + efficiencies.flatMap { efficiency in
        [
          "significance", "log10p", "observed", "expected", "expectedUncertainty", "fitPValue",
          "fit",
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
      return run.record.result.windows.map { window in
        let evaluation = run.evaluations.first { $0.index == window.index }
        let numbers: [Double?] = [
          window.signalRegionGeV.first, window.signalRegionGeV.last,
          evaluation.map { Double($0.signalEvents) },
          evaluation.map { Double($0.backgroundEvents) }, evaluation?.areaUnderCurve,
          evaluation?.maximum?.significanceImprovement,
          evaluation?.maximum?.backgroundEfficiency, evaluation?.floor,
          evaluation?.atHalfSignal?.significanceImprovement,
        ]
        return search + ["\(window.index)"] + numbers.map { $0.map(exact) ?? "" }
          + efficiencies.flatMap { efficiency in
            Self.fields(window.efficiencies.first { $0.efficiency == efficiency })
          }
      }
    }
    return ([titles] + lines).map { $0.map(FigureTable.quoted).joined(separator: ",") }
      .joined(separator: "\n") + "\n"
  }

  private static func fields(_ cut: SearchResult.Measurement?) -> [String] {
    let numbers = [
      cut?.localSignificance, cut?.log10LocalPValue, cut?.observed, cut?.expected,
      cut?.expectedUncertainty, cut?.fit?.pValue,
    ]
    return numbers.map { $0.map(exact) ?? "" } + [cut.map(SeedGroup.function) ?? ""]
  }

  private var verdict: RichText {
    let amounts = injections.compactMap(\.self).count
    let parts = [
      variants.count > 1 ? "\(variants.count) variants" : nil,
      amounts > 1 ? "\(amounts) amounts of signal" : nil,
      seedCount > 1 ? "\(seedCount) seeds" : nil,
    ].compactMap(\.self)
    return RichText(
      verbatim: "\(runs.count) search\(runs.count == 1 ? "" : "es")"
        + (parts.isEmpty ? "." : ": " + parts.joined(separator: ", ") + "."))
  }

  /// The study as a self-contained page.
  func html(remarks: [String]) -> String {
    let said = (notes + remarks).map { "<p>\(xmlEscaped($0))</p>" }.joined()
    let figures = figures
    let count = figures.count - strongest.figures.count
    let amount = strongest.groups.isEmpty ? nil : cells.last?.injection
    var main = ""
    if count > 0 {
      main += """
        <section id="scan">
        <h2>Against the amount of signal</h2>
        <div class="grid">
        \(figures.prefix(count).map(figureElement).joined())</div>
        </section>

        """
    }
    main += """
      <section id="results">
      <h2>Every variant\(injections.count > 1 ? " and amount of signal" : "")</h2>
      \(table.html)<p class="missing">Z: local significance in the signal region at \
      \(fixed(massGeV, 0)) GeV in standard deviations\(seedCount > 1
        ? "; medians over seeds, in brackets the middle 68 %" : "").</p>
      </section>
      <section id="fits">
      <h2>Background fits</h2>
      \(fits.html)<p class="missing">How many spectra, over all windows and seeds, each function \
      described outside the signal region, with the smallest and largest local significance.</p>
      </section>
      <section id="strongest">
      <h2>Variants side by side\(count > 0 && amount != nil ? " where signal is strongest" : "")</h2>
      <div class="grid">
      \(figures.dropFirst(count).map(figureElement).joined())</div>
      </section>

      """
    return htmlPage(
      title: title.isEmpty ? "Study" : "Study: \(title)",
      header: "<p class=\"verdict\">\(verdict.html)</p>\n"
        + (said.isEmpty ? "" : "<div class=\"note\">\(said)</div>"), main: main)
  }

  /// Writes `study.html`, `study.csv` and `figures/`, each figure as SVG, PDF and CSV.
  ///
  /// - Parameter folder: Made if it does not exist; files of the same name are replaced.
  /// - Returns: The files written, and remarks on those that are missing.
  /// - Throws: ``FileError`` naming what cannot be written.
  @discardableResult
  public func write(to folder: URL) throws -> ReportFiles {
    let figures = try writeFigures(figures, to: folder.appending(path: "figures"))
    try writeAtomically(csv, to: folder.appending(path: "study.csv").path)
    let page = folder.appending(path: "study.html")
    try writeAtomically(html(remarks: figures.remarks), to: page.path)
    return ReportFiles(page: page, figures: figures.files, remarks: figures.remarks)
  }
}
