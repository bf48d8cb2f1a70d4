import EventFiles
public import Foundation
import LearnedTestStatistics
public import ResonanceSearch

/// Writes a closure test for people: `closure.html` and figures.
///
/// - Parameters:
///   - closure: What `closure.json` holds.
///   - heading: Line above each figure.
///   - folder: Made if it does not exist; files of the same name are replaced.
/// - Returns: The files written, and remarks on those that are missing.
/// - Throws: ``FileError`` naming what cannot be written.
@discardableResult
public func writeClosure(
  _ closure: ReweightingClosure, heading: FigureHeading, to folder: URL
) throws -> ReportFiles {
  let prediction = closure.predictionFigure(heading)
  let regions = [("signal-region", closure.signalRegion), ("sidebands", closure.sidebands)]
  let variables = regions.map { region, variables in
    variables.map { $0.figure(region: region, heading: heading) }
  }
  let figures = try writeFigures(
    [prediction] + variables.joined(), to: folder.appending(path: "figures"))
  let page = folder.appending(path: "closure.html")
  let html = htmlPage(
    title: "Closure of the reweighting",
    header: "<p class=\"verdict\">\(xmlEscaped(closure.verdict))</p>\n",
    main: """
      <div class="grid">
      \(figureElement(prediction))</div>
      <section>
      <h2>Cuts on SALAD's classifier</h2>
      \(closure.predictionTable.html)<p class="missing">Events in the signal region against those that the reweighted simulation \
      predicts, without a fit to the spectrum. ± and Z: the finite samples alone; what does not close comes on top.</p>
      </section>
      <section>
      <h2>Features</h2>
      \(closure.table.html)<p class="missing">χ2 of data against simulation of the same number of events, in bins with \
      equally many data events; one degree of freedom less than bins. Data and simulation are cross-fitted.</p>
      </section>
      <section>
      <h2>Signal region</h2>
      <div class="grid">
      \(variables[0].map(figureElement).joined())</div>
      </section>
      <section>
      <h2>Sidebands of the reweighting</h2>
      <div class="grid">
      \(variables[1].map(figureElement).joined())</div>
      </section>

      """)
  try writeAtomically(html, to: page.path)
  return ReportFiles(page: page, figures: figures.files, remarks: figures.remarks)
}

extension ReweightingClosure {
  /// The answer in a sentence.
  var verdict: String {
    "A classifier tells data from simulation in \(regionText(signalRegionGeV)) GeV with an area under "
      + "the curve of \(fixed(areaUnderCurveBefore, 3)), after the reweighting \(fixed(areaUnderCurve, 3)); "
      + "0.5 would be no difference."
  }

  /// The closure as tables for a terminal.
  public var text: String {
    ([verdict, ""] + table.text + ["", "Events in the signal region after a cut", ""]
      + predictionTable.text).map(ascii).joined(separator: "\n")
  }

  /// Every feature in both regions.
  var table: ComparisonTable {
    let regions = [("signal region", signalRegion), ("sidebands", sidebands)]
    return ComparisonTable(
      titles: ["feature", "region", "bins", "χ2 before", "χ2", "p"],
      rows: regions.flatMap { name, variables in
        variables.map {
          [
            $0.name, name, "\($0.data.count)", fixed($0.chi2Before, 1), fixed($0.chi2, 1),
            asciiProbability($0.pValue),
          ]
        }
      }, wordColumns: [1])
  }

  /// What simulation says of cuts on the classifier.
  var predictionTable: ComparisonTable {
    ComparisonTable(
      titles: ["data kept", "observed", "predicted", "Z", "without reweighting"],
      rows: predictions.map { prediction in
        [
          percent(prediction.efficiency), fixed(prediction.observed, 0),
          "\(fixed(prediction.predicted, 0)) ± \(fixed(prediction.uncertainty, 0))",
          prediction.localSignificance.map(significance) ?? "–",
          fixed(prediction.withoutReweighting, 0),
        ]
      })
  }

  private func percent(_ fraction: Double) -> String {
    "\(fixed(100 * fraction, fraction < 0.01 ? 1 : 0)) %"
  }

  /// Predicted over observed events against the efficiency.
  ///
  /// As arXiv:2101.08320, Fig. 41 right.
  func predictionFigure(_ heading: FigureHeading) -> Figure {
    let drawn = predictions.filter { $0.observed > 0 }
    func points(_ value: (Prediction) -> (events: Double, error: Double)) -> [PointSeries.Point] {
      drawn.map { prediction in
        let (events, error) = value(prediction)
        // The error of the data's number is part of that of the ratio.
        let ratio = events / prediction.observed
        let relative =
          (error * error / max(events * events, .leastNormalMagnitude) + 1 / prediction.observed)
          .squareRoot()
        return PointSeries.Point(
          prediction.efficiency, ratio, low: ratio * (1 - relative), high: ratio * (1 + relative))
      }
    }
    let series = [
      PointSeries(
        "Reweighted simulation", points { ($0.predicted, $0.uncertainty) }, style: .numbered(0),
        isJoined: true),
      PointSeries(
        "Simulation", points { ($0.withoutReweighting, 0) }, style: .numbered(1), isJoined: true),
    ]
    let top = series.flatMap(\.points).compactMap(\.high).max() ?? 2
    return .points(
      name: "prediction",
      caption: "Events that simulation predicts after a cut on SALAD's classifier, over the data.",
      heading: heading,
      x: Axis(
        "Fraction of the data in the signal region", from: (drawn.last?.efficiency ?? 0.01) / 1.5,
        to: 1.5, scale: .logarithmic),
      y: Axis("Predicted / observed", from: 0, to: max(1.5, min(3, 1.1 * top))), series,
      curves: [
        Curve("Perfect", x: [1e-4, 1.5], y: [1, 1], style: .reference)
      ])
  }
}

extension ReweightingClosure.Variable {
  /// Data, simulation and reweighted simulation of equal normalisation.
  ///
  /// As arXiv:2101.08320, Fig. 40.
  fileprivate func figure(region: String, heading: FigureHeading) -> Figure {
    func scaled(_ events: [Double]) -> [Double] {
      let scale = data.reduce(0, +) / max(events.reduce(0, +), .leastNormalMagnitude)
      return events.map { $0 * scale }
    }
    let scale = data.reduce(0, +) / max(simulation.reduce(0, +), .leastNormalMagnitude)
    return .learnedRatio(
      LearnedRatio(
        name, edges: edges, expected: scaled(simulation),
        expectedUncertainty: simulationVariance.map { $0.squareRoot() * scale }, observed: data,
        learned: scaled(reweighted)),
      name: "\(region)-\(name)", heading: heading,
      names: ("Simulation ± 1σ", "Simulation, reweighted"))
  }
}
