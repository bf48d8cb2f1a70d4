import Foundation
import Testing

struct DimuonToyTests {
  private static let plan = """
    expected: 300
    reference: 900
    network: 5-2-1
    clipping: 1
    searches: 1
    pseudoExperiments: 20
    dataSets: 3
    signals:
      - {zPrime: 300, events: 2}

    """

  private func run(_ plan: String, in scratch: ScratchFolder) throws -> Tool {
    let path = scratch.path("plan.yaml")
    try Data(plan.utf8).write(to: URL(fileURLWithPath: path))
    return try Tool("toy", "dimuon", path, "-o", scratch.path("run"), "--json")
  }

  private func points(_ tool: Tool) throws -> [[String: Any]] {
    #expect(tool.exitCode == 0, "\(tool.errors)")
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(tool.output.utf8)) as? [String: Any])
    return try #require(result["points"] as? [[String: Any]])
  }

  @Test func `A plan is measured, and can grow`() throws {
    let scratch = try ScratchFolder()
    let one = try points(run(Self.plan, in: scratch))
    #expect(one.count == 1)
    // Eq. (9) by hand, with the fractions that Simulation/README.md gives for a window of 278-322
    // GeV: s = 1.58 among b = 0.084 is 2.8 to 3.8 in standard deviations, whole counts or not.
    let reference = try #require(one[0]["reference"] as? [String: Any])
    let significance = try #require(reference["significance"] as? Double)
    #expect((2.8..<4.2).contains(significance), "\(significance)")
    let statistics = try #require(one[0]["testStatistics"] as? [Double])
    #expect(statistics.count == 3)

    let more = try points(run(Self.plan + "  - {zPrime: 300, events: 4}\n", in: scratch))
    #expect(more.count == 2)
    #expect(more[0]["testStatistics"] as? [Double] == statistics)
    let units = try FileManager.default.contentsOfDirectory(atPath: scratch.path("run") + "/units")
    // The data without signal were not made again.
    #expect(units.count { $0.contains("without-signal") } == 20)
    for file in ["points.csv", "figures/detection-probability.svg", "figures/significance.svg"] {
      #expect(FileManager.default.fileExists(atPath: scratch.path("run") + "/" + file))
    }
  }

  @Test func `Clippings are compared without any signal`() throws {
    let scratch = try ScratchFolder()
    let plan =
      Self.plan.replacing("dataSets: 3", with: "dataSets: 0")
      + "variants: [{name: wide, clipping: 9}, {name: narrow, clipping: 0.01}]\n"
    let tool = try run(plan, in: scratch)
    #expect(try points(tool).isEmpty)
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(tool.output.utf8)) as? [String: Any])
    let nulls = try #require(result["nulls"] as? [[String: Any]])
    #expect(nulls.compactMap { $0["clipping"] as? Double } == [9, 0.01])
    let medians = try nulls.map { null in
      try #require(null["testStatistics"] as? [Double]).sorted()[10]
    }
    // The data are the same: weights that may be larger find a deeper minimum.
    #expect(medians[0] > medians[1])
    let figure = try String(
      contentsOfFile: scratch.path("run") + "/figures/clipping.svg", encoding: .utf8)
    #expect(figure.contains("Clipping"))
  }

  @Test func `A plan that cannot be measured is refused with the reason`() throws {
    let scratch = try ScratchFolder()
    func refusal(_ plan: String) throws -> String {
      let tool = try run(plan, in: scratch)
      #expect(tool.exitCode == 1)
      return tool.errors
    }
    #expect(try refusal(Self.plan + "luminosity: 3\n").contains("'luminosity'"))
    #expect(try refusal(Self.plan + "against: mass\n").contains("referenceSignificance"))
    #expect(try refusal(Self.plan + "  - {zPrime: 300}\n").contains("'events' or their 'fraction'"))
    #expect(try refusal(Self.plan + "  - {zPrime: 900, events: 2}\n").contains("only of 300"))
    #expect(try refusal(Self.plan + "  - {contact: 1}\n").contains("make_dimuon.sh"))
    #expect(
      try refusal(Self.plan.replacing("5-2-1", with: "4-2-1")).contains("does not begin with 5"))
    #expect(
      try refusal(Self.plan + "variants: [{referenceShift: 0.005}]\n").contains("lower bound"))
    #expect(try refusal("expected: 300\n").contains("has no signal"))
    #expect(try refusal(Self.plan + "  - {none: true}\n").contains("dataSets: 0"))
  }
}
