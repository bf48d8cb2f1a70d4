public import Randomness

/// One number for how far a data sample is from a reference sample; larger means farther.
///
/// What a value means is told by its distribution on pseudo-data from the reference
/// (``PseudoData``).
public protocol TestStatistic: Sendable {
  /// Computes the statistic.
  ///
  /// - Parameters:
  ///   - comparison: Data and reference.
  ///   - seed: Of every random number.
  ///   - isCancelled: Asked about once a second.
  /// - Returns: A finite number, the same for the same arguments.
  /// - Throws: What keeps it from one; `CancellationError` if it was asked to stop.
  func value(
    of comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool
  ) throws -> Double
}
