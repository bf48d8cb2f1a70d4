public import Foundation

/// How a list of units gets done: by threads of this process, or by processes elsewhere.
///
/// A unit's bytes are a function of its label, so results do not depend on the executor.
public protocol Executor: Sendable {
  /// Does a list of units and gives their bytes in the order of the list.
  ///
  /// - Parameters:
  ///   - units: The work; labels are unique.
  ///   - stage: Name of the list within the run, fit for a file name, such as "training".
  ///   - store: Where finished units are kept; `nil` keeps nothing, and the work stays here.
  ///   - progress: Called now and then, one call at a time.
  /// - Returns: The bytes of each unit, in the order of `units`.
  /// - Throws: An error of a unit, of the store or of the executor, or ``PartDone`` where the rest is
  ///   not this process's business.
  func perform(
    _ units: [WorkUnit], stage: String, store: UnitStore?,
    progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> [Data]
}

/// Does all units here, several at once.
public struct Threads: Executor {
  /// How many run at once.
  public let jobs: Int

  public init(jobs: Int) {
    self.jobs = jobs
  }

  public func perform(
    _ units: [WorkUnit], stage: String, store: UnitStore?,
    progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> [Data] {
    try Execution.perform(units, jobs: jobs, store: store, progress: progress)
  }
}

extension Executor where Self == Threads {
  /// Does all units here, `jobs` at once.
  public static func threads(_ jobs: Int) -> Threads { Threads(jobs: jobs) }
}

/// Says that this process has done its part of a command, and that others do the rest.
///
/// No failure: a program that catches it prints it and ends well.
public enum PartDone: Error, Equatable {
  /// A worker process has done the units that it was given.
  case assignedUnits
  /// Commands for the units of a stage lie in a folder, for someone to run.
  case commandsWritten(stage: String, units: Int, commands: Int, batch: String, run: String)
  /// The command goes on in a process of its own.
  case inBackground(process: Int32, log: String)
}

extension PartDone: CustomStringConvertible {
  public var description: String {
    switch self {
    case .assignedUnits: "Done."
    case .inBackground(let process, let log):
      """
      Goes on in the background, as process \(process), whatever becomes of this terminal.
        how far it is   tail \(shellQuoted(log))
        to stop it      kill \(process)     (finished work is kept; the same command continues)
      """
    case .commandsWritten(let stage, let units, let commands, let batch, let run):
      """
      \(units) units of the stage '\(stage)' wait in \(commands) commands, to be run where this folder is
      seen, in one of these ways:
        sbatch \(shellQuoted(batch + "/slurm.sh"))
        condor_submit \(shellQuoted(batch + "/htcondor.sub"))
        xargs -d '\\n' -n 1 -P 4 sh -c < \(shellQuoted(batch + "/commands.txt"))
      How far it is, and, when all is finished, the results (or the next stage's commands):
        overdensity status \(shellQuoted(run))
        overdensity collect \(shellQuoted(run))
      """
    }
  }
}

/// A text as one word of a shell.
package func shellQuoted(_ text: String) -> String {
  let plain = text.allSatisfy {
    $0.isASCII && ($0.isLetter || $0.isNumber || "/._+=:,@%-".contains($0))
  }
  guard !plain || text.isEmpty else { return text }
  return "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
}
