import Foundation
public import Randomness

/// A test of two samples by the distances to the nearest neighbours in each.
///
/// TS = D / N_data Σ ln(r_reference / r_data) + ln(N_reference / (N_data - 1)), with the
/// distances of each data event to its k-th nearest reference event and to its k-th nearest other
/// data event in D dimensions: an estimate of the Kullback-Leibler distance of the data from the
/// reference (Wang, Kulkarni & Verdú, IEEE Trans. Inf. Theory 55 (2009) 2392), proposed as a test by
/// De Simone & Jacques, arXiv:1807.06038. Shapes are compared only, not the number of events.
///
/// Each column is divided by its standard deviation in both samples together, so that units do not
/// matter and a permutation changes no distance.
public struct NearestNeighbourTest: TestStatistic, Hashable, Codable {
  /// Which neighbour, from 1; 5 in De Simone & Jacques.
  public var neighbour: Int

  public init(neighbour: Int = 5) {
    self.neighbour = neighbour
  }

  /// Computes the statistic; `isCancelled` is asked once, for it takes a second or less.
  ///
  /// - Parameters:
  ///   - comparison: Data and reference, the latter without weights.
  ///   - seed: Not used.
  ///   - isCancelled: Asked before the search.
  /// - Returns: About 0 where data follow the reference.
  /// - Throws: ``NearestNeighbourError``, or `CancellationError`.
  public func value(
    of comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool
  ) throws -> Double {
    if isCancelled() { throw CancellationError() }
    let distances = try NeighbourDistances(comparison, neighbour: neighbour)
    let toData = try distances.squared(of: .data, in: .data)
    let toReference = try distances.squared(of: .data, in: .reference)
    // Half the logarithm of squares.
    let sum = zip(toData, toReference).reduce(0) { $0 + log($1.1 / $1.0) / 2 }
    let count = Double(comparison.dataCount)
    return Double(comparison.names.count) * sum / count
      + log(Double(comparison.referenceCount) / (count - 1))
  }
}
