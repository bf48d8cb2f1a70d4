import Execution
import Foundation

/// A run whose cluster is three shell scripts that behave as a test wants.
///
/// The fake `sbatch` runs each task at once, the fake `squeue` prints what lies in the file `queue`,
/// and the worker program copies finished units from where the test has made them.
final class FakeSlurm {
  let folder: URL
  /// With a space and a quote, as folders of people have them.
  let run: URL
  let store: UnitStore

  static let count = 12

  static var units: [WorkUnit] {
    (0..<count).map { number in
      WorkUnit(label: "unit-\(number)") { _ in Data("\(number * number)".utf8) }
    }
  }

  static let copyUnits = #"for unit in $(cat "$2"); do cp "$READY/$unit.unit" "$RUN/units/"; done"#

  static let runTasks = #"""
    for script; do :; done
    last=$(sed -n 's/^#SBATCH --array=0-\([0-9]*\)%.*/\1/p' "$script")
    name=$(sed -n 's/^#SBATCH --job-name=//p' "$script")
    for task in $(seq 0 $last); do
      log=$(dirname "$script")/$task.log
      if SLURM_ARRAY_TASK_ID=$task sh "$script" 2>>"$log"; then state=COMPLETED; else state=FAILED; fi
      echo "$name $task $state None" >>"$QUEUE"
    done
    """#

  static let printQueue = #"cat "$QUEUE" 2>/dev/null || true"#

  /// - Parameters:
  ///   - worker: What the worker program does; `$2` is its file of units.
  ///   - sbatch: What `sbatch` does.
  ///   - squeue: What `squeue` does.
  /// - Throws: An error of a file.
  init(
    worker: String = copyUnits, sbatch: String? = runTasks, squeue: String = printQueue
  ) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-slurm-\(UUID().uuidString)")
    run = folder.appendingPathComponent("somebody's run")
    store = try UnitStore(folder: run.appendingPathComponent("units"))
    let ready = try UnitStore(folder: folder.appendingPathComponent("ready"))
    _ = try Execution.perform(Self.units, jobs: 1, store: ready)
    try write(worker, as: "worker")
    if let sbatch { try write(#"echo "$@" >>"$SUBMITTED""# + "\n" + sbatch, as: "sbatch") }
    try write(squeue, as: "squeue")
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Writes a script into the folder of programs.
  func write(_ commands: String, as name: String) throws {
    let file = folder.appendingPathComponent(name)
    let text = """
      #!/bin/sh
      READY='\(folder.path)/ready'
      RUN='\(folder.path)/somebody'"'"'s run'
      QUEUE='\(folder.path)/queue'
      SUBMITTED='\(folder.path)/submitted'
      \(commands)
      """
    try (text + "\n").write(to: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  func write(queue lines: String) throws {
    try lines.write(
      to: folder.appendingPathComponent("queue"), atomically: true, encoding: .utf8)
  }

  /// Arguments that the fake `sbatch` was called with.
  var submissions: [String] {
    let text = try? String(contentsOf: folder.appendingPathComponent("submitted"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  var queue: SlurmQueue { SlurmQueue(path: folder.path + ":/usr/bin:/bin") }

  var command: RecordedCommand {
    RecordedCommand(
      program: folder.appendingPathComponent("worker").path, arguments: ["search", "events.h5"],
      workingDirectory: folder.path, instructionSet: "avx2", version: "1")
  }

  /// An executor that looks often and waits little.
  func executor(
    unitsPerWorker: Int? = 3, grace: Double = 0.2, patience: Double = 0.5, options: [String] = [],
    notice: @escaping @Sendable (String) -> Void = { _ in }
  ) -> SlurmArrays {
    var executor = SlurmArrays(
      command: command, workers: 5, unitsPerWorker: unitsPerWorker, jobs: 1, options: options,
      notice: notice)
    executor.queue = queue
    executor.longestPause = 0.1
    executor.grace = grace
    executor.patience = patience
    return executor
  }

  func perform(by executor: some Executor) throws -> [Data] {
    try executor.perform(Self.units, stage: "training", store: store) { _ in }
  }
}
