import EventFiles
public import Foundation

/// What the network of a finished test says of data that it has not seen (``LearnedDiscriminant``).
public struct AppliedTest: Sendable, Hashable, Codable {
  /// Events with a larger f were counted.
  public let threshold: Double
  /// Whether half of the reference chose the threshold, so that the other half counted.
  public let isChosen: Bool
  public let count: LearnedDiscriminant.Count
  public let network: NPLMNetwork
  public let columns: [String]
  public let inputs: [ComparedSamples.Source]
  public let warnings: [String]

  /// Chooses a cut and counts.
  ///
  /// - Parameters:
  ///   - test: A finished test without nuisances.
  ///   - comparison: New data and a reference, with the test's columns.
  ///   - threshold: The cut; `nil` has every other reference event choose it.
  ///   - sources: Where the samples come from.
  /// - Throws: ``AppliedTestError``, ``LearnedDiscriminantError``, ``ComparisonError`` or `NetworkError`.
  public init(
    _ test: NPLMResult, to comparison: SampleComparison, threshold: Double?,
    sources: [ComparedSamples.Source]
  ) throws {
    guard test.nuisances == nil else { throw AppliedTestError.uncertainReference }
    func wasFitted(_ role: String) -> String? {
      let fitted = test.inputs.filter { $0.role == role }.map(\.sha256)
      return sources.first { $0.role == role && fitted.contains($0.sha256) }?.name
    }
    if let data = wasFitted("data") { throw AppliedTestError.fittedData(data) }
    let discriminant: LearnedDiscriminant
    let counted: SampleComparison
    if let threshold {
      discriminant = LearnedDiscriminant(network: test.fittedNetwork, threshold: threshold)
      counted = comparison
    } else {
      discriminant = try LearnedDiscriminant(
        network: test.fittedNetwork, chosenFor: comparison.everyOtherReferenceEvent(from: 0))
      counted = try comparison.everyOtherReferenceEvent(from: 1)
    }
    self.threshold = discriminant.threshold
    isChosen = threshold == nil
    count = try discriminant.count(in: counted)
    network = test.network
    columns = test.columns
    inputs = sources
    warnings =
      wasFitted("reference").map {
        [
          "\($0) is the reference that the network was fitted to: its fluctuations are in f, which "
            + "makes the expected count too small. Give other reference events."
        ]
      } ?? []
  }

  /// Sorted keys, equal bytes for equal results.
  public var json: Data {
    get throws { try JSONEncoder.readable.encode(self) }
  }
}

extension SampleComparison {
  /// The same comparison with half of the reference: every other event from the first or second on.
  fileprivate func everyOtherReferenceEvent(from first: Int) throws(ComparisonError) -> Self {
    func half(_ values: [Float]) -> [Float] {
      stride(from: first, to: values.count, by: 2).map { values[$0] }
    }
    return try SampleComparison(
      names: names, reference: reference.map(half), referenceWeights: referenceWeights.map(half),
      data: data, expected: expected)
  }
}

/// Why a test cannot be applied to other data.
public enum AppliedTestError: Error, Sendable, Equatable {
  case uncertainReference
  case fittedData(String)
}

extension AppliedTestError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .uncertainReference:
      "the test had nuisances, so that its network departs from a shifted reference, not from the one "
        + "given here: apply a test without --variation and --normalisation-uncertainty"
    case .fittedData(let name):
      "\(name) is what the network was fitted to, so that it finds its own fluctuations again: give "
        + "data that it has not seen"
    }
  }
}
