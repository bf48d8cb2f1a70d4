/// The smallest p-value of several tests of the same data, made global again.
///
/// Looking at the most significant of several configurations, such as networks or clippings, is a
/// look-elsewhere effect. The same pseudo-experiments, seen by every configuration, tell how small
/// the smallest p-value is without a signal, with all correlations: tests that see the same
/// fluctuations cost next to nothing (Westfall & Young, Resampling-based multiple testing, 1993).
/// Data and pseudo-experiments are ranked together and treated alike, so that the global p-value is
/// below α in at most a fraction α of all experiments without a signal, for any number of
/// pseudo-experiments. With n of them it cannot be much below the number of configurations over n.
public struct SmallestPValue: Sendable, Hashable, Codable {
  /// (k + 1) / (n + 1) of each configuration alone, with k of n pseudo-experiments at or above.
  public let local: [Double]
  /// The configuration with the smallest local p-value; the first of several.
  public let configuration: Int
  /// The probability that some configuration gives a local p-value as small without a signal.
  public let global: GlobalPValue

  /// Compares the data with pseudo-experiments.
  ///
  /// - Parameters:
  ///   - observed: The test statistic of the data in each configuration; larger is less like the
  ///     reference.
  ///   - pseudoExperiments: That of every pseudo-experiment, shape `[configurations][n]`: number i
  ///     of each configuration saw the same pseudo-data.
  ///   - method: How the pseudo-experiments were made, in words.
  /// - Throws: ``SmallestPValueError`` or ``GlobalPValueError``.
  public init(observed: [Double], pseudoExperiments: [[Double]], method: String) throws {
    guard !observed.isEmpty, observed.count == pseudoExperiments.count else {
      throw SmallestPValueError.configurationCount(pseudoExperiments.count, of: observed.count)
    }
    let count = pseudoExperiments[0].count
    for (configuration, values) in pseudoExperiments.enumerated() {
      guard values.count == count, count > 0 else {
        throw SmallestPValueError.pseudoExperimentCount(
          configuration: configuration, values.count, of: count)
      }
      guard observed[configuration].isFinite, values.allSatisfy(\.isFinite) else {
        throw SmallestPValueError.notFinite(configuration: configuration)
      }
    }
    // The data stand last. A rank is the number of values at or above, its own among them.
    let ranks = zip(observed, pseudoExperiments).map { Self.ranks($1 + [$0]) }
    let smallest = (0...count).map { number in ranks.map { $0[number] }.min() ?? count + 1 }
    local = ranks.map { Double($0[count]) / Double(count + 1) }
    configuration = ranks.firstIndex { $0[count] == smallest[count] } ?? 0
    global = try GlobalPValue(
      exceeding: smallest.dropLast().count { $0 <= smallest[count] }, of: count, method: method)
  }

  /// How many values are at or above each.
  private static func ranks(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] > values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    var end = values.count
    // From the smallest value on; equal values share the rank of the last of them.
    for place in order.indices.reversed() {
      if place + 1 < order.count, values[order[place]] != values[order[place + 1]] {
        end = place + 1
      }
      ranks[order[place]] = end
    }
    return ranks
  }
}

/// Why several tests do not make a common p-value.
public enum SmallestPValueError: Error, Sendable, Equatable {
  case configurationCount(Int, of: Int)
  case pseudoExperimentCount(configuration: Int, Int, of: Int)
  case notFinite(configuration: Int)
}

extension SmallestPValueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .configurationCount(let found, let expected):
      "there are pseudo-experiments of \(found) configurations and data of \(expected): give both of "
        + "every configuration, at least one"
    case .pseudoExperimentCount(let configuration, let found, let expected):
      "configuration \(configuration) has \(found) pseudo-experiments where \(expected) are needed: "
        + "all must have seen the same, at least one"
    case .notFinite(let configuration):
      "a test statistic of configuration \(configuration) is not finite"
    }
  }
}
