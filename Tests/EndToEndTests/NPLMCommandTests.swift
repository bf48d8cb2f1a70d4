import Foundation
import Randomness
import Testing

struct NPLMCommandTests {
  let scratch: ScratchFolder
  let reference: String
  let same: String
  let bump: String
  /// Events of the same laws that no test has seen.
  let laterReference: String
  let later: String
  let laterBump: String

  init() throws {
    scratch = try ScratchFolder()
    let (folder, generator) = (scratch, SplitMix64(state: 3))
    var random = generator
    func write(_ name: String, _ count: Int, bump: Int = 0) throws -> String {
      var lines = "x,y,r\n"
      for event in 0..<(count + bump) {
        let x = event < count ? random.normal() : 1.5 + 0.3 * random.normal()
        let y = event < count ? random.normal() : 1.5 + 0.3 * random.normal()
        lines += "\(x),\(y),\((x * x + y * y).squareRoot())\n"
      }
      let path = folder.path(name)
      try Data(lines.utf8).write(to: URL(fileURLWithPath: path))
      return path
    }
    reference = try write("reference.csv", 4000)
    same = try write("same.csv", 800)
    bump = try write("bump.csv", 800, bump: 80)
    laterReference = try write("later-reference.csv", 8000)
    later = try write("later.csv", 800)
    laterBump = try write("later-bump.csv", 800, bump: 80)
  }

  private func nplm(_ data: String, _ run: String, _ more: String...) throws -> Tool {
    try nplm(data, run, more)
  }

  /// What is given in `more` counts, also where it is given here.
  private func nplm(_ data: String, _ run: String, _ more: [String]) throws -> Tool {
    try Tool(
      [
        "nplm", "--reference", reference, "--data", data, "--columns", "x,y", "--network", "2-3-1",
        "--clipping", "1.5", "--searches", "1", "-o", scratch.path(run),
      ] + more)
  }

  private func json(_ run: String, _ file: String = "nplm.json") throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: scratch.path(run) + "/\(file)"))
    return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func `A bump among reference events is a tension, more reference events are none`() throws {
    let found = try nplm(
      bump, "bump", "--expected", "800", "--show", "r", "--pseudo-experiments", "60", "--truth",
      "\(laterReference)=800")
    #expect(found.exitCode == 0, "\(found.errors)")
    #expect(found.output.contains("Tension"), "\(found.output)")
    #expect(found.output.contains("x ≥") || found.output.contains("x >="), "\(found.output)")
    for name in ["nplm.html", "figures/null-distribution.svg", "figures/ratio-3-r.svg"] {
      #expect(FileManager.default.fileExists(atPath: scratch.path("bump") + "/" + name))
    }
    let ranked = try String(
      contentsOfFile: scratch.path("bump") + "/ranked-events.csv", encoding: .utf8)
    let first = ranked.split(separator: "\n").dropFirst().prefix(40).compactMap {
      Int($0.split(separator: ",")[0])
    }
    // The bump's events are the last 80 of 880.
    #expect(first.count { $0 >= 800 } > 20)
    let ratios = try #require(try json("bump")["ratios"] as? [[String: Any]])
    for ratio in ratios {
      let truth = try #require(ratio["truth"] as? [Double])
      #expect(abs(truth.reduce(0, +) - 800) < 1e-6)
    }

    let none = try nplm(same, "same", "--expected", "800", "--pseudo-experiments", "20", "--json")
    #expect(none.exitCode == 0, "\(none.errors)")
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(none.output.utf8)) as? [String: Any])
    let counted = try #require(
      (result["pValues"] as? [String: Any])?["pseudoExperiments"] as? [String: Any])
    #expect(try #require(counted["exceeding"] as? Int) >= 1)
  }

  @Test func `Pseudo-experiments can be added, and give what a single run gives`() throws {
    let few = try nplm(same, "more", "--pseudo-experiments", "3", "--jobs", "1", "--quiet")
    #expect(few.exitCode == 0, "\(few.errors)")
    let more = try nplm(same, "more", "--pseudo-experiments", "6", "--jobs", "2", "--quiet")
    #expect(more.exitCode == 0, "\(more.errors)")
    let once = try nplm(same, "once", "--pseudo-experiments", "6", "--jobs", "2", "--quiet")
    #expect(once.exitCode == 0, "\(once.errors)")
    for file in ["nplm.json", "ranked-events.csv"] {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: scratch.path("more") + "/" + file))
          == Data(contentsOf: URL(fileURLWithPath: scratch.path("once") + "/" + file)))
    }
    let other = try nplm(same, "more", "--seed", "2", "--quiet")
    #expect(other.exitCode == 1)
    #expect(other.errors.contains("seed is 1 there and 2 now"), "\(other.errors)")
  }

  @Test func `Tests with other networks have one p-value together`() throws {
    for (run, more) in [
      ("three", ["--clipping", "1.5"]), ("two", ["--network", "2-2-1", "--clipping", "2"]),
      ("seed", ["--seed", "2", "--clipping", "2"]),
    ] {
      let test = try nplm(
        bump, run, ["--expected", "800", "--pseudo-experiments", "12", "--quiet"] + more)
      #expect(test.exitCode == 0, "\(test.errors)")
    }
    let combined = try Tool(
      "nplm", "combine", scratch.path("three"), scratch.path("two"), "--json")
    #expect(combined.exitCode == 0, "\(combined.errors)")
    struct Combined: Decodable {
      struct Test: Decodable {
        let name: String
        let localPValue: Double
      }
      struct Smallest: Decodable {
        struct Global: Decodable {
          let value: Double
          let pseudoExperiments: Int
        }
        let global: Global
      }
      let tests: [Test]
      let smallest: Smallest
    }
    let result = try JSONDecoder().decode(Combined.self, from: Data(combined.output.utf8))
    #expect(result.tests.map(\.name) == ["three", "two"])
    #expect(result.tests.allSatisfy { $0.localPValue == 1 / 13.0 })
    #expect(result.smallest.global.pseudoExperiments == 12)
    // Both are beyond all pseudo-experiments, each of which can be so in one of the two tests.
    #expect((1 / 13.0...3 / 13.0).contains(result.smallest.global.value))
    let table = try Tool("nplm", "combine", scratch.path("three"), scratch.path("two"))
    #expect(table.output.contains("Common p-value") && table.output.contains("2-2-1"))

    let other = try Tool("nplm", "combine", scratch.path("three"), scratch.path("seed"))
    #expect(other.exitCode == 1 && other.errors.contains("seed 2, not 1"), "\(other.errors)")
    let none = try Tool("nplm", "combine", scratch.path("three"), scratch.path("no-run"))
    #expect(none.exitCode == 1 && none.errors.contains("no finished test"), "\(none.errors)")
    #expect(try Tool("nplm", "combine", scratch.path("three")).exitCode == 2)
    let twice = try Tool("nplm", "combine", scratch.path("three"), scratch.path("three") + "/")
    #expect(twice.exitCode == 2 && twice.errors.contains("given twice"), "\(twice.errors)")
  }

  @Test func `New data confirm a bump and nothing else`() throws {
    let test = try nplm(bump, "found", "--expected", "800", "--pseudo-experiments", "0", "--quiet")
    #expect(test.exitCode == 0, "\(test.errors)")
    func apply(_ data: String, _ more: String...) throws -> Tool {
      try Tool(
        [
          "nplm", "apply", scratch.path("found"), "--reference", laterReference, "--data", data,
          "--expected", "800",
        ] + more)
    }
    let again = try apply(laterBump)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.output.contains("data confirm"), "\(again.output)")
    let without = try apply(later)
    #expect(without.output.contains("do not confirm"), "\(without.output)")
    struct Applied: Decodable {
      struct Count: Decodable {
        let expected: Double
        let observed: Int
      }
      let threshold: Double
      let isChosen: Bool
      let count: Count
    }
    func json(_ tool: Tool) throws -> Applied {
      try JSONDecoder().decode(Applied.self, from: Data(tool.output.utf8))
    }
    let chosen = try json(apply(laterBump, "--json"))
    let given = try json(apply(laterBump, "--json", "--threshold", "\(chosen.threshold)"))
    #expect(chosen.isChosen && !given.isChosen)
    #expect(given.count.observed == chosen.count.observed)
    // Half of the reference and all of it expect the same.
    #expect(abs(given.count.expected / chosen.count.expected - 1) < 0.3)

    let fitted = try apply(bump)
    #expect(fitted.exitCode == 1 && fitted.errors.contains("fitted to"), "\(fitted.errors)")
    let high = try apply(later, "--threshold", "99")
    #expect(high.exitCode == 1 && high.errors.contains("no reference event"), "\(high.errors)")
    let old = try Tool(
      "nplm", "apply", scratch.path("found"), "--reference", reference, "--data", later,
      "--expected", "800")
    #expect(old.output.contains("warning: reference.csv"), "\(old.output)")
  }

  @Test func `No pseudo-experiments give the test statistic alone`() throws {
    let alone = try nplm(same, "alone", "--pseudo-experiments", "0")
    #expect(alone.exitCode == 0, "\(alone.errors)")
    let result = try json("alone")
    #expect((result["testStatistic"] as? Double ?? 0) > 0)
    let pValues = try #require(result["pValues"] as? [String: Any])
    #expect(pValues["pseudoExperiments"] is NSNull)
    #expect(result["testsCount"] as? Bool == false)
  }

  @Test func `Pseudo-data have the observed count unless a number is expected`() throws {
    for (run, more) in [("shape", []), ("count", ["--expected", "800"])] {
      let test = try nplm(
        same, run,
        ["--pseudo-data", laterReference, "--pseudo-experiments", "3", "--quiet"] + more)
      #expect(test.exitCode == 0, "\(test.errors)")
      let result = try json(run)
      #expect(result["testsCount"] as? Bool == (run == "count"))
      let method = try #require(
        (result["pseudoExperiments"] as? [String: Any])?["method"] as? String)
      #expect(method.contains("the observed count") == (run == "shape"))
    }
  }

  @Test func `Cuts scale the expectation`() throws {
    let cut = try nplm(
      same, "cut", "--expected", "800", "--select", "r>1", "--pseudo-experiments", "0")
    #expect(cut.exitCode == 0, "\(cut.errors)")
    // exp(-1/2) of a two-dimensional Gaussian lies beyond a radius of 1.
    let expected = try #require(try json("cut")["expected"] as? Double)
    #expect(abs(expected / (800 * exp(-0.5)) - 1) < 0.05)
  }

  @Test func `Tuning writes its decision`() throws {
    let tune = try Tool(
      "nplm", "tune", "--reference", reference, "--expected", "400", "--columns", "x",
      "--networks", "1-2-1", "--clippings", "0.5,3", "--pseudo-experiments", "20", "--searches",
      "1", "-o", scratch.path("tune"))
    #expect(tune.exitCode == 0, "\(tune.errors)")
    #expect(tune.output.contains("1-2-1, 7 parameters"), "\(tune.output)")
    let page = try String(contentsOfFile: scratch.path("tune") + "/tune.html", encoding: .utf8)
    #expect(page.contains("<svg") && page.contains("1-2-1"))
  }

  @Test func `Tuning weights its reference, and frees biases where asked`() throws {
    func tune(_ run: String, _ more: String...) throws -> Tool {
      try Tool(
        [
          "nplm", "tune", "--reference", laterReference, "--pseudo-data", reference, "--expected",
          "200", "--columns", "x", "--networks", "1-2-1", "--clippings", "1",
          "--pseudo-experiments", "20", "--searches", "1", "--quiet", "-o", scratch.path(run),
        ] + more)
    }
    func values(_ run: String) throws -> [Double] {
      let trial = try #require((try json(run, "tune.json")["trials"] as? [[String: Any]])?.first)
      return try #require(trial["testStatistics"] as? [Double])
    }
    let runs = [try tune("plain"), try tune("weighted", "--weight", "r")]
    for run in runs { #expect(run.exitCode == 0, "\(run.errors)") }
    #expect(try json("weighted", "tune.json")["columns"] as? [String] == ["x"])
    // r is no weight of these laws: the reference is now wrong.
    let (plain, weighted) = (try values("plain"), try values("weighted"))
    #expect(weighted.reduce(0, +) > plain.reduce(0, +))
    let free = try tune("free", "--free-biases")
    #expect(free.exitCode == 0, "\(free.errors)")
    #expect(try json("free", "tune.json")["freeBiases"] as? Bool == true)
    let adam = try tune("adam", "--free-biases", "--minimiser", "adam")
    #expect(adam.exitCode == 1 && adam.errors.contains("global minimisation"), "\(adam.errors)")
  }

  @Test func `Tuning takes a problem in place of files`() throws {
    let tune = try Tool(
      "nplm", "tune", "--problem", "muon-momentum", "--networks", "1-2-1", "--clippings", "3",
      "--minimiser", "adam", "--epochs", "20", "--pseudo-experiments", "20", "-o",
      scratch.path("tune-problem"))
    #expect(tune.exitCode == 0, "\(tune.errors)")
    let result = try json("tune-problem", "tune.json")
    #expect(result["columns"] as? [String] == ["px1"] && result["expected"] as? Double == 2000)
    // Large clippings make the minimiser's library speak; standard output is ours alone.
    let steep = try Tool(
      "nplm", "tune", "--problem", "muon-momentum", "--networks", "1-3-1", "--clippings", "30",
      "--searches", "1", "--pseudo-experiments", "20", "--json", "-o", scratch.path("steep"))
    #expect(steep.exitCode == 0, "\(steep.errors)")
    #expect(throws: Never.self) {
      try JSONSerialization.jsonObject(with: Data(steep.output.utf8))
    }
    for options in [["--problem", "box", "--expected", "9"], ["--reference", reference], []] {
      let wrong = try Tool(["nplm", "tune", "-o", scratch.path("wrong")] + options)
      #expect(wrong.exitCode == 2 && wrong.errors.contains("--problem"), "\(wrong.errors)")
    }
  }

  @Test func `Bad input is named`() throws {
    let columns = try nplm(same, "bad", "--columns", "x,q")
    #expect(columns.exitCode == 1 && columns.errors.contains("no column 'q'"), "\(columns.errors)")
    let network = try nplm(same, "bad", "--network", "3-3-1")
    #expect(network.exitCode == 1 && network.errors.contains("3-3-1"), "\(network.errors)")
    let file = try nplm(scratch.path("none.csv"), "bad")
    #expect(file.exitCode == 1 && file.errors.contains("none.csv"), "\(file.errors)")
    for count in ["0", "1e19", "1e400"] {
      let expected = try nplm(same, "bad", "--expected", count)
      #expect(expected.exitCode == 2, "\(expected.errors)")
    }
    let twice = try nplm(same, "bad", "--columns", "x,x")
    #expect(twice.exitCode == 1 && twice.errors.contains("named twice"), "\(twice.errors)")
    let again = try nplm(same, "bad", "--pseudo-data", reference, "--expected", "800")
    #expect(again.exitCode == 1 && again.errors.contains("are the events of the reference"))
    let far = scratch.path("far.csv")
    try Data("x,y,r\n90,90,90\n91,91,91\n".utf8).write(to: URL(fileURLWithPath: far))
    let disjoint = try nplm(far, "bad")
    #expect(
      disjoint.exitCode == 1 && disjoint.errors.contains("do not overlap"), "\(disjoint.errors)")
    let bad = scratch.path("nan.csv")
    try Data("x,y,r\n1,2,3\nnan,1,2\n".utf8).write(to: URL(fileURLWithPath: bad))
    let nan = try nplm(bad, "bad")
    #expect(nan.exitCode == 1 && nan.errors.contains("row 1"), "\(nan.errors)")
  }

  @Test func `A problem of the paper runs`() throws {
    let toy = try Tool(
      "toy", "nplm", "box", "--minimiser", "adam", "--epochs", "20", "--pseudo-experiments", "20",
      "--data-sets", "1", "--json")
    #expect(toy.exitCode == 0, "\(toy.errors)")
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(toy.output.utf8)) as? [String: Any])
    #expect((result["withoutSignal"] as? [Double])?.count == 20)
  }
}
