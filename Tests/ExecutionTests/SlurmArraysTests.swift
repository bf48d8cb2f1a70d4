import Execution
import Foundation
import Synchronization
import Testing

struct SlurmArraysTests {
  private let expected = (0..<FakeSlurm.count).map { Data("\($0 * $0)".utf8) }

  @Test func `An array does the units of a stage, with the options that were asked for`() throws {
    let slurm = try FakeSlurm()
    let executor = slurm.executor(options: ["--partition=short"])
    #expect(try slurm.perform(by: executor) == expected)
    #expect(slurm.submissions.count == 1)
    #expect(slurm.submissions.first?.contains("--parsable --partition=short ") == true)
    let batch = slurm.run.appendingPathComponent("work/training/batch-1")
    let script = try String(contentsOf: batch.appendingPathComponent("slurm.sh"), encoding: .utf8)
    #expect(script.contains("#SBATCH --array=0-3%5\n"))
    let last = try String(contentsOf: batch.appendingPathComponent("3.units"), encoding: .utf8)
    #expect(last == "unit-9\nunit-10\nunit-11\n")
    // What is finished is not submitted again.
    #expect(try slurm.perform(by: executor) == expected)
    #expect(slurm.submissions.count == 1)
  }

  @Test func `Units of a worker that fails are submitted again, and only they`() throws {
    let slurm = try FakeSlurm(
      worker: #"""
        if grep -q unit-4 "$2" && [ ! -e "$READY/again" ]; then
          touch "$READY/again"; echo "error: no luck" >&2; exit 1
        fi
        """# + "\n" + FakeSlurm.copyUnits)
    #expect(try slurm.perform(by: slurm.executor()) == expected)
    #expect(slurm.submissions.count == 2)
    let again = slurm.run.appendingPathComponent("work/training/batch-2/0.units")
    #expect(try String(contentsOf: again, encoding: .utf8) == "unit-3\nunit-4\nunit-5\n")
  }

  @Test func `A unit that fails three times is an error with the worker's last words`() throws {
    let slurm = try FakeSlurm(
      worker: #"if grep -q unit-4 "$2"; then echo "error: no luck" >&2; exit 1; fi"# + "\n"
        + FakeSlurm.copyUnits)
    let error = #expect(throws: ExecutorError.self) { try slurm.perform(by: slurm.executor()) }
    guard case .failing(let units, 3, let log, "error: no luck") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(units == ["unit-3", "unit-4", "unit-5"])
    #expect(log.hasSuffix("work/training/batch-3/0.log"))
    #expect(slurm.submissions.count == 3)
    #expect(try slurm.store.load("unit-11") == expected[11])
  }

  @Test func `Units of tasks that vanish are submitted again`() throws {
    // The first job leaves no trace: it was purged, or its node was.
    let slurm = try FakeSlurm(
      sbatch: #"if [ ! -e "$READY/again" ]; then touch "$READY/again"; exit 0; fi"# + "\n"
        + FakeSlurm.runTasks)
    #expect(try slurm.perform(by: slurm.executor()) == expected)
    #expect(slurm.submissions.count == 2)
  }

  @Test func `A job that somebody cancelled stays cancelled until the command is given again`()
    throws
  {
    let slurm = try FakeSlurm(
      worker: #"grep -q unit-4 "$2" || { "# + FakeSlurm.copyUnits + "; }",
      sbatch: FakeSlurm.runTasks.replacingOccurrences(of: "COMPLETED", with: "CANCELLED"))
    let error = #expect(throws: ExecutorError.self) { try slurm.perform(by: slurm.executor()) }
    guard case .cancelled(let job) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(job.hasSuffix("-training-1"))
    #expect(slurm.submissions.count == 1)
    try slurm.write(FakeSlurm.copyUnits, as: "worker")
    #expect(try slurm.perform(by: slurm.executor()) == expected)
    #expect(slurm.submissions.count == 2)
  }

  @Test func `A job that an earlier process submitted is followed, not submitted again`() throws {
    let slurm = try FakeSlurm(
      worker: #"echo "nothing yet" >&2"#,
      sbatch: FakeSlurm.runTasks.replacingOccurrences(of: "COMPLETED", with: "CANCELLED"))
    let error = #expect(throws: ExecutorError.self) { try slurm.perform(by: slurm.executor()) }
    guard case .cancelled(let job) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // The job lives after all; its last task finishes while the second process looks.
    try slurm.write(queue: (0..<4).map { "\(job) \($0) RUNNING None\n" }.joined())
    try slurm.write(
      #"echo x >>"$READY/looks"; [ $(wc -l <"$READY/looks") -lt 4 ] || cp "$READY"/*.unit "$RUN/units/""#
        + "\n" + FakeSlurm.printQueue, as: "squeue")
    try slurm.write("echo 'must not be called' >&2; exit 1", as: "sbatch")
    #expect(try slurm.perform(by: slurm.executor()) == expected)
    #expect(slurm.submissions.count == 1)
  }

  @Test func `What sbatch says when it refuses is passed on`() throws {
    let slurm = try FakeSlurm(
      sbatch: "echo 'sbatch: error: invalid partition specified: x' >&2; exit 1")
    #expect(
      throws: ExecutorError.refused(
        program: "sbatch", message: "invalid partition specified: x")
    ) { try slurm.perform(by: slurm.executor()) }
  }

  @Test func `Without sbatch the error names it`() throws {
    let slurm = try FakeSlurm(sbatch: nil)
    var executor = slurm.executor()
    executor.queue = SlurmQueue(path: slurm.folder.path)
    #expect(throws: ExecutorError.noProgram("sbatch")) { try slurm.perform(by: executor) }
  }

  @Test func `A controller that does not answer for a while is waited for`() throws {
    let slurm = try FakeSlurm(
      squeue: #"""
        echo x >>"$READY/looks"
        if [ $(wc -l <"$READY/looks") -lt 4 ]; then echo "squeue: error: no controller" >&2; exit 1; fi
        """# + "\n" + FakeSlurm.printQueue)
    try slurm.write(
      #"[ -e "$READY/again" ] || { touch "$READY/again"; exit 1; }"# + "\n" + FakeSlurm.copyUnits,
      as: "worker")
    let notices = Mutex<[String]>([])
    let executor = slurm.executor(patience: 60) { text in notices.withLock { $0.append(text) } }
    #expect(try slurm.perform(by: executor) == expected)
    #expect(slurm.submissions.count == 2)
    #expect(notices.withLock { $0.contains { $0.contains("no controller") } })
  }

  @Test func `A controller that does not come back is an error`() throws {
    let slurm = try FakeSlurm(
      worker: "exit 1", squeue: "echo 'squeue: error: no controller' >&2; exit 1")
    let error = #expect(throws: ExecutorError.self) { try slurm.perform(by: slurm.executor()) }
    guard case .unreachable("squeue", "no controller", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(slurm.submissions.count == 1)
  }

  @Test func `Lines of squeue are read, and others left alone`() throws {
    let waiting = try #require(SlurmQueue.Task("overdensity-0a-training-1 12 PENDING (Resources)"))
    #expect(waiting.job == "overdensity-0a-training-1")
    #expect(waiting.index == 12)
    #expect(waiting.state == .waiting)
    #expect(SlurmQueue.Task("job 0 RUNNING None")?.words == "RUNNING")
    #expect(SlurmQueue.Task("job 0 COMPLETING None")?.state == .running)
    #expect(SlurmQueue.Task("job 0 NODE_FAIL NodeDown")?.state == .failed)
    #expect(SlurmQueue.Task("job 0 TIMEOUT TimeLimit")?.state == .failed)
    #expect(SlurmQueue.Task("job 0 CANCELLED None")?.state == .cancelled)
    #expect(SlurmQueue.Task("job N/A RUNNING None") == nil)
    #expect(SlurmQueue.Task("slurm_load_jobs error") == nil)
  }

  @Test func `Status tells finished, running, waiting and failed`() throws {
    let slurm = try FakeSlurm(
      worker: #"""
        if grep -q unit-4 "$2"; then echo "error: no luck" >&2; exit 1; fi
        if grep -q unit-0 "$2"; then
        """# + "\n" + FakeSlurm.copyUnits + "\nfi")
    #expect(throws: ExecutorError.nothingHandedOut(run: slurm.run.path)) {
      try WorkStatus(run: slurm.run, queue: slurm.queue)
    }
    var executor = slurm.executor()
    executor.attempts = 1
    #expect(throws: ExecutorError.self) { try slurm.perform(by: executor) }
    let script = try String(
      contentsOf: slurm.run.appendingPathComponent("work/training/batch-1/slurm.sh"),
      encoding: .utf8)
    let job = try #require(script.split(separator: "\n").first { $0.contains("--job-name=") })
      .split(separator: "=")[1]
    try slurm.write(
      queue: "\(job) 1 FAILED NonZeroExitCode\n\(job) 2 RUNNING None\n\(job) 3 PENDING (Priority)\n"
    )
    let status = try WorkStatus(run: slurm.run, queue: slurm.queue)
    let stage = try #require(status.stages.first)
    #expect(stage.name == "training")
    #expect(stage.units == 12)
    #expect(stage.finished == 3)
    #expect(stage.running == 1)
    #expect(stage.waiting == 1)
    #expect(stage.failed.map(\.lastLine) == ["error: no luck"])
    #expect(stage.failed.map(\.units) == [3])
    #expect(status.isFromScheduler)
  }
}
