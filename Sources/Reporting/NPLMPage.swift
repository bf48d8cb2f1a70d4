import EventFiles
public import Foundation
public import LearnedTestStatistics

/// Writes the test of data against a reference for people: `nplm.html` and `figures/`.
///
/// - Parameters:
///   - result: What `nplm.json` holds.
///   - folder: Made if it does not exist; files of the same name are replaced.
/// - Returns: The files written, and remarks on those that are missing.
/// - Throws: ``FileError`` naming what cannot be written.
@discardableResult
public func writeNPLM(_ result: NPLMResult, to folder: URL) throws -> ReportFiles {
  let page = NPLMPage(result)
  let figures = try writeFigures(page.figures, to: folder.appending(path: "figures"))
  let file = folder.appending(path: "nplm.html")
  try writeAtomically(page.html(remarks: figures.remarks), to: file.path)
  return ReportFiles(page: file, figures: figures.files, remarks: figures.remarks)
}

/// The test of data against a reference as one self-contained page.
public struct NPLMPage: Sendable {
  let result: NPLMResult
  /// `nil` without pseudo-experiments.
  let null: Figure?
  /// One for each variable, inputs first.
  let ratios: [Figure]

  public init(_ result: NPLMResult) {
    self.result = result
    let heading = FigureHeading(
      label: result.heading,
      conditions: RichText(
        verbatim: "\(result.network.name), clipping \(significantDigits(result.clipping))"))
    null = .nullDistribution(result, heading: heading)
    let ordered = result.ratios.filter(\.isInput) + result.ratios.filter { !$0.isInput }
    ratios = ordered.enumerated().map { index, ratio in
      // The number keeps names apart that differ in letters no file name has.
      .learnedRatio(
        ratio, name: "ratio-\(index + 1)-\(fileSafe(ratio.variable))", heading: heading)
    }
  }

  /// Every figure of the page, in its order.
  public var figures: [Figure] { (null.map { [$0] } ?? []) + ratios }

  /// The page.
  ///
  /// - Parameter remarks: What is missing beside the page, said at its beginning.
  /// - Returns: HTML that loads nothing and runs nothing.
  public func html(remarks: [String] = []) -> String {
    let verdict = NPLMVerdict(result: result)
    let warnings = verdict.warnings.map { "<p><b>Warning.</b> \(xmlEscaped($0))</p>" }
    let notes = warnings + remarks.map { "<p>\(xmlEscaped($0))</p>" }
    let region = verdict.region.map { "<p>\(xmlEscaped($0))</p>\n" } ?? ""
    let advice = verdict.advice.map { "<p>\(xmlEscaped($0))</p>\n" } ?? ""
    return htmlPage(
      title: "NPLM: \(result.heading)",
      header: "<p class=\"verdict\">\(verdict.answer.html)</p>\n\(advice)"
        + (notes.isEmpty ? "" : "<div class=\"note\">\(notes.joined())</div>\n") + region,
      main: """
        \(null.map { "<div class=\"grid\">\n\(figureElement($0))</div>\n" } ?? "")\
        <nav><a href="#p-values">p-values</a> \
        \(result.nuisances == nil ? "" : "<a href=\"#nuisances\">Nuisance parameters</a> ")\
        \(ratios.isEmpty ? "" : "<a href=\"#ratios\">What the network saw</a> ")\
        <a href="#settings">Settings</a> <a href="#inputs">Inputs</a></nav>
        <section id="p-values">
        <h2>Test statistic and p-values</h2>
        <p><i>t</i> = \(fixed(result.testStatistic, 2)), twice the logarithm of the likelihood ratio \
        of the best network to the \(result.nuisances == nil ? "" : "best ")reference; \
        \(significantDigits(result.expected, 7)) events expected, \(result.observed) observed.</p>
        \(result.pValueTable.html)\(pValueNote)</section>
        \(verdict.nuisances?.section ?? "")\(ratioSection)\(regionSection)<section id="settings">
        <h2>Settings</h2>
        <dl>
        \(result.settings.map { "<dt>\(xmlEscaped($0.name))</dt><dd>\(xmlEscaped($0.value))</dd>" }.joined(separator: "\n"))
        </dl>
        </section>
        <section id="inputs">
        <h2>Inputs</h2>
        \(inputTable)</section>
        """)
  }

  private var pValueNote: String {
    guard result.pValues.pseudoExperiments != nil else { return "" }
    return """
      <p class="missing">By pseudo-experiments: (k + 1)/(n + 1), the interval is that of the \
      fraction k/n; where k = 0 only a bound is known. Fitted: the degrees of freedom that fit the \
      pseudo-experiments best; the interval holds their error alone, not that of the assumption, \
      which matters most in the far tail.</p>

      """
  }

  private var nuisanceNote: String {
    result.nuisances == nil
      ? "" : ", with the nuisances of that fit; the reference has those fitted without a network"
  }

  private var ratioSection: String {
    guard !ratios.isEmpty else { return "" }
    return """
      <section id="ratios">
      <h2>What the network saw</h2>
      <p>Line: events that the fitted network expects, the reference reweighted by \
      exp(<i>f</i>)\(nuisanceNote). It follows the data where the network took a difference for \
      more than a fluctuation. Bins with few reference events were joined to a wider one, whose events are \
      shown per original bin.</p>
      <div class="grid">
      \(ratios.map(figureElement).joined())</div>
      </section>

      """
  }

  private var regionSection: String {
    guard let region = result.discrepantRegion else { return "" }
    func bound(_ value: Double?) -> String { value.map { significantDigits($0, 4) } ?? "–" }
    let inputs = Set(result.columns)
    let cuts = ComparisonTable(
      titles: ["variable", "from", "to", ""],
      rows: region.cuts.map {
        [
          $0.variable, bound($0.low), bound($0.high),
          inputs.contains($0.variable) ? "" : "not given to the network",
        ]
      })
    let counts = ComparisonTable(
      titles: ["events in the region", ""],
      rows: [
        ["reference", significantDigits(region.expected, 4)],
        ["network", significantDigits(region.learned, 4)], ["data", "\(region.observed)"],
      ])
    return """
      <section id="region">
      <h2>Where the difference is largest</h2>
      \(cuts.html)\(counts.html)</section>

      """
  }

  private var inputTable: String {
    ComparisonTable(
      titles: ["sample", "file", "events", "SHA-256"],
      rows: result.inputs.map { [$0.role, $0.name, "\($0.events)", $0.sha256] },
      wordColumns: [1, 3]
    ).html
  }
}

extension NPLMResult {
  /// "data.h5 against reference.h5".
  fileprivate var heading: String {
    func name(_ role: String) -> String { inputs.first { $0.role == role }?.name ?? role }
    return "\(name("data")) against \(name("reference"))"
  }
}

extension Figure {
  /// Draws the test statistic of data among that of pseudo-experiments; `nil` without any.
  ///
  /// - Parameters:
  ///   - result: The test.
  ///   - heading: Line above the frame.
  /// - Returns: A histogram with the chi-square distributions and a line at the data.
  public static func nullDistribution(_ result: NPLMResult, heading: FigureHeading) -> Figure? {
    let values = result.pseudoExperiments.testStatistics
    guard !values.isEmpty else { return nil }
    let fitted = result.pValues.fitted.map { fitted in
      ChiSquareCurve(
        RichText(
          markup: "*χ*² fitted, \(measured(fitted.degreesOfFreedom, fitted.uncertainty))"),
        degreesOfFreedom: fitted.degreesOfFreedom,
        style: SeriesStyle(colour: "#228833", marker: .none, dash: .dashed))
    }
    return .testStatistics(
      name: "null-distribution",
      caption: RichText(
        markup: "Test statistic of \(values.count) pseudo-experiments that follow the reference,"
          + " the *χ*² distributions with the network's \(result.parameters) parameters"
          + (fitted == nil ? "" : " and with fitted degrees of freedom")
          + ", and the test statistic of the data."), heading: heading,
      [
        TestStatisticSample(
          "Pseudo-experiments", values, style: SeriesStyle(colour: "#3f82bb", marker: .circle))
      ],
      chiSquares: [
        ChiSquareCurve(
          RichText(markup: "*χ*², \(result.parameters) degrees of freedom"),
          degreesOfFreedom: result.pValues.chi2.degreesOfFreedom,
          style: SeriesStyle(colour: "#000000", marker: .none))
      ] + (fitted.map { [$0] } ?? []),
      marks: [
        MarkedTestStatistic(
          RichText(markup: "Data, *t* = \(fixed(result.testStatistic, 1))"), result.testStatistic)
      ])
  }
}
