import Foundation
import Testing

struct LimitsCommandTests {
  let scratch: ScratchFolder
  let plan: String
  let data: String
  let signal: String

  init() throws {
    scratch = try ScratchFolder()
    plan = try scratch.write(
      """
      features: lhco-rnd
      mass: {bins: 8, signalRegionBins: 2}
      folds: {outer: 3}
      efficiencies: [1, 0.1]
      fit: {functions: [dijet3]}
      trees: {members: 2, maximumDepth: 3, maximumRounds: 20, minimumChildWeight: 5, l2: 1}
      """, as: "plan.yaml")
    data = try scratch.writeToyEvents("data.csv", background: 3_000)
    signal = try scratch.writeToyEvents("zprime.csv", background: 50, signal: 600)
  }

  func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: scratch.path(path)))
  }

  func limits(_ output: String, _ more: String...) throws -> Tool {
    try Tool(
      ["limits", data, "--plan", plan, "-o", scratch.path(output), "--samplings", "2"] + more)
  }

  @Test func `Limits are written for people, programs and HEPData, the same with any jobs`() throws
  {
    let one = try limits(
      "one", "--signal", "Z'=\(signal)", "--strengths", "30,60", "--luminosity", "139",
      "--generated", "1200", "--jet-mass-scale", "0.05", "--jobs", "1")
    #expect(one.exitCode == 0, "\(one.errors)")
    for word in ["Z'", "observed [fb]", "50 events of zprime.csv are labelled as background"] {
      #expect(one.output.contains(word), "'\(word)' is not in: \(one.output)")
    }
    for name in [
      "limits.html", "limits.csv", "limits-scan.csv", "hepdata/submission.yaml",
      "hepdata/limits.yaml", "figures/limits.svg", "figures/scan-Z--0.1.csv", "plan.yaml",
    ] {
      #expect(
        FileManager.default.fileExists(atPath: scratch.path("one/\(name)")), "\(name) is missing")
    }
    let json = try #require(
      try JSONSerialization.jsonObject(with: contents("one/limits.json")) as? [String: Any])
    #expect(json["schemaVersion"] as? Int == 1)
    let signals = try #require(json["signals"] as? [[String: Any]])
    #expect(signals[0]["backgroundLeftOut"] as? Int == 50)
    #expect(signals[0]["systematics"] as? [String] == ["jet mass scale"])
    let scan = String(decoding: try contents("one/limits-scan.csv"), as: UTF8.self)
    #expect(scan.split(separator: "\n").count == 1 + 2 * 2)
    let hepdata = String(decoding: try contents("one/hepdata/limits.yaml"), as: UTF8.self)
    for word in ["value: 'Z'''", "units: FB", "label: 2 sigma"] {
      #expect(hepdata.contains(word), "'\(word)' is not in: \(hepdata)")
    }

    let units = scratch.path("one/units")
    for name in try FileManager.default.contentsOfDirectory(atPath: units).sorted().prefix(5) {
      try FileManager.default.removeItem(atPath: "\(units)/\(name)")
    }
    let first = try contents("one/limits.json")
    let again = try limits(
      "one", "--signal", "Z'=\(signal)", "--strengths", "60,30", "--luminosity", "139",
      "--generated", "1200", "--jet-mass-scale", "0.05", "--jobs", "2", "--quiet")
    #expect(again.exitCode == 0 && again.output.isEmpty, "\(again.errors)")
    #expect(try contents("one/limits.json") == first)

    let other = try limits("one", "--signal", "Z'=\(signal)", "--strengths", "30,90")
    #expect(other.exitCode == 1)
    #expect(other.errors.contains("signal Z' is"), "\(other.errors)")
  }

  @Test func `Each of several signals can have variations of its own`() throws {
    let up = try scratch.writeToyEvents("up.csv", background: 0, signal: 500)
    func variation(_ value: String, _ output: String) throws -> Tool {
      try limits(
        output, "--signal", "m=1=\(signal)", "--signal", "m=2=\(signal)", "--strengths", "40",
        "--variation", value, "--quiet")
    }
    let tool = try variation("m=2:tune=\(up)", "own")
    #expect(tool.exitCode == 0, "\(tool.errors)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: contents("own/limits.json")) as? [String: Any])
    let signals = try #require(json["signals"] as? [[String: Any]])
    #expect(signals.map { $0["systematics"] as? [String] ?? ["none given"] } == [[], ["tune"]])
    let whose = try variation("tune=\(up)", "whose")
    #expect(whose.exitCode == 2 && whose.errors.contains("m=1:tune=UP"), "\(whose.errors)")
    let other = try variation("m=3:tune=\(up)", "whose")
    #expect(other.exitCode == 2 && other.errors.contains("'m=3'"), "\(other.errors)")
  }

  @Test func `A dry run says what would be trained and leaves nothing`() throws {
    let tool = try limits("dry", "--signal", signal, "--strengths", "20,50,100", "--dry-run")
    #expect(tool.exitCode == 0, "\(tool.errors)")
    for word in ["zprime: window 0", "20, 50, 100 injected events", "18 units of 36 trainings"] {
      #expect(tool.output.contains(word), "'\(word)' is not in: \(tool.output)")
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("dry")))
  }

  func fails(
    _ arguments: [String], exitCode: Int32 = 1, saying words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let tool = try Tool(["limits", data, "--plan", plan, "-o", scratch.path("bad")] + arguments)
    #expect(tool.exitCode == exitCode, sourceLocation: sourceLocation)
    for word in words {
      #expect(
        tool.errors.contains(word), "'\(word)' is not in: \(tool.errors)",
        sourceLocation: sourceLocation)
    }
    #expect(
      !FileManager.default.fileExists(atPath: scratch.path("bad/limits.json")),
      sourceLocation: sourceLocation)
  }

  @Test func `Bad signals and strengths are refused with what to do`() throws {
    try fails([], exitCode: 2, saying: ["--signal FILE"])
    try fails(["--signal", scratch.path("absent.h5")], saying: ["absent.h5", "no such file"])
    let background = try scratch.writeToyEvents("background.csv", background: 200)
    try fails(["--signal", background], saying: ["background.csv", "no signal event"])
    let empty = try scratch.writeToyEvents("empty.csv", background: 10) { $0.removeLast(10) }
    try fails(["--signal", empty], saying: ["empty.csv"])
    let fewer = try scratch.writeToyEvents("fewer.csv", background: 0, signal: 300) { lines in
      for line in lines.indices { lines[line].remove(at: 5) }
    }
    try fails(["--signal", fewer], saying: ["fewer.csv", "tau2j1", "overdensity cluster"])
    let heavy = try scratch.writeToyEvents("heavy.csv", background: 0, signal: 300) { lines in
      for line in 1..<lines.count {
        for column in [0, 3, 7, 10] {
          lines[line][column] = "\((Double(lines[line][column]) ?? 0) * 1.6)"
        }
      }
    }
    try fails(["--signal", heavy], saying: ["heavy.csv", "--window"])
    try fails(["--signal", heavy, "--window", "0"], saying: ["heavy.csv", "no signal event"])
    try fails(["--signal", signal, "--window", "77"], saying: ["no window 77"])
    try fails(["--signal", signal, "--strengths=-5"], saying: ["--strengths is -5"])
    try fails(["--signal", signal, "--strengths", "five"], exitCode: 2, saying: ["--strengths"])
    try fails(
      ["--signal", signal, "--strengths", "5000"], saying: ["zprime.csv", "600", "5000"])
    try fails(["--signal", signal, "--signal", signal], saying: ["'zprime'", "NAME=FILE"])
    try fails(["--signal", signal, "--efficiency", "0.3"], saying: ["--efficiency 0.3", "0.1"])
    try fails(["--signal", signal, "--luminosity", "10"], exitCode: 2, saying: ["--acceptance"])
    try fails(
      ["--signal", signal, "--jet-mass-scale", "2"], exitCode: 2, saying: ["--jet-mass-scale"])
  }
}
