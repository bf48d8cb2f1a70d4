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
    let shared = eventsSharedWithReference(comparison.data)
    if shared * 10 > data {
      warnings.append(
        "\(shared) of \(data) data events are events of the reference, too: the samples must be "
          + "independent.")
    }
    return warnings + uncertainties.warnings
  }

  /// What is wrong with where pseudo-data come from; problems without remedy are errors.
  ///
  /// Pseudo-data that share events with the reference have too small a t; that of pseudo-experiments
  /// that share events with each other varies too little, around a mean that is off.
  ///
  /// - Returns: Whole sentences.
  /// - Throws: ``PseudoDataError/isReference``, ``PseudoDataError/tooFewEvents(needed:found:)``.
  public func pseudoDataWarnings() throws(PseudoDataError) -> [String] {
    guard case .independentEvents(let pool, let testsCount) = pseudoData else { return [] }
    var warnings: [String] = []
    let count = pool.first?.count ?? 0
    let shared = eventsSharedWithReference(pool)
    guard shared < count || count == 0 else { throw .isReference }
    if shared * 10 > count {
      warnings.append(
        "\(shared) of \(count) pseudo-data events are events of the reference, too: t of "
          + "pseudo-experiments is too small; take others.")
    }
    let expected = testsCount ? comparison.expected : Double(comparison.dataCount)
    let most = testsCount ? expected + 5 * expected.squareRoot() : expected
    guard most <= Double(count) else {
      throw .tooFewEvents(needed: Int(most), found: count)
    }
    if Double(count) < 5 * expected {
      warnings.append(
        "Pseudo-experiments of \(rounded(expected)) events are drawn from \(count): they share "
          + "events, so that their t varies too little around a mean that is off; give ten times as "
          + "many as a pseudo-experiment has.")
    }
    return warnings
  }

  /// How many events of a sample are also in the reference; 0 where more than 1 % of the reference's
  /// own events repeat, such as rounded or whole numbers.
  private func eventsSharedWithReference(_ columns: [[Float]]) -> Int {
    let reference = Self.rows(of: comparison.reference)
    let distinct = Set(reference)
    guard distinct.count * 100 > reference.count * 99 else { return 0 }
    return Self.rows(of: columns).count { distinct.contains($0) }
  }

  /// A number for each event, equal for equal events.
  private static func rows(of columns: [[Float]]) -> [Int] {
    (columns.first ?? []).indices.map { row in
      var hasher = Hasher()
      for column in columns { hasher.combine(column[row]) }
      return hasher.finalize()
    }
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
