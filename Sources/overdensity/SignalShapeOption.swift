import ArgumentParser
import Datasets
import Foundation
import ResonanceSearch
import StatisticalInference

/// The shape of a signal, as commands of `overdensity spectrum` take it.
struct SignalShapeOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Shape of the signal: gaussian:WIDTH, crystal-ball:WIDTH,ALPHA,POWER,ALPHA,POWER (lower tail \
      first) or template:FILE. Widths are fractions of the mass.
      """, valueName: "shape"))
  var signal = "gaussian:0.03"

  func validate() throws {
    // A file of templates is read when its unit is known.
    if signal.hasPrefix("template:") { return }
    _ = try shape(energyScale: 1)
  }

  /// Reads the shape.
  ///
  /// - Parameter energyScale: GeV in the unit of a template's masses.
  /// - Returns: The shape, widths as fractions of the mass.
  /// - Throws: `ValidationError`, or an error about the file of templates.
  func shape(energyScale: Double) throws -> SignalShape {
    let parts = signal.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw unknownShape }
    switch parts[0] {
    case "gaussian":
      let values = try [Double](list: parts[1], option: "--signal gaussian")
      guard values.count == 1 else { throw unknownShape }
      guard values[0] > 0, values[0] < 1 else {
        throw ValidationError("--signal: \(SignalShapeError.invalidWidth(values[0])).")
      }
      return .gaussian(relativeWidth: values[0])
    case "crystal-ball":
      let values = try [Double](list: parts[1], option: "--signal crystal-ball")
      guard values.count == 5 else { throw unknownShape }
      do {
        return .crystalBall(
          try DoubleSidedCrystalBall(
            relativeWidth: values[0], alphaLow: values[1], powerLow: values[2],
            alphaHigh: values[3], powerHigh: values[4]))
      } catch { throw ValidationError("--signal: \(error).") }
    case "template":
      return .template(try SignalTemplate(reading: parts[1], energyScale: energyScale))
    default: throw unknownShape
    }
  }

  private var unknownShape: ValidationError {
    ValidationError(
      "--signal is '\(signal)'; it must be gaussian:WIDTH, "
        + "crystal-ball:WIDTH,ALPHA,POWER,ALPHA,POWER or template:FILE.")
  }
}

extension [Double] {
  /// Reads numbers separated by commas.
  ///
  /// - Throws: `ValidationError` naming the option and the word that is no number.
  init(list text: String, option: String) throws {
    self = try text.split(separator: ",").map { word in
      guard let value = Double(word), value.isFinite else {
        throw ValidationError("\(option): '\(word)' is not a number.")
      }
      return value
    }
  }
}
