import Execution
import LearnedTestStatistics
import Randomness
import Testing

struct RepeatedTestTests {
  /// Gives the first number of the data, or of the statistic's own stream.
  private struct First: TestStatistic {
    var ofSeed = false

    func value(
      of comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool
    ) throws -> Double {
      var generator = seed.makeGenerator()
      return ofSeed ? generator.uniform() : Double(comparison.data[0][0])
    }
  }

  private static func repeated(_ label: String, _ statistic: First, seed: UInt64) -> RepeatedTest {
    RepeatedTest(label, statistic, count: 5, seed: Seed(seed)) { seed in
      var generator = seed.makeGenerator()
      return try SampleComparison(
        names: ["x"], reference: [[0, 1]], data: [[Float(generator.uniform())]], expected: 1)
    }
  }

  @Test func `Statistics with equal seeds see the same samples, in order, on any threads`() throws {
    let tests = [
      Self.repeated("a", First(), seed: 1), Self.repeated("b", First(), seed: 1),
      Self.repeated("c", First(), seed: 2), Self.repeated("d", First(ofSeed: true), seed: 1),
    ]
    let values = try RepeatedTest.values(of: tests, executor: .threads(3))
    #expect(values.map(\.count) == [5, 5, 5, 5])
    #expect(values[0] == values[1] && values[0] != values[2])
    #expect(Set(values[0]).count == 5)
    // What the statistic draws is independent of what made the sample.
    #expect(Set(values[0]).isDisjoint(with: values[3]))
    #expect(try tests[0].values() == values[0])
    #expect(tests[1].units.map(\.label) == ["b-0", "b-1", "b-2", "b-3", "b-4"])
  }
}
