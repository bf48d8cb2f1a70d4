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

  func callAsFunction() throws {
    let environment = (Overdensity.version, InstructionSet.current.rawValue)
    let run = try RunFolder(
      folder, key: search.key(version: environment.0, instructionSet: environment.1))
    let lock = try run.lock()
    defer { withExtendedLifetime(lock) {} }
    let display = ProgressDisplay("Training", isSilent: compute.quiet || compute.json)
    let result = try search(
      environment: environment, jobs: compute.jobs, store: run.units, progress: display.show)
    try run.write(Data(search.plan.yaml.utf8), as: "plan.yaml")
    let json = try result.json
    try run.write(json, as: "limits.json")
    let report = try writeLimits(result, plan: search.plan, to: folder)
    if compute.json {
      print(String(decoding: json, as: UTF8.self))
    } else if !compute.quiet {
      print(result.text)
      for remark in report.remarks { print("remark: \(remark)") }
      print("\nPage: \(report.page.path)")
    }
  }
}
