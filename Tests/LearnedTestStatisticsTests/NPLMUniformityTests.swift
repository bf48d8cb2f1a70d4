import Execution
import Foundation
import LearnedTestStatistics
import Randomness
import StatisticalInference
import Testing

/// p-values of data that follow the reference.
@Suite(
  .enabled(if: ProcessInfo.processInfo.environment["OVERDENSITY_SLOW"] != nil))
struct NPLMUniformityTests {
  private static let dataSets = 80
  private static let pseudoExperiments = 19

  /// A falling spectrum without anything else; reference, data and further events are new each time.
  private static func samples(_ number: Int, isPermuted: Bool) throws -> ComparedSamples {
    var generator = Seed(11).child("sample-\(number)").makeGenerator()
    func events(_ count: Int) -> [Float] { (0..<count).map { _ in Float(generator.exponential()) } }
    let reference = events(750)
    let count = Int(PoissonSampler(mean: 150).draw(with: &generator))
    let comparison = try SampleComparison(
      names: ["x"], reference: [reference], data: [events(count)], expected: 150)
    return ComparedSamples(
      comparison: comparison,
      pseudoData: isPermuted ? .permutation(testsCount: true) : .independentEvents([events(3000)]),
      sources: [])
  }

  @Test(arguments: [true, false])
  func `p-values of data from the reference are uniform`(isPermuted: Bool) throws {
    let nplm = try NPLM(
      network: NPLMNetwork("1-3-1"), clipping: 4,
      minimisation: .global(.init(starts: 2, patience: 2, searches: 1)))
    var counts = [Double](repeating: 0, count: 4)
    for number in 0..<Self.dataSets {
      let test = try NPLMTest(
        Self.samples(number, isPermuted: isPermuted), nplm: nplm,
        pseudoExperiments: Self.pseudoExperiments, seed: UInt64(number))
      let result = try test(
        environment: ("0", "any"), executor: .threads(2), store: nil, progress: { _ in })
      // p is one of 1/20, 2/20 ... 1, equally often: five of them in each quarter.
      let p = try #require(result.pValues.pseudoExperiments?.probability.value)
      counts[min(3, Int((p * 4 - 1e-9).rounded(.down)))] += 1
    }
    let expected = Double(Self.dataSets) / 4
    let chi2 = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    // The 99 % quantile of the chi-square distribution with 3 degrees of freedom.
    #expect(chi2 < 11.34, "\(counts)")
  }
}
