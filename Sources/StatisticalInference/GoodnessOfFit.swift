internal import NumericalCore

/// Neighbouring bins taken together, so that at least 5 events are expected.
struct BinGroup {
  var observed = 0.0
  var expected = 0.0
  var variance = 0.0
  /// Expectation in units of unweighted events.
  var events = 0.0

  mutating func add(_ other: BinGroup) {
    observed += other.observed
    expected += other.expected
    variance += other.variance
    events += other.events
  }

  /// Merges bins from the lowest on.
  ///
  /// - Parameters:
  ///   - observed: Counts of all bins.
  ///   - expected: Fitted counts of all bins.
  ///   - scales: Variance over expectation of all bins.
  ///   - isUsed: Which bins took part in the fit.
  /// - Returns: Groups in ascending order; what is left over at an end of the spectrum or beside a
  ///   mask joins the group before it.
  static func groups(
    observed: [Double], expected: [Double], scales: [Double], isUsed: [Bool]
  ) -> [BinGroup] {
    var groups: [BinGroup] = []
    var open = BinGroup()
    for bin in observed.indices {
      if isUsed[bin] {
        open.add(
          BinGroup(
            observed: observed[bin], expected: expected[bin],
            variance: scales[bin] * expected[bin], events: expected[bin] / scales[bin]))
      }
      let endsHere = bin == observed.count - 1 || !isUsed[bin]
      if open.events >= 5 {
        groups.append(open)
        open = BinGroup()
      } else if endsHere, open.events > 0, !groups.isEmpty {
        groups[groups.count - 1].add(open)
        open = BinGroup()
      }
    }
    return groups
  }
}

/// Pearson's chi-square of a fit.
///
/// Neighbouring bins are merged until at least 5 events are expected; what is left over at an end
/// of the spectrum or beside a mask joins the group before it.
public struct GoodnessOfFit: Sendable, Hashable {
  public let chi2: Double
  /// Merged bins minus fitted parameters, at least 1.
  public let degreesOfFreedom: Int
  /// Probability of a chi-square at least as large.
  public let pValue: Double

  /// Compares counts with a fit; `nil` if there is not a single degree of freedom.
  ///
  /// - Parameters:
  ///   - observed: Counts of all bins.
  ///   - expected: Fitted counts of all bins.
  ///   - scales: Variance over expectation of all bins.
  ///   - isUsed: Which bins took part in the fit.
  ///   - parameterCount: Number of fitted parameters.
  init?(
    observed: [Double], expected: [Double], scales: [Double], isUsed: [Bool], parameterCount: Int
  ) {
    let groups = BinGroup.groups(
      observed: observed, expected: expected, scales: scales, isUsed: isUsed)
    guard groups.count > parameterCount else { return nil }
    chi2 = groups.reduce(0) { sum, group in
      let difference = group.observed - group.expected
      return sum + difference * difference / group.variance
    }
    degreesOfFreedom = groups.count - parameterCount
    pValue = ChiSquareDistribution.survival(chi2, degreesOfFreedom: degreesOfFreedom)
  }
}
