import EventModel
import Foundation
import Learners
import Randomness
import Synchronization
import Testing

struct BoostedTreesTests {
  let contrast: Contrast
  let validation: Contrast
  let test: EventSlice

  init() throws {
    contrast = Contrast(
      positive: WeightedEvents(try sample(state: 1, count: 400, shift: 1)),
      negative: WeightedEvents(
        try sample(state: 2, count: 600, shift: 0),
        weights: [Double](repeating: 400.0 / 600, count: 600)))
    validation = Contrast(
      positive: WeightedEvents(try sample(state: 5, count: 400, shift: 1)),
      negative: WeightedEvents(try sample(state: 6, count: 400, shift: 0)))
    test = try sample(state: 7, count: 500, shift: 0.5)
  }

  let small = BoostedTrees(
    maximumDepth: 3, learningRate: 0.3, minimumRounds: 1, maximumRounds: 12, patience: 12,
    minimumChildWeight: 5, l2: 1, bins: 64)

  /// Reference: Validation/learners.py (xgboost 1.7.6 for Python).
  @Test func `Scores match XGBoost for Python`() throws {
    // Validating on the training events, the loss falls to the last round, so all trees are kept.
    let fitted = try small.fit(
      training: contrast, validation: contrast, metric: .logLoss, seed: Seed(1))
    #expect(fitted.ending == .roundLimit(keptRound: 12, lastRound: 12))
    let scores =
      try fitted.model.scores(sample(state: 3, count: 4, shift: 1))
      + fitted.model.scores(sample(state: 4, count: 4, shift: 0))
    let expected: [Float] = [
      0.635_205_8, 0.471_336, 0.609_286, 0.624_642_7, 0.571_756_84, 0.518_174_53, 0.502_858_3,
      0.521_416_84,
    ]
    for (score, reference) in zip(scores, expected) { #expect(abs(score - reference) < 1e-5) }
    #expect(scores.count == 8)
  }

  @Test func `A second training gives the same bits, on any thread`() async throws {
    let learner = BoostedTrees(maximumRounds: 30, minimumChildWeight: 5, subsample: 0.7)
    let alone = try scores(learner, Seed(3))
    let together = try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<4 { group.addTask { try scores(learner, Seed(3)) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for scores in together { #expect(scores == alone) }
    #expect(try scores(learner, Seed(4)) != alone, "the seed chooses each tree's events")
  }

  @Test func `One model scores on several threads at once`() async throws {
    let model = try small.fit(
      training: contrast, validation: validation, metric: .logLoss, seed: Seed(1)
    ).model
    let alone = try model.scores(test)
    let together = try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 { group.addTask { try model.scores(test) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for scores in together { #expect(scores == alone) }
  }

  @Test func `The round that validates best is kept`() throws {
    // Large steps on few events: the validation loss soon rises.
    let greedy = BoostedTrees(
      maximumDepth: 8, learningRate: 1, minimumRounds: 1, maximumRounds: 50, patience: 3,
      minimumChildWeight: 0, l2: 1)
    let fitted = try greedy.fit(
      training: contrast, validation: validation, metric: .logLoss, seed: Seed(1))
    guard case .patienceExhausted(let kept, let last) = fitted.ending else {
      Issue.record("the training went on to the end: \(fitted.ending)")
      return
    }
    #expect(last == kept + 3)
    var shorter = greedy
    shorter.maximumRounds = kept
    let again = try shorter.fit(
      training: contrast, validation: validation, metric: .logLoss, seed: Seed(1))
    #expect(try again.model.scores(test) == fitted.model.scores(test))
    #expect(again.validationMetric == fitted.validationMetric)

    var longer = greedy
    longer.minimumRounds = kept + 5
    let more = try longer.fit(
      training: contrast, validation: validation, metric: .logLoss, seed: Seed(1))
    guard case .patienceExhausted(let keptNow, _) = more.ending else {
      Issue.record("the training went on to the end: \(more.ending)")
      return
    }
    #expect(keptNow >= kept + 5)
    #expect(more.validationMetric < fitted.validationMetric)
  }

  @Test func `The unit of the weights does not matter`() throws {
    var scaled = contrast
    scaled.positive = scaled.positive.scaled(by: 1.0 / 1_024)
    scaled.negative = scaled.negative.scaled(by: 1.0 / 1_024)
    let model = try small.fit(
      training: contrast, validation: validation, metric: .logLoss, seed: Seed(1)
    ).model
    let scaledModel = try small.fit(
      training: scaled, validation: validation, metric: .logLoss, seed: Seed(1)
    ).model
    #expect(try model.scores(test) == scaledModel.scores(test))
  }

  @Test func `An event of weight zero teaches nothing`() throws {
    let extra = try sample(state: 9, count: 200, shift: 3)
    var padded = contrast
    let events = try joined(padded.negative.events, extra)
    padded.negative = WeightedEvents(
      events, weights: padded.negative.weights + [Double](repeating: 0, count: 200))
    // Quantiles of so few values are exact, so the histogram's edges do not move.
    let learner = BoostedTrees(
      maximumDepth: 1, maximumRounds: 1, minimumChildWeight: 0, bins: 4_096)
    let plain = try learner.fit(
      training: contrast, validation: validation, metric: .areaUnderCurve, seed: Seed(1))
    let withExtra = try learner.fit(
      training: padded, validation: validation, metric: .areaUnderCurve, seed: Seed(1))
    #expect(abs(plain.validationMetric - withExtra.validationMetric) < 0.02)
  }

  @Test func `Cancelling stops within a round`() throws {
    let rounds = Mutex(0)
    #expect(throws: CancellationError.self) {
      try small.fit(
        training: contrast, validation: validation, metric: .logLoss, seed: Seed(1),
        isCancelled: {
          rounds.withLock {
            $0 += 1
            return $0 > 3
          }
        })
    }
    #expect(rounds.withLock { $0 } == 4)
  }

  @Test func `Samples and settings that cannot work are refused`() throws {
    var empty = contrast
    empty.positive = empty.positive.scaled(by: 0)
    #expect(throws: LearnerError.emptySample(.positive)) {
      try small.fit(training: empty, validation: validation, metric: .logLoss, seed: Seed(1))
    }
    var negative = contrast
    negative.negative = negative.negative.scaled(by: -1)
    #expect(throws: LearnerError.badWeight(.negative, position: 0, value: -400.0 / 600)) {
      try small.fit(training: negative, validation: validation, metric: .logLoss, seed: Seed(1))
    }
    let bad = BoostedTrees(learningRate: 0)
    #expect(
      throws: LearnerError.badSetting(
        name: "learningRate", value: "0.0", allowed: "above 0, at most 1")
    ) {
      try bad.fit(training: contrast, validation: validation, metric: .logLoss, seed: Seed(1))
    }
  }

  @Test func `Events with other features are refused`() throws {
    let model = try small.fit(
      training: contrast, validation: validation, metric: .logLoss, seed: Seed(1)
    ).model
    let other = try table([[1], [2]]).all
    #expect(
      throws: LearnerError.featureMismatch(expected: model.features, found: other.features)
    ) { try model.scores(other) }
    #expect(try model.scores(test[[]]) == [])
  }

  private func scores(_ learner: BoostedTrees, _ seed: Seed) throws -> [Float] {
    try learner.fit(training: contrast, validation: validation, metric: .logLoss, seed: seed)
      .model.scores(test)
  }

  private func joined(_ first: EventSlice, _ second: EventSlice) throws -> EventSlice {
    try table(zip(first.columns, second.columns).map { $0 + $1 }).all
  }
}

extension WeightedEvents {
  fileprivate func scaled(by factor: Double) -> WeightedEvents {
    WeightedEvents(events, weights: weights.map { $0 * factor })
  }
}
