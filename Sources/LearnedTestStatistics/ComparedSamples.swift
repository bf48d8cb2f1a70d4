/// Two samples as they came from files: the compared columns, and others to look at.
public struct ComparedSamples: Sendable {
  public let comparison: SampleComparison
  /// Columns that the network is not given, for ratios.
  public let spectators: Spectators
  /// The law behind the data where it is known; only figures show it.
  public let truth: KnownTruth?
  /// Where pseudo-data come from.
  public let pseudoData: PseudoData
  /// What is uncertain about the reference.
  public let uncertainties: ReferenceUncertainties
  /// The rows of the data in their file, shape `[data events]`; `nil` if all are compared.
  public let dataRows: [Int]?
  /// The rows of the reference in its file, shape `[reference events]`; `nil` likewise.
  public let referenceRows: [Int]?
  /// The files, "reference", "data" and perhaps "pseudo-data" or variations, with their digests.
  public let sources: [Source]

  public struct Spectators: Sendable, Hashable {
    public let names: [String]
    /// Shape `[names][reference events]`.
    public let reference: [[Float]]
    /// Shape `[names][data events]`.
    public let data: [[Float]]

    public static let none = Spectators(names: [], reference: [], data: [])

    public init(names: [String], reference: [[Float]], data: [[Float]]) {
      self.names = names
      self.reference = reference
      self.data = data
    }
  }

  /// A file that events came from.
  public struct Source: Sendable, Hashable, Codable {
    public let role: String
    public let name: String
    public let sha256: String
    /// Events that were used.
    public let events: Int

    public init(role: String, name: String, sha256: String, events: Int) {
      self.role = role
      self.name = name
      self.sha256 = sha256
      self.events = events
    }
  }

  public init(
    comparison: SampleComparison, spectators: Spectators = .none, truth: KnownTruth? = nil,
    pseudoData: PseudoData, uncertainties: ReferenceUncertainties = .none,
    dataRows: [Int]? = nil, referenceRows: [Int]? = nil, sources: [Source]
  ) {
    self.comparison = comparison
    self.spectators = spectators
    self.truth = truth
    self.pseudoData = pseudoData
    self.uncertainties = uncertainties
    self.dataRows = dataRows
    self.referenceRows = referenceRows
    self.sources = sources
  }

  /// What a reader of the answer should know; problems without remedy are errors.
  ///
  /// - Parameter network: The network that would be fitted.
  /// - Returns: Whole sentences.
  /// - Throws: ``SampleWarningError/disjoint(column:)`` if no data event lies within the reference's
  ///   range of a column.
  public func warnings(for network: NPLMNetwork) throws(SampleWarningError) -> [String] {
    var warnings: [String] = []
    let (references, data) = (comparison.referenceCount, comparison.dataCount)
    if references < data {
      warnings.append(
        "The reference sample (\(references) events) is smaller than the data (\(data)): its own "
          + "fluctuations are tested too; five to ten times the data is usual.")
    }
    let pull = (Double(data) - comparison.expected) / comparison.expected.squareRoot()
    if abs(pull) > 5 {
      warnings.append(
        "\(data) events are observed where \(rounded(comparison.expected)) are expected, "
          + "\(rounded(abs(pull))) standard deviations away: the number of events alone makes most of "
          + "the tension.")
    }
    if network.parameterCount >= data {
      warnings.append(
        "The network has \(network.parameterCount) parameters for \(data) data events: it can "
          + "follow single events; take a smaller one.")
    }
    for (name, (reference, data)) in zip(
      comparison.names, zip(comparison.reference, comparison.data))
    {
      guard let low = reference.min(), let high = reference.max() else { continue }
      let outside = data.count { !(low...high).contains($0) }
      if outside == data.count { throw .disjoint(column: name) }
      if outside * 100 > data.count {
        warnings.append(
          "\(outside) of \(data.count) data events lie outside the reference's range of '\(name)', "
            + "\(low) ... \(high).")
      }
    }
    return warnings + uncertainties.warnings
  }
}

/// A number for a sentence: three digits.
func rounded(_ value: Double) -> String {
  guard value != 0 else { return "0" }
  var scale = 1.0
  while abs(value) * scale < 100 && scale < 1e300 { scale *= 10 }
  let cut = (value * scale).rounded() / scale
  return cut == cut.rounded() && abs(cut) < 1e15 ? "\(Int(cut))" : "\(cut)"
}

/// Why two samples cannot be told apart by a network at all.
public enum SampleWarningError: Error, Sendable, Equatable {
  case disjoint(column: String)
}

extension SampleWarningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .disjoint(let column):
      "no data event lies within the reference's range of column '\(column)': the samples do not "
        + "overlap, and no test is needed to see it; check units and columns"
    }
  }
}
