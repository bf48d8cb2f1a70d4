import Foundation
import Testing

struct ComparisonCommandTests {
  let scratch: ScratchFolder
  let plan: String

  init() throws {
    scratch = try ScratchFolder()
    plan = try scratch.writeQuickPlan()
  }

  func search(_ events: String, _ run: String, _ options: String...) throws {
    let tool = try Tool(
      ["search", events, "-o", scratch.path(run), "--plan", plan, "--quiet"] + options)
    #expect(tool.exitCode == 0, "\(tool.errors)")
  }

  @Test func `Injected events are searched and evaluated like any others`() throws {
    let data = try scratch.writeToyEvents("data.csv", background: 4_000)
    let signal = try scratch.writeToyEvents("signal.csv", background: 100, signal: 400)
    let mixed = scratch.path("mixed.h5")
    let inject = try Tool(
      "inject", data, "--signal", signal, "--signal-fraction", "0.1", "--region", "3300:3700",
      "-o", mixed)
    #expect(inject.exitCode == 0, "\(inject.errors)")
    #expect(inject.output.contains("with truth labels"))
    let again = scratch.path("again.h5")
    #expect(
      try Tool(
        "inject", data, "--signal", signal, "--signal-fraction", "0.1", "--region", "3300:3700",
        "-o", again, "--quiet"
      ).exitCode == 0)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: mixed))
        == Data(contentsOf: URL(fileURLWithPath: again)))
    try search(mixed, "run")
    let evaluate = try Tool("evaluate", scratch.path("run"), "--labels", mixed)
    #expect(evaluate.exitCode == 0 && evaluate.output.contains("max SIC"), "\(evaluate.errors)")
  }

  @Test func `Injection refuses what it cannot do`() throws {
    let data = try scratch.writeToyEvents("data.csv", background: 1_000)
    let signal = try scratch.writeToyEvents("signal.csv", background: 10, signal: 20)
    let out = scratch.path("out.h5")
    let many = try Tool("inject", data, "--signal", signal, "--events", "21", "-o", out)
    #expect(many.exitCode == 1 && many.errors.contains("20 signal events"), "\(many.errors)")
    let inTeV = try scratch.write("mjj,mj1\n3.5,0.5\n", as: "tev.csv")
    let units = try Tool("inject", data, "--signal", inTeV, "--events", "1", "-o", out)
    #expect(units.exitCode == 1 && units.errors.contains("--units tev"), "\(units.errors)")
    let columns = try Tool(
      "inject", data, "--signal", inTeV, "--events", "1", "-o", out, "--signal-units", "tev")
    #expect(columns.exitCode == 1 && columns.errors.contains("lacks pxj1"), "\(columns.errors)")
    let both = try Tool("inject", data, "--signal", signal, "-o", out)
    #expect(both.exitCode == 2 && both.errors.contains("--events or --signal-fraction"))
    let region = try Tool(
      "inject", data, "--signal", signal, "--signal-fraction", "0.1", "-o", out)
    #expect(region.exitCode == 2 && region.errors.contains("--region LOW:HIGH"))
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  @Test func `Runs are compared in a table, a page and JSON`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 4_000, signal: 150)
    try search(events, "trees-1")
    try search(events, "trees-2", "--seed", "2")
    try search(events, "pca", "--method", "pca")
    let folder = scratch.path("comparison")
    let runs = ["trees-1", "trees-2", "pca"].map(scratch.path)
    let compare = try Tool(
      ["compare"] + runs + ["--labels", events, "-o", folder, "--names", "trees,trees,pca"])
    #expect(compare.exitCode == 0, "\(compare.errors)")
    for word in ["trees", "pca", "no cut", "AUC", "max SIC"] {
      #expect(compare.output.contains(word), "'\(word)' is not in: \(compare.output)")
    }
    for name in [
      "comparison.html", "comparison.json", "figures/compared-p-values.svg", "figures/sic.csv",
      "figures/roc.svg", "figures/significance-by-cut.csv",
    ] {
      #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)"), "\(name) is missing")
    }
    let json = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/comparison.json"))
    let object = try JSONSerialization.jsonObject(with: json) as? [String: Any]
    let groups = try #require(object?["groups"] as? [[String: Any]])
    #expect(groups.map { $0["name"] as? String } == ["trees", "pca"])
    #expect(groups[0]["seeds"] as? [Int] == [1, 2])

    let other = try scratch.writeToyEvents("other.csv", background: 4_150)
    let swapped = try Tool(["compare"] + runs + ["--labels", other])
    #expect(swapped.exitCode == 1 && swapped.errors.contains("m_JJ"), "\(swapped.errors)")
    try search(other, "other")
    let mixed = try Tool("compare", runs[0], scratch.path("other"))
    #expect(mixed.exitCode == 0 && mixed.output.contains("searched different events"))
    let missing = try Tool("compare", runs[0], scratch.path("nowhere"))
    #expect(missing.exitCode == 1 && missing.errors.contains("holds no finished search"))
    let names = try Tool("compare", runs[0], runs[1], "--names", "one")
    #expect(names.exitCode == 2 && names.errors.contains("1 names for 2 runs"))
  }
}
