public import AnomalyMethods
import EventFiles
import EventModel
public import Execution
import Foundation
public import Learners
import NumericalCore
public import Randomness
import StatisticalInference

/// How well simulation, reweighted in the sidebands, describes the data in a signal region.
///
/// SALAD (LHC Olympics paper, arXiv:2101.08320, section 4.4): Fig. 40, the classifier of data against
/// simulation and every feature, before and after the reweighting; Fig. 41 right, the number of
/// events after a cut that the simulation predicts, eq. (4.8). Data and simulation are cross-fitted:
/// each event is weighted and scored by networks that never saw it. On data with a signal the
/// signal is part of what does not close; use background to learn about the method.
public struct ReweightingClosure: Sendable, Hashable, Codable {
  /// One variable's events in bins that hold equally many data events.
  public struct Variable: Sendable, Hashable, Codable {
    public let name: String
    /// Shape `[bins + 1]`; the outer bins take what lies beyond them.
    public let edges: [Double]
    public let data: [Double]
    /// Simulated events before and after the reweighting, with their variances, in numbers of
    /// data events.
    public let simulation: [Double]
    public let simulationVariance: [Double]
    public let reweighted: [Double]
    public let reweightedVariance: [Double]

    /// chi2 of data against simulation of equal normalisation, one bin each, without reweighting.
    public var chi2Before: Double { Self.chi2(data, simulation, simulationVariance) }
    public var chi2: Double { Self.chi2(data, reweighted, reweightedVariance) }
    /// The probability of a chi2 as large or larger; bins minus one degrees of freedom.
    ///
    /// 1 for a feature with one value, which has nothing to compare.
    public var pValue: Double {
      data.count > 1 ? ChiSquareDistribution.survival(chi2, degreesOfFreedom: data.count - 1) : 1
    }

    private static func chi2(
      _ data: [Double], _ simulation: [Double], _ variance: [Double]
    ) -> Double {
      let scale = data.reduce(0, +) / max(simulation.reduce(0, +), .leastNormalMagnitude)
      return data.indices.reduce(0) { sum, bin in
        let difference = data[bin] - scale * simulation[bin]
        let total = data[bin] + scale * scale * variance[bin]
        return total > 0 ? sum + difference * difference / total : sum
      }
    }
  }

  /// Events that a cut on SALAD's classifier leaves in the signal region.
  public struct Prediction: Sendable, Hashable, Codable {
    /// Fraction of the data in the signal region that the cut keeps.
    public let efficiency: Double
    public let observed: Double
    /// Its variance: the sum of squared weights, for events without weights their number.
    public let observedVariance: Double
    /// The sum of weights of equation (4.8), with the deviation from the finite simulation.
    public let predicted: Double
    public let uncertainty: Double
    /// The same without weights but for the ratio of data to simulation in the sidebands.
    public let withoutReweighting: Double

    /// What the prediction says instead of a fit to the spectrum: the data above it in standard
    /// deviations, `nil` where nothing is predicted.
    ///
    /// Only the finite samples count as uncertainty: what does not close comes on top.
    public var localSignificance: Double? {
      let scale = observed > 0 ? observedVariance / observed : 1
      return try? CountingExperiment(
        observed: observed / scale, background: predicted / scale,
        backgroundUncertainty: uncertainty / scale
      ).localSignificance
    }
  }

  /// Signal region in GeV.
  public let signalRegionGeV: [Double]
  public let sidebands: [Variable]
  public let signalRegion: [Variable]
  /// Area under the curve of data against simulation in the signal region, with and without
  /// weights; 0.5 where they are alike.
  public let areaUnderCurve: Double
  public let areaUnderCurveBefore: Double
  public let predictions: [Prediction]

  /// Bins of a variable.
  static let bins = 20
  static let efficiencies = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005]
}

extension ReweightingClosure {
  /// Reweights and compares, fold by fold.
  ///
  /// - Parameters:
  ///   - method: What reweights, and what tells data from simulation.
  ///   - prepared: Data and simulation.
  ///   - window: Position among the windows of `prepared`.
  ///   - seed: Root of every random number.
  ///   - executor: Who does the folds.
  ///   - store: Where finished ones are kept.
  ///   - progress: Called after each fold.
  /// - Throws: ``SearchError/noSimulation(method:)``, or what a training throws.
  public init<Reweighter: BinaryClassifierLearner, Learner: BinaryClassifierLearner>(
    _ method: SALAD<Reweighter, Learner>, _ prepared: PreparedEvents, window: Int, seed: Seed,
    executor: any Executor = .threads(1), store: UnitStore? = nil,
    progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
  ) throws {
    guard let simulation = prepared.simulation else {
      throw SearchError.noSimulation(method: "salad")
    }
    let test = ClosureTest(
      method, prepared, simulation: simulation, window: prepared.windows[window].window, seed: seed)
    let units = prepared.folds.scored.map { fold in
      WorkUnit(label: "closure.fold-\(fold)") { isCancelled in
        try JSONEncoder.sorted.encode(try test.fold(fold, isCancelled: isCancelled))
      }
    }
    let parts = try executor.perform(units, stage: "closure", store: store, progress: progress)
      .map { try JSONDecoder().decode(ClosureFold.self, from: $0) }
    signalRegionGeV = test.window.signalRegion.bounds
    let names = prepared.table.features.map(\.rawValue)
    func variables(_ region: (ClosureFold) -> [ClosureFold.Counts]) -> [Variable] {
      names.indices.map { index in
        let sum = parts.map { region($0)[index] }.reduce(into: ClosureFold.Counts()) { $0.add($1) }
        return Variable(
          name: names[index], edges: test.edges[index], data: sum.data,
          simulation: sum.simulation, simulationVariance: sum.simulationVariance,
          reweighted: sum.reweighted, reweightedVariance: sum.reweightedVariance)
      }
    }
    sidebands = variables(\.sidebands)
    signalRegion = variables(\.signalRegion)
    func mean(_ value: (ClosureFold) -> Double) -> Double {
      parts.reduce(0) { $0 + value($1) } / Double(max(parts.count, 1))
    }
    areaUnderCurve = mean(\.areaUnderCurve)
    areaUnderCurveBefore = mean(\.areaUnderCurveBefore)
    predictions = Self.efficiencies.indices.map { index in
      func sum(_ value: (ClosureFold.Passed) -> Double) -> Double {
        parts.reduce(0) { $0 + value($1.passed[index]) }
      }
      return Prediction(
        efficiency: Self.efficiencies[index], observed: sum(\.observed),
        observedVariance: sum(\.observedVariance),
        predicted: sum(\.predicted), uncertainty: sum(\.variance).squareRoot(),
        withoutReweighting: sum(\.withoutReweighting))
    }
  }
}

/// What one fold says.
private struct ClosureFold: Codable {
  struct Counts: Codable {
    var data: [Double] = []
    var simulation: [Double] = []
    var simulationVariance: [Double] = []
    var reweighted: [Double] = []
    var reweightedVariance: [Double] = []

    mutating func add(_ other: Counts) {
      func sum(_ first: [Double], _ second: [Double]) -> [Double] {
        first.isEmpty ? second : zip(first, second).map { $0 + $1 }
      }
      data = sum(data, other.data)
      simulation = sum(simulation, other.simulation)
      simulationVariance = sum(simulationVariance, other.simulationVariance)
      reweighted = sum(reweighted, other.reweighted)
      reweightedVariance = sum(reweightedVariance, other.reweightedVariance)
    }
  }

  struct Passed: Codable {
    let observed: Double
    let observedVariance: Double
    let predicted: Double
    let variance: Double
    let withoutReweighting: Double
  }

  /// One entry a feature.
  let sidebands: [Counts]
  let signalRegion: [Counts]
  let areaUnderCurve: Double
  let areaUnderCurveBefore: Double
  /// One entry an efficiency.
  let passed: [Passed]
}

/// Data and simulation with the folds of both.
private struct ClosureTest<Reweighter: BinaryClassifierLearner, Learner: BinaryClassifierLearner>:
  Sendable
{
  let method: SALAD<Reweighter, Learner>
  let data: EventTable
  let simulation: EventTable
  let window: MassWindow
  let folds: Folds
  let simulationFolds: Folds
  let seed: Seed
  /// For each feature the edges of bins with equally many data events of the whole window.
  let edges: [[Double]]

  init(
    _ method: SALAD<Reweighter, Learner>, _ prepared: PreparedEvents, simulation: EventTable,
    window: MassWindow, seed: Seed
  ) {
    self.method = method
    self.simulation = simulation
    self.window = window
    data = prepared.table
    folds = prepared.folds
    simulationFolds = Folds(
      count: folds.count, of: simulation, stratifiedBy: prepared.binning,
      seed: seed.child("simulation-folds"))
    self.seed = seed.child("closure")
    let inWindow = data.dijetMass.indices.filter { [data] in
      window.region(of: data.dijetMass[$0]) != nil
    }
    edges = data.columns.map { column in
      let values = inWindow.map { Double(column[$0]) }.sorted()
      let bins = ReweightingClosure.bins
      // Features with few values, such as counts, have fewer bins.
      return Set((0...bins).map { values[($0 * (values.count - 1)) / bins] }).sorted()
    }
  }

  func fold(_ fold: Int, isCancelled: @Sendable () -> Bool) throws -> ClosureFold {
    let seed = seed.child("fold-\(fold)")
    let view = try SimulationAssisted(
      Samples(
        data: data,
        backgroundSimulation: simulation.selecting(rows: simulationFolds.trainingRows(for: fold))),
      window: window, trainingRows: folds.trainingRows(for: fold))
    let weights = try method.reweighting.fit(
      view, seed: seed.child("reweighting"), isCancelled: isCancelled)
    func held(_ table: EventTable, _ folds: Folds, _ isChosen: (Double) -> Bool) -> EventSlice {
      table[folds.rows(in: fold).filter { isChosen(table.dijetMass[$0]) }]
    }
    func samples(_ isChosen: (Double) -> Bool) throws -> HeldOut {
      let simulated = held(simulation, simulationFolds, isChosen)
      return HeldOut(
        data: WeightedEvents(held(data, folds, isChosen)),
        simulation: WeightedEvents(
          simulated, weights: simulated.weights.map { $0 * weights.scale }),
        reweighted: try weights(simulated))
    }
    let inside = try samples(window.signalRegion.contains)
    let outside = try samples(window.isReweighted)
    func classifier(_ simulation: WeightedEvents, _ label: String) throws -> some EventScorer {
      try method.ensemble.fit(
        MixedSamples(
          positive: WeightedEvents(view.data.signalRegion), negative: simulation),
        seed: seed.child(label), isCancelled: isCancelled)
    }
    let before = try classifier(WeightedEvents(view.simulation.signalRegion), "before")
    let after = try classifier(weights(view.simulation.signalRegion), "classifier")
    return ClosureFold(
      sidebands: counts(outside), signalRegion: counts(inside),
      areaUnderCurve: try areaUnderCurve(after, inside.data, inside.reweighted),
      areaUnderCurveBefore: try areaUnderCurve(before, inside.data, inside.simulation),
      passed: try passed(after, inside))
  }

  /// Events that took no part in a fold's trainings; simulation in numbers of data events.
  private struct HeldOut {
    let data: WeightedEvents
    let simulation: WeightedEvents
    let reweighted: WeightedEvents
  }

  private func areaUnderCurve(
    _ scorer: some EventScorer, _ data: WeightedEvents, _ simulation: WeightedEvents
  ) throws -> Double {
    try ValidationMetric.areaUnderCurve.value(
      positive: (scorer.scores(data.events), data.weights),
      negative: (scorer.scores(simulation.events), simulation.weights))
  }

  private func counts(_ held: HeldOut) -> [ClosureFold.Counts] {
    data.features.indices.map { feature in
      let inner = Array(edges[feature].dropFirst().dropLast())
      func sums(_ sample: WeightedEvents, power: Double) -> [Double] {
        var sums = [Double](repeating: 0, count: inner.count + 1)
        for (value, weight) in zip(sample.events.column(feature), sample.weights) {
          sums[inner.partitioningIndex { $0 > Double(value) }] += pow(weight, power)
        }
        return sums
      }
      return ClosureFold.Counts(
        data: sums(held.data, power: 1), simulation: sums(held.simulation, power: 1),
        simulationVariance: sums(held.simulation, power: 2),
        reweighted: sums(held.reweighted, power: 1),
        reweightedVariance: sums(held.reweighted, power: 2))
    }
  }

  private func passed(_ scorer: some EventScorer, _ held: HeldOut) throws -> [ClosureFold.Passed] {
    let ofData = zip(try scorer.scores(held.data.events), held.data.weights)
      .sorted { $0.0 > $1.0 }
    let ofSimulation = try scorer.scores(held.simulation.events)
    let total = held.data.weights.reduce(0, +)
    return ReweightingClosure.efficiencies.map { efficiency in
      var (observed, threshold) = (0.0, Float.infinity)
      for (score, weight) in ofData where observed + weight <= efficiency * total * (1 + 1e-12) {
        (observed, threshold) = (observed + weight, score)
      }
      // Events with the score of the last one are in the cut or not together.
      func sum(_ scored: some Sequence<(Float, Double)>, power: Double) -> Double {
        scored.reduce(0) { $1.0 >= threshold ? $0 + pow($1.1, power) : $0 }
      }
      let reweighted = zip(ofSimulation, held.reweighted.weights)
      return ClosureFold.Passed(
        observed: sum(ofData, power: 1), observedVariance: sum(ofData, power: 2),
        predicted: sum(reweighted, power: 1), variance: sum(reweighted, power: 2),
        withoutReweighting: sum(zip(ofSimulation, held.simulation.weights), power: 1))
    }
  }
}
