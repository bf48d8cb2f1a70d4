public import Execution
import Foundation
public import Randomness

/// One statistic of many comparisons: pseudo-experiments, or toys with a signal.
///
/// Every repetition is a unit of work of its own. Its samples depend on the seed and its number
/// only, so that two statistics with equal seeds see the same samples.
public struct RepeatedTest: Sendable {
  /// Root of the units' labels, which end in "-0", "-1" and so on.
  public let label: String
  public let statistic: any TestStatistic
  public let count: Int
  public let seed: Seed
  /// Makes the comparison of a seed, such as a ``PseudoData`` or a toy's draw.
  public let comparison: @Sendable (_ seed: Seed) throws -> SampleComparison

  public init(
    _ label: String, _ statistic: any TestStatistic, count: Int, seed: Seed,
    comparison: @escaping @Sendable (_ seed: Seed) throws -> SampleComparison
  ) {
    self.label = label
    self.statistic = statistic
    self.count = count
    self.seed = seed
    self.comparison = comparison
  }

  public var units: [WorkUnit] {
    (0..<count).map { number in
      WorkUnit(label: "\(label)-\(number)") { [self] isCancelled in
        let seed = seed.child("repetition-\(number)")
        let value = try statistic.value(
          of: comparison(seed), seed: seed.child("statistic"), isCancelled: isCancelled)
        return try JSONEncoder().encode(value)
      }
    }
  }

  /// Does several repeated tests as one work list.
  ///
  /// - Parameters:
  ///   - tests: With different labels.
  ///   - executor: Who does the work.
  ///   - store: Where finished units are kept; `nil` keeps nothing.
  ///   - progress: Called after each unit, from any thread, one call at a time.
  /// - Returns: The values of each test in the order of their numbers, shape `[tests][count]`.
  /// - Throws: An error of a statistic, of a comparison or of the executor.
  public static func values(
    of tests: [RepeatedTest], executor: any Executor, store: UnitStore? = nil,
    progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
  ) throws -> [[Double]] {
    let results = try executor.perform(
      tests.flatMap(\.units), stage: "repetitions", store: store, progress: progress)
    var first = 0
    return try tests.map { test in
      defer { first += test.count }
      return try results[first..<(first + test.count)].map {
        try JSONDecoder().decode(Double.self, from: $0)
      }
    }
  }

  /// Does all repetitions, as ``values(of:executor:store:progress:)``.
  public func values(jobs: Int = 1) throws -> [Double] {
    try Self.values(of: [self], executor: .threads(jobs))[0]
  }
}
