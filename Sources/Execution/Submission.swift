import EventFiles
import Foundation

/// How a batch of units is given to schedulers: the files that submit it.
struct Submission: Sendable {
  let command: RecordedCommand
  /// Threads of each worker process.
  let jobs: Int
  /// Worker processes at once.
  let workers: Int

  static let slurmScript = "slurm.sh"

  /// A job's name: one for each batch, the same for everyone who sees the folder.
  static func jobName(of batch: WorkBatch, in stage: WorkStage) -> String {
    var digest = SHA256()
    digest.update(stage.run.utf8)
    return "overdensity-\(digest.hexDigest().prefix(8))-\(stage.name)-\(batch.number)"
  }

  func slurmFiles(for batch: WorkBatch, in stage: WorkStage) -> [String: String] {
    let folder = batch.folder.path
    return [
      Self.slurmScript: """
      #!/bin/sh
      #SBATCH --job-name=\(Self.jobName(of: batch, in: stage))
      #SBATCH --array=0-\(batch.chunks.count - 1)%\(workers)
      #SBATCH --ntasks=1
      #SBATCH --cpus-per-task=\(jobs)
      #SBATCH --output="\(folder.replacingOccurrences(of: "%", with: "%%"))/%a.log"
      #SBATCH --open-mode=append
      exec \(shellQuoted(command.program)) work \(shellQuoted(folder))/"$SLURM_ARRAY_TASK_ID".units

      """
    ]
  }

  /// Files for people to submit or run.
  func allFiles(for batch: WorkBatch, in stage: WorkStage) -> [String: String] {
    var files = slurmFiles(for: batch, in: stage)
    files["htcondor.sub"] = """
      executable = \(command.program)
      arguments = work $(Process).units
      initialdir = \(batch.folder.path)
      error = $(Process).log
      log = htcondor.log
      should_transfer_files = NO
      transfer_executable = False
      request_cpus = \(jobs)
      queue \(batch.chunks.count)

      """
    files["commands.txt"] = batch.chunks.indices.map { chunk in
      "\(shellQuoted(command.program)) work \(shellQuoted(batch.unitsFile(of: chunk).path)) "
        + "2>> \(shellQuoted(batch.log(of: chunk).path))\n"
    }.joined()
    return files
  }
}
