public import Randomness

/// Where data that follow the reference come from.
///
/// Never from the reference sample itself: data drawn from the events that the network is compared
/// with lack the reference's own fluctuation, and t comes out far too large against them.
public enum PseudoData: Sendable, Hashable {
  /// Events of the reference model that are not in the reference sample, shape `[columns][events]`:
  /// drawn without replacement, a Poisson number around the expectation if the count is tested,
  /// otherwise as many as there are data.
  case independentEvents([[Float]], testsCount: Bool = true)
  /// Data and reference are thrown together and dealt out anew: valid where both follow the same
  /// law, whatever it is. Draws a Poisson number around the expectation if the count is tested,
  /// otherwise as many as there are data.
  case permutation(testsCount: Bool)

  /// Makes the comparison of one pseudo-experiment.
  ///
  /// - Parameters:
  ///   - comparison: The data's own.
  ///   - seed: Of this pseudo-experiment.
  /// - Returns: A comparison whose data follow the reference.
  /// - Throws: ``PseudoDataError`` if there are too few events.
  public func comparison(
    like comparison: SampleComparison, seed: Seed
  ) throws -> SampleComparison {
    var generator = seed.child("pseudo-data").makeGenerator()
    let count =
      testsCount
      ? Int(PoissonSampler(mean: comparison.expected).draw(with: &generator))
      : comparison.dataCount
    switch self {
    case .independentEvents(let pool, _):
      let available = pool.first?.count ?? 0
      guard count > 0 else { throw PseudoDataError.noEvents(expected: comparison.expected) }
      guard count <= available else {
        throw PseudoDataError.tooFewEvents(needed: count, found: available)
      }
      let rows = generator.sample(count, of: available)
      return try comparison.replacingData(pool.map { column in rows.map { column[$0] } })
    case .permutation:
      guard comparison.referenceWeights == nil else { throw PseudoDataError.weightedReference }
      let pooled = zip(comparison.reference, comparison.data).map { $0 + $1 }
      guard count > 0 else { throw PseudoDataError.noEvents(expected: comparison.expected) }
      guard count < pooled[0].count else {
        throw PseudoDataError.tooFewEvents(needed: count + 1, found: pooled[0].count)
      }
      let order = generator.permutation(of: pooled[0].count)
      func deal(_ rows: ArraySlice<Int>) -> [[Float]] {
        pooled.map { column in rows.map { column[$0] } }
      }
      return try SampleComparison(
        names: comparison.names, reference: deal(order[count...]), data: deal(order[..<count]),
        expected: comparison.expected)
    }
  }
}

/// Why pseudo-data cannot be drawn.
public enum PseudoDataError: Error, Sendable, Equatable {
  case tooFewEvents(needed: Int, found: Int)
  case noEvents(expected: Double)
  /// Every event is one of the reference sample.
  case isReference
  case weightedReference
}

extension PseudoDataError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewEvents(let needed, let found):
      "a pseudo-experiment needs \(needed) events and \(found) are there: give more pseudo-data, or "
        + "expect fewer events"
    case .noEvents(let expected):
      "with \(rounded(expected)) events expected a pseudo-experiment has none at all: too few for a "
        + "test, expect more"
    case .isReference:
      "the pseudo-data are the events of the reference sample: give other events of the same law, or "
        + "none, so that the samples are dealt out anew"
    case .weightedReference:
      "events with weights cannot be dealt out anew: give pseudo-data, or drop the weights"
    }
  }
}
