import Foundation
import StatisticalInference
import Testing

/// Reference values: Validation/significance.py (mpmath, 60 digits), which names its versions.
private struct Reference: Decodable {
  struct Case: Decodable {
    let observed: Double
    let background: Double
    let uncertainty: Double
    let localSignificance: Double
    let log10LocalPValue: Double
    let log10MarginalPValue: Double
    let onOffSignificance: Double
    let poissonSignificance: Double?
    let log10PoissonPValue: Double
    let binomialSignificance: Double?
    let log10BinomialPValue: Double
  }
  struct Asimov: Decodable {
    let signal: Double
    let background: Double
    let uncertainty: Double
    let significance: Double
  }
  struct Simultaneous: Decodable {
    /// Observed, background, uncertainty, shape `[experiments][3]`.
    let counts: [[Double]]
    let exposures: [Double]
    let signalEvents: Double
    let localSignificance: Double
  }
  let cases: [Case]
  let asimov: [Asimov]
  let simultaneous: [Simultaneous]

  static func load() throws -> Reference {
    let url = try #require(
      Bundle.module.url(
        forResource: "significance", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
  }
}

private func experiment(_ n: Double, _ b: Double, _ sigma: Double) throws -> CountingExperiment {
  try CountingExperiment(observed: n, background: b, backgroundUncertainty: sigma)
}

/// Equal to a part in 10^10; what is closer to zero than 0.1 is compared with 0.1.
private func agree(_ value: Double, _ reference: Double) -> Bool {
  abs(value - reference) <= 1e-10 * max(0.1, abs(reference))
}

struct CountingExperimentTests {
  @Test func `The local significance and its p-value match a numerical maximisation`() throws {
    for row in try Reference.load().cases {
      let count = try experiment(row.observed, row.background, row.uncertainty)
      #expect(agree(count.localSignificance, row.localSignificance), "\(row)")
      #expect(agree(count.log10LocalPValue, row.log10LocalPValue), "\(row)")
    }
  }

  @Test func `Exact Poisson and binomial tests match, beyond the smallest double too`() throws {
    for row in try Reference.load().cases {
      let count = try experiment(row.observed, row.background, row.uncertainty)
      #expect(agree(count.log10PoissonPValue, row.log10PoissonPValue), "\(row)")
      #expect(agree(count.log10BinomialPValue, row.log10BinomialPValue), "\(row)")
      for (ours, reference) in [
        (count.poissonSignificance, row.poissonSignificance),
        (count.binomialSignificance, row.binomialSignificance),
      ] {
        #expect((ours == nil) == (reference == nil), "\(row)")
        if let ours, let reference { #expect(agree(ours, reference), "\(row)") }
      }
    }
  }

  @Test func `The marginal p-value matches to a millionth, below the smallest double too`() throws {
    for row in try Reference.load().cases {
      let count = try experiment(row.observed, row.background, row.uncertainty)
      // A difference of 4e-7 in the decimal logarithm is a factor of 1 + 1e-6.
      #expect(abs(count.log10MarginalPValue - row.log10MarginalPValue) < 4e-7, "\(row)")
    }
  }

  @Test func `On-off and Asimov significances match`() throws {
    let reference = try Reference.load()
    for row in reference.cases {
      let count = try experiment(row.observed, row.background, row.uncertainty)
      #expect(agree(count.onOffSignificance, row.onOffSignificance), "\(row)")
    }
    for row in reference.asimov {
      let significance = try asimovSignificance(
        signal: row.signal, background: row.background, backgroundUncertainty: row.uncertainty)
      #expect(agree(significance, row.significance), "\(row)")
    }
  }

  @Test func `Counts that share a signal match a maximisation in all parameters`() throws {
    for row in try Reference.load().simultaneous {
      let counts = try row.counts.map { try experiment($0[0], $0[1], $0[2]) }
      let together = try #require(SimultaneousCounting(counts, exposures: row.exposures))
      #expect(agree(together.localSignificance, row.localSignificance), "\(row)")
      #expect(abs(together.signalEvents - row.signalEvents) < 1e-7 * 100, "\(row)")
    }
  }

  @Test func `One count alone has its own significance, equal ones that of their sum`() throws {
    let count = try experiment(150, 100, 10)
    let alone = SimultaneousCounting(count)
    #expect(alone.localSignificance == count.localSignificance)
    #expect(alone.log10LocalPValue == count.log10LocalPValue)
    #expect(try alone.total == count)
    let known = try experiment(150, 100, 0)
    let three = try #require(SimultaneousCounting([known, known, known], exposures: [1, 1, 1]))
    #expect(agree(three.localSignificance, try three.total.localSignificance))
    #expect(try three.total == experiment(450, 300, 0))
    // An excess here and a deficit there are no signal.
    let opposite = try #require(
      SimultaneousCounting([count, try experiment(50, 100, 10)], exposures: [1, 1]))
    #expect(opposite.localSignificance < count.localSignificance / 4)
  }

  @Test(arguments: [0, 1e-8, 0.3, 5, 1e4], [1e-12, 0.1, 3, 1e6])
  func `Every set of valid counts has a finite significance`(n: Double, b: Double) throws {
    for sigma in [0, 0.3 * b, 20 * b] {
      let counts = try [experiment(n, b, sigma), experiment(0, b, 0), experiment(7, 2 * b, sigma)]
      let together = try #require(SimultaneousCounting(counts, exposures: [1, 2, 0.5]))
      #expect(together.localSignificance.isFinite, "\(n) \(b) \(sigma)")
      #expect(together.localPValue >= 0 && together.localPValue <= 1)
    }
  }

  @Test func `Counts without exposures for each are refused`() throws {
    let count = try experiment(1, 1, 1)
    #expect(SimultaneousCounting([], exposures: []) == nil)
    #expect(SimultaneousCounting([count], exposures: [1, 1]) == nil)
    #expect(SimultaneousCounting([count, count], exposures: [1, 0]) == nil)
    #expect(SimultaneousCounting([count], exposures: [.nan]) == nil)
  }

  @Test func `A deficit is negative, and no difference is exactly zero`() throws {
    #expect(try experiment(80, 100, 5).localSignificance < 0)
    #expect(try experiment(120, 100, 5).localSignificance > 0)
    #expect(try experiment(100, 100, 5).localSignificance == 0)
    #expect(try experiment(100, 100, 5).localPValue == 0.5)
    #expect(try experiment(100, 100, 0).localSignificance == 0)
  }

  @Test func `Known background is the limit of a small uncertainty`() throws {
    for n in [0.0, 3, 10, 30] {
      let exact = try experiment(n, 10, 0)
      let nearly = try experiment(n, 10, 1e-4)
      #expect(abs(exact.localSignificance - nearly.localSignificance) < 1e-6)
      #expect(abs(exact.marginalPValue - nearly.marginalPValue) < 1e-6)
      #expect(abs(exact.onOffSignificance - nearly.onOffSignificance) < 1e-6)
    }
  }

  @Test func `More events are more significant, more uncertainty is less`() throws {
    let rising = try [0.0, 1, 2, 5, 10, 100].map { try experiment($0, 2, 0.7).localSignificance }
    #expect(zip(rising, rising.dropFirst()).allSatisfy { $0 < $1 })
    let falling = try [0.0, 0.5, 1, 3, 10].map { try experiment(10, 2, $0).localSignificance }
    #expect(zip(falling, falling.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test(arguments: [0, 1e-300, 1e-8, 0.3, 5, 1e4], [1e-300, 1e-12, 0.1, 3, 1e6])
  func `Every valid count has finite numbers`(n: Double, b: Double) throws {
    for sigma in [0, 1e-12, 0.3 * b, b, 20 * b] {
      let count = try experiment(n, b, sigma)
      #expect(count.localSignificance.isFinite, "\(n) \(b) \(sigma)")
      #expect(count.onOffSignificance.isFinite, "\(n) \(b) \(sigma)")
      #expect(count.log10LocalPValue.isFinite, "\(n) \(b) \(sigma)")
      #expect(count.localPValue >= 0 && count.localPValue <= 1)
      #expect(count.marginalPValue >= 0 && count.marginalPValue <= 1, "\(n) \(b) \(sigma)")
      #expect(!count.log10MarginalPValue.isNaN)
    }
  }

  @Test func `Numbers that are no counting experiment are refused`() {
    #expect(throws: CountingExperimentError.invalidBackground(0)) { try experiment(1, 0, 1) }
    #expect(throws: CountingExperimentError.invalidObserved(-1)) { try experiment(-1, 1, 1) }
    #expect(throws: CountingExperimentError.invalidUncertainty(-1)) { try experiment(1, 1, -1) }
    #expect(throws: CountingExperimentError.self) { try experiment(.nan, 1, 1) }
    #expect(throws: CountingExperimentError.self) { try experiment(1, .infinity, 1) }
    #expect(throws: CountingExperimentError.invalidSignal(-2)) {
      try asimovSignificance(signal: -2, background: 1)
    }
    #expect("\(CountingExperimentError.invalidBackground(0))".contains("background"))
  }
}
