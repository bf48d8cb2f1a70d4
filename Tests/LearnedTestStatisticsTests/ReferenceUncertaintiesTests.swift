import Execution
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import Testing

struct ReferenceUncertaintiesTests {
  private static let reference = FallingSpectrum.events(3000, seed: Seed(1))

  private static func varied(_ nu: Double, yield: Double = 1) -> VariedSample {
    VariedSample(
      columns: [reference.map { $0 * Float(exp(FallingSpectrum.scale * nu)) }],
      relativeYield: yield)
  }

  private static func variation(
    _ name: String = "scale", yield: Double = 1, shift: Double = 1
  ) -> ReferenceUncertainties.Variation {
    .init(name, up: varied(shift, yield: yield), down: varied(-shift), shift: shift)
  }

  private static func test(
    _ uncertainties: ReferenceUncertainties, pseudoData: PseudoData? = nil,
    pseudoExperiments: Int = 3
  ) throws -> NPLMTest {
    let data = FallingSpectrum.events(400, scale: 2, seed: Seed(3))
    return try NPLMTest(
      ComparedSamples(
        comparison: SampleComparison(
          names: ["x"], reference: [reference], data: [data], expected: 380),
        pseudoData: pseudoData
          ?? .independentEvents([FallingSpectrum.events(3000, seed: Seed(2))]),
        uncertainties: uncertainties, sources: []),
      nplm: NPLM(
        network: NPLMNetwork("1-3-1"), clipping: 4,
        minimisation: .global(.init(starts: 2, patience: 2, searches: 1))),
      pseudoExperiments: pseudoExperiments, seed: 7)
  }

  private static func result(_ test: NPLMTest, jobs: Int = 2) throws -> NPLMResult {
    try test(environment: ("0", "any"), executor: .threads(jobs), store: nil, progress: { _ in })
  }

  @Test func `A test with nuisances gives equal bytes with any number of threads`() throws {
    let test = try Self.test(
      ReferenceUncertainties(normalisation: 0.05, variations: [Self.variation()]))
    let result = try Self.result(test, jobs: 1)
    #expect(try result.json == Self.result(test, jobs: 3).json)
    #expect(try JSONDecoder().decode(NPLMResult.self, from: result.json) == result)
    #expect(result.pseudoExperiments.method.hasSuffix("auxiliary measurements drawn around 0"))
  }

  @Test func `Ratios show the network beside the reference that was fitted without one`() throws {
    let test = try Self.test(
      ReferenceUncertainties(normalisation: 0.05, variations: [Self.variation()]),
      pseudoExperiments: 0)
    let result = try Self.result(test)
    let nuisances = try #require(result.nuisances)
    #expect(result.testStatistic == nuisances.tau - nuisances.delta)
    // The derivatives by the network's bias and, at the best reference, by the normalisation vanish:
    // N ln(1.05) less is nu, with the measurement at 0.
    let ratio = result.ratios[0]
    #expect(abs(ratio.learned.reduce(0, +) - 400) < 0.1)
    let pull = nuisances.fitted[0].reference
    #expect(abs((400 - ratio.expected.reduce(0, +)) * log(1.05) - pull) < 0.01)
    #expect(pull > 0.1)
    // The data were stretched by two sigmas.
    #expect(nuisances.fitted[1].reference > 0.5)
    let difference = try test.logRatios(of: result).reduce(0.0) { $0 + Double($1) }
    #expect(difference.isFinite && abs(difference) > 1e-3)
  }

  @Test func `Without nuisances nothing has changed`() throws {
    let test = try Self.test(.none)
    let result = try Self.result(test)
    #expect(result.nuisances == nil)
    #expect(String(decoding: try result.json, as: UTF8.self).contains("\"nuisances\" : null"))
    let plain = try test.nplm.fit(test.samples.comparison, seed: Seed(7).child("data"))
    #expect(result.testStatistic == plain.testStatistic)
    #expect(result.fittedNetwork == plain.network)
    #expect(try test.logRatios(of: result) == plain.network.predict(test.samples.comparison.data))
  }

  @Test func `What the nuisances are belongs to the key of a run`() throws {
    func key(_ uncertainties: ReferenceUncertainties) throws -> [String: String] {
      try Self.test(uncertainties).key(version: "0", instructionSet: "any")
    }
    let keys = [
      try key(.none), try key(.init(normalisation: 0.05)), try key(.init(normalisation: 0.06)),
      try key(.init(variations: [Self.variation()])),
      try key(.init(variations: [Self.variation("other")])),
      try key(.init(variations: [Self.variation(yield: 1.1)])),
      try key(.init(variations: [Self.variation(shift: 2)])),
    ]
    #expect(Set(keys).count == keys.count)
  }

  @Test func `Permuted samples are no pseudo-experiments of an uncertain reference`() throws {
    let uncertain = try ReferenceUncertainties(normalisation: 0.05)
    #expect(throws: NuisanceError.permutedReference) {
      try Self.test(uncertain, pseudoData: .permutation(testsCount: true))
    }
    let alone = try Self.result(
      Self.test(uncertain, pseudoData: .permutation(testsCount: true), pseudoExperiments: 0))
    #expect(alone.pseudoExperiments.method == "none" && alone.testStatistic > 0)
  }

  @Test func `Uncertainties that make no sense are refused by name`() throws {
    #expect(throws: NuisanceError.repeatedName(["normalisation", "normalisation"])) {
      try ReferenceUncertainties(normalisation: 0.1, variations: [Self.variation("normalisation")])
    }
    #expect(throws: NuisanceError.badNormalisation("normalisation", -1)) {
      try ReferenceUncertainties(normalisation: -1)
    }
    let far = ReferenceUncertainties.Variation(
      "scale", up: Self.varied(1), down: Self.varied(-1), shift: 9)
    #expect(throws: NuisanceError.inVariation("scale", .badShift(9))) {
      try Self.test(.init(variations: [far]))
    }
    let two = VariedSample(columns: [Self.reference, Self.reference])
    #expect {
      try Self.test(.init(variations: [.init("scale", up: Self.varied(1), down: two)]))
    } throws: { error in
      guard case NuisanceError.inVariation("scale", .badSample(.down, _)) = error else {
        return false
      }
      return "\(error)".hasPrefix("variation 'scale': the down sample has 2 columns")
    }
    // All weight where the closure check is made, or none there.
    for isKept in [true, false] {
      let weights = (0..<3000).map { ($0 % 5 == 4) == isKept ? Float(1) : 0 }
      let sample = VariedSample(columns: [Self.reference], weights: weights)
      #expect(throws: NuisanceError.self) {
        try Self.test(.init(variations: [.init("scale", up: sample, down: Self.varied(-1))]))
      }
    }
  }

  @Test func `A yield that looks like another number of generated events is a warning`() throws {
    func warnings(_ yield: Double) throws -> [String] {
      try Self.result(
        Self.test(.init(variations: [Self.variation(yield: yield)]), pseudoExperiments: 0)
      ).warnings
    }
    #expect(try warnings(1.2).isEmpty)
    let large = try warnings(2)
    #expect(large.count == 1)
    #expect(large.first?.hasPrefix("The up sample of 'scale' has 2 times the reference's") == true)
  }

  /// Every event has its shifted copy, but the cut leaves out others in each sample: with row numbers
  /// the copies of the kept events are kept, and no event is on both sides.
  @Test func `Cut samples of the same events learn more with their row numbers`() throws {
    let events = FallingSpectrum.events(20_000, seed: Seed(5))
    func cut(_ nu: Double, numbered: Bool) -> VariedSample {
      let values = events.map { $0 * Float(exp(FallingSpectrum.scale * nu)) }
      let rows = values.indices.filter { values[$0] > 0.3 }
      return VariedSample(
        columns: [rows.map { values[$0] }], rows: numbered ? rows : nil)
    }
    func error(numbered: Bool) throws -> Double {
      let learned = try LearnedDependence(
        nominal: cut(0, numbered: numbered), up: cut(1, numbered: numbered),
        down: cut(-1, numbered: numbered), names: ["x"], seed: Seed(1))
      let x: [Float] = [0.5, 1, 2, 3, 4]
      // The cut law is an exponential above 0.3: yields are 1 here, so only the slope matters.
      let a = try Nuisance("scale", .shape(learned)).logRatio([x]).linear
      return zip(a, x).reduce(0) { $0 + abs($1.0 - a[0] - 0.05 * (Double($1.1) - 0.5)) }
    }
    #expect(try error(numbered: true) < error(numbered: false))
  }
}
