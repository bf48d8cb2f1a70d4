import ArgumentParser
import EventFiles
import Foundation
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

  @Option(help: "Functions in the order in which they are tried, separated by commas.")
  var functions = "dijet4,dijet5,dijet3"

  @Option(help: "A function is taken if its chi2 p-value is at least this.")
  var minimumPValue = 0.05

  @Option(name: [.short, .long], help: "Folder for the result and the figure.")
  var output: String?

  @Flag(help: "Print the result as JSON instead of a table.")
  var json = false

  func validate() throws {
    guard (0...1).contains(minimumPValue) else {
      throw ValidationError("--minimum-p-value must be between 0 and 1.")
    }
    _ = try parsedFunctions()
  }

  func run() throws {
    let spectrum = try input.read()
    let functions = try parsedFunctions()
    let choice = fitBackground(
      spectrum.histogram, functions: functions, excluding: input.masks,
      collisionEnergy: input.collisionEnergy, minimumPValue: minimumPValue)
    let fits = functions.compactMap {
      // Why a function failed is among the choice's rejections.
      try? BackgroundFit(
        spectrum.histogram, function: $0, excluding: input.masks,
        collisionEnergy: input.collisionEnergy)
    }
    let result = SpectrumFitResult(
      spectrum, fits: fits, choice: choice, masks: input.masks,
      collisionEnergy: input.collisionEnergy)
    let text = String(decoding: try JSONEncoder.readable.encode(result), as: UTF8.self)
    if let output {
      let folder = URL(fileURLWithPath: output)
      let figures = try writeFigures([Figure.spectrumFit(result)], to: folder)
      try writeAtomically(text + "\n", to: folder.appending(path: "spectrum-fit.json").path)
      for remark in figures.remarks where !json { print("remark: \(remark)") }
    }
    print(json ? text : result.table)
    if let output, !json { print("\nResult and figure: \(output)") }
  }

  private func parsedFunctions() throws -> [SpectrumFunction] {
    try functions.split(separator: ",").map { name in
      guard let function = SpectrumFunction(rawValue: String(name)) else {
        throw ValidationError(
          "--functions: there is no '\(name)'; functions are "
            + SpectrumFunction.allCases.map(\.rawValue).joined(separator: ", ") + ".")
      }
      return function
    }
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
            + (parameter.uncertainty.map { " ± \(Self.short($0, digits: 3))" } ?? " (at its bound)")
        )
      }
      lines.append("  deviance \(Self.short(fit.deviance, digits: 7))")
      if let chi2 = fit.chi2 {
        lines.append(
          "  chi2/ndf \(Self.short(chi2.value, digits: 4))/\(chi2.degreesOfFreedom ?? 0), "
            + "p = \(Self.short(chi2.pValue, digits: 3))")
      }
    }
    if chosen == nil { lines += ["", "No function describes the spectrum."] }
    if let remark { lines += ["", "Not taken: \(remark)"] }
    return lines.joined(separator: "\n")
  }

  private static func short(_ value: Double, digits: Int = 6) -> String {
    value.formatted(
      .number.precision(.significantDigits(1...digits)).grouping(.never).locale(
        Locale(identifier: "en_US_POSIX")))
  }
}
