import Foundation
import Testing

/// What a user does wrong gets a message that names file, place and remedy, and exit code 1 (2 for
/// wrong usage); nothing is left behind that looks like a result.
struct BadInputTests {
  let scratch: ScratchFolder
  let plan: String

  init() throws {
    scratch = try ScratchFolder()
    plan = try scratch.writeQuickPlan()
  }

  func fails(
    _ events: String, plan: String? = nil, output: String? = nil, saying words: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let run = output ?? scratch.path("run")
    let tool = try Tool("search", events, "-o", run, "--plan", plan ?? self.plan)
    #expect(tool.exitCode == 1, sourceLocation: sourceLocation)
    for word in words {
      #expect(
        tool.errors.contains(word), "'\(word)' is not in: \(tool.errors)",
        sourceLocation: sourceLocation)
    }
    #expect(
      !FileManager.default.fileExists(atPath: run + "/result.json"),
      sourceLocation: sourceLocation)
  }

  @Test func `A missing file`() throws {
    try fails(scratch.path("absent.h5"), saying: ["absent.h5", "no such file"])
  }

  @Test func `A file that is not HDF5 in spite of its name`() throws {
    try fails(
      try scratch.write("not HDF5", as: "text.h5"), saying: ["text.h5", "not an HDF5 file"])
  }

  @Test func `Rows of different length`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100) { $0[5].removeLast() }
    try fails(events, saying: ["events.csv", "line 6"])
  }

  @Test(arguments: ["nan", "inf", "-inf"])
  func `A value that is not finite`(value: String) throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100) { $0[8][3] = value }
    try fails(events, saying: ["events.csv", "mj1"])
  }

  @Test func `A negative mass`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100) { $0[8][3] = "-4.5" }
    try fails(events, saying: ["events.csv", "negative mass", "mj1", "-4.5"])
  }

  @Test func `Masses that cannot be GeV`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100) { lines in
      for line in 1..<lines.count {
        for column in 0..<14 { lines[line][column] = "\((Double(lines[line][column]) ?? 0) / 1e3)" }
      }
    }
    try fails(events, saying: ["--units tev"])
  }

  @Test func `All events outside the fit range`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100)
    let far = try scratch.write("features: lhco-rnd\nmass: {range: [9000, 12000]}", as: "far.yaml")
    try fails(events, plan: far, saying: ["9000", "12000", "mass.range"])
  }

  @Test func `An empty signal region`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100)
    let wide = try scratch.write(
      "features: lhco-rnd\nmass: {range: [2700, 12900]}", as: "wide.yaml")
    try fails(events, plan: wide, saying: ["signal region", "no event"])
  }

  @Test(arguments: [
    ("colour: red", "colour"), ("mass: {bins: many}", "mass.bins"),
    ("mass: {windows: [99]}", "mass.windows"), ("mass: [", "YAML"),
  ])
  func `A plan with a mistake`(yaml: String, word: String) throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100)
    try fails(events, plan: try scratch.write(yaml, as: "bad.yaml"), saying: [word])
  }

  @Test func `A feature that the file does not have`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100)
    let other = try scratch.write("features: lhco-4.2", as: "other.yaml")
    try fails(events, plan: other, saying: ["tau1beta2j1", "heavierJetWidth"])
  }

  @Test func `An output that cannot be written`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 100)
    try fails(events, output: "/proc/overdensity/run", saying: ["/proc/overdensity/run"])
  }

  @Test func `A full disk, wherever it fills, and the same command afterwards`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 6_000)
    guard let disk = try TinyDisk(scratch.path("disk"), size: "40k") else { return }
    let run = disk.folder + "/run"
    try fails(events, output: run, saying: ["cannot", "No space left"])
    // The disk grows until all fits: units, result, record, figures and report in their turn.
    var failedAfterResult = 0
    var size = 48
    while size < 16_384 {
      #expect(try disk.resize(to: "\(size)k"))
      let tool = try Tool("search", events, "-o", run, "--plan", plan)
      let files = try FileManager.default.subpathsOfDirectory(atPath: run)
      #expect(!files.contains { $0.hasSuffix(".partial") }, "left behind: \(files)")
      if tool.exitCode == 0 { break }
      #expect(tool.exitCode == 1)
      #expect(tool.errors.lowercased().contains("no space left"), "\(tool.errors)")
      #expect(!files.contains("report.html"))
      if files.contains("record.json") { failedAfterResult += 1 }
      size += size / 4
    }
    #expect(failedAfterResult >= 1, "the disk was never full while the report was written")
    let elsewhere = scratch.path("run")
    #expect(try Tool("search", events, "-o", elsewhere, "--plan", plan).exitCode == 0)
    // The page also says how long it took.
    #expect(FileManager.default.fileExists(atPath: run + "/report.html"))
    for file in ["result.json", "scores.h5", "record.json"] {
      #expect(
        FileManager.default.contents(atPath: "\(run)/\(file)")
          == FileManager.default.contents(atPath: "\(elsewhere)/\(file)"), "\(file)")
    }
  }

  @Test func `Wrong usage has exit code 2`() throws {
    #expect(try Tool("search").exitCode == 2)
    #expect(try Tool("search", "a.h5", "-o", "b", "--jobs", "0").exitCode == 2)
    #expect(try Tool("fly").exitCode == 2)
    #expect(try Tool("search", "a.h5", "-o", "b", "--method", "magic").exitCode == 2)
  }

  @Test func `Help and version are no errors`() throws {
    let help = try Tool("--help")
    #expect(help.exitCode == 0 && help.output.contains("overdensity demo"))
    let version = try Tool("--version")
    #expect(version.exitCode == 0 && version.output.contains("."))
    for command in [
      "search", "demo", "inspect", "cluster", "plan", "methods", "evaluate", "events",
    ] {
      let help = try Tool(command, "--help")
      #expect(help.exitCode == 0 && help.output.contains("USAGE"), "\(command)")
    }
  }
}
