import EventFiles
import Execution
import Foundation
import NeuralNetworks
import Reporting
import ResonanceSearch

/// Limits from the command line: train, set limits, write the run folder, print.
struct LimitRun {
  let search: LimitSearch
  let folder: URL
  let compute: ComputeOptions
  let execution: ExecutorOptions

  func callAsFunction() throws {
    let environment = (Overdensity.version, InstructionSet.current.rawValue)
    let executor = try execution.makeExecutor(compute)
    let run = try RunFolder(
      folder, key: search.key(version: environment.0, instructionSet: environment.1))
    let lock = try execution.lock(folder)
    defer { withExtendedLifetime(lock) {} }
    let display = ProgressDisplay("Training", isSilent: compute.isSilent)
    let result = try search(
      environment: environment, executor: executor, jobs: compute.jobs, store: run.units,
      progress: display.show)
    try run.write(Data(search.plan.yaml.utf8), as: "plan.yaml")
    let json = try result.json
    try run.write(json, as: "limits.json")
    let report = try writeLimits(result, plan: search.plan, to: folder)
    for remark in report.remarks where !compute.isSilent { print("remark: \(remark)") }
    compute.show(json, table: result.text, place: "Page: \(report.page.path)")
  }
}
