public import AnomalyMethods
public import ArgumentParser
import Datasets
import Foundation
import ResonanceSearch

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Search a file of events for resonances: train, cut, fit, p-values, report.",
    discussion: """
      The file holds particles (LHC Olympics layout; jets are clustered first) or jet features.
      For every mass hypothesis classifiers learn to tell the signal region from its sidebands;
      every event is scored by models that never saw it; the most signal-like events are kept and
      their mass spectrum is fitted.

      The output folder holds result.json, report.html, figures and scores.h5. A run that was
      interrupted continues where it was: give the same command again.

      Examples:
        overdensity search events.h5 --output run/
        overdensity search events.h5 --output run/ --plan my-plan.yaml --seed 7 --jobs 4
        overdensity search events.h5 --output run/ --dry-run
      """)

  @Argument(help: "Events: HDF5 (particles or features), CSV or NumPy.", completion: .file())
  var events: String

  @Option(name: [.short, .long], help: "Folder for the results.", completion: .directory)
  var output: String

  @OptionGroup var search: SearchOptions

  func run() throws {
    try search.run(on: events, output: URL(fileURLWithPath: output))
  }
}

/// The options of a search, wherever its events come from.
struct SearchOptions: ParsableArguments {
  @Option(help: "Plan in YAML; 'overdensity plan' prints one.", completion: .file())
  var plan: String?

  @Option(help: "Method, instead of the plan's: see 'overdensity methods'.")
  var method: MethodName?

  @Option(
    help: ArgumentHelp(
      "Dependence test: every feature sees m_J + A m_JJ as the mass of a jet (papers: 0.1).",
      valueName: "A"))
  var jetMassShift: Double?

  @Option(
    help:
      "A sample that takes no part in the training but is scored: its pass fractions are given.",
    completion: .file())
  var scoreAlso: String?

  @OptionGroup var simulation: SimulationOptions

  @Flag(help: "Withhold the counts in the signal regions.")
  var blind = false

  @Flag(help: "Say what would run, how long it takes and how much memory, then stop.")
  var dryRun = false

  @Flag(
    inversion: .prefixedNo,
    help: "Continue a run that the output folder holds; otherwise start it again.")
  var resume = true

  @Option(
    name: .customLong("global-pvalue"),
    help: """
      Repeat the search on so many sets of pseudo-data without a signal: global p-value and \
      calibrated local ones. As 'overdensity calibrate', which adds them later.
      """)
  var pseudoExperiments: Int?

  @OptionGroup var calibration: CalibrationOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func validate() throws {
    if let jetMassShift, !(0...1).contains(jetMassShift) {
      throw ValidationError("--jet-mass-shift is a fraction of m_JJ, 0 to 1.")
    }
    guard let pseudoExperiments else { return }
    try CalibrationOptions.check(pseudoExperiments: pseudoExperiments, option: "--global-pvalue")
    if blind {
      throw ValidationError(
        "--global-pvalue compares the counts that --blind withholds: leave one of them out.")
    }
  }

  func run(on events: String, output: URL) throws {
    if PackedSearch.isPacked(events) { return try runAgain(events, output: output) }
    try reproducibility.apply()
    var plan = try SearchPlan(atPath: plan)
    if let method { plan.method = method }
    if let jetMassShift { plan.jetMassShift = jetMassShift }
    try SearchRun(events: events, output: output, plan: plan, options: self)()
  }

  /// Makes a packed search again, and compares where nothing was asked for beyond it.
  private func runAgain(_ path: String, output: URL) throws {
    guard plan == nil, method == nil, jetMassShift == nil else {
      throw PackedSearchError.ownPlan(path: path)
    }
    let packed = try PackedSearch(reading: path)
    var options = self
    try options.reproducibility.take(from: packed)
    try SearchRun(events: path, output: output, plan: packed.plan, options: options)()
    guard !dryRun, !blind, scoreAlso == nil, pseudoExperiments == nil else { return }
    let result = try Data(contentsOf: output.appendingPathComponent("result.json"))
    switch packed.isResult(result) {
    case false:
      throw PackedSearchError.otherResult(
        path: path, version: packed.version, instructionSet: packed.instructionSet)
    case true where !compute.isSilent: print("The packed search's own result, byte for byte.")
    default: break
    }
  }
}

extension MethodName: ExpressibleByArgument {}
