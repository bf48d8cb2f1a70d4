import Foundation
import LearnedTestStatistics
import Randomness
import StatisticalInference
import Testing

/// Several networks and clippings on one data set: arXiv:1912.12155, section 2.1.
struct CombinedConfigurationsTests {
  @Test func `The best of three clippings costs less than a factor three`() throws {
    var minimisation = GlobalMinimisation()
    minimisation.searches = 1
    let configurations = try [(2, 0.5), (2, 1.5), (3, 1.5)].map { neurons, clipping in
      try NPLM(
        network: NPLMNetwork("1-\(neurons)-1"), clipping: clipping, scaling: .standardise,
        minimisation: .global(minimisation))
    }
    let comparison = { @Sendable (seed: Seed) in
      var generator = seed.makeGenerator()
      func sample(_ count: Int) -> [[Float]] {
        [(0..<count).map { _ in Float(generator.normal()) }]
      }
      return try SampleComparison(
        names: ["x"], reference: sample(800), data: sample(200), expected: 200)
    }
    // Equal seeds: every configuration sees the same pseudo-data.
    let null = try configurations.map {
      try RepeatedTest("null", $0, count: 150, seed: Seed(5), comparison: comparison)
        .values(jobs: 2)
    }
    let (observed, others) = (null.map { $0[7] }, null.map { Array($0[..<7] + $0[8...]) })
    let combined = try SmallestPValue(
      observed: observed, pseudoExperiments: others, method: "pseudo-experiments")
    let smallest = try #require(combined.local.min())
    #expect(combined.global.value >= smallest)
    #expect(combined.local[combined.configuration] == smallest)
    // A fraction of the pseudo-experiments has a smallest p-value of 0.1: 0.1 if the configurations
    // were one, 0.27 if they were independent.
    let fraction =
      try (0..<150).count { number in
        try SmallestPValue(
          observed: null.map { $0[number] },
          pseudoExperiments: null.map { Array($0[..<number] + $0[(number + 1)...]) },
          method: "pseudo-experiments"
        ).local.min() ?? 1 <= 0.1
      }
    #expect((15...32).contains(fraction))
  }
}
