import Execution
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import Testing

struct NPLMTests {
  /// A falling spectrum, and data with a narrow bump on it; as in Validation/nplm.py.
  private static func bump() throws -> SampleComparison {
    var generator = SplitMix64(state: 5)
    let reference = (0..<3000).map { _ in Float(generator.exponential()) }
    let falling = (0..<550).map { _ in Float(generator.exponential()) }
    let narrow = (0..<50).map { _ in Float(1.6 + 0.2 * (generator.uniform() - 0.5)) }
    return try SampleComparison(
      names: ["x"], reference: [reference], data: [falling + narrow], expected: 560)
  }

  private static func nplm(
    _ network: String = "1-3-1", clipping: Double = 4,
    minimisation: NPLMMinimisation = .global()
  ) throws -> NPLM {
    try NPLM(
      network: NPLMNetwork(network), clipping: clipping, minimisation: minimisation)
  }

  /// Reference: Validation/nplm.py (scipy 1.17.1, double precision, 200 random starts).
  @Test func `The global minimisation finds the deepest minimum`() throws {
    let fit = try Self.nplm().fit(Self.bump(), seed: Seed(1))
    #expect(abs(fit.testStatistic - 57.2903) < 0.02)
    #expect(fit.search.foundDeepest >= 2)
    #expect(fit.search.evaluations > fit.search.descents)
  }

  @Test func `Adam comes from above and does not get deeper`() throws {
    let comparison = try Self.bump()
    let few = try Self.nplm(minimisation: .adam(.init(epochs: 200))).fit(comparison, seed: Seed(1))
    let many = try Self.nplm(minimisation: .adam(.init(epochs: 8000)))
      .fit(comparison, seed: Seed(1))
    #expect(few.testStatistic < many.testStatistic)
    #expect(many.testStatistic < 57.2903 + 0.02)
    #expect(many.search.evaluations == 8001)
  }

  @Test func `At the minimum the network expects as many events as there are`() throws {
    let comparison = try Self.bump()
    let fit = try Self.nplm().fit(comparison, seed: Seed(2))
    let learned = try fit.network.predict(comparison.reference).reduce(0.0) {
      $0 + exp(Double($1)) * comparison.expected / Double(comparison.referenceCount)
    }
    // The derivative by the output's bias vanishes, for the bias is not at the clipping.
    #expect(abs(learned - Double(comparison.dataCount)) < 0.05)
  }

  @Test func `Weights stay within the clipping`() throws {
    let comparison = try Self.bump()
    let adam = try Self.nplm(clipping: 0.5, minimisation: .adam(.init(epochs: 1500)))
    for nplm in [adam, try Self.nplm(clipping: 0.5)] {
      let parameters = try nplm.fit(comparison, seed: Seed(3)).network.parameters
      #expect(parameters.allSatisfy { abs($0) <= 0.5 })
      #expect(parameters.contains { abs($0) == 0.5 })
    }
  }

  @Test func `Free biases reach the tails with the same weights`() throws {
    // A step at x = 6 needs |b| = 6 |w|.
    var generator = SplitMix64(state: 9)
    func events(_ count: Int, excess: Int = 0) -> [[Float]] {
      [(0..<count + excess).map { Float(($0 < count ? 0 : 6) + generator.exponential()) }]
    }
    let comparison = try SampleComparison(
      names: ["x"], reference: events(20_000), data: events(2000, excess: 30), expected: 2000)
    func fit(freeBiases: Bool) throws -> NPLMFit {
      try NPLM(
        network: NPLMNetwork("1-3-1"), clipping: 3, freeBiases: freeBiases, scaling: .none
      ).fit(comparison, seed: Seed(1))
    }
    let (clipped, free) = (try fit(freeBiases: false), try fit(freeBiases: true))
    let (weights, biases) = ([0, 1, 2, 6, 7, 8], [3, 4, 5, 9])
    #expect(weights.allSatisfy { abs(free.network.parameters[$0]) <= 3 })
    #expect(biases.contains { abs(free.network.parameters[$0]) > 3 })
    #expect(biases.allSatisfy { abs(clipped.network.parameters[$0]) <= 3 })
    #expect(free.testStatistic > clipped.testStatistic + 2)
    #expect(throws: NPLMError.freeBiasesWithAdam) {
      try NPLM(
        network: NPLMNetwork("1-3-1"), clipping: 3, freeBiases: true,
        minimisation: .adam(.init(epochs: 10)))
    }
  }

  @Test func `As many searches are made as a user asks for, whatever they find`() throws {
    let comparison = try Self.bump()
    let five = try Self.nplm(minimisation: .global(GlobalMinimisation(exactly: 5)))
      .fit(comparison, seed: Seed(1))
    #expect(five.search.starts == 5)
    #expect(five.search.foundDeepest >= 2)
    let few = try Self.nplm().fit(comparison, seed: Seed(1))
    #expect(few.search.starts < 5)
    #expect(five.testStatistic >= few.testStatistic)
  }

  @Test func `Weights of the reference act like repeated events`() throws {
    let comparison = try Self.bump()
    let reference = comparison.reference[0]
    let repeated = try SampleComparison(
      names: ["x"], reference: [reference + reference.prefix(1000)], data: comparison.data,
      expected: 560)
    let weights = reference.indices.map { Float($0 < 1000 ? 6 : 3) }
    let weighted = try SampleComparison(
      names: ["x"], reference: [reference], referenceWeights: weights, data: comparison.data,
      expected: 560)
    // The paper's scaling would give the two another mean.
    var nplm = try Self.nplm()
    nplm.scaling = .none
    let t = try nplm.value(of: repeated, seed: Seed(1))
    #expect(abs(try nplm.value(of: weighted, seed: Seed(1)) - t) < 0.1)
  }

  @Test func `Results do not depend on the number of threads, nor on being resumed`() throws {
    let samples = ComparedSamples(
      comparison: try Self.bump(), pseudoData: .permutation(testsCount: true), sources: [])
    let test = try NPLMTest(
      samples, nplm: Self.nplm(clipping: 2), pseudoExperiments: 4, seed: 7)
    func json(_ jobs: Int) throws -> Data {
      try test(
        environment: ("0", "any"), executor: .threads(jobs), store: nil, progress: { _ in }
      ).json
    }
    #expect(try json(1) == json(3))
  }

  @Test func `A clear bump is found, named and ranked`() throws {
    let comparison = try Self.bump()
    let samples = ComparedSamples(
      comparison: comparison,
      spectators: .init(
        names: ["x squared"], reference: [comparison.reference[0].map { $0 * $0 }],
        data: [comparison.data[0].map { $0 * $0 }]),
      pseudoData: .permutation(testsCount: true), sources: [])
    let test = try NPLMTest(samples, nplm: Self.nplm(), pseudoExperiments: 12, seed: 1)
    let result = try test(
      environment: ("0", "any"), executor: .threads(2), store: nil, progress: { _ in })
    #expect(result.pValues.pseudoExperiments?.exceeding == 0)
    #expect(result.parameters == 10)
    let region = try #require(result.discrepantRegion)
    #expect(region.learned > 1.3 * region.expected)
    let cut = try #require(region.cuts.first { $0.variable == "x" || $0.variable == "x squared" })
    let low = try #require(cut.low)
    #expect(low > 1.2)
    #expect(result.ratios.map(\.isInput) == [true, false])
    for ratio in result.ratios {
      #expect(abs(ratio.expected.reduce(0, +) - 560) < 1e-3)
      #expect(ratio.observed.reduce(0, +) == 600)
      #expect(abs(ratio.learned.reduce(0, +) - 600) < 0.1)
    }
    // The events of the bump are the last 50.
    let order = try test.logRatios(of: result)
    let inBump = order.suffix(50).reduce(0, +) / 50
    #expect(inBump > order.prefix(550).reduce(0, +) / 550 + 0.3)
    #expect(try JSONDecoder().decode(NPLMResult.self, from: result.json) == result)
  }

  @Test func `Shapes of networks are read and refused`() throws {
    let network = try NPLMNetwork("5-5-5-5-1")
    #expect(network.parameterCount == 96)
    #expect(try NPLMNetwork("1-3-1").parameterCount == 10)
    for text in ["", "5", "5-1", "5-5-2", "5-0-1", "a-b-1", "5--1", "-3-1"] {
      #expect(throws: NPLMNetworkError.badShape(text)) { try NPLMNetwork(text) }
    }
  }

  @Test func `Settings that make no sense are refused`() throws {
    #expect(throws: NPLMError.badClipping(0)) { try Self.nplm(clipping: 0) }
    #expect(throws: NPLMError.badSetting("epochs", 0, allowed: "1 and more")) {
      try Self.nplm(minimisation: .adam(.init(epochs: 0)))
    }
    #expect(throws: NPLMError.inputCount(network: "2-3-1", columns: 1)) {
      try Self.nplm("2-3-1").fit(Self.bump(), seed: Seed(1))
    }
  }

  @Test func `Samples without overlap are refused, doubtful ones come with warnings`() throws {
    func warnings(_ data: [Float], expected: Double) throws -> [String] {
      try ComparedSamples(
        comparison: SampleComparison(
          names: ["x"], reference: [(0..<100).map { Float($0) }], data: [data],
          expected: expected),
        pseudoData: .permutation(testsCount: true), sources: []
      ).warnings(for: NPLMNetwork("1-3-1"))
    }
    #expect(throws: SampleWarningError.disjoint(column: "x")) {
      try warnings([200, 300], expected: 2)
    }
    #expect(try warnings((0..<50).map { Float($0) + 0.25 }, expected: 50).isEmpty)
    #expect(try warnings((0..<200).map { Float($0) / 3 + 0.1 }, expected: 200).count == 1)
    #expect(try warnings((0..<50).map { Float($0) + 0.25 }, expected: 5).count == 1)
    #expect(try warnings([1.25, 2.25, 3.25], expected: 3).count == 1)
    #expect(try warnings((0..<50).map { Float($0) * 3 + 0.25 }, expected: 50).count == 1)
  }

  @Test func `The paper's scaling standardises signed columns and divides the others`() {
    let scaled = InputScaling.paper.standardisation(of: [[-1, 1, 3, 5], [2, 4, 6, 8]])
      .applied(to: [[-1, 1, 3, 5], [2, 4, 6, 8]])
    let deviation = Float(5).squareRoot()
    for (value, reference) in zip(scaled[0], [-3, -1, 1, 3].map { Float($0) / deviation }) {
      #expect(abs(value - reference) < 1e-6)
    }
    #expect(scaled[1] == [0.4, 0.8, 1.2, 1.6])
  }
}
