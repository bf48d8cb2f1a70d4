public import ResonanceSearch

/// The report of a search as one self-contained page.
public struct ReportPage: Sendable {
  let record: SearchRecord
  let scan: Figure
  /// The spectrum with the largest excess; without one there is no single spectrum to show first.
  let best: Figure?
  /// Searches without a signal; `nil` until the search was calibrated.
  let null: Figure?
  /// All signal regions beside each other, one figure for each cut.
  let stitched: [Figure]
  let windows: [WindowSection]

  public init(_ record: SearchRecord) {
    self.record = record
    scan = .pValues(record)
    let excess = record.result.blind ? nil : record.result.bestExcess
    best = record.spectra.first {
      $0.window == excess?.window && $0.efficiency == excess?.efficiency
    }.map { .spectrum($0, plan: record.plan) }
    null = record.nullSearches.map { .nullSearches($0, record: record) }
    stitched = Set(record.spectra.map(\.efficiency)).sorted(by: >).compactMap {
      .stitched(record, efficiency: $0)
    }
    windows = record.result.windows.map { WindowSection($0, record: record) }
  }

  /// Every figure of the page, in its order, each once.
  public var figures: [Figure] {
    var names = Set<String>()
    let shown = [best, scan, null].compactMap(\.self) + stitched + windows.flatMap(\.figures)
    return shown.filter { names.insert($0.name).inserted }
  }

  /// The page.
  ///
  /// - Parameter remarks: What is missing beside the page, said at its end.
  /// - Returns: HTML that loads nothing and runs nothing.
  public func html(remarks: [String] = []) -> String {
    let label = record.plan.label
    let title = label.isEmpty ? "Resonance search" : "Resonance search: \(label)"
    return htmlPage(
      title: title,
      header: "<p class=\"verdict\">\(verdict(record.result).html)</p>\n\(notes)",
      main: """
        <div class="grid" id="scan">
        \(best.map(figureElement) ?? "")\(figureElement(scan))\
        \(null.map(figureElement) ?? "")</div>
        <nav><a href="#results">Results</a> \
        \(stitched.isEmpty ? "" : "<a href=\"#regions\">Signal regions</a> ")\
        <a href="#windows">Windows</a> \
        <a href="#cutflow">Cutflow</a> <a href="#method">Method</a> <a href="#plan">Plan</a> \
        <a href="#origin">Origin</a> <a href="#reproduce">Reproduce</a></nav>
        <section id="results">
        <h2>All windows and cuts</h2>
        \(significanceTable(record.result))
        </section>
        \(calibrationSection(record.result))
        \(regions)<section id="windows">
        <h2>Window by window</h2>
        \(windows.map { $0.html(isOpen: $0.window.index == openWindow, shownAbove: best?.name) }.joined())
        </section>
        \(provenance(remarks: remarks))
        """)
  }

  private var regions: String {
    stitched.isEmpty
      ? ""
      : """
      <section id="regions">
      <h2>Signal regions side by side</h2>
      <div class="grid">
      \(stitched.map(figureElement).joined())</div>
      </section>

      """
  }

  /// The window that is not folded away: the best one, or the first.
  private var openWindow: Int? {
    (record.result.blind ? nil : record.result.bestExcess?.window)
      ?? record.result.windows.first?.index
  }

  private var notes: String {
    var notes = ""
    if let calibration = calibrationNote(record.result) {
      notes +=
        "<div class=\"note\"><p><b>\(record.result.globalPValue == nil ? "Not calibrated" : "Approximate").</b> \(calibration.html)</p></div>\n"
    }
    if record.result.warnings.count > 1 {
      notes +=
        "<div class=\"note\"><p><b>Warnings.</b> "
        + record.result.warnings.map(xmlEscaped).joined(separator: "</p><p>") + "</p></div>\n"
    }
    let measurements = record.result.windows.flatMap(\.efficiencies)
    let failed = measurements.count { !$0.isQuotable }
    if failed > 0, !record.result.blind {
      notes += """
        <div class="note"><p><b>\(failed) of \(measurements.count) counts \
        \(failed == 1 ? "is" : "are") not quoted:</b> the background fit could not be used. \
        The windows below say why.</p></div>

        """
    }
    return notes
  }
}

/// A figure with its caption and the names of its files.
func figureElement(_ figure: Figure) -> String {
  let file = xmlEscaped("figures/\(figure.name)")
  return """
    <figure>
    \(figure.inlineSVG)<figcaption>\(figure.caption.html) <span class="files">\
    <a href="\(file).svg">SVG</a> <a href="\(file).pdf">PDF</a> <a href="\(file).csv">CSV</a></span>\
    </figcaption>
    </figure>

    """
}
