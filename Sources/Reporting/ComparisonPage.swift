import EventFiles
import Evaluation
public import Foundation
import ResonanceSearch

extension RunComparison {
  /// One sentence: which search has the largest excess, and where.
  var verdict: RichText {
    let found = groups.compactMap { group in group.best.map { (group: group, best: $0) } }
    guard
      let first = found.min(by: {
        ($0.best.cut.exponent ?? 0) < ($1.best.cut.exponent ?? 0)
      }), let z = first.best.cut.localSignificance, let p = first.best.cut.exponent
    else {
      return "No search quotes a p-value: they are blind, or no background fit could be used."
    }
    return RichText(
      markup: "Of \(groups.count) search\(groups.count == 1 ? "" : "es"), \(first.group.name) has"
        + " the largest excess: \(significance(z.median))σ (nominal local,"
        + " *p*\u{A0}=\u{A0}\(probability(log10: p).markup))"
        + " between \(regionText(first.best.window.signalRegionGeV)) GeV,"
        + " \(first.best.cut.efficiency >= 1 ? "without any cut" : "at a cut of \(percentage(first.best.cut.efficiency))")."
    )
  }

  /// The comparison as a self-contained page.
  ///
  /// - Parameter remarks: What is missing beside the page.
  /// - Returns: HTML.
  func html(remarks: [String]) -> String {
    let mapsByWindow = mapsByWindow
    let maps = Set(mapsByWindow.flatMap(\.figures).map(\.name))
    var main = """
      <div class="grid">
      \(figures.filter { !maps.contains($0.name) }.map(figureElement).joined())</div>
      <section id="significances">
      <h2>Significance before and after each cut</h2>
      \(significances.html)<p class="missing">Local significance at \(fixed(massGeV, 0)) GeV in \
      standard deviations\(isRepeated ? "; medians over seeds, in brackets the middle 68 %" : "").</p>
      </section>

      """
    if let separations {
      main += """
        <section id="separation">
        <h2>With truth labels</h2>
        \(separations.html)<p class="missing">\(separationLegend)</p>
        </section>

        """
    }
    if !mapsByWindow.isEmpty {
      main += "<section id=\"maps\">\n<h2>What each search picks</h2>\n"
      for (region, figures) in mapsByWindow {
        main +=
          "<h3>\(regionText(region)) GeV</h3>\n<div class=\"grid\">\n"
          + figures.map(figureElement).joined() + "</div>\n"
      }
      main += "</section>\n"
    }
    main += "<section id=\"runs\">\n<h2>Runs</h2>\n" + provenance + "</section>\n"
    let said = (notes + remarks).map { "<p>\(xmlEscaped($0))</p>" }.joined()
    return htmlPage(
      title: "Searches compared",
      header: "<p class=\"verdict\">\(verdict.html)</p>\n"
        + (said.isEmpty ? "" : "<div class=\"note\">\(said)</div>"), main: main)
  }

  private var provenance: String {
    ComparisonTable(
      titles: ["name", "runs", "seeds", "input", "events", "version", "instruction set", "plan"],
      rows: groups.map { group in
        [
          group.name, group.runs.joined(separator: ", "),
          group.seeds.map { "\($0)" }.joined(separator: ", "),
          group.inputs.map(\.name).joined(separator: ", "),
          group.inputs.map { "\($0.events)" }.joined(separator: ", "), group.version,
          group.instructionSet,
          String(group.planDigest.prefix(8)),
        ]
      }
    ).html
  }

  /// Writes `comparison.html` and `figures/`, each figure as SVG, PDF and CSV.
  ///
  /// - Parameter folder: Made if it does not exist; files of the same name are replaced.
  /// - Returns: The files written, and remarks on those that are missing.
  /// - Throws: ``FileError`` naming what cannot be written.
  @discardableResult
  public func write(to folder: URL) throws -> ReportFiles {
    let figures = try writeFigures(figures, to: folder.appending(path: "figures"))
    let page = folder.appending(path: "comparison.html")
    try writeAtomically(html(remarks: figures.remarks), to: page.path)
    return ReportFiles(page: page, figures: figures.files, remarks: figures.remarks)
  }
}
