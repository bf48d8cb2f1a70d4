import Foundation
import Testing

/// Methods that learn from simulated background, from the command line.
struct SimulationCommandTests {
  let scratch: ScratchFolder
  let data: String
  let simulation: String
  let plan: String

  init() throws {
    scratch = try ScratchFolder()
    data = try scratch.writeToyEvents("data.csv", background: 3_000)
    // Without its first events, so that it is another file.
    simulation = try scratch.writeToyEvents("simulation.csv", background: 4_000) {
      $0.removeSubrange(1..<3_000)
    }
    plan = try scratch.write(
      """
      method: sa-cwola-trees
      features: lhco-rnd
      mass: {range: [2700, 6000], bins: 8, signalRegionBins: 2, windows: [1]}
      folds: {outer: 2}
      efficiencies: [1, 0.1]
      fit: {functions: [dijet3]}
      trees: {members: 1, maximumDepth: 2, maximumRounds: 20, minimumChildWeight: 5}
      reweighting: {members: 1, hidden: [8], epochs: 3}
      """, as: "plan.yaml")
  }

  @Test func `A search with simulation says which it was, and is repeated with no other`() throws {
    let run = scratch.path("run")
    let arguments = ["search", data, "-o", run, "--plan", plan]
    let missing = try Tool(arguments)
    #expect(missing.exitCode == 1)
    #expect(missing.errors.contains("sa-cwola-trees") && missing.errors.contains("--simulation"))
    #expect(try Tool(arguments + ["--simulation", simulation]).exitCode == 0)
    let used = try #require(try json(run + "/result.json")["simulation"] as? [String: Any])
    #expect(used["name"] as? String == "simulation.csv")
    #expect(used["events"] as? Int == 1_001)
    let other = try Tool(arguments + ["--simulation", data])
    #expect(other.exitCode == 1)
    #expect(other.errors.contains("simulation"))
    // Calibration finds the simulation where the search read it.
    let calibrated = try Tool("calibrate", run, "--pseudo-experiments", "2")
    #expect(calibrated.exitCode == 0, "\(calibrated.errors)")
  }

  @Test func `A packed search holds its simulation`() throws {
    let (run, pack) = (scratch.path("run"), scratch.path("run.odsearch"))
    let search = try Tool(
      "search", data, "-o", run, "--plan", plan, "--simulation", simulation, "--quiet")
    #expect(search.exitCode == 0, "\(search.errors)")
    let wrong = try Tool("pack", run, "-o", pack, "--simulation", data)
    #expect(wrong.exitCode == 1 && wrong.errors.contains("simulation.csv"), "\(wrong.errors)")
    let packing = try Tool("pack", run, "-o", pack)
    #expect(packing.exitCode == 0, "\(packing.errors)")
    // The pack stands alone.
    try FileManager.default.removeItem(atPath: simulation)
    let missing = try Tool("pack", run, "-o", scratch.path("x"))
    #expect(missing.exitCode == 1 && missing.errors.contains("simulation.csv"), "\(missing.errors)")
    try FileManager.default.removeItem(atPath: data)
    let twice = try Tool("search", pack, "-o", scratch.path("x"), "--simulation", pack)
    #expect(twice.exitCode == 1 && twice.errors.contains("its own simulation"), "\(twice.errors)")
    let again = try Tool("search", pack, "-o", scratch.path("again"))
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.output.contains("byte for byte"), "\(again.output)")
  }

  private func json(_ path: String) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: path)))
    return try #require(object as? [String: Any])
  }

  @Test func `The closure test leaves a page, figures and numbers`() throws {
    let output = scratch.path("closure")
    let tool = try Tool(
      "closure", data, "--simulation", simulation, "--plan", plan, "-o", output)
    #expect(tool.exitCode == 0, "\(tool.errors)")
    #expect(tool.output.contains("without reweighting"))
    let closure = try json(output + "/closure.json")
    #expect((closure["signalRegion"] as? [Any])?.count == 4)
    let predictions = try #require(closure["predictions"] as? [[String: Double]])
    #expect(predictions.first?["efficiency"] == 1)
    for file in ["closure.html", "figures/prediction.svg"] {
      #expect(FileManager.default.fileExists(atPath: output + "/" + file))
    }
  }
}
