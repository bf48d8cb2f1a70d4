import Foundation
import Testing

struct PackCommandTests {
  let scratch: ScratchFolder
  let plan: String
  let data: String

  init() throws {
    scratch = try ScratchFolder()
    plan = try scratch.writeQuickPlan()
    data = try scratch.writeToyEvents("data.csv", background: 3_000, signal: 40)
  }

  func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: scratch.path(path)))
  }

  @Test func `A packed search is made again byte for byte, and gives limits on a new signal`()
    throws
  {
    let (run, pack) = (scratch.path("run"), scratch.path("search.odsearch"))
    let search = try Tool("search", data, "--plan", plan, "-o", run, "--seed", "11", "--quiet")
    #expect(search.exitCode == 0, "\(search.errors)")
    let packing = try Tool("pack", run, "-o", pack)
    #expect(packing.exitCode == 0, "\(packing.errors)")
    #expect(packing.output.contains("3040 events of data.csv, seed 11"))
    // The pack stands alone.
    try FileManager.default.removeItem(atPath: data)

    let again = try Tool("search", pack, "-o", scratch.path("again"))
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.output.contains("byte for byte"))
    for name in ["result.json", "plan.yaml", "scores.h5"] {
      #expect(try contents("run/\(name)") == contents("again/\(name)"), "\(name)")
    }
    let signal = try scratch.writeToyEvents("mine.csv", background: 0, signal: 400)
    let limits = try Tool(
      "limits", pack, "--signal", signal, "--strengths", "40", "--samplings", "1", "-o",
      scratch.path("limits"), "--json")
    #expect(limits.exitCode == 0, "\(limits.errors)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(limits.output.utf8)) as? [String: Any])
    #expect(json["seed"] as? Int == 11)
    #expect((json["input"] as? [String: Any])?["name"] as? String == "data.csv")

    let other = try Tool("limits", pack, "--signal", signal, "--plan", plan, "-o", run)
    #expect(other.exitCode == 1 && other.errors.contains("its own plan"), "\(other.errors)")
    let third = try Tool("search", pack, "--method", "pca", "-o", run)
    #expect(third.exitCode == 1 && third.errors.contains("its own plan"), "\(third.errors)")
  }

  @Test func `Blinded and unfinished runs and other events are not packed`() throws {
    let run = scratch.path("run")
    func fails(_ words: String..., arguments: [String] = []) throws {
      let tool = try Tool(["pack", run, "-o", scratch.path("x.odsearch")] + arguments)
      #expect(tool.exitCode == 1)
      for word in words {
        #expect(tool.errors.contains(word), "'\(word)' is not in: \(tool.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: scratch.path("x.odsearch")))
    }
    try fails("no finished search")
    let blind = try Tool("search", data, "--plan", plan, "-o", run, "--blind", "--quiet")
    #expect(blind.exitCode == 0, "\(blind.errors)")
    try fails("is blinded")
    try FileManager.default.removeItem(atPath: run)
    _ = try Tool("search", data, "--plan", plan, "-o", run, "--quiet")
    let others = try scratch.writeToyEvents("others.csv", background: 3_000, signal: 41)
    try fails("others.csv", "SHA-256", arguments: ["--events", others])
  }
}
