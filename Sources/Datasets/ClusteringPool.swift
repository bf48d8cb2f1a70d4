import Foundation
import JetPhysics

/// The program that does a clustering worker's part: the tool itself, with a hidden subcommand.
///
/// It is run as `executable arguments... --axes AXES --key KEY INPUT` and must call
/// ``serveClustering(of:options:)``.
public struct ClusteringWorkerProgram: Sendable, Hashable {
  public var executable: String
  public var arguments: [String]

  public init(executable: String, arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }
}

/// Worker processes that cluster slices of one file.
final class ClusteringPool {
  private let workers: [ClusteringWorker]

  init(
    _ program: ClusteringWorkerProgram, input: String, options: ClusteringOptions, count: Int
  ) throws {
    var workers: [ClusteringWorker] = []
    do {
      for _ in 0..<count {
        workers.append(try ClusteringWorker(program, input: input, options: options))
      }
    } catch {
      for worker in workers { worker.stop() }
      throw error
    }
    self.workers = workers
  }

  /// Ends all processes and waits for them.
  func stop() {
    for worker in workers { worker.stop() }
  }

  /// Clusters slices that follow each other, and hands them on in their order.
  func cluster(
    _ slices: [Range<Int>], isCancelled: () -> Bool, _ take: (ClusteredSlice) throws -> Void
  ) throws {
    // An error waits for its turn too, so that the first bad row is the one reported.
    var finished: [Int: Result<ClusteredSlice, ClusteringFailure>] = [:]
    var (next, taken) = (0, 0)
    // One slow slice must not let the others pile up in memory.
    let farthest = 8 * workers.count
    while taken < slices.count {
      for worker in workers where worker.task == nil && next < min(slices.count, taken + farthest) {
        finished[next] = worker.start(next, slices[next])
        next += 1
      }
      if isCancelled() { throw CancellationError() }
      for worker in try waitForAnswers() {
        guard let task = worker.task, let answer = worker.receive() else { continue }
        finished[task.index] = answer
      }
      while let result = finished.removeValue(forKey: taken) {
        try take(result.get())
        taken += 1
      }
    }
  }

  /// Waits until a busy worker has something to read, or a fifth of a second.
  private func waitForAnswers() throws -> [ClusteringWorker] {
    let busy = workers.filter { $0.task != nil }
    guard !busy.isEmpty else { return [] }
    var descriptors = busy.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
    guard poll(&descriptors, nfds_t(descriptors.count), 200) > 0 else { return [] }
    return zip(busy, descriptors).filter { $1.revents != 0 }.map { $0.0 }
  }
}

/// One worker process, seen from the process that gives it work.
///
/// Both talk over a socket, the worker's standard input and output. A request is two 64-bit
/// integers, first row and end of a slice; an answer is 1 or 0 (done or failed), a number of bytes,
/// and the bytes: the slice's values or the error's text.
final class ClusteringWorker {
  let socket: Int32
  private let process: pid_t
  private(set) var task: (index: Int, rows: Range<Int>)?
  private var received: [UInt8] = []
  private var isRunning = true

  init(_ program: ClusteringWorkerProgram, input: String, options: ClusteringOptions) throws {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw ClusteringFailure.cannotStartWorker(
        program: program.executable, reason: String(cString: strerror(errno)))
    }
    defer { close(ends[1]) }
    let arguments =
      [program.executable] + program.arguments
      + ["--axes", options.axes.rawValue, "--key", options.key, "--", input]
    var started: pid_t = 0
    let status = Self.spawn(&started, program.executable, arguments, talkingOver: ends[1])
    guard status == 0 else {
      close(ends[0])
      throw ClusteringFailure.cannotStartWorker(
        program: program.executable, reason: String(cString: strerror(status)))
    }
    process = started
    socket = ends[0]
  }

  deinit { stop() }

  /// Gives the worker a slice to do; an error if it is gone.
  func start(_ index: Int, _ rows: Range<Int>) -> Result<ClusteredSlice, ClusteringFailure>? {
    task = (index, rows)
    let request = [Int64(rows.lowerBound), Int64(rows.upperBound)]
    let sent = request.withUnsafeBytes {
      send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    return sent == 16 ? nil : .failure(died(rows))
  }

  /// Reads what has come; the answer, once it is complete.
  func receive() -> Result<ClusteredSlice, ClusteringFailure>? {
    guard let rows = task?.rows else { return nil }
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let count = recv(socket, &buffer, buffer.count, 0)
    if count < 0 && errno == EINTR { return nil }
    guard count > 0 else { return .failure(died(rows)) }
    received += buffer[..<count]
    guard received.count >= 16 else { return nil }
    let header = Self.integers(in: received[..<16])
    guard (0...1).contains(header[0]), (0...1 << 32).contains(header[1]) else {
      stop()
      task = nil
      return .failure(.workerDied(rows: rows, how: "does not speak the workers' language"))
    }
    guard received.count >= 16 + header[1] else { return nil }
    let content = received[16..<16 + header[1]]
    received = []
    task = nil
    guard header[0] == 1 else {
      return .failure(.inWorker(String(decoding: content, as: UTF8.self)))
    }
    let values = content.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
    }
    return .success(ClusteredSlice(rows: rows, values: values))
  }

  /// Ends the process, whatever it does, and waits for it.
  func stop() {
    guard isRunning else { return }
    isRunning = false
    kill(process, SIGKILL)
    _ = reap()
    close(socket)
  }

  private func died(_ rows: Range<Int>) -> ClusteringFailure {
    task = nil
    guard isRunning else { return .workerDied(rows: rows, how: "was already gone") }
    isRunning = false
    let status = reap()
    close(socket)
    let signal = status & 0x7f
    return .workerDied(
      rows: rows,
      how: signal == 0
        ? "ended with status \((status >> 8) & 0xff)"
        : "was killed by signal \(signal) (\(String(cString: strsignal(signal))))")
  }

  private func reap() -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  static func integers(in bytes: ArraySlice<UInt8>) -> [Int] {
    bytes.withUnsafeBytes { raw in
      (0..<raw.count / 8).map {
        Int(raw.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self))
      }
    }
  }

  /// Starts a program whose standard input and output are one end of a socket.
  ///
  /// It stays in this process group, so that Ctrl-C reaches it, and it gets back the default
  /// signal handling that this program may have changed.
  private static func spawn(
    _ process: inout pid_t, _ program: String, _ arguments: [String], talkingOver socket: Int32
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, socket, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, socket, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (defaults, none) = (sigset_t(), sigset_t())
    sigfillset(&defaults)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    var words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    return posix_spawn(&process, program, &actions, &attributes, &words, environ)
  }
}
