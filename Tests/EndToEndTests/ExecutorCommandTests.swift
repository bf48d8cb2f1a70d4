import Foundation
import Testing

/// Work that others do, without a cluster: commands written, run by a shell, and collected.
struct ExecutorCommandTests {
  private func files(_ run: String, _ names: [String]) throws -> [Data] {
    try names.map { try Data(contentsOf: URL(fileURLWithPath: run + "/" + $0)) }
  }

  /// Runs all commands of a stage, two at once, as `xargs` does it for a user.
  private func runCommands(_ run: String, stage: String) throws {
    let process = try Process.run(
      URL(fileURLWithPath: "/bin/sh"),
      arguments: [
        "-c", #"xargs -d '\n' -n 1 -P 2 sh -c < "$1/work/$2/batch-1/commands.txt""#, "sh", run,
        stage,
      ])
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func `A search by written commands gives the same bytes, stage after stage`() throws {
    let scratch = try ScratchFolder()
    let events = try scratch.writeToyEvents("toy.csv", background: 4_000)
    let plan = try scratch.writeQuickPlan()
    let (here, there) = (scratch.path("here"), scratch.path("there"))
    let options = [
      "search", events, "--plan", plan, "--seed", "4", "--global-pvalue", "3", "--method",
      "cwola-trees",
    ]
    #expect(try Tool(options + ["--output", here, "--quiet"]).exitCode == 0)
    let given = try Tool(
      options + ["--output", there, "--executor", "commands", "--workers", "1"])
    #expect(given.exitCode == 0, "\(given.errors)")
    #expect(given.output.contains("overdensity collect"))
    let early = try Tool("collect", there)
    #expect(early.exitCode == 1)
    #expect(early.errors.contains("0 of"))
    let status = try Tool("status", there)
    #expect(status.output.contains("training: 0 of"))
    #expect(status.output.contains("4 waiting"))

    try runCommands(there, stage: "training")
    let next = try Tool("collect", there)
    #expect(next.exitCode == 0, "\(next.errors)")
    #expect(next.output.contains("pseudo-experiments"))
    try runCommands(there, stage: "pseudo-experiments")
    let last = try Tool("collect", there)
    #expect(last.exitCode == 0, "\(last.errors)")
    #expect(last.output.contains("Global: p"))
    let names = ["result.json", "record.json", "scores.h5", "pseudo-experiments.json"]
    #expect(try files(here, names) == files(there, names))
  }

  @Test func `A study by written commands gives the same bytes`() throws {
    let scratch = try ScratchFolder()
    _ = try scratch.writeToyEvents("toy.csv", background: 3_000)
    _ = try scratch.writeQuickPlan()
    let study = try scratch.write(
      "data: toy.csv\nseeds: [1, 2]\nplan: plan.yaml\nvariants: [{name: pca, method: pca}]\n",
      as: "study.yaml")
    let (here, there) = (scratch.path("here"), scratch.path("there"))
    let local = try Tool("study", study, "-o", here, "--quiet")
    #expect(local.exitCode == 0, "\(local.errors)")
    let given = try Tool("study", study, "-o", there, "--executor", "commands")
    #expect(given.exitCode == 0, "\(given.errors)")
    try runCommands(there, stage: "searches")
    let collected = try Tool("collect", there)
    #expect(collected.exitCode == 0, "\(collected.errors)")
    #expect(try files(here, ["study.json"]) == files(there, ["study.json"]))
    // A search whose folder is gone is asked for again, not taken for finished.
    try FileManager.default.removeItem(atPath: there + "/runs/pca.seed-2")
    let again = try Tool("study", study, "-o", there, "--executor", "commands")
    #expect(again.exitCode == 1)
    #expect(again.errors.contains("1 of 2 units"), "\(again.errors)")
  }

  @Test func `Limits by written commands are the same bytes`() throws {
    let limits = try LimitsCommandTests()
    let (here, there) = (limits.scratch.path("here"), limits.scratch.path("there"))
    let options = [
      "limits", limits.data, "--signal", limits.signal, "--plan", limits.plan, "--strengths",
      "30,60", "--samplings", "1",
    ]
    #expect(try Tool(options + ["-o", here, "--quiet"]).exitCode == 0)
    let given = try Tool(options + ["-o", there, "--executor", "commands", "--workers", "1"])
    #expect(given.exitCode == 0, "\(given.errors)")
    #expect(given.output.contains("6 units"), "\(given.output)")
    try runCommands(there, stage: "training")
    let collected = try Tool("collect", there)
    #expect(collected.exitCode == 0, "\(collected.errors)")
    #expect(try files(here, ["limits.json"]) == files(there, ["limits.json"]))
  }

  @Test func `A detached search goes on after its command has ended`() throws {
    let scratch = try ScratchFolder()
    let events = try scratch.writeToyEvents("toy.csv", background: 4_000)
    let plan = try scratch.writeQuickPlan()
    let (here, there) = (scratch.path("here"), scratch.path("there"))
    let options = ["search", events, "--plan", plan, "--method", "cwola-trees"]
    #expect(try Tool(options + ["--output", here, "--quiet"]).exitCode == 0)
    let given = try Tool(options + ["--output", there, "--detach"])
    #expect(given.exitCode == 0, "\(given.errors)")
    #expect(given.output.contains("command.log"), "\(given.output)")
    // The report's place is the last that the search prints.
    func log() -> String {
      (try? String(contentsOfFile: there + "/command.log", encoding: .utf8)) ?? ""
    }
    for _ in 0..<1_200 where !log().contains("Report: ") { usleep(100_000) }
    #expect(log().contains("Report: "), "\(log())")
    let names = ["result.json", "record.json", "scores.h5"]
    #expect(try files(here, names) == files(there, names))
    let refused = try Tool(options + ["--output", "/proc/overdensity/run", "--detach"])
    #expect(refused.exitCode == 1)
    #expect(refused.errors.contains("/proc/overdensity/run"), "\(refused.errors)")
  }

  @Test func `Wrong requests are refused with a remedy`() throws {
    let scratch = try ScratchFolder()
    let events = try scratch.writeToyEvents("toy.csv", background: 2_000)
    let search = ["search", events, "--method", "pca", "--output", scratch.path("run"), "--quiet"]
    let unknown = try Tool(search + ["--executor", "pbs"])
    #expect(unknown.exitCode == 2)
    #expect(unknown.errors.contains("'threads', 'slurm' or 'commands'"))
    #expect(try Tool(search + ["--workers", "0"]).exitCode == 2)
    #expect(try Tool(search + ["--units-per-worker", "0"]).exitCode == 2)
    #expect(try Tool(search + ["--submit-option", "--partition=short"]).exitCode == 2)
    let missing = try Tool(
      search + ["--executor", "slurm"], environment: ["PATH": scratch.path("empty")])
    #expect(missing.exitCode == 1)
    #expect(missing.errors.contains("'sbatch' is not on this machine's PATH"))
    for command in ["status", "collect"] {
      let tool = try Tool(command, scratch.path("nowhere"))
      #expect(tool.exitCode == 1)
      #expect(tool.errors.contains("--executor"))
    }
  }
}
