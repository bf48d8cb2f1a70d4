import ArgumentParser
import Execution
import Foundation
import NeuralNetworks
import ResonanceSearch
import Synchronization

/// Who does the trainings; the same for every command that has many.
struct ExecutorOptions: ParsableArguments {
  /// The names that commands use.
  enum Name: String, CaseIterable, ExpressibleByArgument {
    case threads
    case slurm
    case commands
  }

  @Option(
    help: """
      Who does the trainings. threads: this process. slurm: array jobs of the cluster, followed \
      until they are done. commands: whoever runs the commands that are written.
      """)
  var executor = Name.threads

  @Option(help: "Worker processes at once, with --executor slurm or commands.")
  var workers = 50

  @Option(
    help: """
      Units of work for one worker process, with --executor slurm or commands; without it each \
      worker gets about four portions.
      """)
  var unitsPerWorker: Int?

  @Option(
    parsing: .unconditionalSingleValue,
    help: "An option for sbatch, such as --submit-option --partition=short; can be repeated.")
  var submitOption: [String] = []

  @Flag(
    help: """
      Go on in the background, whatever becomes of the terminal; what would be printed goes to \
      command.log in the output folder.
      """)
  var detach = false

  /// Given by the process that hands out the work, not by users.
  @Option(help: .hidden)
  var workUnits: String?

  func validate() throws {
    guard workers >= 1 else { throw ValidationError("--workers must be at least 1.") }
    guard unitsPerWorker ?? 1 >= 1 else {
      throw ValidationError("--units-per-worker must be at least 1.")
    }
    guard submitOption.isEmpty || executor == .slurm else {
      throw ValidationError("--submit-option is for --executor slurm.")
    }
  }

  /// Hands the command over to a process in the background if asked to, and ends this one well.
  ///
  /// - Parameter folder: The output folder, for the log.
  /// - Throws: ``PartDone/inBackground(process:log:)`` if it was asked for; an error if it failed.
  func detachIfAsked(_ folder: URL) throws {
    guard detach, !isWorker else { return }
    try makeFolder(folder)
    let command = RecordedCommand.given
    let log = folder.appendingPathComponent("command.log")
    let process = try startInBackground(
      command.program, command.arguments(withoutOptions: [], flags: ["--detach"]), log: log)
    throw PartDone.inBackground(process: process, log: log.path)
  }

  /// Whether this process does units that another one gave it, and nothing else.
  var isWorker: Bool { workUnits != nil }

  /// Threads of each worker: one unless asked for more, because a scheduler must know.
  private func jobsPerWorker(_ compute: ComputeOptions) -> Int { compute.givenJobs ?? 1 }

  /// What a search would take.
  func estimate(_ search: Search, _ compute: ComputeOptions) throws -> CostEstimate {
    executor == .threads
      ? try CostEstimate(search, jobs: compute.jobs)
      : try CostEstimate(search, jobs: jobsPerWorker(compute), workers: workers)
  }

  /// Makes the executor that the options ask for.
  func makeExecutor(_ compute: ComputeOptions) throws -> any Executor {
    if let workUnits {
      return try AssignedUnits(file: URL(fileURLWithPath: workUnits), jobs: compute.jobs)
    }
    let jobs = jobsPerWorker(compute)
    switch executor {
    case .threads:
      return .threads(compute.jobs)
    case .slurm:
      return SlurmArrays(
        command: .given, workers: workers, unitsPerWorker: unitsPerWorker, jobs: jobs,
        options: submitOption,
        notice: { text in
          if !compute.isSilent { complain(text) }
        })
    case .commands:
      return UnitCommands(
        command: .given, workers: workers, unitsPerWorker: unitsPerWorker, jobs: jobs)
    }
  }

  /// Keeps other processes out of a run folder, except from the workers.
  func lock(_ folder: URL) throws -> RunLock? {
    isWorker ? nil : try RunFolder.lock(folder)
  }

  /// Ends the program on Ctrl-C or termination, and says how to go on.
  func interruption() -> Interruption {
    if isWorker {
      return Interruption(message: "error: stopped from outside; finished units are kept")
    }
    guard executor == .slurm else { return .resumable() }
    return Interruption(
      message: "Stopped following. Slurm's jobs go on: give the same command again to follow them, "
        + "or end them by 'scancel' ('overdensity status' names them).")
  }
}

extension RecordedCommand {
  private static let givenArguments = Mutex(Array(CommandLine.arguments.dropFirst()))

  /// The command that this process runs.
  static var given: RecordedCommand {
    let link = "/proc/self/exe"
    return RecordedCommand(
      program: (try? FileManager.default.destinationOfSymbolicLink(atPath: link))
        ?? CommandLine.arguments[0],
      arguments: givenArguments.withLock { $0 },
      workingDirectory: FileManager.default.currentDirectoryPath,
      instructionSet: InstructionSet.current.rawValue, version: Overdensity.version)
  }

  /// Gives the command again, in this process.
  ///
  /// - Parameter worker: The units to do; `nil` for the command as it was.
  /// - Throws: An error of the command, or that its folder is not here.
  func run(asWorkerFor worker: (units: String, jobs: Int)? = nil) async throws {
    guard FileManager.default.changeCurrentDirectoryPath(workingDirectory) else {
      throw CannotRepeat(folder: workingDirectory)
    }
    if let set = InstructionSet(rawValue: instructionSet) { try InstructionSet.pin(set) }
    guard let worker else {
      Self.givenArguments.withLock { $0 = arguments }
      return try await Overdensity.run(arguments)
    }
    var own = self.arguments(
      withoutOptions: [
        "--executor", "--workers", "--units-per-worker", "--submit-option", "--jobs",
      ], flags: ["--quiet", "--json", "--resume", "--no-resume", "--detach"])
    own.insert(
      contentsOf: ["--work-units", worker.units, "--jobs", "\(worker.jobs)"],
      at: own.firstIndex(of: "--") ?? own.count)
    try await Overdensity.run(own)
  }
}

/// The folder of a recorded command is not here.
private struct CannotRepeat: Error, CustomStringConvertible {
  let folder: String

  var description: String {
    "the command was given in \(folder), which this machine does not see: workers and 'collect' need "
      + "the same folders under the same paths"
  }
}
