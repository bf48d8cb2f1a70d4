import EventModel
import Learners
import NeuralNetworks
import Randomness
import Testing

struct NetworkClassifierTests {
  let training: Contrast
  let validation: Contrast
  let test: EventSlice

  init() throws {
    training = Contrast(
      positive: WeightedEvents(try sample(state: 1, count: 2_000, shift: 1)),
      negative: WeightedEvents(try sample(state: 2, count: 2_000, shift: 0)))
    validation = Contrast(
      positive: WeightedEvents(try sample(state: 5, count: 1_000, shift: 1)),
      negative: WeightedEvents(try sample(state: 6, count: 1_000, shift: 0)))
    test = try sample(state: 7, count: 500, shift: 0.5)
  }

  let learner = NetworkClassifier(
    hidden: [DenseLayer(units: 16, activation: .relu), DenseLayer(units: 8, activation: .elu)],
    optimizer: .adam(learningRate: 0.01), batchSize: 200, epochs: 20, patience: 20)

  /// The densities are 2b and 1 on [0, 1], so the ideal classifier ranks by b: AUC 2/3 exactly.
  @Test func `Reaches nearly the ideal classifier's area under the curve`() throws {
    let fitted = try learner.fit(
      training: training, validation: validation, metric: .areaUnderCurve, seed: Seed(1))
    let test = Contrast(
      positive: WeightedEvents(try sample(state: 8, count: 20_000, shift: 1)),
      negative: WeightedEvents(try sample(state: 9, count: 20_000, shift: 0)))
    let area = try ValidationMetric.areaUnderCurve.value(
      positive: (fitted.model.scores(test.positive.events), test.positive.weights),
      negative: (fitted.model.scores(test.negative.events), test.negative.weights))
    // The statistical error is 0.003.
    #expect(area > 2.0 / 3 - 0.015)
    #expect(area < 2.0 / 3 + 0.01)
  }

  /// With equal totals of weight the ideal probability is 2b / (1 + 2b).
  @Test func `Weights set the prior`() throws {
    let balanced = try learner.fit(
      training: training, validation: validation, metric: .logLoss, seed: Seed(1))
    var heavy = training
    heavy.positive = WeightedEvents(
      training.positive.events, weights: [Double](repeating: 4, count: training.positive.count))
    let shifted = try learner.fit(
      training: heavy, validation: validation, metric: .areaUnderCurve, seed: Seed(1))
    let scores = try balanced.model.scores(test)
    let raised = try shifted.model.scores(test)
    let means = [scores, raised].map { $0.reduce(0, +) / Float($0.count) }
    #expect(abs(means[0] - 0.5) < 0.1)
    #expect(means[1] > 0.7)
  }

  @Test func `The epoch of the best metric is kept`() throws {
    let metric = ValidationMetric.efficiency(atNegativeEfficiency: 0.1)
    let fitted = try learner.fit(
      training: training, validation: validation, metric: metric, seed: Seed(2))
    let value = try metric.value(
      positive: (
        fitted.model.scores(validation.positive.events), validation.positive.weights
      ),
      negative: (
        fitted.model.scores(validation.negative.events), validation.negative.weights
      ))
    #expect(fitted.validationMetric == value)
    guard case .roundLimit(let kept, 20) = fitted.ending else {
      Issue.record("a patience of 20 epochs cannot run out within 20: \(fitted.ending)")
      return
    }
    var shorter = learner
    shorter.epochs = kept
    let again = try shorter.fit(
      training: training, validation: validation, metric: metric, seed: Seed(2))
    #expect(try again.model.scores(test) == fitted.model.scores(test))
  }

  @Test func `A second training gives the same bits, on any thread`() async throws {
    var brief = learner
    brief.epochs = 3
    let learner = brief
    let alone = try scores(learner, Seed(3))
    let together = try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<4 { group.addTask { try scores(learner, Seed(3)) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for scores in together { #expect(scores == alone) }
    #expect(try scores(learner, Seed(4)) != alone)
  }

  @Test func `Cancelling throws a cancellation`() {
    #expect(throws: CancellationError.self) {
      try learner.fit(
        training: training, validation: validation, metric: .logLoss, seed: Seed(1),
        isCancelled: { true })
    }
  }

  @Test func `Samples and metrics that cannot work are refused`() throws {
    var empty = training
    empty.negative = WeightedEvents(training.negative.events[[]])
    #expect(throws: LearnerError.emptySample(.negative)) {
      try learner.fit(training: empty, validation: validation, metric: .logLoss, seed: Seed(1))
    }
    #expect(throws: LearnerError.self) {
      try learner.fit(
        training: training, validation: validation, metric: .efficiency(atNegativeEfficiency: 2),
        seed: Seed(1))
    }
  }

  private func scores(_ learner: NetworkClassifier, _ seed: Seed) throws -> [Float] {
    try learner.fit(training: training, validation: validation, metric: .logLoss, seed: seed)
      .model.scores(test)
  }
}
