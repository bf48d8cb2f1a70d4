import Foundation
import Randomness
import StatisticalInference
import Testing

/// Reference values: Validation/dimuon_significance.py, which names its versions.
private struct Reference: Decodable {
  struct Window: Decodable {
    let mass: Double
    let signal: Double
    let background: Double
    let window: [Double]
    let signalFraction: Double
    let backgroundFraction: Double
    let significance: Double
  }
  struct Counting: Decodable {
    let signal: Double
    let background: Double
    let significance: Double
  }
  struct Ideal: Decodable {
    let medianStatistic: Double
    let log10PValue: Double
    let significance: Double
  }
  struct Contact: Decodable {
    struct Case: Decodable {
      let coupling: Double
      let medianStatistic: Double
      let log10PValue: Double
      let significance: Double
    }
    let edges: [Double]
    let alpha: [Double]
    let beta: [Double]
    let gamma: [Double]
    let background: Double
    let cases: [Case]
  }
  struct Peak: Decodable {
    let mass: Double
    let width: Double
    let signal: Double
    let medianStatistic: Double
    let significance: Double
  }
  let table2: [Window]
  let whole: [Counting]
  let table3: Contact
  let peaks: [Peak]

  static func load() throws -> Reference {
    let url = try #require(
      Bundle.module.url(
        forResource: "dimuon_significance", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
  }

  var contactInteraction: QuadraticYields {
    get throws {
      try QuadraticYields(
        edges: table3.edges, constant: table3.alpha, linear: table3.beta, quadratic: table3.gamma)
    }
  }
}

private func experiments(_ count: Int, jobs: Int = 1) -> PseudoExperiments {
  PseudoExperiments(count: count, seed: Seed(1912), jobs: jobs)
}

/// A normal distribution's integral from a to b.
private func normal(_ a: Double, _ b: Double, mean: Double, width: Double) -> Double {
  let root = 2.0.squareRoot() * width
  return 0.5 * (erf((b - mean) / root) - erf((a - mean) / root))
}

/// The tail of the validation script: events above 100 GeV fall with the power 3.2.
private func tail(_ range: Range<Double>) -> Double {
  0.045 * (pow(range.lowerBound / 100, -3.2) - pow(range.upperBound / 100, -3.2))
}

struct CountingWindowTests {
  @Test func `Table 2's fractions give its significances, between whole counts too`() throws {
    for row in try Reference.load().table2 {
      let window = try CountingWindow(
        range: row.window[0]..<row.window[1], signalFraction: row.signalFraction,
        backgroundFraction: row.backgroundFraction)
      let z = try window.significance(signal: row.signal, background: row.background)
      #expect(abs(z - row.significance) < 1e-9, "\(row)")
    }
  }

  @Test func `At whole counts it is the tail of the Poisson distribution`() throws {
    for row in try Reference.load().whole {
      let window = try CountingWindow(range: 1..<2, signalFraction: 1, backgroundFraction: 1)
      let z = try window.significance(signal: row.signal, background: row.background)
      #expect(abs(z - row.significance) < 1e-9, "\(row)")
    }
  }

  @Test func `The optimised window is better than any other on its grid`() throws {
    // 4000 equally probable masses of a peak of 9 GeV at 300 GeV.
    var generator = Seed(3).makeGenerator()
    let masses = (0..<4000).map { _ in 300 + 9 * generator.normal() }
    let best = try CountingWindow.mostSignificant(
      signalMasses: masses, signal: 20, background: 20_000, step: 2, backgroundFraction: tail)
    #expect(best.range.contains(300))
    let significance = try best.significance(signal: 20, background: 20_000)
    for lower in stride(from: 260.0, through: 300, by: 2) {
      for upper in stride(from: 302.0, through: 340, by: 2) {
        let inside = Double(masses.count { $0 >= lower && $0 < upper }) / 4000
        let other = try CountingWindow(
          range: lower..<upper, signalFraction: inside, backgroundFraction: tail(lower..<upper))
        #expect(try other.significance(signal: 20, background: 20_000) <= significance)
        if lower..<upper == best.range { #expect(other == best) }
      }
    }
  }

  @Test func `Bad fractions, counts and samples are named`() throws {
    #expect(throws: CountingWindowError.self) {
      try CountingWindow(range: 3..<3, signalFraction: 0.5, backgroundFraction: 0.1)
    }
    #expect(throws: CountingWindowError.invalidSignalFraction(1.5)) {
      try CountingWindow(range: 1..<2, signalFraction: 1.5, backgroundFraction: 0.1)
    }
    #expect(throws: CountingWindowError.invalidBackgroundFraction(0, 1..<2)) {
      try CountingWindow(range: 1..<2, signalFraction: 0.5, backgroundFraction: 0)
    }
    let window = try CountingWindow(range: 1..<2, signalFraction: 0.5, backgroundFraction: 0.1)
    #expect(throws: CountingWindowError.invalidExpectation(signal: -1, background: 10)) {
      try window.significance(signal: -1, background: 10)
    }
    for masses in [[], [300, .nan]] {
      #expect(throws: CountingWindowError.noSignalEvents) {
        try CountingWindow.mostSignificant(
          signalMasses: masses, signal: 1, background: 1, backgroundFraction: tail)
      }
    }
    #expect(throws: CountingWindowError.invalidStep(0)) {
      try CountingWindow.mostSignificant(
        signalMasses: [300], signal: 1, background: 1, step: 0, backgroundFraction: tail)
    }
  }
}

struct NeymanPearsonTests {
  @Test func `The median significance of the contact interaction is that of a convolution`() throws
  {
    let reference = try Reference.load()
    let yields = try reference.contactInteraction
    for row in reference.table3.cases {
      let test = try yields.test(
        coupling: row.coupling, expectedEvents: reference.table3.background)
      let ideal = try test.medianSignificance(experiments(40_000))
      #expect(ideal.uncertainty < 0.03)
      #expect(abs(ideal.significance - row.significance) < 4 * ideal.uncertainty, "\(row) \(ideal)")
      #expect(abs(ideal.log10PValue - row.log10PValue) < 0.03 * max(1, -row.log10PValue))
    }
  }

  @Test func `A peak in narrow bins has the significance of a convolution`() throws {
    let reference = try Reference.load()
    let edges = (0...450).map { 100 + 2 * Double($0) }
    let ranges = zip(edges, edges.dropFirst()).map { $0..<$1 }
    for peak in reference.peaks {
      let background = ranges.map { 20_000 * tail($0) }
      let both = zip(ranges, background).map {
        $1 + peak.signal
          * normal($0.lowerBound, $0.upperBound, mean: peak.mass, width: peak.width)
      }
      let ideal = try NeymanPearsonTest(reference: background, alternative: both)
        .medianSignificance(experiments(10_000))
      #expect(
        abs(ideal.significance - peak.significance) < 4 * ideal.uncertainty, "\(peak) \(ideal)")
      // The paper found good agreement with counting. That may come out above: P(N > s + b) leaves
      // the mean count itself out, which the median experiment does not.
      let counting = try [0.6, 0.9, 1.2, 1.5, 1.8].map { halves in
        let reach = halves * peak.width
        let range = (peak.mass - reach)..<(peak.mass + reach)
        return try CountingWindow(
          range: range, signalFraction: erf(halves / 2.0.squareRoot()),
          backgroundFraction: tail(range)
        ).significance(signal: peak.signal, background: 20_000)
      }
      let best = try #require(counting.max())
      #expect(abs(best / ideal.significance - 1) < 0.1, "\(best) \(ideal)")
    }
  }

  @Test func `Weighted pseudo-experiments give the tail that those of the reference give`() throws {
    let reference = try Reference.load()
    let test = try reference.contactInteraction.test(
      coupling: 0.5, expectedEvents: reference.table3.background)
    let ideal = try test.medianSignificance(experiments(40_000))
    let counted = try GlobalPValue(
      observed: ideal.medianStatistic,
      pseudoExperiments: test.referenceStatistics(experiments(40_000)), method: "reference",
      level: 0.999)
    #expect((counted.low...counted.high).contains(pow(10, ideal.log10PValue)))
  }

  @Test func `The number of threads changes nothing`() throws {
    let test = try NeymanPearsonTest(reference: [100, 10, 1], alternative: [101, 12, 3])
    #expect(
      try test.medianSignificance(experiments(2000))
        == test.medianSignificance(experiments(2000, jobs: 3)))
  }

  @Test func `The statistic is twice the logarithm of the ratio of likelihoods`() throws {
    let test = try NeymanPearsonTest(reference: [10, 2], alternative: [8, 5])
    // 2 [12 - 13 + 9 ln(8 / 10) + 4 ln(5 / 2)]
    let expected = 2 * (-1 + 9 * log(0.8) + 4 * log(2.5))
    #expect(abs(try test.statistic(observed: [9, 4]) - expected) < 1e-12)
  }

  @Test func `Bad expectations and counts are named`() throws {
    #expect(throws: NeymanPearsonError.wrongBinCount(1, expected: 2)) {
      try NeymanPearsonTest(reference: [1, 2], alternative: [1])
    }
    #expect(throws: NeymanPearsonError.wrongBinCount(0, expected: 0)) {
      try NeymanPearsonTest(reference: [], alternative: [])
    }
    #expect(
      throws: NeymanPearsonError.invalidExpectation(bin: 1, reference: 0, alternative: 1)
    ) {
      try NeymanPearsonTest(reference: [1, 0], alternative: [1, 1])
    }
    #expect(throws: NeymanPearsonError.equalHypotheses) {
      try NeymanPearsonTest(reference: [1], alternative: [1])
    }
    let test = try NeymanPearsonTest(reference: [1], alternative: [2])
    #expect(throws: NeymanPearsonError.invalidCount(bin: 0, value: -1)) {
      try test.statistic(observed: [-1])
    }
    #expect(throws: NeymanPearsonError.tooFewPseudoExperiments(9, needed: 10)) {
      try test.medianSignificance(experiments(9))
    }
  }
}

struct QuadraticYieldsTests {
  @Test func `Events that carry their dependence on the coupling add up to its polynomial`() throws
  {
    let yields = try QuadraticYields(
      edges: [60, 100, 200], values: [70, 80, 150, 300], weights: [3, 1, 2, 2],
      linear: [0.5, 1, 2, 9], quadratic: [0, 2, 4, 9])
    #expect(yields.constant == [0.5, 0.25])
    #expect(yields.linear == [2.5 / 8, 0.5])
    #expect(yields.quadratic == [0.25, 1])
    #expect(yields.expected(coupling: 2, expectedEvents: 80) == [170, 420])
  }

  @Test func `Yields that do not fit together are named`() {
    #expect(throws: QuadraticYieldsError.edgesNotAscending) {
      try QuadraticYields(edges: [1, 1], constant: [1], linear: [1], quadratic: [1])
    }
    #expect(throws: QuadraticYieldsError.wrongBinCount(2, expected: 1)) {
      try QuadraticYields(edges: [1, 2], constant: [1], linear: [1, 2], quadratic: [1])
    }
    #expect(throws: QuadraticYieldsError.invalidCoefficient(bin: 0, value: .infinity)) {
      try QuadraticYields(edges: [1, 2], constant: [1], linear: [.infinity], quadratic: [1])
    }
    #expect(throws: QuadraticYieldsError.wrongEventCount(1, expected: 2)) {
      try QuadraticYields(
        edges: [1, 2], values: [1, 1], weights: [1, 1], linear: [1], quadratic: [1, 1])
    }
    #expect(throws: QuadraticYieldsError.noEvents) {
      try QuadraticYields(edges: [1, 2], values: [], weights: [], linear: [], quadratic: [])
    }
  }
}
