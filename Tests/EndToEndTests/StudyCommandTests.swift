import Foundation
import Testing

struct StudyCommandTests {
  let scratch: ScratchFolder
  let plan: String

  init() throws {
    scratch = try ScratchFolder()
    _ = try scratch.writeQuickPlan()
    _ = try scratch.writeToyEvents("data.csv", background: 3_000)
    _ = try scratch.writeToyEvents("signal.csv", background: 0, signal: 600)
    plan = try scratch.write(Self.study(seeds: "[1, 2]"), as: "study.yaml")
  }

  static func study(seeds: String) -> String {
    """
    title: Trees against principal components
    data: data.csv
    signal: signal.csv
    signalRegion: [3200, 3800]
    seeds: \(seeds)
    injections: {signalToBackground: [0, 0.3]}
    plan: plan.yaml
    settings: {method: [cwola-trees, pca]}
    """
  }

  func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: scratch.path(path)))
  }

  @Test func `A study makes its grid, and the same bytes with any number of jobs`() throws {
    let one = try Tool("study", plan, "-o", scratch.path("one"), "--jobs", "1")
    #expect(one.exitCode == 0, "\(one.errors)")
    for word in ["Trees against", "method = pca", "S/B 0.3", "AUC"] {
      #expect(one.output.contains(word), "'\(word)' is not in: \(one.output)")
    }
    let runs = try FileManager.default.contentsOfDirectory(atPath: scratch.path("one/runs"))
    #expect(runs.count == 8)
    for name in [
      "study.html", "study.csv", "study.json", "figures/significance-scan.svg",
      "figures/auc-scan.csv", "figures/maximum-improvement-scan.svg", "figures/roc.svg",
    ] {
      #expect(
        FileManager.default.fileExists(atPath: scratch.path("one/\(name)")), "\(name) is missing")
    }
    let lines = String(decoding: try contents("one/study.csv"), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.count == 1 + 8 * 3)

    let three = try Tool("study", plan, "-o", scratch.path("three"), "--jobs", "3", "--quiet")
    #expect(three.exitCode == 0, "\(three.errors)")
    for name in ["study.csv", "study.json"] {
      #expect(try contents("one/\(name)") == contents("three/\(name)"), "\(name)")
    }
    for run in runs {
      #expect(
        try contents("one/runs/\(run)/result.json") == contents("three/runs/\(run)/result.json"))
    }
  }

  @Test func `A study of background alone has no signal to separate`() throws {
    let study = try scratch.write(
      """
      data: data.csv
      signalRegion: [3200, 3800]
      plan: plan.yaml
      settings: {method: [pca]}
      """, as: "background.yaml")
    let tool = try Tool("study", study, "-o", scratch.path("background"))
    #expect(tool.exitCode == 0, "\(tool.errors)")
    #expect(tool.output.contains("Signal region at"), "\(tool.output)")
    #expect(!tool.output.contains("AUC"), "\(tool.output)")
  }

  @Test func `A run of a study is the search of the injected file`() throws {
    let study = try scratch.write(Self.study(seeds: "[5]"), as: "five.yaml")
    #expect(try Tool("study", study, "-o", scratch.path("study"), "--quiet").exitCode == 0)
    let mixed = scratch.path("mixed.h5")
    let inject = try Tool(
      "inject", scratch.path("data.csv"), "--signal", scratch.path("signal.csv"),
      "--signal-fraction", "0.3", "--region", "3200:3800", "--seed", "5", "-o", mixed, "--quiet")
    #expect(inject.exitCode == 0, "\(inject.errors)")
    let search = try Tool(
      "search", mixed, "-o", scratch.path("run"), "--plan", scratch.path("plan.yaml"), "--seed",
      "5", "--quiet")
    #expect(search.exitCode == 0, "\(search.errors)")
    func windows(_ path: String) throws -> NSArray {
      let object = try JSONSerialization.jsonObject(with: contents(path)) as? [String: Any]
      return try #require(object?["windows"] as? NSArray)
    }
    let run = "method-cwola-trees.S-B-0.3.seed-5"
    #expect(try windows("study/runs/\(run)/result.json") == windows("run/result.json"))
  }

  @Test func `A study continues, and grows with its plan`() throws {
    let one = try scratch.write(Self.study(seeds: "[1]"), as: "one.yaml")
    let folder = scratch.path("study")
    #expect(try Tool("study", one, "-o", folder, "--quiet").exitCode == 0)
    let run = "\(folder)/runs/method-pca.S-B-0.seed-1"
    let kept = "\(folder)/runs/method-pca.S-B-0.3.seed-1/record.json"
    func modified(_ path: String) throws -> Date? {
      try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }
    let before = try modified(kept)
    // As if it had been killed while one search was being written.
    try FileManager.default.removeItem(atPath: "\(run)/record.json")
    let more = try Tool("study", plan, "-o", folder, "--quiet")
    #expect(more.exitCode == 0, "\(more.errors)")
    #expect(try modified(kept) == before)
    let whole = try Tool("study", plan, "-o", scratch.path("whole"), "--quiet")
    #expect(whole.exitCode == 0, "\(whole.errors)")
    for name in ["study.csv", "study.json"] {
      #expect(try contents("study/\(name)") == contents("whole/\(name)"), "\(name)")
    }

    // Runs of another plan are not taken for those of this one.
    _ = try scratch.write("features: lhco-rnd\nmass: {bins: 10}\n", as: "plan.yaml")
    let changed = try Tool("study", plan, "-o", folder, "--quiet")
    #expect(changed.exitCode == 1 && changed.errors.contains("plan is"), "\(changed.errors)")
  }

  @Test func `A study gives its searches global p-values`() throws {
    let text = """
      data: data.csv
      plan: plan.yaml
      variants: [{name: trees, method: cwola-trees}, {name: coin, reference: random}]
      """
    let study = try scratch.write("globalPvalue: 3\n" + text, as: "null.yaml")
    let folder = scratch.path("null")
    let dry = try Tool("study", study, "-o", folder, "--dry-run")
    #expect(dry.output.contains("each with 3 of pseudo-data"), "\(dry.output)")
    let bare = try scratch.write(text, as: "null.yaml")
    #expect(try Tool("study", bare, "-o", folder, "--quiet").exitCode == 0)
    // Finished searches get what the plan asks for now.
    let more = try scratch.write("globalPvalue: 3\n" + text, as: "null.yaml")
    let run = try Tool("study", more, "-o", folder)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.contains("global p"), "\(run.output)")
    let lines = String(decoding: try contents("null/study.csv"), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let column = try #require(lines[0].firstIndex(of: "pseudoExperiments"))
    let trees = try #require(lines.first { $0[0] == "trees.seed-1" })
    let coin = try #require(lines.first { $0[0] == "coin.seed-1" })
    #expect(trees[column] == "3.0" && coin[column].isEmpty)
    let global = try #require(Double(trees[column - 1]))
    #expect(global > 0 && global <= 1)

    // The same as of a search with --global-pvalue.
    let search = try Tool(
      "search", scratch.path("data.csv"), "-o", scratch.path("alone"), "--plan",
      scratch.path("plan.yaml"), "--global-pvalue", "3", "--quiet")
    #expect(search.exitCode == 0, "\(search.errors)")
    #expect(
      try contents("alone/pseudo-experiments.json")
        == contents("null/runs/trees.seed-1/pseudo-experiments.json"))
    #expect(try contents("alone/result.json") == contents("null/runs/trees.seed-1/result.json"))
  }

  @Test func `A dry run counts and leaves nothing behind`() throws {
    let dry = try Tool("study", plan, "-o", scratch.path("dry"), "--dry-run")
    #expect(dry.exitCode == 0, "\(dry.errors)")
    #expect(dry.output.contains("8 searches"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("dry")))
  }

  @Test func `What is missing or wrong is named`() throws {
    let unknown = try scratch.write("data: data.csv\nsedes: [1]\n", as: "unknown.yaml")
    let misspelt = try Tool("study", unknown, "-o", scratch.path("x"))
    #expect(misspelt.exitCode == 1 && misspelt.errors.contains("'sedes' (line 2)"))
    let bare = try scratch.write("seeds: [1]\n", as: "bare.yaml")
    let noData = try Tool("study", bare, "-o", scratch.path("x"))
    #expect(noData.exitCode == 2 && noData.errors.contains("--data"), "\(noData.errors)")
    let far = try scratch.write(
      "data: data.csv\nplan: {mass: {range: [9000, 12000]}}\n", as: "far.yaml")
    let empty = try Tool("study", far, "-o", scratch.path("x"))
    #expect(
      empty.exitCode == 1 && empty.errors.contains("the search cwola-trees.seed-1"),
      "\(empty.errors)")
    let sample = try scratch.write("data: embedded:other\n", as: "sample.yaml")
    let noSample = try Tool("study", sample, "-o", scratch.path("x"))
    #expect(noSample.errors.contains("embedded:null"), "\(noSample.errors)")
  }
}
