import Foundation
import Testing

/// Searches on a real Slurm cluster while things go wrong: nothing is lost, nothing counted twice.
@Suite(
  .serialized, .enabled(if: ProcessInfo.processInfo.environment["OVERDENSITY_SLOW"] != nil))
struct SlurmTests {
  private let scratch: ScratchFolder
  private let search: [String]

  init() throws {
    scratch = try ScratchFolder()
    let events = try scratch.writeToyEvents("toy.csv", background: 40_000, signal: 200)
    let plan = try scratch.write(
      """
      features: lhco-rnd
      mass: {bins: 8, signalRegionBins: 2}
      folds: {outer: 4}
      efficiencies: [1, 0.1]
      fit: {functions: [dijet3, dijet4]}
      network: {innerFolds: 2, restarts: 2, hidden: [32, 32], activations: [relu, elu],
        dropout: [0, 0], epochs: 30, batchSize: 500}
      """, as: "plan.yaml")
    search = ["search", events, "--plan", plan, "--method", "cwola-network", "--seed", "5"]
  }

  /// The bytes of a local run's results.
  private func localResult() throws -> [Data] {
    let run = scratch.path("local")
    let tool = try Tool(search + ["--output", run, "--quiet"])
    #expect(tool.exitCode == 0, "\(tool.errors)")
    return try result(run)
  }

  private func result(_ run: String) throws -> [Data] {
    try ["result.json", "record.json", "scores.h5"].map {
      try Data(contentsOf: URL(fileURLWithPath: run + "/" + $0))
    }
  }

  private func bySlurm(_ run: String) -> [String] {
    search + ["--output", run, "--executor", "slurm", "--workers", "2", "--units-per-worker", "3"]
  }

  private func finished(_ run: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: run + "/units")) ?? []
    return names.count { $0.hasSuffix(".unit") }
  }

  private func waitForUnit(_ run: String, of tool: RunningTool) throws {
    try waitFor("a finished unit") { finished(run) > 0 || !tool.isRunning }
    #expect(tool.isRunning)
  }

  /// Processes that do units of a run.
  private func workers(_ run: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(pid_t.init).filter {
      let data = FileManager.default.contents(atPath: "/proc/\($0)/cmdline") ?? Data()
      let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.count == 3 && words[1] == "work" && words[2].hasPrefix(run + "/")
    }
  }

  @Test func `A search by Slurm gives the bytes of a local one, also with a worker killed`() throws
  {
    guard let cluster = try SlurmCluster() else { return }
    let run = scratch.path("a run")
    let tool = try RunningTool(bySlurm(run), environment: cluster.environment)
    try waitForUnit(run, of: tool)
    try waitFor("a worker") { try !workers(run).isEmpty }
    let killed = try #require(try workers(run).first)
    kill(killed, SIGKILL)
    let end = try tool.finish()
    #expect(end.exitCode == 0, "\(end.errors)")
    #expect(try result(run) == localResult())
    // The killed worker's units were submitted again, on their own.
    #expect(try cluster.jobs().count == 2)
    let status = try Tool(["status", run], environment: cluster.environment)
    #expect(status.output.contains("All of them are finished"))
  }

  @Test func `A drained node and a restarted controller only take time`() throws {
    guard let cluster = try SlurmCluster() else { return }
    let run = scratch.path("run")
    let tool = try RunningTool(bySlurm(run), environment: cluster.environment)
    try waitForUnit(run, of: tool)
    try cluster.setNode("drain")
    try waitFor("the workers to end") { try workers(run).isEmpty }
    let before = finished(run)
    let drained = try Tool(["status", run], environment: cluster.environment)
    #expect(drained.output.contains("0 running"), "\(drained.output)")
    #expect(tool.isRunning)
    // Long enough to be told about.
    sleep(15)
    #expect(finished(run) == before)
    try cluster.setNode("resume")
    try waitFor("work to go on") { finished(run) > before }
    cluster.stopController()
    sleep(2)
    #expect(tool.isRunning)
    try cluster.startController()
    let end = try tool.finish()
    #expect(end.exitCode == 0, "\(end.errors)")
    #expect(end.errors.contains("No worker runs: PENDING"), "\(end.errors)")
    #expect(try result(run) == localResult())
    #expect(try cluster.jobs().count == 1)
  }

  @Test func `A second submission is refused, and one after a killed submitter follows`() throws {
    guard let cluster = try SlurmCluster() else { return }
    let run = scratch.path("run")
    let first = try RunningTool(bySlurm(run), environment: cluster.environment)
    try waitForUnit(run, of: first)
    let second = try Tool(bySlurm(run), environment: cluster.environment)
    #expect(second.exitCode == 1)
    #expect(second.errors.contains("another overdensity process is at work in"))
    first.kill(SIGKILL)
    _ = try first.finish()
    let third = try Tool(bySlurm(run), environment: cluster.environment)
    #expect(third.exitCode == 0, "\(third.errors)")
    #expect(!third.errors.contains("Submitted"))
    #expect(try cluster.jobs().count == 1)
    #expect(try result(run) == localResult())
  }

  @Test func `A full disk is named, and the search goes on when there is room`() throws {
    guard let cluster = try SlurmCluster() else { return }
    guard let disk = try TinyDisk(scratch.path("disk"), size: "250k") else { return }
    let run = disk.folder + "/run"
    let full = try Tool(bySlurm(run), environment: cluster.environment)
    #expect(full.exitCode == 1)
    #expect(full.errors.contains("No space left on device"), "\(full.errors)")
    #expect(try disk.resize(to: "64m"))
    let end = try Tool(bySlurm(run), environment: cluster.environment)
    #expect(end.exitCode == 0, "\(end.errors)")
    #expect(try result(run) == localResult())
  }

  @Test func `A folder that only workers cannot write to is named`() throws {
    guard let cluster = try SlurmCluster() else { return }
    guard let disk = try TinyDisk(scratch.path("disk"), size: "64m") else { return }
    let run = disk.folder + "/run"
    let tool = try RunningTool(bySlurm(run), environment: cluster.environment)
    try waitForUnit(run, of: tool)
    // Units become a folder of its own that nobody may write to.
    let units = try #require(try TinyDisk.readOnly(run + "/units"))
    let end = try tool.finish()
    #expect(end.exitCode == 1)
    #expect(end.errors.contains("Read-only file system"), "\(end.errors)")
    withExtendedLifetime(units) {}
    units.unmount()
    let again = try Tool(bySlurm(run), environment: cluster.environment)
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try result(run) == localResult())
  }

  @Test func `A folder that nobody can write to is refused at once`() throws {
    guard let cluster = try SlurmCluster() else { return }
    guard let disk = try TinyDisk(scratch.path("disk"), size: "1m") else { return }
    let readOnly = try #require(try TinyDisk.readOnly(disk.folder))
    let tool = try Tool(bySlurm(disk.folder + "/run"), environment: cluster.environment)
    #expect(tool.exitCode == 1)
    #expect(tool.errors.contains(disk.folder), "\(tool.errors)")
    readOnly.unmount()
    #expect(try cluster.jobs().isEmpty)
  }
}
