public import Execution
import Foundation
import NeuralNetworks
import Randomness

/// A test of a data sample against a reference: fit, pseudo-experiments, p-values.
///
/// The data and every pseudo-experiment are units of work of their own, all fitted in the same way,
/// so that equal input gives equal bytes with any number of jobs, interrupted or not; more
/// pseudo-experiments can be added to a run.
public struct NPLMTest: Sendable {
  public let samples: ComparedSamples
  public let nplm: NPLM
  /// How many pseudo-experiments; 0 gives the test statistic alone.
  public let pseudoExperiments: Int
  public let seed: UInt64
  private let warnings: [String]

  /// Checks that the samples can be compared by the network.
  ///
  /// - Throws: ``NPLMError``, ``SampleWarningError`` or ``PseudoDataError``.
  public init(
    _ samples: ComparedSamples, nplm: NPLM, pseudoExperiments: Int, seed: UInt64
  ) throws {
    let columns = samples.comparison.names.count
    guard nplm.network.layers[0] == columns else {
      throw NPLMError.inputCount(network: nplm.network.name, columns: columns)
    }
    guard pseudoExperiments >= 0 else {
      throw NPLMError.badSetting("pseudoExperiments", pseudoExperiments, allowed: "0 and more")
    }
    if pseudoExperiments > 0 {
      _ = try samples.pseudoData.comparison(like: samples.comparison, seed: Seed(seed))
    }
    self.samples = samples
    self.nplm = nplm
    self.pseudoExperiments = pseudoExperiments
    self.seed = seed
    warnings = try samples.warnings(for: nplm.network)
  }

  /// What the results depend on besides their labels, by name.
  public func key(version: String, instructionSet: String) throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var key = [
      "test": "nplm", "settings": String(decoding: try encoder.encode(nplm), as: UTF8.self),
      "columns": samples.comparison.names.joined(separator: " "),
      "expected": "\(samples.comparison.expected)", "seed": "\(seed)", "version": version,
      "instructionSet": instructionSet, "pseudoDataMethod": samples.pseudoData.method,
    ]
    for source in samples.sources {
      key[source.role] = "\(source.sha256) (\(source.events) events)"
    }
    return key
  }

  /// One number of a pseudo-experiment.
  private struct PseudoExperiment: Codable {
    let testStatistic: Double
    let search: MinimumSearch
  }

  /// The data's fit and then the pseudo-experiments.
  public var units: [WorkUnit] {
    let root = Seed(seed)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = WorkUnit(label: "data") { [samples, nplm] isCancelled in
      try encoder.encode(
        nplm.fit(samples.comparison, seed: root.child("data"), isCancelled: isCancelled))
    }
    return [data]
      + (0..<pseudoExperiments).map { number in
        let label = "pseudo-experiment-\(number)"
        return WorkUnit(label: label) { [samples, nplm] isCancelled in
          let seed = root.child(label)
          let comparison = try samples.pseudoData.comparison(like: samples.comparison, seed: seed)
          let fit = try nplm.fit(comparison, seed: seed, isCancelled: isCancelled)
          return try encoder.encode(
            PseudoExperiment(testStatistic: fit.testStatistic, search: fit.search))
        }
      }
  }

  /// Does all fits and puts the answer together.
  ///
  /// - Parameters:
  ///   - environment: Version and instruction set, for the record.
  ///   - executor: Who does the fits.
  ///   - store: Where finished ones are kept.
  ///   - progress: Told after each.
  /// - Returns: The result.
  /// - Throws: An error of a fit or of the executor.
  public func callAsFunction(
    environment: (version: String, instructionSet: String), executor: any Executor,
    store: UnitStore?, progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> NPLMResult {
    let results = try executor.perform(
      units, stage: "fits", store: store, progress: progress)
    let fit = try JSONDecoder().decode(NPLMFit.self, from: results[0])
    let pseudoExperiments = try results.dropFirst().map {
      try JSONDecoder().decode(PseudoExperiment.self, from: $0)
    }
    let statistics = pseudoExperiments.map(\.testStatistic)
    let isGlobal = nplm.minimisation.name == "global"
    let view = try LearnedView(samples, network: fit.network)
    return NPLMResult(
      schemaVersion: NPLMResult.schemaVersion, testStatistic: fit.testStatistic,
      network: nplm.network, clipping: nplm.clipping, parameters: nplm.network.parameterCount,
      expected: samples.comparison.expected, observed: samples.comparison.dataCount,
      testsCount: samples.pseudoData.testsCount, optimizer: fit.search,
      pValues: NPLMPValues(
        observed: fit.testStatistic, pseudoExperiments: statistics,
        parameters: nplm.network.parameterCount),
      chiSquareCompatibility: ChiSquareCompatibility(
        statistics, degreesOfFreedom: Double(nplm.network.parameterCount)),
      pseudoExperiments: .init(
        method: samples.pseudoData.method, testStatistics: statistics,
        confirmed: isGlobal && !statistics.isEmpty
          ? pseudoExperiments.count { $0.search.foundDeepest > 1 } : nil),
      columns: samples.comparison.names, scaling: nplm.scaling, ratios: view.ratios,
      discrepantRegion: view.region, warnings: warnings, inputs: samples.sources, seed: seed,
      version: environment.version, instructionSet: environment.instructionSet,
      fittedNetwork: fit.network)
  }

  /// f of every data event, in the order of the file: shape `[data events]`.
  public func logRatios(of result: NPLMResult) throws -> [Float] {
    try result.fittedNetwork.predict(samples.comparison.data)
  }
}

/// A fitted network looked at through every variable.
private struct LearnedView {
  let ratios: [LearnedRatio]
  let region: DiscrepantRegion?

  init(_ samples: ComparedSamples, network: DenseNetwork) throws {
    let comparison = samples.comparison
    let spectators = samples.spectators
    let logRatios = try network.predict(comparison.reference)
    let weights =
      comparison.referenceWeights.map { $0.map { Double($0) } }
      ?? Array(repeating: 1, count: comparison.referenceCount)
    let scale = comparison.expected / weights.reduce(0, +)
    let scaled = weights.map { $0 * scale }
    func ratio(_ name: String, _ isInput: Bool, _ reference: [Float], _ data: [Float])
      -> LearnedRatio
    {
      LearnedRatio(
        name, isInput: isInput, reference: reference, data: data, weights: scaled,
        logRatios: logRatios)
    }
    let names = comparison.names + spectators.names
    let reference = comparison.reference + spectators.reference
    let data = comparison.data + spectators.data
    ratios = names.indices.map {
      ratio(names[$0], $0 < comparison.names.count, reference[$0], data[$0])
    }
    region = DiscrepantRegion(
      names: names, reference: reference, data: data, weights: scaled, logRatios: logRatios)
  }
}

extension PseudoData {
  /// Whether the number of events varies as that of data would.
  public var testsCount: Bool { self != .permutation(testsCount: false) }

  /// How the pseudo-data are made, in words.
  public var method: String {
    switch self {
    case .independentEvents: "events of the reference model that are not in the reference sample"
    case .permutation(true): "permutations of the pooled samples, Poisson counts"
    case .permutation(false): "permutations of the pooled samples, the observed count"
    }
  }
}
