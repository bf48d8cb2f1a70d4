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
  try mapInBlocks(
    count, ofSize: 1, jobs: jobs, workspace: {}, progress: progress,
    isLast: { if case .failure = $0 { true } else { false } },
    { _, number in Result { try body(number) } }
  ).map { try $0.get() }
}

/// Does numbered pieces of work on several threads, a block of neighbours at a time.
///
/// - Parameters:
///   - count: How many, numbered from 0.
///   - blockSize: Pieces that a thread takes at once, at least 1.
///   - jobs: Threads, at least 1.
///   - makeWorkspace: Makes the memory that one thread uses again and again.
///   - progress: Called with the number finished, from any thread, one call at a time.
///   - isLast: Whether no block is begun any more after this result.
///   - body: Does one of them; no piece depends on another.
/// - Returns: The results in the order of their numbers: all, unless one was the last.
func mapInBlocks<Workspace, Value: Sendable>(
  _ count: Int, ofSize blockSize: Int, jobs: Int,
  workspace makeWorkspace: @Sendable () -> Workspace,
  progress: @Sendable (Int) -> Void, isLast: @Sendable (Value) -> Bool = { _ in false },
  _ body: @Sendable (inout Workspace, Int) -> Value
) -> [Value] {
  let blocks = (count + blockSize - 1) / blockSize
  let state = Mutex(PiecesOfWork<Value>(results: Array(repeating: [], count: blocks)))
  DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, blocks))) { _ in
    var workspace = makeWorkspace()
    while let block = state.withLock({ $0.takeNext() }) {
      let numbers = (block * blockSize)..<min((block + 1) * blockSize, count)
      let results = numbers.map { body(&workspace, $0) }
      state.withLock { state in
        state.results[block] = results
        state.finished += results.count
        if results.contains(where: isLast) { state.isStopped = true }
        progress(state.finished)
      }
    }
  }
  return state.withLock { $0.results.flatMap { $0 } }
}

private struct PiecesOfWork<Value: Sendable>: Sendable {
  var taken = 0
  var finished = 0
  var isStopped = false
  var results: [[Value]]

  init(results: [[Value]]) {
    self.results = results
  }

  /// The next block to do; `nil` when none is left or work has stopped.
  mutating func takeNext() -> Int? {
    guard !isStopped, taken < results.count else { return nil }
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
