import ArgumentParser
import EventFiles
import Execution
import Foundation
import Randomness
import Reporting
import ResonanceSearch
import StatisticalInference

struct SpectrumScan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Scan a spectrum for a signal: local p-value, events and mass of the best excess.",
    discussion: """
      A signal of the given shape is fitted at each mass, with all parameters of the background \
      function free. --pseudo-experiments adds the global p-value of the largest excess.

      Example: overdensity spectrum scan mjj.csv --signal gaussian:0.03 \
      --pseudo-experiments 1000 --output scan/
      With --output: spectrum-scan.json, and the figure as SVG, PDF and CSV.
      """)

  @OptionGroup var input: SpectrumOptions
  @OptionGroup var signal: SignalOptions

  @Option(help: "Background-only pseudo-experiments for the global p-value; 0 for none.")
  var pseudoExperiments = 0

  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var output: SpectrumOutput

  struct Result: Codable {
    struct Background: Codable {
      let spectrum: String
      let function: String
      let deviance: Double
    }
    let backgrounds: [Background]
    let signal: String
    let points: [MassScan.Point]
    @Nullable var best: MassScan.BestMass?
    @Nullable var global: GlobalSignificance?
  }

  func validate() throws {
    guard pseudoExperiments >= 0 else {
      throw ValidationError("--pseudo-experiments must not be negative.")
    }
  }

  func run() throws {
    try reproducibility.apply()
    let scan = try signal.scan(input)
    let masses = try signal.masses(of: scan, input)
    let points = try scan.points(at: masses, jobs: output.compute.jobs)
    var global: GlobalSignificance?
    if pseudoExperiments > 0 {
      let display = ProgressDisplay(
        "Pseudo-experiments", isSilent: output.compute.isSilent)
      let total = pseudoExperiments
      global = try GlobalSignificance(
        scan, points,
        pseudoExperiments: PseudoExperiments(
          count: total, seed: Seed(reproducibility.seed), jobs: output.compute.jobs
        ) { finished in
          display.show(WorkProgress(finished: finished, total: total, resumed: 0, label: ""))
        })
    }
    let result = Result(
      backgrounds: scan.spectra.map {
        .init(
          spectrum: $0.name, function: $0.background.function.rawValue,
          deviance: $0.background.deviance)
      }, signal: signal.shape.signal, points: points, best: try scan.bestMass(points),
      global: global)
    try output.write(
      result, as: "spectrum-scan", table: result.table,
      figures: [
        .massScan(
          name: "spectrum-scan",
          caption: RichText(
            verbatim: "Local p-value of a signal (\(signal.shape.signal)) against its mass."),
          heading: FigureHeading(
            label: scan.spectra.map(\.name).joined(separator: " + "),
            sqrtS: input.collisionEnergy, luminosity: nil),
          masses: points.map(\.mass), log10PValues: points.map(\.log10LocalPValue))
      ])
  }
}

extension SpectrumScan.Result {
  /// What the terminal shows.
  var table: String {
    var lines = backgrounds.map { "\($0.spectrum): background \($0.function)" }
    lines += ["", "   mass [GeV]        Z    local p       events"]
    for point in points {
      lines.append(
        String(
          format: "%13.1f %8.2f %10.3g %12.4g +- %.3g", point.mass, point.localSignificance,
          point.localPValue, point.signalEvents, point.signalEventsUncertainty))
    }
    lines.append("")
    if let best {
      let errors = [best.massLow.map { $0 - best.mass }, best.massHigh.map { $0 - best.mass }]
        .map { $0.map { String(format: "%+.1f", $0) } ?? "beyond the scan" }
      lines.append(
        String(format: "Largest excess: Z = %.2f", best.point.localSignificance)
          + String(format: ", local p = 10^%.2f", best.point.log10LocalPValue)
          + String(format: ", mass %.1f ", best.mass) + "(\(errors[0]), \(errors[1])) GeV"
          + String(
            format: ", %.4g +- %.3g events", best.point.signalEvents,
            best.point.signalEventsUncertainty))
    } else {
      lines.append("There is an excess at no mass.")
    }
    if let global {
      lines.append(
        String(
          format: "Global p = %.3g (%.3g to %.3g, %d pseudo-experiments)", global.pValue.value,
          global.pValue.low, global.pValue.high, global.pValue.pseudoExperiments)
          + (global.pValue.significance.map { String(format: ", Z = %.2f", $0) } ?? ""))
      lines.append(
        String(
          format: "Extrapolated from up-crossings (Gross, Vitells): p = %.3g +- %.2g",
          global.upCrossings.pValue, global.upCrossings.pValueUncertainty))
      if global.failed > 0 {
        lines.append("\(global.failed) pseudo-experiments did not converge; counted as reached.")
      }
    }
    return lines.joined(separator: "\n")
  }
}
