public import ArgumentParser
import ResonanceSearch
import StatisticalInference

/// How a command of `overdensity spectrum` finds the background.
struct SpectrumBackgroundOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How a function is chosen: first, f-test, likelihood-ratio, atlas or envelope.",
      discussion: """
        first: in the given order, the first whose chi2 p-value reaches the threshold.
        f-test, likelihood-ratio: up a chain of nested functions while the next improves the fit.
        atlas: the first that describes the sidebands of the mask, which shrink by 400 GeV until one
        does. envelope: all, profiled as a discrete nuisance parameter.
        """))
  var choose: SpectrumFitting.Procedure = .first

  @Option(help: "Functions, separated by commas; each way to choose has its own default.")
  var functions: String?

  @Option(help: "Threshold on the p-value of a fit, or of an improvement.")
  var threshold = 0.05

  func validate() throws {
    guard (0...1).contains(threshold) else {
      throw ValidationError("--threshold must be between 0 and 1.")
    }
    _ = try parsedFunctions()
  }

  func fitting(_ input: SpectrumOptions) throws -> SpectrumFitting {
    var fitting = SpectrumFitting(choose, functions: try parsedFunctions())
    fitting.threshold = threshold
    fitting.masks = input.masks
    fitting.collisionEnergy = input.collisionEnergy
    return fitting
  }

  private func parsedFunctions() throws -> [SpectrumFunction]? {
    guard let functions else { return nil }
    return try [SpectrumFunction](list: functions, option: "--functions")
  }
}

extension [SpectrumFunction] {
  /// Reads names of different functions separated by commas.
  init(list text: String, option: String) throws {
    let names = text.split(separator: ",").map(String.init)
    guard !names.isEmpty, Set(names).count == names.count else {
      throw ValidationError("\(option) needs different names, separated by commas.")
    }
    self = try names.map { try SpectrumFunction(named: $0, option: option) }
  }
}

extension SpectrumFunction {
  /// Finds the function that an option names.
  init(named name: String, option: String) throws {
    guard let function = SpectrumFunction(rawValue: name) else {
      throw ValidationError(
        "\(option): there is no '\(name)'; functions are "
          + SpectrumFunction.allCases.map(\.rawValue).joined(separator: ", ") + ".")
    }
    self = function
  }
}

extension SpectrumFitting.Procedure: ExpressibleByArgument {}
