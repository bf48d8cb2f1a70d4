import Foundation
import Randomness
import Testing

/// A falling spectrum with a scale known to 15 per cent, and data with a scale of +1.3 sigma.
struct NPLMNuisanceCommandTests {
  let scratch: ScratchFolder

  init() throws {
    scratch = try ScratchFolder()
    let reference = Self.events(2500, seed: 1)
    try write("reference.csv", reference)
    try write("up.csv", reference.map { $0 * exp(0.15) })
    try write("down.csv", reference.map { $0 * exp(-0.15) })
    try write("more.csv", Self.events(2500, seed: 2))
    try write("data.csv", Self.events(500, seed: 3).map { $0 * exp(0.2) })
  }

  private static func events(_ count: Int, seed: UInt64) -> [Double] {
    var generator = Seed(seed).makeGenerator()
    return (0..<count).map { _ in generator.exponential() }
  }

  private func write(_ name: String, column: String = "x", _ values: [Double]) throws {
    let text = column + "\n" + values.map { "\($0)\n" }.joined()
    try Data(text.utf8).write(to: URL(fileURLWithPath: scratch.path(name)))
  }

  private func variation(_ name: String, _ up: String = "up.csv", _ down: String = "down.csv")
    -> String
  {
    "\(name)=\(scratch.path(up)),\(scratch.path(down))"
  }

  private func nplm(_ run: String, _ more: [String]) throws -> Tool {
    try Tool(
      [
        "nplm", "--reference", scratch.path("reference.csv"), "--data", scratch.path("data.csv"),
        "--network", "1-3-1", "--clipping", "4", "--searches", "1", "-o", scratch.path(run),
      ] + more)
  }

  private var pseudoData: [String] { ["--pseudo-data", scratch.path("more.csv")] }
  private var uncertain: [String] {
    ["--expected", "500", "--normalisation-uncertainty", "0.05", "--variation", variation("scale")]
  }

  private func file(_ run: String, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: scratch.path(run) + "/" + name))
  }

  private func json(_ run: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: file(run, "nplm.json")) as? [String: Any])
  }

  @Test func `A shift is a tension with a reference that is known, not with one that may shift`()
    throws
  {
    let known = try nplm(
      "known", pseudoData + ["--expected", "500", "--pseudo-experiments", "45"])
    #expect(known.exitCode == 0, "\(known.errors)")
    #expect(known.output.hasPrefix("Tension"), "\(known.output)")
    #expect(try json("known")["nuisances"] is NSNull)

    let uncertain = try nplm("uncertain", pseudoData + uncertain + ["--pseudo-experiments", "20"])
    #expect(uncertain.exitCode == 0, "\(uncertain.errors)")
    #expect(uncertain.output.hasPrefix("No tension"), "\(uncertain.output)")
    #expect(uncertain.output.contains("Nuisances, fitted without and with the network"))
    let result = try json("uncertain")
    let nuisances = try #require(result["nuisances"] as? [String: Any])
    let fitted = try #require(nuisances["fitted"] as? [[String: Any]])
    #expect(fitted.map { $0["name"] as? String } == ["normalisation", "scale"])
    // 0.2 / 0.15 by data with an error of a third of a sigma, 0 by the measurement with one of 1.
    let scale = try #require(fitted[1]["reference"] as? Double)
    #expect(scale > 0.4 && scale < 2)
    #expect(fitted[0]["relativeUncertainty"] as? Double == 0.05)
    #expect(fitted[0]["dependence"] is NSNull && fitted[1]["relativeUncertainty"] is NSNull)
    let dependence = try #require(fitted[1]["dependence"] as? [String: Any])
    #expect((dependence["closure"] as? [Any])?.count == 2)
    #expect(dependence["yieldUp"] as? Double == 1)
    let tau = try #require(nuisances["tau"] as? Double)
    let delta = try #require(nuisances["delta"] as? Double)
    let t = try #require(result["testStatistic"] as? Double)
    // Exact in the file, not in the numbers that JSONSerialization reads.
    #expect(abs(t - (tau - delta)) < 1e-9 && delta > 5)
    #expect(t < (try #require(json("known")["testStatistic"] as? Double)) - 10)
    let inputs = try #require(result["inputs"] as? [[String: Any]])
    #expect(inputs.compactMap { $0["role"] as? String }.suffix(2) == ["scale up", "scale down"])
    let page = try String(decoding: file("uncertain", "nplm.html"), as: UTF8.self)
    #expect(page.contains("<h2>Nuisance parameters</h2>"))
    let applied = try Tool(
      "nplm", "apply", scratch.path("uncertain"), "--reference", scratch.path("more.csv"), "--data",
      scratch.path("up.csv"), "--expected", "2500")
    #expect(applied.exitCode == 1 && applied.errors.contains("nuisances"), "\(applied.errors)")
  }

  @Test func `A run goes on where it was, with the same nuisances only`() throws {
    func run(_ folder: String, _ count: Int, jobs: Int) throws {
      let tool = try nplm(
        folder,
        pseudoData + uncertain + [
          "--pseudo-experiments", "\(count)", "--jobs", "\(jobs)", "--quiet",
        ])
      #expect(tool.exitCode == 0, "\(tool.errors)")
    }
    try run("more", 1, jobs: 1)
    try run("more", 3, jobs: 2)
    try run("once", 3, jobs: 2)
    for name in ["nplm.json", "ranked-events.csv"] {
      #expect(try file("more", name) == file("once", name))
    }
    let other = try nplm(
      "more",
      pseudoData + [
        "--expected", "500", "--normalisation-uncertainty", "0.1", "--variation",
        variation("scale"),
      ])
    #expect(other.exitCode == 1)
    #expect(
      other.errors.contains("normalisationUncertainty is 0.05 there and 0.1 now"),
      "\(other.errors)")
  }

  @Test func `Yields come from the files where the number of events is tested, after cuts`() throws
  {
    func yields(_ run: String, _ more: [String]) throws -> [Double] {
      let tool = try nplm(
        run,
        more + ["--variation", variation("scale") + ":1", "--pseudo-experiments", "0", "--quiet"])
      #expect(tool.exitCode == 0, "\(tool.errors)")
      let nuisances = try #require(json(run)["nuisances"] as? [String: Any])
      let fitted = try #require(nuisances["fitted"] as? [[String: Any]])
      let dependence = try #require(fitted[0]["dependence"] as? [String: Any])
      return try [
        #require(dependence["yieldUp"] as? Double), #require(dependence["yieldDown"] as? Double),
      ]
    }
    let cut = ["--select", "x>1"]
    let tested = try yields("tested", cut + ["--expected", "500"])
    // exp(-1 / s) of a falling spectrum of scale s lies above 1.
    #expect(abs(tested[0] / exp(1 - exp(-0.15)) - 1) < 0.03)
    #expect(abs(tested[1] / exp(1 - exp(0.15)) - 1) < 0.03)
    #expect(try yields("shapes", cut) == [1, 1])
    #expect(
      try yields("ignored", cut + ["--expected", "500", "--ignore-variation-yields"]) == [1, 1])
  }

  @Test func `Bad uncertainties are named`() throws {
    try write("other.csv", column: "y", Self.events(200, seed: 4))
    try write("few.csv", Self.events(20, seed: 5))
    try Data("x\n".utf8).write(to: URL(fileURLWithPath: scratch.path("empty.csv")))
    func refused(_ arguments: [String], _ code: Int32 = 1, _ words: String...) throws {
      let tool = try nplm("bad", arguments)
      #expect(tool.exitCode == code, "\(arguments): \(tool.errors)")
      for word in words { #expect(tool.errors.contains(word), "\(arguments): \(tool.errors)") }
      #expect(!FileManager.default.fileExists(atPath: scratch.path("bad")))
    }
    func varied(_ value: String) -> [String] { pseudoData + ["--variation", value] }
    try refused(varied(variation("scale", "none.csv")), 1, "none.csv")
    try refused(varied(variation("scale", "other.csv")), 1, "other.csv", "no column 'x'")
    try refused(varied(variation("scale", "empty.csv")), 1, "empty.csv")
    try refused(varied(variation("scale", "few.csv")), 1, "'scale'", "fewer than 100 events")
    try refused(varied(variation("scale") + ":9"), 1, "'scale'", "±9.0 sigma")
    try refused(
      varied(variation("a")) + ["--variation", variation("a")], 1, "names of their own, got a, a")
    for value in ["scale", "=a.csv,b.csv", "scale=up.csv", "scale=a,b,c"] {
      try refused(varied(value), 2, "--variation")
    }
    for value in ["0", "-0.05", "1.5", "nan"] {
      try refused(
        pseudoData + ["--expected", "500", "--normalisation-uncertainty=\(value)"], 2,
        "above 0 and below 1")
    }
    try refused(["--normalisation-uncertainty", "0.05"], 2, "needs --expected")
    try refused(uncertain, 1, "permutations", "Give pseudo-data")
  }
}
