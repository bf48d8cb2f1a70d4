import Foundation

/// Slurm's commands, as far as arrays of jobs need them.
package struct SlurmQueue: Sendable {
  /// Folders with programs, separated by colons.
  private let path: String

  /// - Parameter path: Where to look for Slurm's programs; `nil` for the PATH.
  package init(path: String? = nil) {
    self.path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
  }

  /// One task of an array in the queue, or out of it since a short time.
  package struct Task: Sendable, Hashable {
    package enum State: Sendable, Hashable {
      case waiting
      /// Has processes, or had them a moment ago.
      case running
      case completed
      case cancelled
      case failed
    }

    package let job: String
    package let index: Int
    package let state: State
    /// Slurm's words for the state, and why a waiting task waits: "PENDING (Resources)".
    package let words: String

    /// Reads a line of `squeue` in ``SlurmQueue/format``; `nil` if it is something else.
    package init?(_ line: some StringProtocol) {
      let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: true)
      guard parts.count >= 3, let index = Int(parts[1]) else { return nil }
      job = String(parts[0])
      self.index = index
      let reason = parts.count > 3 ? String(parts[3]) : "None"
      words = reason == "None" ? String(parts[2]) : "\(parts[2]) (\(reason))"
      state =
        switch parts[2] {
        case "PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "RESV_DEL_HOLD":
          .waiting
        case "COMPLETED": .completed
        case "CANCELLED": .cancelled
        case "FAILED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "DEADLINE",
          "PREEMPTED",
          "REVOKED", "LAUNCH_FAILED":
          .failed
        // RUNNING, COMPLETING, CONFIGURING, SUSPENDED ...; the units say when it is over.
        default: .running
        }
    }
  }

  static let format = "%j %K %T %r"

  /// Submits a script as an array of jobs.
  ///
  /// - Parameters:
  ///   - script: The script's path.
  ///   - options: Options of `sbatch`, which win over those in the script.
  /// - Throws: ``ExecutorError``.
  func submit(_ script: String, options: [String]) throws {
    _ = try run("sbatch", ["--parsable"] + options + [script])
  }

  /// Tasks of the named jobs that wait, run, or have ended not long ago.
  ///
  /// - Throws: ``ExecutorError``.
  func tasks(ofJobs names: [String]) throws -> [Task] {
    guard !names.isEmpty else { return [] }
    let text = try run(
      "squeue",
      [
        "--noheader", "--array", "--states=all", "--name=" + names.joined(separator: ","),
        "--format=" + Self.format,
      ])
    return text.split(separator: "\n").compactMap { Task($0) }
  }

  private func run(_ program: String, _ arguments: [String]) throws -> String {
    guard let executable = file(of: program) else { throw ExecutorError.noProgram(program) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw ExecutorError.refused(program: program, message: error.localizedDescription)
    }
    // What a scheduler complains of is short enough to wait in its pipe.
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let complaint = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let lines = complaint.split(separator: "\n").map { line in
        line.hasPrefix("\(program): error: ") ? line.dropFirst(program.count + 9) : line
      }
      throw ExecutorError.refused(
        program: program,
        message: lines.isEmpty
          ? "it ended with code \(process.terminationStatus)" : lines.joined(separator: "; "))
    }
    return text
  }

  private func file(of program: String) -> String? {
    path.split(separator: ":").map { "\($0)/\(program)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }
}
