import Execution
import Foundation
import Testing

/// Units that processes of their own do: divided, written as commands, done, found again.
struct WorkerTests {
  private let expected = (0..<FakeSlurm.count).map { Data("\($0 * $0)".utf8) }

  @Test(arguments: [(1, 50, nil), (12, 2, nil), (7, 2, 3), (100_000, 50, 1), (5, 1, 100)])
  func `Every unit is in one part, in order`(count: Int, workers: Int, size: Int?) {
    let labels = (0..<count).map { "unit-\($0)" }
    let parts = chunks(of: labels, workers: workers, size: size)
    #expect(parts.flatMap(\.self) == labels)
    #expect(!parts.contains([]))
    #expect(parts.count <= 1_000)
    let sizes = parts.map(\.count)
    #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    if let size, count / size < 1_000 { #expect((sizes.max() ?? 0) <= size) }
    if size == nil { #expect(parts.count == min(count, 4 * workers)) }
  }

  @Test func `Commands are written once, done by a shell, and collected`() throws {
    let slurm = try FakeSlurm()
    let executor = UnitCommands(command: slurm.command, workers: 2, unitsPerWorker: 5, jobs: 3)
    let done = #expect(throws: PartDone.self) { try slurm.perform(by: executor) }
    guard case .commandsWritten("training", 12, 3, let batch, _) = done else {
      Issue.record("\(String(describing: done))")
      return
    }
    let commands = try String(contentsOfFile: batch + "/commands.txt", encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(commands.count == 3)
    let condor = try String(contentsOfFile: batch + "/htcondor.sub", encoding: .utf8)
    #expect(condor.contains("\ninitialdir = \(batch)\n"))
    #expect(condor.contains("\nrequest_cpus = 3\nqueue 3\n"))

    // Half of them done: the rest is asked for, nothing is written anew.
    try shell(commands[0])
    #expect(
      throws: ExecutorError.unfinished(
        stage: "training", finished: 4, total: 12, batch: batch, failure: nil)
    ) { try slurm.perform(by: executor) }
    try (commands[1...] + commands).forEach(shell)
    #expect(try slurm.perform(by: executor) == expected)
    let stage = slurm.run.appendingPathComponent("work/training").path
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: stage).sorted() == [
        "batch-1", "units.txt",
      ])
  }

  private func shell(_ command: String) throws {
    let process = try Process.run(
      URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", command])
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test func `A worker does the units that it was given and nothing else`() throws {
    let slurm = try FakeSlurm()
    let file = slurm.folder.appendingPathComponent("3.units")
    try "unit-7\nunit-2\n".write(to: file, atomically: true, encoding: .utf8)
    let worker = try AssignedUnits(file: file, jobs: 2)
    #expect(throws: PartDone.assignedUnits) { try slurm.perform(by: worker) }
    for number in 0..<FakeSlurm.count {
      let isOwn = [2, 7].contains(number)
      #expect(try slurm.store.load("unit-\(number)") == (isOwn ? expected[number] : nil))
    }
    // A stage before its own is read from the store, if it is there.
    let before = [FakeSlurm.units[2]]
    let file2 = slurm.folder.appendingPathComponent("4.units")
    try "null-1\n".write(to: file2, atomically: true, encoding: .utf8)
    let later = try AssignedUnits(file: file2, jobs: 1)
    let read = try later.perform(before, stage: "training", store: slurm.store) { _ in }
    #expect(read == [expected[2]])
    #expect(throws: ExecutorError.unknownUnit("null-1", file: file2.path)) {
      try slurm.perform(by: later)
    }
  }

  @Test func `Units that a forgotten worker of another run writes are not seen`() throws {
    let slurm = try FakeSlurm()
    let run = slurm.folder.appendingPathComponent("keyed")
    let first = try RunFolder(run, key: ["plan": "a"])
    _ = try perform(FakeSlurm.units, jobs: 1, store: first.units)
    #expect(try first.units.load("unit-3") == expected[3])
    try FileManager.default.removeItem(at: run.appendingPathComponent("run-key.json"))
    let second = try RunFolder(run, key: ["plan": "b"])
    #expect(try second.units.load("unit-3") == nil)
  }

  @Test func `A worker's command leaves out what concerns the giver only`() {
    let command = RecordedCommand(
      program: "overdensity",
      arguments: [
        "search", "events.h5", "--executor", "slurm", "--jobs=4", "--no-resume", "--seed", "3",
        "--submit-option", "--partition=short", "--", "--executor",
      ], workingDirectory: "/", instructionSet: "avx2", version: "1")
    #expect(
      command.arguments(
        withoutOptions: ["--executor", "--jobs", "--submit-option"], flags: ["--no-resume"])
        == ["search", "events.h5", "--seed", "3", "--", "--executor"])
  }

  @Test func `A run folder under another path is refused`() throws {
    let slurm = try FakeSlurm()
    let executor = UnitCommands(command: slurm.command, workers: 2, unitsPerWorker: 5, jobs: 1)
    #expect(throws: PartDone.self) { try slurm.perform(by: executor) }
    #expect(try WorkFolder(run: slurm.run).command() == slurm.command)
    let moved = slurm.folder.appendingPathComponent("moved")
    try FileManager.default.moveItem(at: slurm.run, to: moved)
    #expect(throws: ExecutorError.self) { try WorkFolder(run: moved).command() }
  }
}
