/// Why units cannot be done elsewhere.
public enum ExecutorError: Error, Equatable {
  /// A scheduler's program is not on this machine.
  case noProgram(String)
  /// A scheduler refused, with what it said.
  case refused(program: String, message: String)
  /// A scheduler has not answered for some time.
  case unreachable(program: String, message: String, seconds: Int)
  /// Units failed more often than they are tried again.
  case failing(units: [String], attempts: Int, log: String, lastLine: String?)
  /// Somebody cancelled the job.
  case cancelled(job: String)
  /// A stage's commands were written and not all of them have finished.
  case unfinished(stage: String, finished: Int, total: Int, batch: String, failure: String?)
  /// A worker was given a unit that the command does not have.
  case unknownUnit(String, file: String)
  case nothingHandedOut(run: String)
  case movedRun(run: String, was: String)
}

extension ExecutorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noProgram(let program):
      return "'\(program)' is not on this machine's PATH: give the command where Slurm's commands "
        + "are, or use --executor commands and take the commands there"
    case .refused(let program, let message):
      return "\(program) refused: \(message). Options for it are given by --submit-option "
        + "(such as --submit-option --partition=short); finished work is kept"
    case .unreachable(let program, let message, let seconds):
      return "\(program) has not answered for \(seconds) s: \(message). Jobs go on without this "
        + "process: give the same command again to follow them"
    case .failing(let units, let attempts, let log, let lastLine):
      let more = units.count > 3 ? " and \(units.count - 3) more" : ""
      return "\(units.prefix(3).joined(separator: ", "))\(more) failed \(attempts) times. "
        + (lastLine.map { "The last worker said: \($0)\nIts log: \(log)" }
          ?? "The worker left no log at \(log): can it see this folder and the program?")
        + "\nFinished work is kept, the rest of the job goes on: when the cause is mended, the same "
        + "command continues"
    case .cancelled(let job):
      return "the Slurm job \(job) was cancelled; finished units are kept, and the same command "
        + "submits the rest"
    case .unfinished(let stage, let finished, let total, let batch, let failure):
      return "\(finished) of \(total) units of the stage '\(stage)' are finished. "
        + (failure.map { "One worker ended with: \($0)\n" } ?? "")
        + "Wait for the others, or run the commands in \(batch) again: finished units are not done "
        + "twice"
    case .unknownUnit(let label, let file):
      return "\(file): this command has no unit '\(label)' to do now: was the plan or the input "
        + "changed since the work was handed out?"
    case .nothingHandedOut(let run):
      return "\(run) holds no work for other processes: it is made by a command with --executor "
        + "slurm or --executor commands"
    case .movedRun(let run, let was):
      return "the run was started as \(was) and is \(run) here: its command only works under the "
        + "same path. Give the command itself again, with --output \(run)"
    }
  }
}
