public import EventFiles
public import Execution
public import Foundation
import NumericalCore
import Randomness

/// Chooses network and clipping from the reference alone: arXiv:1912.12155, section 2.1.
///
/// For each network and clipping, pseudo-data that follow the reference are fitted. A clipping is
/// viable if t follows the chi-square distribution with the network's number of parameters (and, with
/// Adam, if its upper quantile has reached a plateau); the largest viable one is a network's choice,
/// and the network with most parameters that has one is chosen.
public struct NPLMTuning: Sendable {
  /// The reference, with any data: pseudo-data replace them.
  public let samples: ComparedSamples
  public let networks: [NPLMNetwork]
  /// Ascending.
  public let clippings: [Double]
  /// Whether only weights are clipped.
  public let freeBiases: Bool
  public let scaling: InputScaling
  public let minimisation: NPLMMinimisation
  public let pseudoExperiments: Int
  public let seed: UInt64
  /// What is wrong with the pseudo-data.
  private let remarks: [String]

  /// Fewest pseudo-experiments that tell distributions apart.
  public static let fewestPseudoExperiments = 20

  /// Joins settings.
  ///
  /// - Throws: ``NPLMError`` or ``PseudoDataError``.
  public init(
    _ samples: ComparedSamples, networks: [NPLMNetwork], clippings: [Double],
    freeBiases: Bool = false, scaling: InputScaling, minimisation: NPLMMinimisation,
    pseudoExperiments: Int, seed: UInt64
  ) throws {
    for network in networks {
      for clipping in clippings {
        _ = try NPLM(
          network: network, clipping: clipping, freeBiases: freeBiases, scaling: scaling,
          minimisation: minimisation)
      }
      guard network.layers[0] == samples.comparison.names.count else {
        throw NPLMError.inputCount(network: network.name, columns: samples.comparison.names.count)
      }
    }
    guard pseudoExperiments >= Self.fewestPseudoExperiments else {
      throw NPLMError.badSetting(
        "the number of pseudo-experiments", pseudoExperiments,
        allowed: "\(Self.fewestPseudoExperiments) and more")
    }
    _ = try samples.pseudoData.comparison(like: samples.comparison, seed: Seed(seed))
    remarks = try samples.pseudoDataWarnings()
    self.samples = samples
    self.networks = networks
    self.clippings = Set(clippings).sorted()
    self.freeBiases = freeBiases
    self.scaling = scaling
    self.minimisation = minimisation
    self.pseudoExperiments = pseudoExperiments
    self.seed = seed
  }

  /// What the results depend on besides their labels, by name.
  public func key(version: String, instructionSet: String) throws -> [String: String] {
    var key = [
      "test": "nplm tune", "scaling": scaling.rawValue, "freeBiases": "\(freeBiases)",
      "minimisation": String(decoding: try JSONEncoder.sorted.encode(minimisation), as: UTF8.self),
      "columns": samples.comparison.names.joined(separator: " "),
      "events as read": samples.comparison.sha256,
      "expected": "\(samples.comparison.expected)", "seed": "\(seed)", "version": version,
      "instructionSet": instructionSet,
    ]
    for source in samples.sources {
      key[source.role] = "\(source.sha256) (\(source.events) events)"
    }
    return key
  }

  private struct Fit: Codable {
    let testStatistic: Double
    let isConfirmed: Bool
    let evolution: [Double]?
  }

  private var settings: [NPLM] {
    get throws {
      try networks.flatMap { network in
        try clippings.map {
          try NPLM(
            network: network, clipping: $0, freeBiases: freeBiases, scaling: scaling,
            minimisation: minimisation)
        }
      }
    }
  }

  /// Every fit; those of one pseudo-experiment see the same pseudo-data.
  public var units: [WorkUnit] {
    get throws {
      let root = Seed(seed)
      return try settings.flatMap { nplm in
        (0..<pseudoExperiments).map { number in
          let label = "\(nplm.network.name).clipping-\(nplm.clipping).pseudo-experiment-\(number)"
          return WorkUnit(label: label) { [samples] isCancelled in
            let comparison = try samples.pseudoData.comparison(
              like: samples.comparison, seed: root.child("pseudo-experiment-\(number)"))
            let fit = try nplm.fit(comparison, seed: root.child(label), isCancelled: isCancelled)
            return try JSONEncoder().encode(
              Fit(
                testStatistic: fit.testStatistic, isConfirmed: fit.search.foundDeepest > 1,
                evolution: fit.evolution))
          }
        }
      }
    }
  }

  /// Does all fits and decides.
  ///
  /// - Parameters:
  ///   - environment: Version and instruction set, for the record.
  ///   - executor: Who does the fits.
  ///   - store: Where finished ones are kept.
  ///   - progress: Told after each.
  /// - Returns: Distributions and the decision.
  /// - Throws: An error of a fit or of the executor.
  public func callAsFunction(
    environment: (version: String, instructionSet: String), executor: any Executor,
    store: UnitStore?, progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> NPLMTuningResult {
    let fits = try executor.perform(
      units, stage: "fits", store: store, progress: progress
    ).map { try JSONDecoder().decode(Fit.self, from: $0) }
    var epochs: [Int]?
    if case .adam(let adam) = minimisation { epochs = adam.checkpointEpochs }
    let trials = try settings.enumerated().map { index, nplm in
      let own = fits[index * pseudoExperiments..<(index + 1) * pseudoExperiments]
      return NPLMTrial(
        nplm.network, clipping: nplm.clipping, testStatistics: own.map(\.testStatistic),
        confirmed: epochs == nil ? own.count(where: \.isConfirmed) : nil,
        evolution: epochs.map { epochs in (epochs, own.compactMap(\.evolution)) })
    }
    return NPLMTuningResult(
      columns: samples.comparison.names, expected: samples.comparison.expected,
      minimisation: minimisation, freeBiases: freeBiases, scaling: scaling,
      pseudoExperiments: pseudoExperiments, pseudoData: samples.pseudoData.method, trials: trials,
      remarks: remarks, inputs: samples.sources, seed: seed, version: environment.version,
      instructionSet: environment.instructionSet)
  }
}

/// What one network with one clipping makes of pseudo-data.
public struct NPLMTrial: Sendable, Hashable, Codable {
  public let network: NPLMNetwork
  public let clipping: Double
  public let parameters: Int
  /// In the order of the pseudo-experiments.
  public let testStatistics: [Double]
  /// 5, 25, 50, 75 and 95 % quantiles.
  public let quantiles: [Double]
  public let compatibility: ChiSquareCompatibility
  /// Degrees of freedom that fit best, and their standard deviation.
  @Nullable public var fittedDegreesOfFreedom: Double?
  @Nullable public var fittedUncertainty: Double?
  /// Pseudo-experiments whose deepest minimum was found more than once; `nil` with Adam.
  @Nullable public var confirmed: Int?
  /// `nil` for a global minimisation.
  @Nullable public var evolution: Evolution?
  /// Whether the clipping passes.
  public let isViable: Bool

  /// How the distribution of t changed with the epochs of Adam.
  public struct Evolution: Sendable, Hashable, Codable {
    public let epochs: [Int]
    /// Of the five quantiles, shape `[5][epochs]`.
    public let quantiles: [[Double]]
    /// Pearson's chi-square over its degrees of freedom, and its p-value, shape `[epochs]`.
    public let reducedChi2: [Double]
    public let pValues: [Double]
    /// Whether the 95 % quantile changed over the last quarter of the epochs by less than its
    /// statistical error.
    public let hasPlateau: Bool
    /// The first checkpoint from which on every one is compatible; `nil` if the last is not.
    @Nullable public var enoughEpochs: Int?
  }

  public static let levels = [0.05, 0.25, 0.5, 0.75, 0.95]

  package init(
    _ network: NPLMNetwork, clipping: Double, testStatistics: [Double], confirmed: Int?,
    evolution: (epochs: [Int], values: [[Double]])?
  ) {
    self.network = network
    self.clipping = clipping
    parameters = network.parameterCount
    self.testStatistics = testStatistics
    self.confirmed = confirmed
    let degrees = Double(network.parameterCount)
    quantiles = Self.levels.map { Self.quantile(testStatistics, $0) }
    let compatibility = ChiSquareCompatibility(enough: testStatistics, degreesOfFreedom: degrees)
    self.compatibility = compatibility
    let fit = FittedChiSquare(testStatistics)
    fittedDegreesOfFreedom = fit?.degreesOfFreedom
    fittedUncertainty = fit?.uncertainty
    let course = evolution.map {
      Evolution($0.epochs, $0.values, degreesOfFreedom: degrees)
    }
    self.evolution = course
    isViable = compatibility.isCompatible && course?.hasPlateau ?? true
  }

  static func quantile(_ values: [Double], _ level: Double) -> Double {
    let sorted = values.sorted()
    let place = level * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}

extension NPLMTrial.Evolution {
  init(_ epochs: [Int], _ values: [[Double]], degreesOfFreedom: Double) {
    self.epochs = epochs
    let columns = epochs.indices.map { epoch in values.map { $0[epoch] } }
    quantiles = NPLMTrial.levels.map { level in columns.map { NPLMTrial.quantile($0, level) } }
    let compatibility = columns.map {
      ChiSquareCompatibility(enough: $0, degreesOfFreedom: degreesOfFreedom)
    }
    reducedChi2 = compatibility.map { $0.chi2 / Double($0.bins - 1) }
    pValues = compatibility.map(\.pValue)
    // The binomial error of the 95 % quantile, as a distance between order statistics.
    let last = columns[columns.count - 1]
    let error = (0.05 * 0.95 / Double(last.count)).squareRoot()
    let spread =
      NPLMTrial.quantile(last, min(0.95 + error, 1)) - NPLMTrial.quantile(last, 0.95 - error)
    let upper = quantiles[4]
    hasPlateau = upper[upper.count - 1] - upper[upper.count * 3 / 4] < spread / 2
    let first = compatibility.lastIndex { !$0.isCompatible }.map { $0 + 1 } ?? 0
    enoughEpochs = first < epochs.count ? epochs[first] : nil
  }
}

/// What tuning found: the content of `tune.json`.
public struct NPLMTuningResult: Sendable, Hashable, Codable {
  public static let schemaVersion = 1

  public let schemaVersion: Int
  public let columns: [String]
  public let expected: Double
  public let minimisation: NPLMMinimisation
  /// Whether only weights were clipped; `nil` in files of older versions, where biases were, too.
  @Nullable public var freeBiases: Bool?
  public let scaling: InputScaling
  public let pseudoExperiments: Int
  public let pseudoData: String
  /// Network by network, clippings ascending.
  public let trials: [NPLMTrial]
  /// The chosen one; `nil` if none is viable.
  @Nullable public var choice: Choice?
  /// The steps that led to it, whole sentences.
  public let decision: [String]
  public let inputs: [ComparedSamples.Source]
  public let seed: UInt64
  public let version: String
  public let instructionSet: String

  public struct Choice: Sendable, Hashable, Codable {
    public let network: NPLMNetwork
    public let clipping: Double
    /// `nil` for a global minimisation.
    @Nullable public var epochs: Int?
  }

  package init(
    columns: [String], expected: Double, minimisation: NPLMMinimisation, freeBiases: Bool = false,
    scaling: InputScaling, pseudoExperiments: Int, pseudoData: String, trials: [NPLMTrial],
    remarks: [String] = [], inputs: [ComparedSamples.Source], seed: UInt64, version: String,
    instructionSet: String
  ) {
    schemaVersion = Self.schemaVersion
    self.columns = columns
    self.expected = expected
    self.minimisation = minimisation
    self.freeBiases = freeBiases
    self.scaling = scaling
    self.pseudoExperiments = pseudoExperiments
    self.pseudoData = pseudoData
    self.trials = trials
    self.inputs = inputs
    self.seed = seed
    self.version = version
    self.instructionSet = instructionSet
    let (choice, decision) = Self.decide(trials)
    self.choice = choice
    self.decision = remarks + decision
  }

  private static func decide(_ trials: [NPLMTrial]) -> (Choice?, [String]) {
    var sentences: [String] = []
    var best: NPLMTrial?
    var networks: [NPLMNetwork] = []
    for trial in trials where !networks.contains(trial.network) { networks.append(trial.network) }
    for network in networks {
      let own = trials.filter { $0.network == network }
      let restless = own.filter { $0.evolution?.hasPlateau == false }
      if !restless.isEmpty {
        sentences.append(
          "\(network.name): with clipping \(list(restless)) the 95 % quantile of t still grows after "
            + "the last epoch.")
      }
      let name = "\(network.name), \(network.parameterCount) parameters"
      guard let largest = own.last(where: \.isViable) else {
        let closest = own.max { $0.compatibility.pValue < $1.compatibility.pValue }
        let hint = closest.map {
          "the nearest is \(rounded($0.clipping)) with p = \(rounded($0.compatibility.pValue)) and "
            + "a median t of \(rounded($0.quantiles[2]))"
        }
        sentences.append(
          "\(name): with no clipping does t follow the chi-square distribution; "
            + "\(hint ?? "none was tried").\(suggestion(own).map { " Try \($0)." } ?? "")")
        continue
      }
      sentences.append(
        "\(name): t follows the chi-square distribution up to clipping \(rounded(largest.clipping)) "
          + "(p = \(rounded(largest.compatibility.pValue)); tried: \(list(own))).")
      if largest.parameters > best?.parameters ?? 0 { best = largest }
    }
    guard let best else {
      sentences.append("No network and clipping passes: try smaller clippings or networks.")
      return (nil, sentences)
    }
    let epochs = best.evolution?.enoughEpochs ?? best.evolution?.epochs.last
    let length = epochs.map { ", \($0) epochs" } ?? ""
    sentences.append(
      "Chosen: \(best.network.name), clipping \(rounded(best.clipping))\(length): the most flexible "
        + "that passes.")
    return (Choice(network: best.network, clipping: best.clipping, epochs: epochs), sentences)
  }

  /// Where between two clippings of one network t has as many degrees of freedom as it has parameters.
  private static func suggestion(_ trials: [NPLMTrial]) -> String? {
    for (lower, upper) in zip(trials, trials.dropFirst()) {
      guard let below = lower.fittedDegreesOfFreedom, let above = upper.fittedDegreesOfFreedom,
        (below..<above).contains(Double(lower.parameters))
      else { continue }
      let share = (Double(lower.parameters) - below) / (above - below)
      return rounded(lower.clipping + share * (upper.clipping - lower.clipping))
    }
    return nil
  }

  private static func list(_ trials: [NPLMTrial]) -> String {
    trials.map { rounded($0.clipping) }.joined(separator: ", ")
  }

  /// Sorted keys, equal bytes for equal results.
  public var json: Data {
    get throws { try JSONEncoder.readable.encode(self) }
  }
}
