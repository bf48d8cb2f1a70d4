import EventModel
import Learners
import Randomness
import Testing

struct PrincipalComponentsTests {
  let training: WeightedEvents

  init() throws {
    training = WeightedEvents(try sample(state: 1, count: 400, shift: 1))
  }

  /// Reference: Validation/learners.py (scikit-learn 1.9.1).
  @Test(arguments: [PrincipalComponents.Choice.count(2), .explainedVariance(0.7)])
  func `Reconstruction errors match scikit-learn`(choice: PrincipalComponents.Choice) throws {
    let model = try PrincipalComponents(components: choice).fit(training, seed: Seed(1))
    let errors = try model.scores(sample(state: 3, count: 4, shift: 1))
    let expected = [
      0.003_223_482_704_295_278, 0.014_346_851_258_444_194, 0.001_012_432_994_906_299_6,
      0.015_572_979_183_601_42,
    ]
    for (error, reference) in zip(errors, expected) {
      // The standardised features are Floats here.
      #expect(abs(Double(error) - reference) < 1e-6)
    }
    let fractions = [0.678_353_970_169_738_4, 0.311_291_301_129_695_66, 0.010_354_728_700_565_887]
    for (fraction, reference) in zip(model.explainedVariance, fractions) {
      #expect(abs(fraction - reference) < 1e-6)
    }
    #expect(errors.count == 4)
    #expect(model.explainedVariance.count == 3)
  }

  @Test func `A weight of two is an event twice`() throws {
    let events = training.events
    let doubled = WeightedEvents(
      events, weights: (0..<events.count).map { $0 < 100 ? 2 : 1 })
    let repeated = WeightedEvents(events[Array(0..<events.count) + Array(0..<100)])
    let learner = PrincipalComponents(components: .count(1))
    let test = try sample(state: 3, count: 50, shift: 0)
    let first = try learner.fit(doubled, seed: Seed(1)).scores(test)
    let second = try learner.fit(repeated, seed: Seed(1)).scores(test)
    for (a, b) in zip(first, second) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func `An event off the plane of all others stands out`() throws {
    // The third feature is the sum of the others; the odd event breaks that and nothing else.
    let slice = try sample(state: 1, count: 300, shift: 0)
    let (a, b) = (slice.column(0), slice.column(1))
    let plane = try table([a, b, zip(a, b).map { $0 + $1 }]).all
    let model = try PrincipalComponents(components: .count(2))
      .fit(WeightedEvents(plane), seed: Seed(1))
    let usual = try #require(try model.scores(plane).max())
    let odd = try model.scores(table([[0.5], [0.5], [0.5]]).all)[0]
    #expect(usual < 1e-9)
    #expect(odd > 0.1)
  }

  @Test func `A feature that never varies is no direction`() throws {
    let slice = try sample(state: 1, count: 300, shift: 0)
    let flat = try table(slice.columns + [[Float](repeating: 7, count: 300)]).all
    let learner = PrincipalComponents(components: .count(2))
    let scores = try learner.fit(WeightedEvents(flat), seed: Seed(1)).scores(flat)
    let without = try learner.fit(WeightedEvents(slice), seed: Seed(1)).scores(slice)
    for (score, reference) in zip(scores, without) { #expect(abs(score - reference) < 1e-5) }
  }

  @Test(arguments: [
    (PrincipalComponents.Choice.count(3), LearnerError.tooFewComponents(asked: 3, available: 2)),
    (.count(0), .badSetting(name: "components", value: "0", allowed: "at least 1")),
    (
      .explainedVariance(1),
      .badSetting(name: "explainedVariance", value: "1.0", allowed: "above 0 and below 1")
    ),
  ])
  func `A choice that leaves no error to measure is refused`(
    choice: PrincipalComponents.Choice, error: LearnerError
  ) {
    #expect(throws: error) {
      try PrincipalComponents(components: choice).fit(training, seed: Seed(1))
    }
  }
}
