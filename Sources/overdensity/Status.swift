import ArgumentParser
import EventFiles
import Execution
import Foundation

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say how far a run is whose trainings others do.",
    discussion: """
      For runs that were started with --executor: units finished, workers at work, what the failed
      ones said, time left. Works from any machine that sees the run folder; where Slurm's commands
      are, Slurm is asked too.

      Example:
        overdensity status run/
      """)

  @Argument(help: ArgumentHelp("Run folder.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let status = try WorkStatus(run: URL(fileURLWithPath: runFolder))
    print(
      json
        ? String(decoding: try JSONEncoder.readable.encode(status), as: UTF8.self) : text(status))
  }

  private func text(_ status: WorkStatus) -> String {
    var lines = ["overdensity " + status.command.joined(separator: " ")]
    for stage in status.stages {
      var line = "\(stage.name): \(stage.finished) of \(stage.units) units finished"
      if stage.finished < stage.units {
        line += "; workers: \(stage.running) running, \(stage.waiting) waiting"
        if !stage.failed.isEmpty { line += ", \(stage.failed.count) failed" }
      }
      if let seconds = stage.secondsLeft { line += "; about \(CostEstimate.time(seconds)) left" }
      lines.append(line)
      let shown = stage.failed.prefix(5)
      lines += shown.flatMap { failure in
        [
          "  \(failure.units) units were left by a worker: \(failure.lastLine ?? "it said nothing")",
          "    \(failure.log)",
        ]
      }
      if stage.failed.count > shown.count {
        lines.append("  and \(stage.failed.count - shown.count) more")
      }
    }
    if !status.isFromScheduler, status.stages.contains(where: { $0.running > 0 }) {
      lines.append("No scheduler was asked: a worker that was killed counts as running.")
    }
    if status.stages.allSatisfy({ $0.finished == $0.units }) {
      lines.append("All of them are finished: overdensity collect \(runFolder)")
    }
    return lines.joined(separator: "\n")
  }
}
