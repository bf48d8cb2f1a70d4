import Execution
import Foundation
import Synchronization

/// Shows on standard error how far work has come: a bar on a terminal, plain lines elsewhere.
final class ProgressDisplay: Sendable {
  private let title: String
  private let isSilent: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let start = ContinuousClock().now
  private let lastLine = Mutex(ContinuousClock().now)
  private let delay: Duration

  /// Makes a display that shows nothing yet.
  ///
  /// - Parameters:
  ///   - title: What the work is.
  ///   - isSilent: Whether it never shows anything.
  ///   - delay: Nothing appears before: work that is done by then needs no display.
  init(_ title: String, isSilent: Bool, after delay: Duration = .zero) {
    self.title = title
    self.isSilent = isSilent
    self.delay = delay
  }

  func show(_ progress: WorkProgress) {
    guard !isSilent, progress.total > 0 else { return }
    let isLast = progress.finished == progress.total
    let now = ContinuousClock().now
    guard now - start >= delay else { return }
    // A log file wants a line now and then, not one a unit.
    guard
      lastLine.withLock({ last in
        guard isTerminal || isLast || now - last > .seconds(5) else { return false }
        last = now
        return true
      })
    else { return }
    let done = progress.finished - progress.resumed
    let elapsed = Double((now - start).components.seconds)
    let left = done > 0 ? elapsed / Double(done) * Double(progress.total - progress.finished) : nil
    let time = isLast ? Self.clock(elapsed) : left.map { "\(Self.clock($0)) left" } ?? ""
    let counts = "\(progress.finished)/\(progress.total)"
    if isTerminal {
      let width = 28
      let filled = width * progress.finished / progress.total
      let bar =
        String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      let label = isLast ? "" : progress.label
      write("\r\u{1B}[K\(title) \(bar) \(counts)  \(time)  \(label)\(isLast ? "\n" : "")")
    } else {
      write("\(title): \(counts) \(time)\n")
    }
  }

  /// Says something between two bars.
  func note(_ text: String) {
    if !isSilent { write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n") }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  private static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}
