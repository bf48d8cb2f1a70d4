public import Foundation

/// A piece of work that depends on nothing but its own input and can be done anywhere, any time.
///
/// Its bytes must be a function of the plan, the data and the label alone.
public struct WorkUnit: Sendable {
  /// A name that is unique in the work list and fit for a file name, such as "window-3.fold-1".
  public let label: String
  /// Does the work; asks `isCancelled` about once a second and throws `CancellationError` then.
  public let work: @Sendable (_ isCancelled: @Sendable () -> Bool) throws -> Data

  public init(
    label: String, work: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) throws -> Data
  ) {
    self.label = label
    self.work = work
  }
}

/// How far a work list has come.
public struct WorkProgress: Sendable, Hashable {
  public let finished: Int
  public let total: Int
  /// Units that an earlier run had left finished.
  public let resumed: Int
  /// The unit that finished last.
  public let label: String

  public init(finished: Int, total: Int, resumed: Int, label: String) {
    self.finished = finished
    self.total = total
    self.resumed = resumed
    self.label = label
  }
}
