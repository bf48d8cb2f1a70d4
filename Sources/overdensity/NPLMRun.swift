import EventFiles
import Execution
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Reporting

/// A test from the command line: fit, pseudo-experiments, run folder, answer.
struct NPLMRun {
  let test: NPLMTest
  let folder: URL
  let compute: ComputeOptions
  let execution: ExecutorOptions

  func callAsFunction() throws {
    let environment = (Overdensity.version, InstructionSet.current.rawValue)
    let executor = try execution.makeExecutor(compute)
    let run = try RunFolder(
      folder, key: test.key(version: environment.0, instructionSet: environment.1))
    let lock = try execution.lock(folder)
    defer { withExtendedLifetime(lock) {} }
    let display = ProgressDisplay("Fitting", isSilent: compute.isSilent)
    let result = try test(
      environment: environment, executor: executor, store: run.units, progress: display.show)
    let json = try result.json
    try run.write(json, as: "nplm.json")
    try run.write(Data(try rankedEvents(result).utf8), as: "ranked-events.csv")
    let report = try writeNPLM(result, to: folder)
    for remark in report.remarks where !compute.isSilent { print("remark: \(remark)") }
    compute.show(json, table: result.text, place: "Page: \(report.page.path)")
  }

  /// The data's events from the most to the least unexpected.
  private func rankedEvents(_ result: NPLMResult) throws -> String {
    let logRatios = try test.logRatios(of: result)
    let rows = test.samples.dataRows
    let order = logRatios.indices.sorted { (-logRatios[$0], $0) < (-logRatios[$1], $1) }
    return "row,log-ratio\n"
      + order.map { "\(rows?[$0] ?? $0),\(logRatios[$0])\n" }.joined()
  }
}

/// What a test would take, measured by one fit.
struct NPLMEstimate: CustomStringConvertible {
  let description: String

  init(_ test: NPLMTest, jobs: Int) throws {
    let clock = ContinuousClock()
    var nuisances: [Nuisance] = []
    let learning = try clock.measure {
      nuisances = try test.nuisances(executor: .threads(jobs), store: nil, progress: { _ in })
    }.inSeconds
    let seconds = try clock.measure {
      _ = try test.units(nuisances: nuisances)[0].work { false }
    }.inSeconds
    let fits = 1 + test.pseudoExperiments
    let comparison = test.samples.comparison
    description = """
      Would test \(comparison.dataCount) data events against \(comparison.referenceCount) reference events:
        columns               \(comparison.names.joined(separator: ", "))
        network               \(test.nplm.network.name), \(test.nplm.network.parameterCount) parameters
        nuisances             \(nuisances.isEmpty ? "none" : nuisances.map(\.name).joined(separator: ", "))
        fits                  \(fits)
        time, \(jobs) at once      about \(CostEstimate.time(learning + seconds * Double(fits) / Double(min(jobs, fits)))) (from the fit to the data)
      """
  }
}
