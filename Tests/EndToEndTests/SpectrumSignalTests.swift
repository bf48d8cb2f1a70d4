import Foundation
import Testing

/// `overdensity spectrum scan` and `limit` on a table of counts.
struct SpectrumSignalTests {
  let scratch: ScratchFolder
  let table: String

  /// A falling spectrum of about 25,000 events with 300 events around 3500 GeV, as expected.
  init() throws {
    scratch = try ScratchFolder()
    table = scratch.path("mjj.csv")
    var lines = ["low_GeV,high_GeV,observed"]
    for low in stride(from: 2500.0, to: 6500, by: 100) {
      let center = low + 50
      let pull = (center - 3500) / 105
      let mean =
        100 * 55 * exp(-(center - 2500) / 450)
        + 300 * 100 / (105 * (2 * Double.pi).squareRoot()) * exp(-pull * pull / 2)
      lines.append("\(low),\(low + 100),\(Int(mean.rounded()))")
    }
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: table, atomically: true, encoding: .utf8)
  }

  private func json(_ tool: Tool) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(tool.output.utf8)) as? [String: Any])
  }

  @Test func `A scan finds the bump, its mass and its events`() throws {
    let folder = scratch.path("scan")
    let scan = try Tool(
      "spectrum", "scan", table, "--signal", "gaussian:0.03", "--mask", "3200:3800", "--json",
      "--pseudo-experiments", "20", "-o", folder)
    #expect(scan.exitCode == 0, "\(scan.errors)")
    let result = try json(scan)
    let best = try #require(result["best"] as? [String: Any])
    let mass = try #require(best["mass"] as? Double)
    #expect(abs(mass - 3500) < 60)
    let point = try #require(best["point"] as? [String: Any])
    let events = try #require(point["signalEvents"] as? Double)
    let uncertainty = try #require(point["signalEventsUncertainty"] as? Double)
    #expect(abs(events - 300) < 4 * uncertainty)
    #expect(events > 3 * uncertainty)
    let global = try #require(result["global"] as? [String: Any])
    let pValue = try #require(global["pValue"] as? [String: Any])
    #expect(pValue["exceeding"] as? Int == 0)
    for file in ["spectrum-scan.json", "spectrum-scan.svg", "spectrum-scan.csv"] {
      #expect(FileManager.default.fileExists(atPath: folder + "/" + file), "\(file)")
    }
  }

  @Test func `Limits come with their band, the figure and the workspace of pyhf`() throws {
    let folder = scratch.path("limit")
    let workspace = scratch.path("pyhf.json")
    let limit = try Tool(
      "spectrum", "limit", table, "--masses", "4500", "--json", "-o", folder, "--pyhf", workspace,
      "--threshold", "0")
    #expect(limit.exitCode == 0, "\(limit.errors)")
    let result = try json(limit)
    let rows = try #require(result["limits"] as? [[String: Any]])
    let values = try #require(rows.first?["limit"] as? [String: Any])
    let band = try #require(values["expected"] as? [Double])
    #expect(zip(band, band.dropFirst()).allSatisfy { $0 < $1 })
    #expect(band[0] > 1 && band[4] < 300)
    let linearised = try #require(result["linearised"] as? [String: Any])
    #expect(abs(try #require(linearised["expectedDifference"] as? Double)) < 0.3)
    let exported = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: workspace)))
        as? [String: Any])
    #expect(exported["version"] as? String == "1.0.0")
    #expect(FileManager.default.fileExists(atPath: folder + "/spectrum-limit.svg"))
  }

  @Test func `A template from a file is a signal like another`() throws {
    let template = scratch.path("signal.csv")
    try "low,high,signal_3000\n2700,2900,20\n2900,3100,60\n3100,3300,20\n".write(
      toFile: template, atomically: true, encoding: .utf8)
    let limit = try Tool(
      "spectrum", "limit", table, "--signal", "template:\(template)", "--masses", "4000,4500",
      "--threshold", "0")
    #expect(limit.exitCode == 0, "\(limit.errors)")
    #expect(limit.output.contains("4500"))
  }

  @Test(
    arguments: [
      (["--signal", "gaussian:0"], Int32(2), "between 0 and 1"),
      (["--signal", "box:3"], 2, "must be gaussian:WIDTH"),
      (["--signal", "crystal-ball:0.03,1,1,1,2"], 2, "power"),
      (["--masses", "100"], 1, "inside the spectrum"),
      (["--masses", "3000,x"], 2, "not a number"),
      (["--signal", "template:nowhere.csv"], 1, "nowhere.csv"),
      (["--threshold", "1"], 1, "no function describes"),
      (["--pseudo-experiments=-1"], 2, "negative"),
    ])
  func `A scan that makes no sense is refused with what to do`(
    arguments: [String], exitCode: Int32, message: String
  ) throws {
    let scan = try Tool(["spectrum", "scan", table] + arguments)
    #expect(scan.exitCode == exitCode, "\(scan.output) \(scan.errors)")
    #expect(scan.errors.contains(message), "\(scan.errors)")
  }

  @Test func `The same spectrum twice is more significant by the root of two`() throws {
    func best(_ arguments: String...) throws -> Double {
      let scan = try Tool(
        ["spectrum", "scan", table, "--masses", "3500", "--mask", "3200:3800", "--json"]
          + arguments)
      #expect(scan.exitCode == 0, "\(scan.errors)")
      let points = try #require(try json(scan)["points"] as? [[String: Any]])
      return try #require(points.first?["localSignificance"] as? Double)
    }
    #expect(abs(try best("--also", table) / best() - 2.0.squareRoot()) < 1e-4)
  }
}
