public import ArgumentParser
import Foundation
public import ResonanceSearch

/// Where searches without a signal come from; the same for every command that calibrates.
struct CalibrationOptions: ParsableArguments {
  @Option(
    help: """
      How pseudo-experiments are made. retrain: the whole search, training included. spectrum: \
      networks frozen, Poisson fluctuations of the spectra; seconds, approximate.
      """)
  var globalPvalueMethod = NullDistribution.Method.retrain

  @Option(
    help: """
      Background-only events to retrain on. donors: from the data alone. simulation: from \
      --background files. (default: simulation with --background, otherwise donors)
      """)
  var nullSource: NullSourceName?

  @Option(
    parsing: .upToNextOption, help: "Background samples: files like the searched one.",
    completion: .file())
  var background: [String] = []

  func validate() throws {
    if globalPvalueMethod == .spectrum, nullSource != nil || !background.isEmpty {
      throw ValidationError(
        "--global-pvalue-method spectrum fluctuates the fitted spectra: it takes neither "
          + "--null-source nor --background.")
    }
    if nullSource == .donors, !background.isEmpty {
      throw ValidationError(
        "--null-source donors uses the data alone: leave --background out, or choose simulation.")
    }
    if nullSource == .simulation, background.isEmpty {
      throw ValidationError("--null-source simulation needs --background FILE.")
    }
  }

  /// The options as they are written, for the command that makes a result again.
  var arguments: String {
    var text = ""
    if globalPvalueMethod != .retrain {
      text += " --global-pvalue-method \(globalPvalueMethod.rawValue)"
    }
    if let nullSource { text += " --null-source \(nullSource.rawValue)" }
    if !background.isEmpty {
      text += " --background"
      for path in background { text += " \(URL(fileURLWithPath: path).lastPathComponent)" }
    }
    return text
  }

  static func check(pseudoExperiments: Int, option: String) throws {
    guard pseudoExperiments >= 1 else {
      throw ValidationError("\(option) must be at least 1; 99 can show p = 0.01.")
    }
  }
}

extension NullDistribution.Method: ExpressibleByArgument {}
extension NullSourceName: ExpressibleByArgument {}
