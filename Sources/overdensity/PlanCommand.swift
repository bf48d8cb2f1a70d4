import AnomalyMethods
import ArgumentParser
import EventModel
import ResonanceSearch

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print a plan with every key and its value, or check one.",
    discussion: """
      overdensity plan > my-plan.yaml      every default, to be edited
      overdensity plan my-plan.yaml        checks a plan and prints what it means in full
      """)

  @Argument(help: "A plan to check and complete.", completion: .file())
  var file: String?

  @Option(help: "Method, instead of the plan's.")
  var method: MethodName?

  func run() throws {
    var plan = try SearchPlan(atPath: file)
    if let method { plan.method = method }
    print(plan.yaml, terminator: "")
    for (index, window) in try plan.windows() {
      let region = window.signalRegion
      print(
        "# window \(index): signal region \(Int(region.lowerBound.rounded()))-"
          + "\(Int(region.upperBound.rounded())) GeV")
    }
  }
}
