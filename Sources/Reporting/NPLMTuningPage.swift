import EventFiles
public import Foundation
public import LearnedTestStatistics
import NumericalCore

/// Writes the choice of network and clipping for people: `tune.html` and `figures/`.
///
/// - Parameters:
///   - result: What `tune.json` holds.
///   - folder: Made if it does not exist; files of the same name are replaced.
/// - Returns: The files written, and remarks on those that are missing.
/// - Throws: ``FileError`` naming what cannot be written.
@discardableResult
public func writeNPLMTuning(_ result: NPLMTuningResult, to folder: URL) throws -> ReportFiles {
  let shown = result.figures
  let figures = try writeFigures(shown, to: folder.appending(path: "figures"))
  let file = folder.appending(path: "tune.html")
  let remarks = figures.remarks.map { "<p>\(xmlEscaped($0))</p>" }
  let sentences = result.decision.map { "<p>\(xmlEscaped($0))</p>" }
  let page = htmlPage(
    title: "NPLM: choice of network and clipping",
    header: "<p class=\"verdict\">\(xmlEscaped(result.decision.last ?? ""))</p>\n"
      + (remarks.isEmpty ? "" : "<div class=\"note\">\(remarks.joined())</div>\n"),
    main: "<h2>How it was chosen</h2>\n\(sentences.joined(separator: "\n"))\n"
      + "<pre>\(xmlEscaped(result.table))</pre>\n<h2>Figures</h2>\n"
      + shown.map {
        "<figure>\($0.inlineSVG)<figcaption>\($0.caption.html)</figcaption></figure>"
      }.joined(separator: "\n"))
  try writeAtomically(page, to: file.path)
  return ReportFiles(page: file, figures: figures.files, remarks: figures.remarks)
}

extension NPLMTuningResult {
  /// The decision and the numbers behind it, for a terminal.
  public var text: String { table + "\n\n" + decision.joined(separator: "\n") }

  var table: String {
    textTable(
      header: [
        [
          "network", "clipping", "median t", "95 % of t", "chi2 median", "fitted dof", "p",
          "passes",
        ]
      ],
      rows: trials.map { trial in
        let degrees = Double(trial.parameters)
        let fit = trial.fittedDegreesOfFreedom.map {
          "\(fixed($0, 1)) ± \(fixed(trial.fittedUncertainty ?? 0, 1))"
        }
        return [
          trial.network.name, significantDigits(trial.clipping, 4), fixed(trial.quantiles[2], 1),
          fixed(trial.quantiles[4], 1),
          fixed(
            ChiSquareDistribution.quantile(logSurvival: log(0.5), degreesOfFreedom: degrees), 1),
          fit ?? "", asciiProbability(trial.compatibility.pValue),
          trial.isViable ? "yes" : "no",
        ]
      }, leftAligned: [0]
    ).joined(separator: "\n")
  }

  /// Quantiles and compatibility: against epochs with Adam, against the clipping otherwise.
  var figures: [Figure] {
    var names: [NPLMNetwork] = []
    for trial in trials where !names.contains(trial.network) { names.append(trial.network) }
    return names.flatMap { network in
      figures(of: network, trials.filter { $0.network == network })
    }
  }

  private func figures(of network: NPLMNetwork, _ trials: [NPLMTrial]) -> [Figure] {
    let heading = FigureHeading(
      label: network.name,
      conditions: RichText(verbatim: "\(pseudoExperiments) pseudo-experiments"))
    let degrees = Double(network.parameterCount)
    let expected = NPLMTrial.levels.map {
      ChiSquareDistribution.quantile(logSurvival: log1p(-$0), degreesOfFreedom: degrees)
    }
    let evolutions = trials.compactMap { trial in
      trial.evolution.map { (trial.clipping, $0) }
    }
    let distributions = Figure.testStatistics(
      name: "\(network.name)-distributions",
      caption: "The test statistic of pseudo-experiments, by clipping.", heading: heading,
      trials.enumerated().map { index, trial in
        TestStatisticSample(
          RichText(verbatim: "clipping \(significantDigits(trial.clipping, 4))"),
          trial.testStatistics, style: .numbered(index))
      },
      chiSquares: [
        ChiSquareCurve(
          RichText(verbatim: "chi-square, \(network.parameterCount) degrees of freedom"),
          degreesOfFreedom: degrees, style: .reference)
      ])
    guard !evolutions.isEmpty else {
      return [distributions, quantilesByClipping(trials, expected: expected, heading: heading)]
    }
    let quantiles = evolutions.map { clipping, evolution in
      Figure.quantiles(
        name: "\(network.name)-quantiles-clipping-\(significantDigits(clipping, 4))",
        heading: heading,
        QuantileEvolution(
          RichText(verbatim: "clipping \(significantDigits(clipping, 4))"),
          epochs: evolution.epochs.map { Double($0) }, quantiles: evolution.quantiles),
        chiSquare: expected)
    }
    let compatibility = Figure.compatibility(
      name: "\(network.name)-compatibility",
      caption: "Compatibility of the test statistic with the chi-square distribution.",
      heading: heading, .reducedChiSquare,
      evolutions.map { clipping, evolution in
        CompatibilityEvolution(
          RichText(verbatim: "clipping \(significantDigits(clipping, 4))"),
          epochs: evolution.epochs.map { Double($0) }, values: evolution.reducedChi2)
      })
    return quantiles + [compatibility, distributions]
  }

  private func quantilesByClipping(
    _ trials: [NPLMTrial], expected: [Double], heading: FigureHeading
  ) -> Figure {
    let clippings = trials.map(\.clipping)
    let quantiles = NPLMTrial.levels.indices.map { level in trials.map { $0.quantiles[level] } }
    let all = quantiles.joined() + expected
    let (least, most) = (all.min() ?? 0, all.max() ?? 1)
    return .quantiles(
      name: "\(trials[0].network.name)-quantiles",
      caption: """
        Quantiles of the test statistic against the clipping; dashed, those of the chi-square \
        distribution.
        """, heading: heading,
      x: Axis(
        "Clipping", from: 0.8 * (clippings.first ?? 1), to: 1.25 * (clippings.last ?? 1),
        scale: .logarithmic),
      y: least > 0
        ? Axis("Quantiles of *t*", from: 0.7 * least, to: 1.4 * most, scale: .logarithmic)
        : Axis("Quantiles of *t*", from: 1.1 * least, to: 1.1 * most),
      against: ("clipping", clippings), quantiles, chiSquare: expected)
  }
}
