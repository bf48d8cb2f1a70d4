import Foundation
import Randomness
import StatisticalInference
import Testing

struct GlobalPValueTests {
  /// An observed statistic of 0 with `exceeding` of `count` pseudo-experiments above it.
  private static func pseudoExperiments(exceeding: Int, of count: Int) -> [Double] {
    (0..<count).map { $0 < exceeding ? 1 : -1 }
  }

  private static func exponential(_ count: Int, with generator: inout SplitMix64) -> [Double] {
    (0..<count).map { _ in generator.exponential() }
  }

  @Test(arguments: [(0, 10_000), (1, 99), (177, 10_000), (9_999, 100_000)])
  func `A counted p-value is (k + 1) / (n + 1) and lies in its interval`(
    exceeding: Int, count: Int
  ) throws {
    let p = try GlobalPValue(
      observed: 0, pseudoExperiments: Self.pseudoExperiments(exceeding: exceeding, of: count),
      method: "test")
    #expect(p.value == Double(exceeding + 1) / Double(count + 1))
    #expect(p.exceeding == exceeding)
    #expect(p.pseudoExperiments == count)
    #expect(p.low < p.value && p.value < p.high)
    #expect(!p.extrapolated && p.tail == nil)
  }

  @Test func `A pseudo-experiment equal to the data counts as exceeding`() throws {
    let p = try GlobalPValue(observed: 2, pseudoExperiments: [1, 2, 3], method: "test")
    #expect(p.exceeding == 2)
    #expect(p.value == 0.75)
  }

  @Test func `The significance is that of the value`() throws {
    // scipy 1.17.1, norm.isf(178 / 10001).
    let p = try GlobalPValue(exceeding: 177, of: 10_000, method: "test")
    #expect(abs(try #require(p.significance) - 2.101_507_499_572_119) < 1e-12)
    #expect(try #require(p.significanceInterval.low) < 2.101_507_499_572_119)
    let certain = try GlobalPValue(exceeding: 9, of: 9, method: "test")
    #expect(certain.value == 1)
    #expect(certain.significance == nil)
  }

  @Test func `Counted intervals cover at least as often as they say`() throws {
    var generator = Seed(5).makeGenerator()
    for truth in [0.003, 0.05, 0.5] {
      var covered = 0
      for _ in 0..<1000 {
        let exceeding = (0..<200).count { _ in generator.uniform() < truth }
        let p = try GlobalPValue(exceeding: exceeding, of: 200, method: "test")
        if p.low <= truth, truth <= p.high { covered += 1 }
      }
      // Three standard errors below 68 %.
      #expect(covered >= 636, "\(truth)")
    }
  }

  @Test func `Nothing is extrapolated where pseudo-experiments exceed`() throws {
    var generator = Seed(6).makeGenerator()
    let null = Self.exponential(1000, with: &generator)
    let p = try GlobalPValue.extrapolated(observed: 5, pseudoExperiments: null, method: "test")
    #expect(p.exceeding > 0)
    #expect(p == (try GlobalPValue(observed: 5, pseudoExperiments: null, method: "test")))
  }

  /// Pulls of ln p 4 and 10 units beyond a threshold at about 2.3.
  @Test(arguments: [(6.0, 2000), (14.0, 10_000)])
  func `An extrapolated p-value is right within the error that it states`(
    observed: Double, count: Int
  ) throws {
    var generator = Seed(7).child("\(observed)").makeGenerator()
    var pulls: [Double] = []
    var covered = 0
    for _ in 0..<300 {
      let null = Self.exponential(count, with: &generator)
      guard let tail = try? ExponentialTail(null) else { continue }
      let (value, uncertainty) = tail.logSurvival(at: observed)
      pulls.append((value + observed) / uncertainty)
      if abs(value + observed) < uncertainty { covered += 1 }
    }
    // A true exponential is refused at three standard deviations of its shape: rarely.
    #expect(pulls.count >= 285)
    let mean = pulls.reduce(0, +) / Double(pulls.count)
    #expect(abs(mean) < 0.25)
    // The error includes a shape that the fit does not use, so that it covers too often here.
    #expect(covered >= pulls.count * 63 / 100)
  }

  /// The tail of the smallest of 50 p-values, where the truth is known: 1 - (1 - e^-t)^50.
  @Test func `The tail of a search over many windows is extrapolated with its error`() throws {
    var generator = Seed(8).makeGenerator()
    let null = (0..<5000).map { _ in
      -log((0..<50).reduce(1.0) { smallest, _ in min(smallest, 1 - generator.uniform()) })
    }
    let observed = 18.0
    let p = try GlobalPValue.extrapolated(
      observed: observed, pseudoExperiments: null, method: "test")
    let truth = -expm1(50 * log1p(-exp(-observed)))
    #expect(p.extrapolated)
    #expect(p.value < 1.0 / 5001)
    #expect(p.low < truth && truth < p.high)
    #expect(try #require(p.tail).excesses == 500)
    #expect(p.low > 0)
  }

  @Test func `A tail that is no exponential is not extrapolated, and the answer says why`() throws {
    var generator = Seed(9).makeGenerator()
    // A power law: shape 1.
    let null = (0..<5000).map { _ in 1 / (1 - generator.uniform()) }
    let observed = 2 * (null.max() ?? 0)
    let p = try GlobalPValue.extrapolated(
      observed: observed, pseudoExperiments: null, method: "test")
    #expect(!p.extrapolated)
    #expect(p.value == 1.0 / 5001)
    #expect(try #require(p.remark).contains("no exponential"))
    let few = try GlobalPValue.extrapolated(
      observed: 9, pseudoExperiments: [1, 2, 3], method: "test")
    #expect(few.value == 0.25)
    #expect(try #require(few.remark).contains("25 needed"))
    #expect(throws: ExponentialTailError.noTail) {
      try ExponentialTail([Double](repeating: 1, count: 1000))
    }
  }

  @Test func `It is never below the local p-value`() throws {
    var generator = Seed(11).makeGenerator()
    // A tail that falls twice as fast as that of one exact local p-value.
    let null = Self.exponential(1000, with: &generator).map { $0 / 2 }
    let p = try GlobalPValue.extrapolated(observed: 30, pseudoExperiments: null, method: "test")
    #expect(p.extrapolated)
    #expect(p.value == exp(-30))
    #expect(p.low == exp(-30) && p.high > p.value)
  }

  @Test func `Far beyond the pseudo-experiments it stays above zero`() throws {
    var generator = Seed(10).makeGenerator()
    let p = try GlobalPValue.extrapolated(
      observed: 1e5, pseudoExperiments: Self.exponential(5000, with: &generator), method: "test")
    #expect(p.value > 0 && p.low > 0)
    #expect(try #require(p.significance) > 30)
  }

  @Test func `Numbers that give no p-value are refused by name`() {
    #expect(throws: GlobalPValueError.invalidCount(0, of: 0)) {
      try GlobalPValue(observed: 1, pseudoExperiments: [], method: "test")
    }
    #expect(throws: GlobalPValueError.self) {
      try GlobalPValue(observed: .nan, pseudoExperiments: [1], method: "test")
    }
    #expect(
      throws: GlobalPValueError.invalidStatistic(pseudoExperiment: 1, value: .infinity)
    ) {
      try GlobalPValue(observed: 1, pseudoExperiments: [1, .infinity], method: "test")
    }
    #expect(throws: GlobalPValueError.invalidLevel(1)) {
      try GlobalPValue(exceeding: 1, of: 2, method: "test", level: 1)
    }
    #expect(throws: GlobalPValueError.invalidCount(-1, of: 2)) {
      try GlobalPValue(exceeding: -1, of: 2, method: "test")
    }
  }
}
