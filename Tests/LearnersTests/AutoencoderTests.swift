import EventModel
import Learners
import NeuralNetworks
import Randomness
import Testing

struct AutoencoderTests {
  /// Two features along a line, with a slope, an offset and units of their own.
  private func line(_ parameters: [Float]) throws -> EventSlice {
    try table([parameters.map { 100 + 40 * $0 }, parameters.map { 3 - 0.5 * $0 }]).all
  }

  private func training(_ count: Int = 2_000) throws -> WeightedEvents {
    var generator = SplitMix64(state: 1)
    return WeightedEvents(try line((0..<count).map { _ in Float(generator.normal()) }))
  }

  private var learner: Autoencoder {
    Autoencoder(
      hidden: Autoencoder.layers([16, 1]), optimizer: .adam(learningRate: 0.01), batchSize: 100,
      epochs: 30)
  }

  @Test func `Events on a line are given back through one unit, events beside it are not`() throws {
    let model = try learner.fit(training(), seed: Seed(1))
    let on = try model.scores(line([-1.5, -0.5, 0, 0.7, 1.5]))
    let off = try model.scores(table([[100, 140, 60], [4, 3.5, 2.5]]).all)
    #expect(try #require(on.max()) < 0.02)
    #expect(try #require(off.min()) > 0.3)
  }

  @Test func `Scores do not change with the units of the features`() throws {
    let events = try training(500)
    let scaled = WeightedEvents(
      try table(events.events.columns.map { $0.map { $0 * 4 } }).all)
    let learner = Autoencoder(hidden: Autoencoder.layers([8, 1]), batchSize: 100, epochs: 2)
    let scores = try learner.fit(events, seed: Seed(1)).scores(events.events)
    // A factor of 4 is exact in floating point.
    #expect(try learner.fit(scaled, seed: Seed(1)).scores(scaled.events) == scores)
  }

  @Test func `The paper's layers narrow down to one linear unit and widen again`() {
    let hidden = Autoencoder().hidden
    #expect(hidden.map(\.units) == [64, 32, 16, 1, 16, 32, 64])
    #expect(
      hidden.map(\.activation) == [.relu, .relu, .relu, .linear, .relu, .relu, .relu])
  }

  @Test func `With validation more epochs never raise the error of the events kept out`() throws {
    let events = try training(400)
    // A learning rate this high makes the error jump from epoch to epoch.
    var learner = learner
    learner.optimizer = .adam(learningRate: 0.3)
    learner.validation = Autoencoder.Validation(parts: 4, patience: 40)
    let parts = stratifiedParts(
      identifiers: events.events.identifiers, strata: Array(repeating: 0, count: 400), count: 4,
      seed: Seed(3).child("validation"))
    let held = events.subset(positions: parts.indices.filter { parts[$0] == 0 }).events
    let errors = try (1...40).map { epochs in
      learner.epochs = epochs
      return try learner.fit(events, seed: Seed(3)).scores(held).reduce(0, +)
    }
    for (error, next) in zip(errors, errors.dropFirst()) { #expect(next <= error * 1.0001) }
    #expect(errors[39] < errors[0])
    learner.validation?.patience = 1
    // The last epoch that counted is the one before the first that did no better.
    let stopped = try learner.fit(events, seed: Seed(3)).scores(held).reduce(0, +)
    let first = try #require(zip(errors, errors.dropFirst()).first { $0 == $1 })
    #expect(stopped == first.0)
  }

  @Test func `Bad settings and samples are refused`() throws {
    let events = try training(20)
    var learner = learner
    learner.hidden = []
    #expect(throws: LearnerError.self) { try learner.fit(events, seed: Seed(1)) }
    learner.hidden = Autoencoder.layers([2, 1])
    learner.validation = Autoencoder.Validation(parts: 1)
    #expect(
      throws: LearnerError.badSetting(name: "validation.parts", value: "1", allowed: "at least 2")
    ) { try learner.fit(events, seed: Seed(1)) }
    learner.validation = nil
    #expect(throws: LearnerError.emptySample(.reconstructed)) {
      try learner.fit(WeightedEvents(line([])), seed: Seed(1))
    }
    learner.optimizer = .adam(learningRate: 1e30)
    #expect(throws: (any Error).self) { try learner.fit(events, seed: Seed(1)) }
  }

  @Test func `A cancelled training ends with a cancellation`() throws {
    #expect(throws: CancellationError.self) {
      try SubsampledEnsemble(of: learner).fit(training(50), seed: Seed(1), isCancelled: { true })
    }
  }
}
