import Foundation
import Testing

struct SearchCommandTests {
  let scratch: ScratchFolder
  let plan: String

  init() throws {
    scratch = try ScratchFolder()
    plan = try scratch.writeQuickPlan()
  }

  @Test func `A search leaves results, scores, a report and its plan`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 4_000, signal: 100)
    let run = scratch.path("run")
    let search = try Tool("search", events, "--output", run, "--plan", plan)
    #expect(search.exitCode == 0, "\(search.errors)")
    #expect(search.output.contains("Largest excess"))
    #expect(search.output.contains("report.html"))
    for name in [
      "result.json", "report.html", "scores.h5", "plan.yaml", "timing.json", "record.json",
      "figures/p-values.svg", "figures/p-values.csv",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(run)/\(name)"), "\(name) is missing")
    }
    let result = try String(contentsOfFile: "\(run)/result.json", encoding: .utf8)
    #expect(!result.contains(scratch.url.path))
    #expect(!result.contains("nan"))
  }

  @Test func `Killed and resumed gives the same bytes as undisturbed`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 6_000)
    let whole = try Tool(
      "search", events, "--output", scratch.path("whole"), "--plan", plan, "--quiet")
    #expect(whole.exitCode == 0, "\(whole.errors)")

    let process = Process()
    process.executableURL = Tool.executable
    process.arguments = [
      "search", events, "--output", scratch.path("killed"), "--plan", plan, "--quiet",
    ]
    try process.run()
    let units = scratch.path("killed/units")
    let deadline = Date(timeIntervalSinceNow: 60)
    while Date() < deadline, process.isRunning,
      (try? FileManager.default.contentsOfDirectory(atPath: units).count) ?? 0 < 2
    {
      usleep(2_000)
    }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let resumed = try Tool(
      "search", events, "--output", scratch.path("killed"), "--plan", plan, "--quiet")
    #expect(resumed.exitCode == 0, "\(resumed.errors)")
    for name in ["result.json", "record.json", "scores.h5"] {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: scratch.path("whole/\(name)")))
          == Data(contentsOf: URL(fileURLWithPath: scratch.path("killed/\(name)"))), "\(name)")
    }
  }

  @Test func `A folder of another run is refused with the difference named`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 2_000)
    let run = scratch.path("run")
    #expect(try Tool("search", events, "-o", run, "--plan", plan, "--quiet").exitCode == 0)
    let again = try Tool("search", events, "-o", run, "--plan", plan, "--quiet", "--seed", "9")
    #expect(again.exitCode == 1)
    #expect(again.errors.contains("seed is 1 there and 9 now"))

    // Started anew it runs, and what else lies in the folder stays.
    let other = try scratch.write("mine", as: "run/notes.txt")
    let anew = try Tool(
      "search", events, "-o", run, "--plan", plan, "--quiet", "--seed", "9", "--no-resume")
    #expect(anew.exitCode == 0, "\(anew.errors)")
    #expect(FileManager.default.fileExists(atPath: other))
  }

  @Test func `The same file read with other weights is another run`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 2_000) { lines in
      lines[0] += ["one", "two"]
      for row in lines.indices.dropFirst() { lines[row] += ["1", row % 2 == 0 ? "0.5" : "1.5"] }
    }
    func search(_ weight: String) throws -> Tool {
      try Tool(
        "search", events, "-o", scratch.path("run"), "--plan", plan, "--quiet", "--weight", weight)
    }
    #expect(try search("one").exitCode == 0)
    #expect(try search("one").exitCode == 0)
    let other = try search("two")
    #expect(other.exitCode == 1 && other.errors.contains("events as read"), "\(other.errors)")
  }

  @Test func `A dry run says what would happen and writes nothing`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 2_000)
    let run = scratch.path("run")
    let dry = try Tool("search", events, "-o", run, "--plan", plan, "--dry-run")
    #expect(dry.exitCode == 0, "\(dry.errors)")
    #expect(dry.output.contains("trainings") && dry.output.contains("memory"))
    #expect(!FileManager.default.fileExists(atPath: run))
  }

  @Test func `With json the output is the result and nothing else`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 2_000)
    let search = try Tool(
      "search", events, "-o", scratch.path("run"), "--plan", plan, "--json")
    #expect(search.exitCode == 0)
    let object = try JSONSerialization.jsonObject(with: Data(search.output.utf8))
    #expect((object as? [String: Any])?["schemaVersion"] as? Int == 1)
    #expect(
      search.output.trimmingCharacters(in: .newlines)
        == (try String(contentsOfFile: scratch.path("run/result.json"), encoding: .utf8)))
  }

  @Test func `Every method of the catalogue searches`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 3_000)
    for method in ["cwola-trees", "cwola-network", "pca", "autoencoder", "tag-n-train"] {
      let search = try Tool(
        "search", events, "-o", scratch.path(method), "--plan", plan, "--method", method,
        "--quiet")
      #expect(search.exitCode == 0, "\(method): \(search.errors)")
    }
  }
}
