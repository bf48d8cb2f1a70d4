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
    refused(.badWeight(row: 1, value: -1)) { try Self.comparison(weights: [1, -1, 1]) }
    refused(.noWeight) { try Self.comparison(weights: [0, 0, 0]) }
    refused(.badExpectation(0)) { try Self.comparison(expected: 0) }
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
