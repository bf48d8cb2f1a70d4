import ArgumentParser
import EventFiles
import Foundation
import Randomness
import Reporting
import ResonanceSearch
import StatisticalInference

struct SpectrumFit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit smooth functions to a spectrum and say how well they describe it.",
    discussion: """
      Example: overdensity spectrum fit mjj.csv --functions dijet4,dijet5 --output fit/
      With --output: spectrum-fit.json, and the figure as SVG, PDF and CSV.
      """)

  @OptionGroup var input: SpectrumOptions

  @OptionGroup var background: SpectrumBackgroundOptions

  @Option(help: "Fits to pseudo-data for each function: p-values that hold for few events, too.")
  var pseudoExperiments = 0

  @Option(
    help: ArgumentHelp(
      """
      Fit a signal and the function taken to another function's background without signal, and \
      print its bias against mass; --pseudo-experiments adds pulls.
      """, valueName: "function"))
  var spuriousSignal: String?

  @Option(help: "Standard deviation of that signal over its mass.")
  var signalWidth = 0.03

  @Option(help: "Root of every random number.")
  var seed: UInt64 = 1

  @OptionGroup var output: SpectrumOutput

  func validate() throws {
    guard pseudoExperiments >= 0 else {
      throw ValidationError("--pseudo-experiments must not be negative.")
    }
    guard signalWidth > 0, signalWidth < 0.5 else {
      throw ValidationError("--signal-width must be between 0 and 0.5.")
    }
    _ = try study()
  }

  private func study() throws -> SpectrumFitting.SpuriousSignalStudy? {
    try spuriousSignal.map {
      .init(
        truth: try SpectrumFunction(named: $0, option: "--spurious-signal"),
        relativeWidth: signalWidth)
    }
  }

  func run() throws {
    var fitting = try background.fitting(input)
    fitting.pseudoExperiments = pseudoExperiments
    fitting.seed = Seed(seed)
    fitting.jobs = output.compute.jobs
    fitting.spuriousSignal = try study()
    let result = try fitting(input.read())
    try output.write(
      result, as: "spectrum-fit", table: result.table,
      figures: [.spectrumFit(result)]
        + (result.spuriousSignals.map { [.spuriousSignals($0)] } ?? [])
    )
  }
}

extension SpectrumFitResult {
  /// What the terminal shows.
  var table: String {
    var lines = [
      "\(input.file): \(input.bins) bins, \(Self.short(input.rangeGeV[0])) to "
        + "\(Self.short(input.rangeGeV[1])) GeV, \(Self.short(input.events, digits: 12)) events"
    ]
    for fit in fits {
      lines.append("")
      lines.append("\(fit.function)\(fit.function == chosen ? " (taken)" : ""): \(fit.formula)")
      for parameter in fit.parameters {
        lines.append(
          "  " + parameter.name.padding(toLength: 6, withPad: " ", startingAt: 0) + " "
            + Self.short(parameter.value, digits: 7)
            + (parameter.uncertainty.map { " ± \(Self.short($0, digits: 3))" }
              ?? " (at its bound)"))
      }
      if !fit.xi.isEmpty {
        lines.append(
          "  "
            + fit.xi.enumerated().map { "xi\($0 + 1) = \(Self.short($1))" }
            .joined(separator: ", "))
      }
      if let deviance = fit.devianceTest {
        lines.append("  " + Self.row("deviance", deviance))
      } else {
        lines.append("  deviance           \(Self.short(fit.deviance, digits: 7))")
      }
      if let chi2 = fit.chi2 { lines.append("  " + Self.row("chi2", chi2)) }
      lines.append("  " + Self.row("Kolmogorov-Smirnov", fit.kolmogorovSmirnov))
      lines.append("  " + Self.row("runs", fit.runs))
      if let calibration = fit.calibration, calibration.failures > 0 {
        lines.append(
          "  \(calibration.failures) of "
            + "\(calibration.failures + calibration.pseudoExperiments) pseudo-experiments had no fit"
        )
      }
    }
    lines.append("")
    lines.append(
      chosen.map { "Taken (\(procedure)): \($0)" } ?? "No function describes the spectrum.")
    lines += remarks.map { "  " + $0 }
    if let published {
      lines.append(
        "chi2 in the \(published.bins) bins with more than 5 events published as expected: "
          + "\(Self.short(published.chi2OfFit, digits: 5)), of the published fit "
          + Self.short(published.chi2, digits: 5))
    }
    if let envelope {
      lines.append(
        "Background from \(Self.short(envelope.rangeGeV[0])) to "
          + "\(Self.short(envelope.rangeGeV[1])) GeV over all functions: "
          + "\(Self.short(envelope.value, digits: 7)), 68 % interval "
          + "\(Self.short(envelope.low, digits: 7)) to \(Self.short(envelope.high, digits: 7))")
    }
    if let spuriousSignals { lines += ["", spuriousSignals.table] }
    return lines.joined(separator: "\n")
  }

  private static func row(_ name: String, _ test: Test) -> String {
    name.padding(toLength: 18, withPad: " ", startingAt: 0) + " "
      + short(test.value, digits: 5)
      + (test.degreesOfFreedom.map { " / \($0)" } ?? "") + ", p = \(short(test.pValue, digits: 3))"
      + (test.calibratedPValue.map { ", from pseudo-experiments \(short($0, digits: 3))" } ?? "")
  }

  private static func short(_ value: Double, digits: Int = 6) -> String {
    if value != 0, abs(value) < 1e-4 {
      return String(format: "%.\(min(digits, 3) - 1)e", value)
    }
    return significantDigits(value, digits)
  }
}

extension SpectrumFitResult.SpuriousSignals {
  /// What the terminal shows.
  fileprivate var table: String {
    let hasPulls = points.contains { $0.meanPull != nil }
    let lines = points.map { point in
      String(
        format: "%12.1f %12.4g +- %-9.3g %6.2f", point.massGeV, point.events, point.uncertainty,
        point.relativeBias)
        + (point.meanPull.map { mean in
          String(
            format: "   %6.2f +- %.2f %6.2f", mean, point.meanPullUncertainty ?? 0,
            point.pullWidth ?? 0)
        } ?? "")
    }
    return
      ([
        "Spurious signal of \(function) in a background of \(truth), width "
          + String(format: "%g %%", 100 * relativeWidth),
        "  mass [GeV]       events                bias/error"
          + (hasPulls ? "   mean pull, width" : ""),
      ] + lines).joined(separator: "\n")
  }
}
