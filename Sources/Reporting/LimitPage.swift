import EventFiles
public import Foundation
public import ResonanceSearch

/// Writes limits for people: `limits.html`, `limits.csv`, `limits-scan.csv`, `hepdata/` and figures.
///
/// - Parameters:
///   - result: What `limits.json` holds.
///   - plan: The search.
///   - folder: Made if it does not exist; files of the same name are replaced.
/// - Returns: The files written, and remarks on those that are missing.
/// - Throws: ``FileError`` naming what cannot be written.
@discardableResult
public func writeLimits(
  _ result: LimitResult, plan: SearchPlan, to folder: URL
) throws -> ReportFiles {
  let heading = FigureHeading(
    label: plan.label, sqrtS: plan.sqrtS, luminosity: result.luminosity ?? plan.luminosity)
  let overview = Figure.limits(result, heading: heading)
  let scans = result.signals.map { signal in
    signal.cuts.map { Figure.strengthScan(signal, cut: $0, heading: heading) }
  }
  let figures = try writeFigures(
    [overview] + scans.joined(), to: folder.appending(path: "figures"))
  try writeAtomically(result.csv, to: folder.appending(path: "limits.csv").path)
  try writeAtomically(result.scanCSV, to: folder.appending(path: "limits-scan.csv").path)
  let hepdata = folder.appending(path: "hepdata")
  do {
    try FileManager.default.createDirectory(at: hepdata, withIntermediateDirectories: true)
  } catch {
    throw FileError.notWritable(file: hepdata.path, reason: error.localizedDescription)
  }
  for file in HEPDataTables(result, sqrtS: plan.sqrtS).files {
    try writeAtomically(file.text, to: hepdata.appending(path: file.name).path)
  }
  let page = folder.appending(path: "limits.html")
  try writeAtomically(
    result.html(overview: overview, scans: scans, plan: plan, remarks: figures.remarks),
    to: page.path)
  return ReportFiles(page: page, figures: figures.files, remarks: figures.remarks)
}

extension LimitResult {
  fileprivate func html(
    overview: Figure, scans: [[Figure]], plan: SearchPlan, remarks: [String]
  ) -> String {
    let said =
      (signals.flatMap { signal in signal.warnings.map { "\(signal.name): \($0)." } } + remarks)
      .map { "<p>\(xmlEscaped($0))</p>" }.joined()
    let sections = zip(signals, scans).map { signal, figures in
      """
      <section>
      <h2>\(xmlEscaped(signal.name))</h2>
      <p>\(xmlEscaped(signal.sentence))</p>
      <div class="grid">
      \(figures.map(figureElement).joined())</div>
      </section>

      """
    }
    return htmlPage(
      title: plan.label.isEmpty ? "Limits" : "Limits: \(plan.label)",
      header: "<p class=\"verdict\">\(xmlEscaped(verdict))</p>\n"
        + (said.isEmpty ? "" : "<div class=\"note\">\(said)</div>"),
      main: """
        <div class="grid">
        \(figureElement(overview))</div>
        <section id="results">
        <h2>Quoted limits</h2>
        \(table.html)<p class="missing">Injected: signal events among the data that the quoted \
        networks learned from. The larger of limit and injected events counts, the median over \
        \(samplings) samplings is taken, and the strength with the smallest expected limit is \
        quoted. Improvement: expected limit without a cut over the learned one.</p>
        </section>
        \(sections.joined())
        <section id="plan">
        <h2>Plan</h2>
        <p>\(xmlEscaped(input.name)), \(input.events) events; \(xmlEscaped(method)); \
        \(folds) folds; seed \(seed); version \(xmlEscaped(version)), \
        \(xmlEscaped(instructionSet)).</p>
        <pre>\(xmlEscaped(plan.yaml))</pre>
        </section>
        """)
  }

  private var verdict: String {
    let best = signals.compactMap { signal in
      signal.quoted?.expectedImprovement.map { (name: signal.name, factor: $0) }
    }.max { $0.factor < $1.factor }
    guard let best else { return "No signal has a limit after a learned cut." }
    let helped = signals.count { ($0.quoted?.expectedImprovement ?? 0) > 1 }
    return "Learning lowers the expected limit of \(helped) of \(signals.count) signals; most for "
      + "\(best.name), by a factor of \(fixed(best.factor, 2))."
  }
}

extension LimitResult.Signal {
  /// What the signal is and how much of it is seen.
  fileprivate var sentence: String {
    func text(_ fraction: PassedFraction) -> String {
      "\(fixed(100 * fraction.value, 1)) % (\(fixed(100 * fraction.low, 1))–"
        + "\(fixed(100 * fraction.high, 1)))"
    }
    return "\(input.name): \(input.events) events, median dijet mass \(fixed(massGeV, 0)) GeV; "
      + "\(text(inFitRange)) of them in the fit range, \(text(inSignalRegion)) in the signal region "
      + "\(regionText(signalRegionGeV)) GeV of window \(window)."
      + (systematics.isEmpty ? "" : " Nuisance parameters: \(systematics.joined(separator: ", ")).")
      + (inclusive.function.map { " Background without a cut: \($0)." } ?? "")
  }
}
