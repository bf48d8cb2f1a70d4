public import Foundation
public import EventFiles
public import StatisticalInference

/// Limits by injection and retraining: the content of `limits.json`.
///
/// Keys are sorted when written, and a value that does not exist is `null`.
/// `Documentation/limits-by-retraining.md` describes every key.
public struct LimitResult: Sendable, Hashable, Codable {
  /// Rises when a key changes its meaning or goes away.
  public static let currentSchemaVersion = 1

  /// A limit in events of the signal file's selection and, where known, as a cross section.
  public struct Limit: Sendable, Hashable, Codable {
    public let observed: Double
    /// For background fluctuations of -2, -1, 0, +1 and +2 standard deviations.
    public let expected: [Double]
    /// In fb.
    @Nullable public var observedCrossSection: Double?
    @Nullable public var expectedCrossSection: [Double]?
  }

  /// The limit without a cut: no training takes part.
  public struct Inclusive: Sendable, Hashable, Codable {
    @Nullable public var limit: Limit?
    /// The background function; `nil` if none describes the spectrum.
    @Nullable public var function: String?
    /// Why there is no limit, or why an earlier declared function was not used.
    @Nullable public var remark: String?
  }

  /// The networks of one random choice of injected events.
  public struct Sampling: Sendable, Hashable, Codable {
    public let sampling: Int
    /// CL(μ) of these networks, whether above μ or not, in events.
    @Nullable public var limit: UpperLimit?
    /// Fraction of all signal events of the file that the cut keeps in the fit range.
    public let signalEfficiency: PassedFraction
    /// Data that the cut keeps.
    public let selectedEvents: Double
    @Nullable public var function: String?
    @Nullable public var remark: String?
  }

  public struct Strength: Sendable, Hashable, Codable {
    public let combined: InjectionScan.Point
    public let samplings: [Sampling]
  }

  /// The limits of one cut on the learned score.
  public struct Cut: Sendable, Hashable, Codable {
    public let efficiency: Double
    public let strengths: [Strength]
    /// The injected strength with the smallest expected limit, and its limit.
    @Nullable public var quoted: InjectionScan.Quoted?
    @Nullable public var limit: Limit?
    /// Inclusive over learned limit, above 1 where learning helps.
    @Nullable public var expectedImprovement: Double?
    @Nullable public var observedImprovement: Double?
  }

  public struct Signal: Sendable, Hashable, Codable {
    public let name: String
    public let input: SearchResult.Input
    /// Events of the file that its labels call background; they play no part.
    public let backgroundLeftOut: Int
    /// Median m_JJ of all signal events in GeV.
    public let massGeV: Double
    public let window: Int
    public let signalRegionGeV: [Double]
    /// Fractions of all events of the file.
    public let inFitRange: PassedFraction
    public let inSignalRegion: PassedFraction
    /// Fraction of produced events that are in the file; `nil` if not said.
    @Nullable public var acceptance: PassedFraction?
    /// Names of the nuisance parameters of the signal.
    public let systematics: [String]
    public let inclusive: Inclusive
    public let cuts: [Cut]
    /// Index in `cuts` of the one whose limit is quoted.
    @Nullable public var quotedCut: Int?
    public let warnings: [String]
  }

  public var schemaVersion = currentSchemaVersion
  public let version: String
  public let instructionSet: String
  public let method: String
  public let planDigest: String
  public let seed: UInt64
  public let input: SearchResult.Input
  public let confidenceLevel: Double
  public let samplings: Int
  public let folds: Int
  /// Integrated luminosity in 1/fb.
  @Nullable public var luminosity: Double?
  public let signals: [Signal]

  /// The bytes of `limits.json`.
  public var json: Data {
    get throws { try JSONEncoder.readable.encode(self) }
  }
}

extension LimitResult.Signal {
  /// The cut whose limit is quoted; `nil` if none has one.
  public var quoted: LimitResult.Cut? { quotedCut.map { cuts[$0] } }
}

extension LimitResult.Limit {
  /// - Parameters:
  ///   - observed: In events.
  ///   - expected: In events, shape `[5]`.
  ///   - eventsPerFemtobarn: Luminosity times acceptance; `nil` leaves the cross sections out.
  init(observed: Double, expected: [Double], eventsPerFemtobarn: Double?) {
    self.observed = observed
    self.expected = expected
    observedCrossSection = eventsPerFemtobarn.map { observed / $0 }
    expectedCrossSection = eventsPerFemtobarn.map { scale in expected.map { $0 / scale } }
  }
}
