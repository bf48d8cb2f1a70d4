import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import StatisticalInference
import Testing

struct LearnedDiscriminantTests {
  /// A wide Gaussian with, perhaps, a narrow one on it.
  private func comparison(bump: Int, seed: UInt64) throws -> SampleComparison {
    var generator = Seed(seed).makeGenerator()
    func events(_ count: Int, bump: Int = 0) -> [[Float]] {
      let points = (0..<(count + bump)).map { event -> (Double, Double) in
        event < count
          ? (generator.normal(), generator.normal())
          : (2 + 0.3 * generator.normal(), 2 + 0.3 * generator.normal())
      }
      return [points.map { Float($0.0) }, points.map { Float($0.1) }]
    }
    return try SampleComparison(
      names: ["x", "y"], reference: events(10_000), data: events(2_000, bump: bump),
      expected: 2_000)
  }

  private static let nplm = Result {
    try NPLM(
      network: NPLMNetwork("2-4-1"), clipping: 3, scaling: .standardise,
      minimisation: .global(GlobalMinimisation(searches: 1)))
  }

  @Test func `A signal is clearer in new data, and a fluctuation does not come back`() throws {
    let nplm = try Self.nplm.get()
    let first = try comparison(bump: 30, seed: 1)
    let fit = try nplm.fit(first, seed: Seed(1))
    let before = NPLMPValues(
      observed: fit.testStatistic, pseudoExperiments: [], parameters: nplm.network.parameterCount)
    let discriminant = try LearnedDiscriminant(network: fit.network, chosenFor: first)
    let with = try discriminant.count(in: comparison(bump: 30, seed: 2))
    let without = try discriminant.count(in: comparison(bump: 0, seed: 3))
    let significance = try #require(with.pValue.significance)
    print(fit.testStatistic, before.chi2.probability, with, without)
    #expect(significance > 3)
    #expect(significance > (before.chi2.probability.significance ?? 0))
    // Of the 30 events, most.
    #expect((10...50).contains(Double(with.observed) - with.expected))
    #expect(without.pValue.value > 0.01)
  }

  @Test func `The p-value is the binomial one`() throws {
    // f(x) = x for events that are given by hand.
    let network = try DenseNetwork(
      architecture: NPLMNetwork("1-1-1").architecture, parameters: [1, 0, 1, -0.5],
      standardisation: .identity(features: 1))
    // 12 of 40 reference events above 0, each worth half an event: 6 expected.
    let reference = (0..<40).map { $0 < 12 ? Float(1) : -1 }
    let data = (0..<20).map { $0 < 11 ? Float(1) : -1 }
    let count = try LearnedDiscriminant(network: network, threshold: 0).count(
      in: SampleComparison(names: ["x"], reference: [reference], data: [data], expected: 20))
    #expect(count.expected == 6)
    #expect(count.observed == 11)
    #expect(abs(count.expectedUncertainty - 12.0.squareRoot() / 2) < 1e-12)
    // P(11 or more of 23 | 1/3), summed by hand.
    func binomial(_ k: Int) -> Double {
      var probability = pow(2.0 / 3, Double(23 - k)) * pow(1.0 / 3, Double(k))
      for factor in 0..<k { probability *= Double(23 - factor) / Double(factor + 1) }
      return probability
    }
    let sum = (11...23).map(binomial).reduce(0, +)
    #expect(abs(count.pValue.value - sum) < 1e-12)
  }

  @Test func `A network of other columns, or nothing above the cut, is refused`() throws {
    let network = try DenseNetwork(
      architecture: NPLMNetwork("1-1-1").architecture, parameters: [1, 0, 1, -0.5],
      standardisation: .identity(features: 1))
    let two = try comparison(bump: 0, seed: 1)
    #expect(throws: LearnedDiscriminantError.columnCount(2, inputs: 1)) {
      try LearnedDiscriminant(network: network, threshold: 0).count(in: two)
    }
    let one = try SampleComparison(
      names: ["x"], reference: [two.reference[0]], data: [two.data[0]], expected: 2_000)
    #expect(throws: LearnedDiscriminantError.noReferenceAbove(1)) {
      try LearnedDiscriminant(network: network, threshold: 1).count(in: one)
    }
    let low = try DenseNetwork(
      architecture: NPLMNetwork("1-1-1").architecture, parameters: [1, 0, 0, -0.5],
      standardisation: .identity(features: 1))
    #expect(throws: LearnedDiscriminantError.noExcess) {
      try LearnedDiscriminant(network: low, chosenFor: one)
    }
  }
}
