import Foundation
public import Randomness

/// A test of two samples by counting data events in places that hold more of them than expected.
///
/// Each event is given (n_data - n_expected) / √n_expected, with the densities at its place from the
/// distances to the k-th nearest data event and reference event: a local S / √B, after the
/// clustering-based evaluator of Hajer, Li, Liu & Wang, arXiv:1807.10261. The cut keeps a given
/// fraction of the reference events. Deviations: distances to the k-th neighbour, not means over k;
/// reference events get a value too, so that the expected count beyond the cut needs no truth.
///
/// Columns are scaled as by ``NearestNeighbourTest``.
public struct NoveltyTest: TestStatistic, Hashable, Codable {
  /// Which neighbour, from 1.
  public var neighbour: Int
  /// Fraction of the reference events beyond the cut, between 0 and 1.
  public var fraction: Double

  public init(neighbour: Int = 50, fraction: Double = 0.05) {
    self.neighbour = neighbour
    self.fraction = fraction
  }

  /// Computes the statistic; `isCancelled` is asked once, for it takes a second or two.
  ///
  /// - Parameters:
  ///   - comparison: Data and reference, the latter without weights.
  ///   - seed: Not used.
  ///   - isCancelled: Asked before the search.
  /// - Returns: (data events beyond the cut - expected) / √expected.
  /// - Throws: ``NearestNeighbourError``, or `CancellationError`.
  public func value(
    of comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool
  ) throws -> Double {
    guard fraction > 0, fraction < 1 else { throw NearestNeighbourError.badFraction(fraction) }
    if isCancelled() { throw CancellationError() }
    let distances = try NeighbourDistances(comparison, neighbour: neighbour)
    let scale = comparison.expected / Double(comparison.referenceCount)
    // From a squared distance to a density, up to a factor that both samples share.
    let power = -Double(comparison.names.count) / 2
    func novelties(_ sample: ComparedSample) throws -> [Double] {
      try zip(
        distances.squared(of: sample, in: .data), distances.squared(of: sample, in: .reference)
      )
      .map { toData, toReference in
        let expected = scale * pow(toReference, power)
        return (pow(toData, power) - expected) / expected.squareRoot()
      }
    }
    let reference = try novelties(.reference).sorted(by: >)
    let kept = max(1, Int(fraction * Double(reference.count)))
    let cut = reference[kept - 1]
    let observed = try novelties(.data).count { $0 >= cut }
    let expected = scale * Double(reference.count { $0 >= cut })
    return (Double(observed) - expected) / expected.squareRoot()
  }
}
