import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import StatisticalInference
import Testing

struct LearnedDiscriminantTests {
  /// A wide Gaussian with, perhaps, a narrow one on it; the reference has five times the events.
  private func comparison(_ count: Int, bump: Int = 0, seed: UInt64) throws -> SampleComparison {
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
      names: ["x", "y"], reference: events(5 * count), data: events(count, bump: bump),
      expected: Double(count))
  }

  private func nplm(_ network: String, clipping: Double) throws -> NPLM {
    try NPLM(
      network: NPLMNetwork(network), clipping: clipping, scaling: .standardise,
      minimisation: .global(GlobalMinimisation(searches: 1)))
  }

  @Test func `A signal is found again in new data`() throws {
    let first = try comparison(2_000, bump: 60, seed: 1)
    let fit = try nplm("2-4-1", clipping: 3).fit(first, seed: Seed(1))
    let discriminant = try LearnedDiscriminant(network: fit.network, chosenFor: first)
    let with = try discriminant.count(in: comparison(2_000, bump: 60, seed: 2))
    let without = try discriminant.count(in: comparison(2_000, seed: 3))
    #expect(try #require(with.pValue.significance) > 5)
    #expect((30...75).contains(Double(with.observed) - with.expected))
    #expect(without.pValue.value > 0.01)
  }

  @Test func `A fluctuation of the first data does not come back`() throws {
    let nplm = try nplm("2-3-1", clipping: 2)
    var (own, new): ([Double], [Double]) = ([], [])
    for number in 0..<40 {
      let first = try comparison(300, seed: UInt64(100 + number))
      let fit = try nplm.fit(first, seed: Seed(1))
      let discriminant = try LearnedDiscriminant(network: fit.network, chosenFor: first)
      own.append(try discriminant.count(in: first).pValue.value)
      new.append(
        try discriminant.count(in: comparison(300, seed: UInt64(200 + number))).pValue.value)
    }
    // What the network was fitted to looks like a tension, what it has not seen does not: p-values
    // of counts are 1/2 or a little more on average, with a deviation of 0.29.
    #expect(own.count { $0 < 0.1 } > 20)
    #expect(new.count { $0 < 0.1 } <= 10)
    let mean = new.reduce(0, +) / 40
    let error = 0.29 / 40.0.squareRoot()
    #expect(abs(mean - 0.53) < 4 * error, "\(mean)")
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
    let two = try comparison(2_000, seed: 1)
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
