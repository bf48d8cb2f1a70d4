import Foundation

/// A Slurm cluster of one node with two processors, on this machine and for one test.
///
/// Controller, node daemon and authentication run in a temporary folder on ports of their own.
final class SlurmCluster {
  let folder: URL
  private let host: String

  /// Starts a cluster; `nil`, with a message, where Slurm is not installed or may not be started.
  init?() throws {
    let programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol"]
    let missing = programs.filter { Self.path(of: $0) == nil }
    guard missing.isEmpty, getuid() == 0 else {
      print(
        missing.isEmpty
          ? "skipped: only root starts a Slurm cluster"
          : "skipped: \(missing[0]) is missing; apt-get install slurm-wlm munge")
      return nil
    }
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-slurm-\(UUID().uuidString.prefix(8))")
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count)
    host =
      String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
      .split(separator: ".").first.map(String.init) ?? "localhost"
    for part in ["state", "spool", "munge"] {
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent(part), withIntermediateDirectories: true)
    }
    try writeConfiguration()
    try startAuthentication()
    try startController()
    try Self.start("slurmd", ["-f", configuration])
    try waitFor("the node to be idle") { try call("sinfo", ["-h", "-o", "%T"]).contains("idle") }
  }

  deinit {
    _ = try? call("scancel", ["--state=PENDING,RUNNING", "--user=root"])
    for file in ["slurmd.pid", "slurmctld.pid", "munge/pid"] { stop(file) }
    try? FileManager.default.removeItem(at: folder)
  }

  private var configuration: String { folder.appendingPathComponent("slurm.conf").path }

  /// What a process needs to find the cluster.
  var environment: [String: String] {
    ProcessInfo.processInfo.environment.merging(["SLURM_CONF": configuration]) { $1 }
  }

  private func writeConfiguration() throws {
    let path = folder.path
    let port = Int.random(in: 20_000..<28_000)
    let processors = ProcessInfo.processInfo.processorCount
    let lines = """
      ClusterName=test
      SlurmctldHost=\(host)(127.0.0.1)
      SlurmctldPort=\(port)
      SlurmdPort=\(port + 1)
      AuthType=auth/munge
      AuthInfo=socket=\(path)/munge/socket
      CredType=cred/munge
      SlurmUser=root
      SlurmdUser=root
      StateSaveLocation=\(path)/state
      SlurmdSpoolDir=\(path)/spool
      SlurmctldPidFile=\(path)/slurmctld.pid
      SlurmdPidFile=\(path)/slurmd.pid
      SlurmctldLogFile=\(path)/slurmctld.log
      SlurmdLogFile=\(path)/slurmd.log
      SlurmdParameters=config_overrides
      ProctrackType=proctrack/pgid
      TaskPlugin=task/none
      SwitchType=switch/none
      MpiDefault=none
      ReturnToService=2
      SelectType=select/cons_tres
      SelectTypeParameters=CR_Core
      SchedulerType=sched/backfill
      SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
      JobAcctGatherType=jobacct_gather/none
      AccountingStorageType=accounting_storage/none
      JobCompType=jobcomp/filetxt
      JobCompLoc=\(path)/finished-jobs
      MinJobAge=300
      KillWait=2
      NodeName=\(host) NodeAddr=127.0.0.1 CPUs=\(max(processors, 2)) RealMemory=1000 State=UNKNOWN
      PartitionName=main Nodes=\(host) Default=YES MaxTime=INFINITE State=UP

      """
    try lines.write(toFile: configuration, atomically: true, encoding: .utf8)
    try "CgroupPlugin=cgroup/v1\n".write(
      to: folder.appendingPathComponent("cgroup.conf"), atomically: true, encoding: .utf8)
  }

  private func startAuthentication() throws {
    let path = folder.path + "/munge"
    let key = Data((0..<128).map { _ in UInt8.random(in: 0...255) })
    _ = FileManager.default.createFile(
      atPath: path + "/key", contents: key, attributes: [.posixPermissions: 0o400])
    try Self.start(
      "munged",
      [
        "--force", "--key-file=\(path)/key", "--socket=\(path)/socket", "--pid-file=\(path)/pid",
        "--log-file=\(path)/log", "--seed-file=\(path)/seed",
      ])
  }

  // What a test does to the cluster.

  func startController() throws {
    try Self.start("slurmctld", ["-f", configuration])
    try waitFor("the controller") { try call("scontrol", ["ping"]).contains("UP") }
  }

  func stopController() {
    stop("slurmctld.pid")
  }

  func setNode(_ state: String) throws {
    _ = try call("scontrol", ["update", "nodename=\(host)", "state=\(state)", "reason=test"])
  }

  /// Names of the jobs that were submitted, each once.
  func jobs() throws -> Set<String> {
    Set(
      try call("squeue", ["-h", "--states=all", "-o", "%j"]).split(separator: "\n").map(String.init)
    )
  }

  /// Output of one of Slurm's commands; empty if it failed.
  func call(_ program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.path(of: program) ?? program)
    process.arguments = arguments
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : ""
  }

  private func stop(_ pidFile: String) {
    let file = folder.appendingPathComponent(pidFile)
    guard let text = try? String(contentsOf: file, encoding: .utf8),
      let process = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
    else { return }
    kill(process, SIGTERM)
    for _ in 0..<60 where kill(process, 0) == 0 { usleep(50_000) }
    // A daemon that inherited a blocked signal does not hear it.
    kill(process, SIGKILL)
  }

  /// Runs a program that goes into the background.
  ///
  /// It must not keep our descriptors open: `Process` waits until those that it made are closed.
  private static func start(_ program: String, _ arguments: [String]) throws {
    let closing =
      #"for d in /proc/self/fd/*; do n=${d##*/}; (( n > 2 )) && eval "exec $n>&-"; done"#
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments =
      ["-c", closing + #"; exec "$@""#, "bash", path(of: program) ?? program] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ClusterTrouble(description: "\(program) ended with \(process.terminationStatus)")
    }
  }

  private static func path(of program: String) -> String? {
    ["/usr/bin", "/usr/sbin"].map { "\($0)/\(program)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }
}

struct ClusterTrouble: Error, CustomStringConvertible {
  let description: String
}

/// Waits until something holds, two minutes at most.
func waitFor(_ what: String, _ condition: () throws -> Bool) throws {
  for _ in 0..<1_200 {
    if try condition() { return }
    usleep(100_000)
  }
  throw ClusterTrouble(description: "waited in vain for \(what)")
}
