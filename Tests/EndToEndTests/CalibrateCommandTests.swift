import Foundation
import Testing

struct CalibrateCommandTests {
  private func result(_ folder: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/result.json"))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func `Searching with a global p-value equals searching and calibrating later`() throws {
    let scratch = try ScratchFolder()
    let events = try scratch.writeToyEvents("toy.csv", background: 4_000)
    let plan = try scratch.writeQuickPlan()
    let (once, later) = (scratch.path("once"), scratch.path("later"))
    let options = [events, "--plan", plan, "--seed", "4", "--method", "pca", "--quiet"]
    let search = try Tool(["search"] + options + ["--output", once, "--global-pvalue", "5"])
    #expect(search.exitCode == 0, "\(search.errors)")
    #expect(try Tool(["search"] + options + ["--output", later]).exitCode == 0)
    let calibrate = try Tool("calibrate", later, "--pseudo-experiments", "5", "--jobs", "1")
    #expect(calibrate.exitCode == 0, "\(calibrate.errors)")
    #expect(calibrate.output.contains("Global: p"))
    let files = [once, later].map { URL(fileURLWithPath: $0 + "/result.json") }
    #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]))
    let global = try #require(try result(once)["globalPValue"] as? [String: Any])
    #expect(global["pseudoExperiments"] as? Int == 5)
    let page = try String(contentsOfFile: later + "/report.html", encoding: .utf8)
    #expect(page.contains("null-searches"))
    #expect(page.contains("Globally"))

    // The searched file has moved: the error names the option.
    try FileManager.default.removeItem(atPath: events)
    let moved = try Tool("calibrate", later, "--pseudo-experiments", "5")
    #expect(moved.exitCode == 1)
    #expect(moved.errors.contains("--events"))
    let fluctuated = try Tool(
      "calibrate", later, "--pseudo-experiments", "50", "--global-pvalue-method", "spectrum")
    #expect(fluctuated.exitCode == 0, "\(fluctuated.errors)")
    #expect(try result(later)["calibrated"] as? Bool == false)
  }

  @Test func `A dry run says what the pseudo-experiments would take and leaves nothing`() throws {
    let scratch = try ScratchFolder()
    let events = try scratch.writeToyEvents("toy.csv", background: 2_000)
    let plan = try scratch.writeQuickPlan()
    let run = scratch.path("run")
    let tool = try Tool(
      "search", events, "--plan", plan, "--output", run, "--global-pvalue", "99", "--dry-run")
    #expect(tool.exitCode == 0, "\(tool.errors)")
    #expect(tool.output.contains("With 99 pseudo-experiments"))
    #expect(!FileManager.default.fileExists(atPath: run))
  }

  @Test func `Bad requests are refused with a remedy`() throws {
    let scratch = try ScratchFolder()
    let events = try scratch.writeToyEvents("toy.csv", background: 3_000)
    let other = try scratch.write("mjj,mj1\n3000,100\n3100,90\n", as: "other.csv")
    let plan = try scratch.writeQuickPlan()
    let run = scratch.path("run")
    func search(_ arguments: String...) throws -> Tool {
      try Tool(
        ["search", events, "--plan", plan, "--method", "pca", "--output", run, "--quiet"]
          + arguments)
    }
    let none = try search("--global-pvalue", "0")
    #expect(none.exitCode == 2)
    #expect(none.errors.contains("at least 1"))
    #expect(try search("--global-pvalue", "3", "--blind").exitCode == 2)
    #expect(try search("--global-pvalue", "3", "--null-source", "simulation").exitCode == 2)
    let columns = try search("--global-pvalue", "3", "--background", other)
    #expect(columns.exitCode == 1)
    #expect(columns.errors.contains("other.csv") && columns.errors.contains("mj2"))
    let same = try search("--global-pvalue", "3", "--background", events)
    #expect(same.exitCode == 1)
    #expect(same.errors.contains("searched file itself"))
    let missing = try Tool("calibrate", scratch.path("nowhere"), "--pseudo-experiments", "3")
    #expect(missing.exitCode == 1)
    #expect(missing.errors.contains("no finished search"))
  }
}
