internal import Foundation
package import Randomness
internal import Synchronization

/// Does numbered pieces of work on several threads and gives their results in order.
///
/// - Parameters:
///   - count: How many, numbered from 0.
///   - jobs: Threads, at least 1.
///   - progress: Called with the number finished, from any thread, one call at a time.
///   - body: Does one of them; no piece depends on another.
/// - Returns: One result each.
/// - Throws: The error of the first in order that failed.
package func concurrentMap<Value: Sendable>(
  _ count: Int, jobs: Int, progress: @Sendable (Int) -> Void = { _ in },
  _ body: @Sendable (Int) throws -> Value
) throws -> [Value] {
  let state = Mutex(PiecesOfWork<Value>(results: Array(repeating: nil, count: count)))
  DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, count))) { _ in
    while let number = state.withLock({ $0.takeNext() }) {
      let result = Result { try body(number) }
      state.withLock { state in
        state.results[number] = result
        state.finished += 1
        if case .failure = result { state.hasFailed = true }
        progress(state.finished)
      }
    }
  }
  return try state.withLock { state in try state.results.compactMap { try $0?.get() } }
}

private struct PiecesOfWork<Value: Sendable>: Sendable {
  var taken = 0
  var finished = 0
  var results: [Result<Value, any Error>?]
  var hasFailed = false

  /// The next to do; `nil` when none is left or one has failed.
  mutating func takeNext() -> Int? {
    guard !hasFailed, taken < results.count else { return nil }
    defer { taken += 1 }
    return taken
  }
}

extension PseudoExperiments {
  /// Runs all, where one may fail.
  ///
  /// - Parameter body: Runs one pseudo-experiment with its own random stream.
  /// - Returns: One result each, in the order of their numbers.
  /// - Throws: The error of the first in order that failed.
  package func map<Value: Sendable>(
    _ body: @Sendable (inout SplitMix64) throws -> Value
  ) throws -> [Value] {
    try map(workspace: {}) { _, generator in
      Result { try body(&generator) }
    }.map { try $0.get() }
  }
}
