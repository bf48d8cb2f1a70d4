import AnomalyMethods
import EventModel
import Learners
import Randomness
import TestSupport
import Testing

struct TagNTrainTests {
  let binning: MassBinning
  let window: MassWindow

  init() throws {
    binning = try MassBinning(logSpaced: 2_700..<6_000, count: 16)
    window = try binning.windows(signalRegionBins: 3, sidebandBins: 2)[2]
  }

  private let reconstruction = SubsampledEnsemble(
    of: Autoencoder(hidden: Autoencoder.layers([16, 1]), batchSize: 200, epochs: 5), members: 2,
    eventsPerMember: 2_000)

  private func method<View: TaggableView>(
    _: View.Type, iterations: [Tagging] = [Tagging(signalLike: 0.2), Tagging(signalLike: 0.1)]
  ) -> TagNTrain<View, SubsampledEnsemble<Autoencoder>, BoostedTrees> {
    TagNTrain(
      reconstruction: reconstruction,
      ensemble: ValidatedEnsemble(
        learner: BoostedTrees(maximumDepth: 3, maximumRounds: 60, minimumChildWeight: 5),
        validation: .randomSplits(members: 2, parts: 4), metric: .areaUnderCurve),
      iterations: iterations)
  }

  /// How many of the signal events a cut at 2 % keeps.
  private func signalKept(_ method: some AnomalyMethod, _ toy: ToyEvents) throws -> Int {
    let table = try toy.table(.lhco41ByMass)
    let folds = Folds(count: 2, of: table, stratifiedBy: binning, seed: Seed(1))
    let scores = try CrossFit(
      method, samples: Samples(data: table), windows: [window], folds: folds, seed: Seed(1))()[0]
    return scores.selectedRows(efficiency: 0.02).count { toy.isSignal[$0] }
  }

  @Test func `Trained on tags, the jets find more signal than the autoencoders that tagged`() throws
  {
    let toy = ToyEvents(background: 12_000, signal: 300)
    let seeds = try signalKept(ReconstructionError(learner: reconstruction), toy)
    // 300 of 12,300 events: at random 6 would be among the kept 2 %.
    #expect(seeds > 12)
    #expect(try signalKept(method(InclusiveData.self), toy) > seeds)
    #expect(try signalKept(method(RegionContrast.self), toy) > 2 * seeds)
  }

  // MARK: Which events a model sees

  /// A model that scores the jet's first feature and refuses events that it learned from.
  struct Watchful: ReconstructionLearner, BinaryClassifierLearner {
    struct Model: EventScorer {
      var positive: [Int64] = []
      var negative: [Int64] = []
      var features: [Feature] = []
      var weights: [Double] = []

      func scores(_ events: EventSlice) throws -> [Float] {
        guard Set(positive + negative).isDisjoint(with: events.identifiers) else {
          throw AlreadySeen()
        }
        return events.column(0)
      }
    }
    struct AlreadySeen: Error {}

    func fit(
      _ events: WeightedEvents, seed: Seed, isCancelled: @Sendable () -> Bool
    ) -> Model { Model(negative: events.events.identifiers) }

    func fit(
      training: Contrast, validation: Contrast, metric: ValidationMetric, seed: Seed,
      isCancelled: @Sendable () -> Bool
    ) -> FittedClassifier<Model> {
      let model = Model(
        positive: training.positive.events.identifiers,
        negative: training.negative.events.identifiers,
        features: training.positive.events.features,
        weights: [training.positive, training.negative].map { $0.weights.reduce(0, +) })
      return FittedClassifier(
        model: model, validationMetric: 0, ending: .roundLimit(keptRound: 1, lastRound: 1))
    }
  }

  private func watchful<View: TaggableView>(
    _ type: View.Type, iterations: [Tagging], table: EventTable
  ) throws -> [Watchful.Model] {
    let method = TagNTrain<View, Watchful, Watchful>(
      reconstruction: Watchful(),
      ensemble: ValidatedEnsemble(
        learner: Watchful(), validation: .randomSplits(members: 1, parts: 4),
        metric: .areaUnderCurve), iterations: iterations)
    let view = try View(
      Samples(data: table), window: window, trainingRows: Array(0..<table.count))
    return try method.fit(view, seed: Seed(4), isCancelled: { false })
      .members.map { $0.model.members[0] }
  }

  @Test func `A jet's classifier learns from events that the other jet tagged`() throws {
    let table = try ToyEvents(background: 4_000).table(.lhco41ByMass)
    let jets = try FeatureSelection.ofEachJet(table.features)
    let models = try watchful(
      InclusiveData.self, iterations: [Tagging(signalLike: 0.2)], table: table)
    for (jet, model) in models.enumerated() {
      #expect(model.features == jets[jet].features)
      // One part of two is tagged, three quarters of it trained on.
      #expect(model.positive.count == 300)
      #expect(model.negative.count == 600)
      #expect(model.weights == [450, 450])
      let scores = try jets[1 - jet].applied(to: table.all).column(0)
      let lowest = try #require(model.positive.map { scores[Int($0)] }.min())
      let highest = try #require(model.negative.map { scores[Int($0)] }.max())
      #expect(scores.count { $0 > lowest } < 900)
      #expect(scores.count { $0 < highest } < 1_700)
    }
  }

  @Test func `With a window signal-like events are in the signal region, background anywhere`()
    throws
  {
    let table = try ToyEvents(background: 4_000).table(.lhco41ByMass)
    let models = try watchful(
      RegionContrast.self, iterations: [Tagging(signalLike: 0.2)], table: table)
    for model in models {
      let region = window.signalRegion
      #expect(model.positive.count > 20)
      #expect(model.positive.allSatisfy { region.contains(table.dijetMass[Int($0)]) })
      #expect(model.negative.contains { !region.contains(table.dijetMass[Int($0)]) })
      #expect(model.negative.count == 600)
    }
  }

  /// The models refuse events that they learned from, in tagging as in the final ranks.
  @Test func `No model ever tags or ranks an event that it learned from`() throws {
    let table = try ToyEvents(background: 4_000).table(.lhco41ByMass)
    let iterations = [0.3, 0.2, 0.1].map { Tagging(signalLike: $0) }
    let models = try watchful(InclusiveData.self, iterations: iterations, table: table)
    // One part of four, of which a tenth is signal-like, three quarters of it trained on.
    #expect(models.map(\.positive.count) == [75, 75])
    #expect(throws: Watchful.AlreadySeen.self) { try models[0].scores(table.all) }
  }

  // MARK: What is refused

  @Test(arguments: [
    Tagging(signalLike: 0), Tagging(signalLike: 0.2, backgroundLike: 0.9),
    Tagging(signalLike: 0.2, backgroundLike: -1), Tagging(signalLike: .nan),
  ])
  func `Fractions that overlap or tag nothing are refused`(tagging: Tagging) throws {
    let table = try ToyEvents(background: 200).table()
    #expect(throws: TaggingError.self) {
      try watchful(InclusiveData.self, iterations: [tagging], table: table)
    }
  }

  @Test func `Too few events to tag, no iteration, and features of no jet are refused`() throws {
    let few = try ToyEvents(background: 20).table()
    #expect(throws: EnsembleError.tooFewEvents(found: 4)) {
      try watchful(InclusiveData.self, iterations: [Tagging(signalLike: 0.05)], table: few)
    }
    #expect(throws: TaggingError.noIteration) {
      try watchful(InclusiveData.self, iterations: [], table: few)
    }
    let toy = try EventTable(
      dijetMass: [3_000, 3_100], features: [.toyX1, .toyX2], columns: [[1, 2], [3, 4]])
    #expect(throws: LearnerError.withoutObject(.toyX1)) {
      try watchful(InclusiveData.self, iterations: [Tagging(signalLike: 0.2)], table: toy)
    }
  }
}
