import LearnedTestStatistics
import Randomness
import Testing

struct SampleComparisonTests {
  private static func comparison(
    reference: [[Float]] = [[1, 2, 3], [4, 5, 7]], weights: [Float]? = nil,
    data: [[Float]] = [[1.5], [6]], expected: Double = 2
  ) throws -> SampleComparison {
    try SampleComparison(
      names: ["x", "y"], reference: reference, referenceWeights: weights, data: data,
      expected: expected)
  }

  @Test func `Bad samples are refused with sample, column and row`() {
    func refused(_ error: ComparisonError, _ make: () throws -> SampleComparison) {
      #expect(throws: error) { _ = try make() }
    }
    refused(.columnCount(.data, 1, names: 2)) { try Self.comparison(data: [[1]]) }
    refused(.noEvents(.reference)) { try Self.comparison(reference: [[], []]) }
    refused(.eventCount(.reference, column: "y", 2, of: 3)) {
      try Self.comparison(reference: [[1, 2, 3], [4, 5]])
    }
    refused(.notFinite(.data, column: "x", row: 0, value: .infinity)) {
      try Self.comparison(data: [[.infinity], [0]])
    }
    refused(.constantColumn("y", value: 4)) {
      try Self.comparison(reference: [[1, 2, 3], [4, 4, 4]])
    }
    refused(.repeatedColumn("x")) {
      try SampleComparison(
        names: ["x", "y", "x"], reference: [[1, 2], [3, 4], [1, 2]], data: [[1], [3], [1]],
        expected: 1)
    }
    refused(.badWeight(row: 1, value: -1)) { try Self.comparison(weights: [1, -1, 1]) }
    refused(.noWeight) { try Self.comparison(weights: [0, 0, 0]) }
    refused(.badExpectation(0)) { try Self.comparison(expected: 0) }
    refused(.badExpectation(1e19)) { try Self.comparison(expected: 1e19) }
  }

  @Test func `Independent pseudo-data are different events in a Poisson number`() throws {
    let pool: [[Float]] = [(0..<1000).map { Float($0) }, (0..<1000).map { -Float($0) }]
    let comparison = try Self.comparison(expected: 50)
    var counts: [Double] = []
    for number in 0..<200 {
      let drawn = try PseudoData.independentEvents(pool)
        .comparison(like: comparison, seed: Seed(1).child("\(number)"))
      #expect(Set(drawn.data[0]).count == drawn.dataCount)
      #expect(drawn.data[1] == drawn.data[0].map { -$0 })
      #expect(drawn.reference == comparison.reference)
      counts.append(Double(drawn.dataCount))
    }
    let mean = counts.reduce(0, +) / 200
    let variance = counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 199
    #expect(abs(mean - 50) < 4 * (50.0 / 200).squareRoot())
    #expect(abs(variance / 50 - 1) < 0.4)
    let fixed = try PseudoData.independentEvents(pool, testsCount: false)
      .comparison(like: comparison, seed: Seed(1))
    #expect(fixed.dataCount == comparison.dataCount)
  }

  @Test func `Pseudo-data that are not independent are refused or warned of`() throws {
    var generator = Seed(4).makeGenerator()
    func events(_ count: Int) -> [[Float]] {
      (0..<2).map { _ in (0..<count).map { _ in Float(generator.normal()) } }
    }
    func joined(_ a: [[Float]], _ b: [[Float]]) -> [[Float]] { zip(a, b).map { $0 + $1 } }
    let (reference, data, more) = (events(2000), events(100), events(1000))
    func samples(_ pool: [[Float]], data other: [[Float]]? = nil) throws -> ComparedSamples {
      ComparedSamples(
        comparison: try SampleComparison(
          names: ["x", "y"], reference: reference, data: other ?? data, expected: 100),
        pseudoData: .independentEvents(pool), sources: [])
    }
    #expect(try samples(more).pseudoDataWarnings() == [])
    #expect(throws: PseudoDataError.isReference) {
      try samples(reference).pseudoDataWarnings()
    }
    let overlapping = try samples(joined(more, reference.map { Array($0.prefix(300)) }))
    #expect(
      try overlapping.pseudoDataWarnings().first?.hasPrefix("300 of 1300 pseudo-data") == true)
    let small = try samples(more.map { Array($0.prefix(400)) })
    #expect(try small.pseudoDataWarnings().first?.contains("drawn from 400") == true)
    #expect(throws: PseudoDataError.tooFewEvents(needed: 150, found: 120)) {
      try samples(more.map { Array($0.prefix(120)) }).pseudoDataWarnings()
    }
    // Data out of the reference, too; and nothing is said where values repeat anyway.
    let network = try NPLMNetwork("2-3-1")
    let taken = try samples(more, data: reference.map { Array($0.prefix(100)) })
    #expect(try taken.warnings(for: network).first?.hasPrefix("100 of 100 data events") == true)
    let whole = ComparedSamples(
      comparison: try SampleComparison(
        names: ["n"], reference: [(0..<2000).map { Float($0 % 10) }],
        data: [(0..<100).map { Float($0 % 10) }], expected: 100),
      pseudoData: .independentEvents([(0..<2000).map { Float($0 % 10) }]), sources: [])
    #expect(try whole.pseudoDataWarnings() == [])
    #expect(throws: PseudoDataError.noEvents(expected: 1e-9)) {
      try PseudoData.independentEvents(more).comparison(
        like: SampleComparison(
          names: ["x", "y"], reference: reference, data: data, expected: 1e-9), seed: Seed(1))
    }
  }

  @Test func `A permutation deals every event out once`() throws {
    let comparison = try SampleComparison(
      names: ["x"], reference: [(0..<90).map { Float($0) }], data: [(90..<100).map { Float($0) }],
      expected: 10)
    let fixed = try PseudoData.permutation(testsCount: false)
      .comparison(like: comparison, seed: Seed(3))
    #expect(fixed.dataCount == 10)
    #expect((fixed.data[0] + fixed.reference[0]).sorted() == (0..<100).map { Float($0) })
    let counted = try (0..<20).map {
      try PseudoData.permutation(testsCount: true)
        .comparison(like: comparison, seed: Seed(3).child("\($0)")).dataCount
    }
    #expect(Set(counted).count > 3)
  }

  @Test func `Too few events and weights are refused`() throws {
    let comparison = try Self.comparison(weights: [1, 2, 3], expected: 50)
    #expect(throws: PseudoDataError.weightedReference) {
      try PseudoData.permutation(testsCount: true).comparison(like: comparison, seed: Seed(1))
    }
    #expect(throws: PseudoDataError.self) {
      try PseudoData.independentEvents([[1, 2], [3, 4]])
        .comparison(like: comparison, seed: Seed(1))
    }
  }
}
