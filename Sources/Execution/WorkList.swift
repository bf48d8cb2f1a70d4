public import Foundation
import Synchronization

/// Does a list of units, several at once, and gives their bytes in the order of the list.
///
/// Units whose result the store holds are not done again. The order in which units run never
/// matters: each is a function of its label.
///
/// - Parameters:
///   - units: The work; labels are unique.
///   - jobs: How many run at once, at least 1.
///   - store: Where finished units are kept; `nil` keeps nothing.
///   - progress: Called after each unit, from any thread, one call at a time.
/// - Returns: The bytes of each unit, in the order of `units`.
/// - Throws: The first error of a unit; what had finished by then is in the store.
public func perform(
  _ units: [WorkUnit], jobs: Int, store: UnitStore?,
  progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
) throws -> [Data] {
  precondition(Set(units.map(\.label)).count == units.count, "labels of units must be unique")
  var known: [Int: Data] = [:]
  if let store {
    for (index, unit) in units.enumerated() {
      if let data = try store.load(unit.label) { known[index] = data }
    }
  }
  let resumed = known.count
  let pending = units.indices.filter { known[$0] == nil }
  let state = Mutex(WorkState(results: known))
  if resumed > 0 {
    progress(
      WorkProgress(finished: resumed, total: units.count, resumed: resumed, label: "resumed"))
  }

  let isCancelled: @Sendable () -> Bool = { state.withLock { $0.error != nil } }
  DispatchQueue.concurrentPerform(iterations: min(max(jobs, 1), max(pending.count, 1))) { _ in
    while let next = state.withLock({ $0.takeNext(of: pending) }) {
      do {
        let data = try units[next].work(isCancelled)
        try store?.save(data, as: units[next].label)
        state.withLock {
          $0.results[next] = data
          progress(
            WorkProgress(
              finished: $0.results.count, total: units.count, resumed: resumed,
              label: units[next].label))
        }
      } catch {
        state.withLock { $0.error = $0.error ?? error }
      }
    }
  }

  return try state.withLock { state in
    if let error = state.error { throw error }
    return units.indices.compactMap { state.results[$0] }
  }
}

private struct WorkState {
  var results: [Int: Data]
  var taken = 0
  var error: (any Error)?

  init(results: [Int: Data]) {
    self.results = results
  }

  /// The next unit to do, or `nil` when none is left or one has failed.
  mutating func takeNext(of pending: [Int]) -> Int? {
    guard error == nil, taken < pending.count else { return nil }
    defer { taken += 1 }
    return pending[taken]
  }
}
