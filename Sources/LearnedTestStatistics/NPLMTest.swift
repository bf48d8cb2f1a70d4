import EventFiles
public import Execution
import Foundation
import NeuralNetworks
import Randomness

/// A test of a data sample against a reference: fit, pseudo-experiments, p-values.
///
/// A reference that is not known exactly has nuisances (``NPLMWithNuisances``), learned first. For the
/// data their auxiliary measurements are at 0, where the reference was made; a pseudo-experiment is
/// drawn from the nominal reference, and its measurements around 0.
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
  /// - Throws: ``NPLMError``, ``SampleWarningError``, ``PseudoDataError`` or ``NuisanceError``.
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
    try samples.uncertainties.check(nominal: samples.nominal, columns: columns)
    if pseudoExperiments > 0 {
      if !samples.uncertainties.isEmpty, case .permutation = samples.pseudoData {
        throw NuisanceError.permutedReference
      }
      _ = try samples.pseudoData.comparison(like: samples.comparison, seed: Seed(seed))
    }
    self.samples = samples
    self.nplm = nplm
    self.pseudoExperiments = pseudoExperiments
    self.seed = seed
    warnings =
      try samples.warnings(for: nplm.network)
      + (pseudoExperiments > 0 ? samples.pseudoDataWarnings() : [])
  }

  /// What the results depend on besides their labels, by name.
  public func key(version: String, instructionSet: String) throws -> [String: String] {
    var key = [
      "test": "nplm",
      "settings": String(decoding: try JSONEncoder.sorted.encode(nplm), as: UTF8.self),
      "columns": samples.comparison.names.joined(separator: " "),
      "events as read": samples.comparison.sha256,
      "expected": "\(samples.comparison.expected)", "seed": "\(seed)", "version": version,
      "instructionSet": instructionSet, "pseudoDataMethod": pseudoExperimentMethod,
    ]
    for source in samples.sources {
      key[source.role] = "\(source.sha256) (\(source.events) events)"
    }
    for (name, value) in samples.uncertainties.key { key[name] = value }
    return key
  }

  private var pseudoExperimentMethod: String {
    guard !samples.uncertainties.isEmpty else { return samples.pseudoData.method }
    guard case .independentEvents = samples.pseudoData else { return "none" }
    return samples.pseudoData.method + ", auxiliary measurements drawn around 0"
  }

  /// One number of a pseudo-experiment.
  private struct PseudoExperiment: Codable {
    let testStatistic: Double
    let search: MinimumSearch
  }

  /// Learns what is uncertain about the reference from its samples.
  ///
  /// - Parameters:
  ///   - executor: Who learns.
  ///   - store: Where it is kept.
  ///   - progress: Told after each sample pair.
  /// - Returns: The reference's nuisances, for ``units(nuisances:)``; none if it has none.
  /// - Throws: An error of the learning or of the executor.
  public func nuisances(
    executor: any Executor, store: UnitStore?, progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> [Nuisance] {
    let uncertainties = samples.uncertainties
    let learning = uncertainties.learning(
      nominal: samples.nominal, columns: samples.comparison.names, seed: Seed(seed))
    return try uncertainties.nuisances(
      learned: learning.isEmpty
        ? []
        : executor.perform(learning, stage: "dependences", store: store, progress: progress))
  }

  /// The data's fit and then the pseudo-experiments.
  public func units(nuisances: [Nuisance]) -> [WorkUnit] {
    let root = Seed(seed)
    let data = WorkUnit(label: "data") { [samples, nplm] isCancelled in
      try JSONEncoder.sorted.encode(
        FittedAlternative(
          samples.comparison, by: nplm, nuisances: nuisances, auxiliary: .nominal,
          seed: root.child("data"), isCancelled: isCancelled))
    }
    let truth = nuisances.map { _ in 0.0 }
    return [data]
      + (0..<pseudoExperiments).map { number in
        let label = "pseudo-experiment-\(number)"
        return WorkUnit(label: label) { [samples, nplm] isCancelled in
          let seed = root.child(label)
          let fit = try FittedAlternative(
            samples.pseudoData.comparison(like: samples.comparison, seed: seed), by: nplm,
            nuisances: nuisances, auxiliary: .drawn(around: truth), seed: seed,
            isCancelled: isCancelled)
          return try JSONEncoder.sorted.encode(
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
    let nuisances = try nuisances(executor: executor, store: store, progress: progress)
    let results = try executor.perform(
      units(nuisances: nuisances), stage: "fits", store: store, progress: progress)
    let fit = try JSONDecoder().decode(FittedAlternative.self, from: results[0])
    let pseudoExperiments = try results.dropFirst().map {
      try JSONDecoder().decode(PseudoExperiment.self, from: $0)
    }
    let statistics = pseudoExperiments.map(\.testStatistic)
    let isGlobal = nplm.minimisation.name == "global"
    let view = try LearnedView(samples, network: fit.network, nuisances: fit.nuisances)
    return NPLMResult(
      schemaVersion: NPLMResult.schemaVersion, testStatistic: fit.testStatistic,
      network: nplm.network, clipping: nplm.clipping,
      freeBiases: nplm.freeBiases, parameters: nplm.network.parameterCount,
      expected: samples.comparison.expected, observed: samples.comparison.dataCount,
      testsCount: samples.pseudoData.testsCount, optimizer: fit.search,
      nuisances: fit.nuisances,
      pValues: NPLMPValues(
        observed: fit.testStatistic, pseudoExperiments: statistics,
        parameters: nplm.network.parameterCount),
      chiSquareCompatibility: ChiSquareCompatibility(
        statistics, degreesOfFreedom: Double(nplm.network.parameterCount)),
      pseudoExperiments: .init(
        method: pseudoExperimentMethod, testStatistics: statistics,
        confirmed: isGlobal && !statistics.isEmpty
          ? pseudoExperiments.count { $0.search.foundDeepest > 1 } : nil),
      columns: samples.comparison.names, scaling: nplm.scaling, ratios: view.ratios,
      discrepantRegion: view.region, warnings: warnings,
      inputs: samples.sources + (samples.truth?.sources ?? []), seed: seed,
      version: environment.version, instructionSet: environment.instructionSet,
      fittedNetwork: fit.network)
  }

  /// Log ratio of the fitted alternative to the reference, of every data event: f, and with nuisances
  /// what they change between the two fits.
  ///
  /// - Parameter result: Of this test.
  /// - Returns: Shape `[data events]`, in the order of the file.
  /// - Throws: An error of the networks.
  public func logRatios(of result: NPLMResult) throws -> [Float] {
    try logRatiosToReference(
      samples.comparison.data, network: result.fittedNetwork, nuisances: result.nuisances)
  }
}

private func logRatiosToReference(
  _ columns: [[Float]], network: DenseNetwork, nuisances: FittedNuisances?
) throws -> [Float] {
  let outputs = try network.predict(columns)
  guard let nuisances else { return outputs }
  let reference = try nuisances.logRatios(columns, at: \.reference)
  let alternative = try nuisances.logRatios(columns, at: \.alternative)
  return outputs.indices.map { Float(Double(outputs[$0]) + alternative[$0] - reference[$0]) }
}

/// A fitted network looked at through every variable.
private struct LearnedView {
  let ratios: [LearnedRatio]
  let region: DiscrepantRegion?

  init(_ samples: ComparedSamples, network: DenseNetwork, nuisances: FittedNuisances?) throws {
    let comparison = samples.comparison
    let spectators = samples.spectators
    let logRatios = try logRatiosToReference(
      comparison.reference, network: network, nuisances: nuisances)
    let nominal = comparison.expectedOfReferenceEvents
    let expected =
      try nuisances.map { nuisances in
        try zip(nominal, nuisances.logRatios(comparison.reference, at: \.reference))
          .map { $0 * exp($1) }
      } ?? nominal
    let names = comparison.names + spectators.names
    let reference = comparison.reference + spectators.reference
    let data = comparison.data + spectators.data
    ratios = names.indices.map { column in
      LearnedRatio(
        names[column], isInput: column < comparison.names.count, reference: reference[column],
        data: data[column], weights: expected, logRatios: logRatios,
        truth: samples.truth.map { ($0.events[column], $0.weights) })
    }
    region = DiscrepantRegion(
      names: names, reference: reference, data: data, weights: expected, logRatios: logRatios)
  }
}

extension ComparedSamples {
  /// The reference as a dependence is learned from it.
  fileprivate var nominal: VariedSample {
    VariedSample(
      columns: comparison.reference, weights: comparison.referenceWeights, rows: referenceRows)
  }
}

extension PseudoData {
  /// Whether the number of events varies as that of data would.
  public var testsCount: Bool {
    switch self {
    case .independentEvents(_, let testsCount), .permutation(let testsCount): testsCount
    }
  }

  /// How the pseudo-data are made, in words.
  public var method: String {
    switch self {
    case .independentEvents(_, true):
      "events of the reference model that are not in the reference sample"
    case .independentEvents(_, false):
      "events of the reference model that are not in the reference sample, the observed count"
    case .permutation(true): "permutations of the pooled samples, Poisson counts"
    case .permutation(false): "permutations of the pooled samples, the observed count"
    }
  }
}
