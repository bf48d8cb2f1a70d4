import EventFiles
import Evaluation
public import Foundation
import ResonanceSearch

extension StudyReport {
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
    let (figures, dependence) = (figures, dependenceFigures)
    let behind = figures.count - strongest.figures.count
    let count = behind - dependence.count
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
        ? "; medians over seeds, in brackets the middle 68 %" : "").\
      \(cells.contains { $0.searches.trainingSeconds != nil } ? " " + Self.trainingLegend : "")</p>
      </section>
      \(section("separation", "With truth labels", separations, Self.separationLegend))\
      \(section("dependence", "Dependence on the dijet mass", dependences, Self.dependenceLegend))\
      <section id="fits">
      <h2>Background fits</h2>
      \(fits.html)<p class="missing">How many spectra, over all windows and seeds, each function \
      described outside the signal region, with the smallest and largest local significance.</p>
      </section>
      <section id="strongest">
      <h2>Variants side by side\(count > 0 && amount != nil ? " where signal is strongest" : "")</h2>
      <div class="grid">
      \(figures.dropFirst(behind).map(figureElement).joined())</div>
      </section>

      """
    if !dependence.isEmpty {
      main += """
        <section id="excess">
        <h2>Fitted excess with and without signal</h2>
        <div class="grid">
        \(dependence.map(figureElement).joined())</div>
        </section>

        """
    }
    return htmlPage(
      title: title.isEmpty ? "Study" : "Study: \(title)",
      header: "<p class=\"verdict\">\(verdict.html)</p>\n"
        + (said.isEmpty ? "" : "<div class=\"note\">\(said)</div>"), main: main)
  }

  private func section(
    _ name: String, _ title: String, _ table: ComparisonTable?, _ legend: String
  ) -> String {
    guard let table else { return "" }
    return """
      <section id="\(name)">
      <h2>\(title)</h2>
      \(table.html)<p class="missing">\(xmlEscaped(legend))</p>
      </section>

      """
  }

  /// Seconds of every stage of every search, as comma-separated values; these differ from run to
  /// run.
  var timingCSV: String {
    let lines = runs.flatMap { point, run in
      (run.timing?.stages ?? []).map { stage in
        [
          point.label, point.variant.name, point.injection?.name ?? "", "\(point.seed)",
          run.timing.map { "\($0.jobs)" } ?? "", stage.stage, exact(stage.seconds),
        ]
      }
    }
    let titles = ["run", "variant", "injected", "seed", "jobs", "stage", "seconds"]
    return FigureTable.csv([titles] + lines)
  }

  /// Writes `study.html`, `study.csv`, `timing.csv` and `figures/`, each figure as SVG, PDF and CSV.
  ///
  /// - Parameter folder: Made if it does not exist; files of the same name are replaced.
  /// - Returns: The files written, and remarks on those that are missing.
  /// - Throws: ``FileError`` naming what cannot be written.
  @discardableResult
  public func write(to folder: URL) throws -> ReportFiles {
    let figures = try writeFigures(figures, to: folder.appending(path: "figures"))
    try writeAtomically(csv, to: folder.appending(path: "study.csv").path)
    try writeAtomically(timingCSV, to: folder.appending(path: "timing.csv").path)
    let page = folder.appending(path: "study.html")
    try writeAtomically(html(remarks: figures.remarks), to: page.path)
    return ReportFiles(page: page, figures: figures.files, remarks: figures.remarks)
  }
}
