import AnomalyMethods
import EventModel
import Learners
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// Rules that every method must keep, whatever it learns.
struct AnomalyMethodLawTests {
  static let methods: [any AnomalyMethod] = [
    Transformed(
      CWoLa(
        learner: HistogramClassifier(bins: 2),
        validation: .crossValidation(folds: 2, restarts: 1), metric: .areaUnderCurve),
      by: PercentileLearner(binning: percentileBinning)),
    CWoLa(
      learner: NetworkClassifier(
        hidden: [DenseLayer(units: 4, activation: .relu)], batchSize: 100, epochs: 2, patience: 2),
      validation: .crossValidation(folds: 2, restarts: 2),
      metric: .efficiency(atNegativeEfficiency: 0.05)),
    PrincipalComponentAnalysis(components: PrincipalComponents(components: .count(2))),
    CWoLa(
      learner: BoostedTrees(maximumDepth: 2, maximumRounds: 5, minimumChildWeight: 1),
      validation: .randomSplits(members: 2, parts: 3), metric: .logLoss),
    CWoLa(
      learner: BoostedTrees(maximumDepth: 2, maximumRounds: 4, minimumChildWeight: 1),
      validation: .crossValidation(folds: 2, restarts: 2),
      metric: .efficiency(atNegativeEfficiency: 0.05)),
    CWoLa(
      learner: BoostedTrees(maximumDepth: 2, maximumRounds: 4, minimumChildWeight: 1),
      validation: .repeatedCrossValidation(folds: 2, restarts: 2), metric: .logLoss),
    NeighbourRatio(neighbour: 5),
    SALAD(reweighting: SimulationReweighting(smallEnsemble), ensemble: smallEnsemble),
    simulationAugmented(0.5),
    SACWoLa(
      ensemble: smallEnsemble, penalty: 1, reweighting: SimulationReweighting(smallEnsemble)),
    Transformed(
      simulationAugmented(0.5), by: PercentileLearner(binning: percentileBinning)),
    ReconstructionError(learner: autoencoders),
    ReconstructionError(learner: autoencoders, objects: .wholeEvent),
    Transformed(ReconstructionError(learner: autoencoders), by: RankGaussianLearner()),
    TagNTrain<RegionContrast, _, _>(
      reconstruction: autoencoders, ensemble: smallEnsemble,
      iterations: [Tagging(signalLike: 0.5), Tagging(signalLike: 0.4)]),
    TagNTrain<InclusiveData, _, _>(
      reconstruction: PrincipalComponents(components: .count(1)),
      ensemble: smallEnsemble, combination: .both),
  ]

  static let smallEnsemble = ValidatedEnsemble(
    learner: BoostedTrees(maximumDepth: 2, maximumRounds: 3, minimumChildWeight: 1),
    validation: .randomSplits(members: 1, parts: 3), metric: .logLoss)

  static func simulationAugmented(
    _ penalty: Double
  ) -> SACWoLa<BoostedTrees, BoostedTrees> {
    SACWoLa(ensemble: smallEnsemble, penalty: penalty, reweighting: nil)
  }

  static let autoencoders = SubsampledEnsemble(
    of: Autoencoder(hidden: Autoencoder.layers([4, 1]), batchSize: 50, epochs: 2), members: 2,
    eventsPerMember: 200)

  static let percentileBinning: MassBinning = {
    do { return try MassBinning(logSpaced: 2_700..<6_000, count: 4) } catch {
      preconditionFailure()
    }
  }()

  let binning: MassBinning
  let windows: [MassWindow]
  let table: EventTable
  let simulation: EventTable

  init() throws {
    binning = try MassBinning(logSpaced: 2_700..<6_000, count: 8)
    windows = try binning.windows(signalRegionBins: 2, sidebandBins: 2).prefix(2).map { $0 }
    let all = try ToyEvents(background: 1_200).table()
    let range = binning.range
    table = all.selecting(
      rows: all.dijetMass.indices.filter { range.contains(all.dijetMass[$0]) })
    simulation = try ToyEvents(background: 900, seed: Seed(8)).table()
  }

  /// Data beside the simulation.
  func samples(_ data: EventTable) -> Samples {
    Samples(data: data, backgroundSimulation: simulation)
  }

  func crossFit(
    _ method: some AnomalyMethod, _ table: EventTable, seed: Seed = Seed(1),
    scheme: Folds.Scheme = .cross
  ) throws -> [ScoreTable] {
    try CrossFit(
      method, samples: samples(table), windows: windows,
      folds: Folds(count: 3, scheme: scheme, of: table, stratifiedBy: binning, seed: Seed(7)),
      seed: seed)()
  }

  @Test(arguments: methods)
  func `Every event gets one finite score in every window`(method: any AnomalyMethod) throws {
    let tables = try crossFit(method, table)
    #expect(tables.count == windows.count)
    for scores in tables {
      #expect(scores.scores.count == table.count)
      #expect(scores.scores.allSatisfy { $0?.isFinite == true })
      #expect(scores.keptFrom.allSatisfy { $0.map { $0 > 0 && $0 <= 1 } == true })
    }
  }

  @Test(arguments: methods)
  func `The same seed gives the same scores`(method: any AnomalyMethod) throws {
    #expect(try crossFit(method, table) == crossFit(method, table))
  }

  @Test(arguments: methods)
  func `A held-out event cannot change the score of another`(method: any AnomalyMethod) throws {
    let folds = Folds(count: 3, of: table, stratifiedBy: binning, seed: Seed(7))
    let spoiled = 5
    var columns = table.columns
    for index in columns.indices { columns[index][spoiled] = 1e6 }
    let changed = try EventTable(
      dijetMass: table.dijetMass, features: table.features, columns: columns,
      identifiers: table.identifiers)
    let before = try crossFit(method, table)
    let after = try crossFit(method, changed)
    let companions = folds.rows(in: Int(folds.assignment[spoiled])).filter { $0 != spoiled }
    for (before, after) in zip(before, after) {
      #expect(companions.allSatisfy { before.scores[$0] == after.scores[$0] })
    }
  }

  @Test(arguments: methods)
  func `The order of the events does not matter`(method: any AnomalyMethod) throws {
    // Trainings add up floating-point numbers in the order of the rows, so scores agree to
    // rounding in general; the folds agree exactly.
    var generator = Seed(3).makeGenerator()
    let order = generator.permutation(of: table.count)
    let shuffled = table.selecting(rows: order)
    let foldsBefore = Folds(count: 3, of: table, stratifiedBy: binning, seed: Seed(7))
    let foldsAfter = Folds(count: 3, of: shuffled, stratifiedBy: binning, seed: Seed(7))
    #expect(order.map { foldsBefore.assignment[$0] } == foldsAfter.assignment)
  }

  @Test(arguments: methods)
  func `With sequential folds a later fold cannot change an earlier one`(
    method: any AnomalyMethod
  ) throws {
    let folds = Folds(
      count: 3, scheme: .sequential, of: table, stratifiedBy: binning, seed: Seed(7))
    let last = folds.rows(in: 2)
    var columns = table.columns
    for index in columns.indices { for row in last { columns[index][row] *= 2 } }
    let changed = try EventTable(
      dijetMass: table.dijetMass, features: table.features, columns: columns,
      identifiers: table.identifiers)
    let before = try crossFit(method, table, scheme: .sequential)[0]
    let after = try crossFit(method, changed, scheme: .sequential)[0]
    #expect(folds.rows(in: 1).allSatisfy { before.scores[$0] == after.scores[$0] })
    #expect(folds.rows(in: 0).allSatisfy { before.scores[$0] == nil })
  }

  @Test(arguments: methods)
  func `A method without windows does not look at the dijet mass`(
    method: any AnomalyMethod
  ) throws {
    func check<Method: AnomalyMethod>(_ method: Method) throws {
      guard !Method.View.dependsOnWindow else { return }
      let folds = Folds(count: 3, of: table, stratifiedBy: binning, seed: Seed(7))
      var generator = Seed(9).makeGenerator()
      let shuffled = generator.permutation(of: table.count).map { table.dijetMass[$0] }
      let other = try EventTable(
        dijetMass: shuffled, features: table.features, columns: table.columns,
        identifiers: table.identifiers)
      let run = { (table: EventTable) in
        try CrossFit(
          method, samples: samples(table), windows: windows, folds: folds, seed: Seed(1))()
      }
      #expect(try run(table)[0].scores == run(other)[0].scores)
    }
    try check(method)
  }

  @Test(arguments: methods)
  func `Events that take no part are scored and change nothing`(
    method: any AnomalyMethod
  ) throws {
    func check(_ method: some AnomalyMethod) throws {
      let folds = Folds(count: 3, of: table, stratifiedBy: binning, seed: Seed(7))
      let other = try ToyEvents(background: 0, signal: 50).table()
      let alone = CrossFit(
        method, samples: samples(table), windows: windows, folds: folds, seed: Seed(1))
      let both = CrossFit(
        method, samples: samples(table), windows: windows, folds: folds, seed: Seed(1),
        alsoScore: other)
      let unit = alone.units[0]
      let scores = try both.scores(unit)
      #expect(scores.alsoScored.count == 50)
      #expect(try alone.scores(unit).heldOut == scores.heldOut)
    }
    try check(method)
  }
}
