import Dispatch
import Foundation
import Synchronization

/// Ends the program on Ctrl-C or termination, and says how to go on.
///
/// At once, because a unit of work is on disk whole or not at all; only work that has to clean up
/// behind itself asks for a moment to do so.
struct Interruption {
  private final class Watch: Sendable {
    private struct State {
      var isRequested = false
      /// How much running work cleans up by itself.
      var deferrals = 0
    }

    private let state = Mutex(State())
    private let message: String

    init(message: String) {
      self.message = message
    }

    var isRequested: Bool { state.withLock(\.isRequested) }

    func deferExit(_ change: Int) {
      state.withLock { $0.deferrals += change }
    }

    func stop() {
      let isDeferred = state.withLock { state in
        state.isRequested = true
        return state.deferrals > 0
      }
      if !isDeferred { exit() }
    }

    func exit() -> Never {
      FileHandle.standardError.write(Data("\n\(message)\n".utf8))
      _exit(130)
    }
  }

  private let watch: Watch
  private let sources: [any DispatchSourceSignal]

  /// Watches for Ctrl-C and termination for as long as the value lives.
  ///
  /// - Parameter message: What the user reads then.
  init(message: String) {
    let watch = Watch(message: message)
    // A thread of its own: trainings may keep all those of the global queues busy.
    let queue = DispatchQueue(label: "interruption", qos: .userInteractive)
    self.watch = watch
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { watch.stop() }
      source.resume()
      return source
    }
  }

  /// For work whose finished parts stay on disk.
  static func resumable() -> Interruption {
    Interruption(
      message: "Stopped. Finished work is kept: give the same command again to continue.")
  }

  /// Runs work that looks now and then whether it should end, and cleans up if so.
  ///
  /// - Parameter work: Given the question; throws `CancellationError` where the answer was yes.
  /// - Returns: What the work returns.
  /// - Throws: What the work throws.
  func deferred<Result>(_ work: (_ isRequested: () -> Bool) throws -> Result) throws -> Result {
    watch.deferExit(1)
    defer { watch.deferExit(-1) }
    do {
      return try work { watch.isRequested }
    } catch is CancellationError {
      watch.exit()
    }
  }
}
