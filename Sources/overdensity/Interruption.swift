import Dispatch
import Foundation

/// Ends the program on Ctrl-C at once, and says how to go on.
///
/// Nothing is lost: a unit of work is on disk whole or not at all.
struct Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Watches for Ctrl-C and termination for as long as the value lives.
  init(message: String) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        FileHandle.standardError.write(Data("\n\(message)\n".utf8))
        _exit(130)
      }
      source.resume()
      return source
    }
  }
}
