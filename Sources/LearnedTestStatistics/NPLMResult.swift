public import EventFiles
public import Foundation
public import NeuralNetworks

/// What a test of a data sample against a reference found: the content of `nplm.json`.
public struct NPLMResult: Sendable, Hashable, Codable {
  public static let schemaVersion = 1

  public let schemaVersion: Int
  /// t = -2 min L, or τ - Δ with nuisances.
  public let testStatistic: Double
  public let network: NPLMNetwork
  public let clipping: Double
  /// Whether only weights are clipped; `nil` in files of older versions, where biases are, too.
  @Nullable public var freeBiases: Bool?
  /// Number of the network's weights and biases.
  public let parameters: Int
  /// Events that the reference predicts.
  public let expected: Double
  /// Data events.
  public let observed: Int
  /// Whether the expectation was predicted, so that the number of events is tested, too.
  public let testsCount: Bool
  public let optimizer: MinimumSearch
  /// `nil` if the reference has none.
  @Nullable public var nuisances: FittedNuisances?
  public let pValues: NPLMPValues
  /// How well the pseudo-experiments follow the chi-square distribution of ``NPLMPValues/chi2``.
  @Nullable public var chiSquareCompatibility: ChiSquareCompatibility?
  public let pseudoExperiments: PseudoExperimentRecord
  public let columns: [String]
  public let scaling: InputScaling
  public let ratios: [LearnedRatio]
  @Nullable public var discrepantRegion: DiscrepantRegion?
  public let warnings: [String]
  public let inputs: [ComparedSamples.Source]
  public let seed: UInt64
  public let version: String
  public let instructionSet: String
  /// The fitted network; its output is f(x), with nuisances relative to the reference that they
  /// make in the fit with the network.
  public let fittedNetwork: DenseNetwork

  /// The distribution of t under the reference.
  public struct PseudoExperimentRecord: Sendable, Hashable, Codable {
    /// How the pseudo-data were made, in words.
    public let method: String
    /// In the order of their numbers.
    public let testStatistics: [Double]
    /// In how many the deepest minimum was found more than once; `nil` for a single search or none.
    @Nullable public var confirmed: Int?
  }

  /// Sorted keys, equal bytes for equal results.
  public var json: Data {
    get throws { try JSONEncoder.readable.encode(self) }
  }
}
