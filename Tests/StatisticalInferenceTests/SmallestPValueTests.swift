import Foundation
import Randomness
import StatisticalInference
import Testing

struct SmallestPValueTests {
  /// Test statistics of several configurations, normal with a common part.
  private func statistics(
    _ configurations: Int, count: Int, correlation: Double, _ generator: inout SplitMix64
  ) -> [[Double]] {
    var values = [[Double]](repeating: [], count: configurations)
    for _ in 0..<count {
      let common = generator.normal()
      for configuration in values.indices {
        values[configuration].append(
          correlation.squareRoot() * common
            + (1 - correlation).squareRoot() * generator.normal())
      }
    }
    return values
  }

  @Test func `Equal configurations cost nothing`() throws {
    var generator = Seed(1).makeGenerator()
    let values = statistics(1, count: 999, correlation: 0, &generator)[0]
    let one = try SmallestPValue(observed: [1.5], pseudoExperiments: [values], method: "toys")
    let three = try SmallestPValue(
      observed: [1.5, 1.5, 1.5], pseudoExperiments: [values, values, values], method: "toys")
    #expect(one.global.value == one.local[0])
    #expect(three.global.value == one.global.value)
    #expect(three.configuration == 0)
  }

  @Test func `Independent configurations cost their number`() throws {
    var generator = Seed(2).makeGenerator()
    let values = statistics(4, count: 20_000, correlation: 0, &generator)
    // P(Z > 2.33) = 0.0099; the probability of one of four is 1 - (1 - p)^4 (Šidák).
    let combined = try SmallestPValue(
      observed: [0, 2.33, -1, 1], pseudoExperiments: values, method: "toys")
    let local = combined.local[1]
    #expect(combined.configuration == 1)
    #expect(abs(local - 0.0099) < 4 * (0.0099 / 20_000).squareRoot())
    let expected = 1 - pow(1 - local, 4)
    #expect(abs(combined.global.value - expected) < 4 * (expected / 20_000).squareRoot())
  }

  @Test func `Without a signal the global p-value is no smaller than it says`() throws {
    var generator = Seed(3).makeGenerator()
    let experiments = 4_000
    var below = [0.02: 0, 0.1: 0, 0.5: 0]
    for _ in 0..<experiments {
      // Few pseudo-experiments, so that rounding of ranks would show.
      let all = statistics(3, count: 100, correlation: 0.7, &generator)
      let p = try SmallestPValue(
        observed: all.map { $0[99] }, pseudoExperiments: all.map { Array($0.dropLast()) },
        method: "toys"
      ).global.value
      for level in below.keys where p <= level { below[level, default: 0] += 1 }
    }
    for (level, count) in below {
      let fraction = Double(count) / Double(experiments)
      let error = (level * (1 - level) / Double(experiments)).squareRoot()
      #expect(fraction <= level + 4 * error, "\(level)")
      // Not much lower either, where ranks are many: equal smallest ones are the only loss.
      if level >= 0.1 { #expect(fraction >= 0.8 * level, "\(level): \(fraction)") }
    }
  }

  @Test func `Equal statistics share a rank`() throws {
    let combined = try SmallestPValue(
      observed: [2], pseudoExperiments: [[1, 2, 2, 3]], method: "toys")
    // Three of four at or above: (3 + 1) / (4 + 1).
    #expect(combined.local == [0.8])
    #expect(combined.global.exceeding == 3)
  }

  @Test func `Numbers that do not belong together are refused`() {
    #expect(throws: SmallestPValueError.configurationCount(1, of: 2)) {
      try SmallestPValue(observed: [1, 2], pseudoExperiments: [[1]], method: "")
    }
    #expect(throws: SmallestPValueError.configurationCount(0, of: 0)) {
      try SmallestPValue(observed: [], pseudoExperiments: [], method: "")
    }
    #expect(throws: SmallestPValueError.pseudoExperimentCount(configuration: 1, 1, of: 2)) {
      try SmallestPValue(observed: [1, 2], pseudoExperiments: [[1, 2], [1]], method: "")
    }
    #expect(throws: SmallestPValueError.notFinite(configuration: 0)) {
      try SmallestPValue(observed: [.nan], pseudoExperiments: [[1]], method: "")
    }
  }
}
