import EventFiles
public import Foundation
public import StatisticalInference

/// Several tests of the same data as one, with networks, clippings or columns of their own.
///
/// Tests of equal samples with equal seeds saw the same pseudo-data, so that their smallest p-value
/// becomes a global one with all correlations (``SmallestPValue``): "p-values of several
/// configurations", arXiv:1912.12155, section 2.1.
public struct CombinedTests: Sendable, Hashable, Codable {
  /// What was tested, in the order given.
  public let tests: [Test]
  public let smallest: SmallestPValue

  /// One of the tests.
  public struct Test: Sendable, Hashable, Codable {
    public let name: String
    public let network: NPLMNetwork
    public let clipping: Double
    public let columns: [String]
    public let testStatistic: Double
    /// (k + 1) / (n + 1) of this test alone.
    public let localPValue: Double
  }

  /// Combines finished tests; of the longer ones only the pseudo-experiments that all have count.
  ///
  /// - Parameter results: At least two tests, with names.
  /// - Throws: ``CombinedTestsError``, or what ``SmallestPValue`` throws.
  public init(_ results: [(name: String, result: NPLMResult)]) throws {
    guard results.count >= 2 else { throw CombinedTestsError.tooFew(results.count) }
    let (first, result) = results[0]
    for (name, other) in results.dropFirst() {
      if let difference = result.difference(to: other) {
        throw CombinedTestsError.otherPseudoData(name, first: first, difference: difference)
      }
    }
    let counts = results.map(\.result.pseudoExperiments.testStatistics.count)
    guard let count = counts.min(), count > 0 else {
      let place = counts.firstIndex(of: 0) ?? 0
      throw CombinedTestsError.noPseudoExperiments(results[place].name)
    }
    let smallest = try SmallestPValue(
      observed: results.map(\.result.testStatistic),
      pseudoExperiments: results.map {
        Array($0.result.pseudoExperiments.testStatistics.prefix(count))
      }, method: result.pseudoExperiments.method)
    self.smallest = smallest
    tests = zip(results, smallest.local).map {
      Test(
        name: $0.name, network: $0.result.network, clipping: $0.result.clipping,
        columns: $0.result.columns, testStatistic: $0.result.testStatistic, localPValue: $1)
    }
  }

  /// Sorted keys, equal bytes for equal results.
  public var json: Data {
    get throws { try JSONEncoder.readable.encode(self) }
  }
}

extension NPLMResult {
  /// Why another test did not see the same pseudo-data; `nil` if it did.
  fileprivate func difference(to other: NPLMResult) -> String? {
    if inputs != other.inputs { return "other files or selections" }
    if seed != other.seed { return "seed \(other.seed), not \(seed)" }
    if expected != other.expected { return "\(other.expected) expected events, not \(expected)" }
    if pseudoExperiments.method != other.pseudoExperiments.method {
      return "pseudo-data by \(other.pseudoExperiments.method), not by \(pseudoExperiments.method)"
    }
    return version == other.version ? nil : "version \(other.version), not \(version)"
  }
}

/// Why tests cannot be combined.
public enum CombinedTestsError: Error, Sendable, Equatable {
  case tooFew(Int)
  case otherPseudoData(String, first: String, difference: String)
  case noPseudoExperiments(String)
}

extension CombinedTestsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFew(let count): "\(count) tests cannot be combined: give two runs or more"
    case .otherPseudoData(let name, let first, let difference):
      "\(name) has \(difference), so that its pseudo-experiments are not those of \(first): make both "
        + "tests with the same samples, --expected and --seed"
    case .noPseudoExperiments(let name):
      "\(name) has no pseudo-experiments: give its command again with --pseudo-experiments 100"
    }
  }
}
