import Foundation
import LearnedTestStatistics
import Randomness
import Testing

struct NearestNeighbourTestTests {
  /// Made by Validation/two_sample_tests.py with scipy's k-d tree.
  struct Reference: Decodable {
    struct Case: Decodable {
      struct Statistic: Decodable {
        let neighbour: Int
        let value: Double
      }
      let name: String
      let reference: [[Float]]
      let data: [[Float]]
      let statistics: [Statistic]
      /// Of ``NoveltyTest`` with an expectation of 75 events and a fraction of 0.1.
      let novelty: [Statistic]
    }
    let cases: [Case]

    static func load() throws -> [Case] {
      let file = try #require(
        Bundle.module.url(
          forResource: "nearest_neighbours", withExtension: "json", subdirectory: "Fixtures"))
      return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file)).cases
    }
  }

  private static func value(
    _ reference: [[Float]], _ data: [[Float]], neighbour: Int = 5
  ) throws -> Double {
    try NearestNeighbourTest(neighbour: neighbour).value(
      of: SampleComparison(
        names: reference.indices.map { "x\($0)" }, reference: reference, data: data, expected: 10),
      seed: Seed(1), isCancelled: { false })
  }

  @Test func `The statistic is that of scipy's neighbours, with ties and without`() throws {
    let cases = try Reference.load()
    #expect(cases.count == 4)
    for sample in cases {
      for statistic in sample.statistics {
        let found = try Self.value(
          sample.reference, sample.data, neighbour: statistic.neighbour)
        #expect(abs(found - statistic.value) < 1e-12, "\(sample.name) \(statistic)")
      }
    }
  }

  @Test func `The count of novel events is that of scipy's neighbours`() throws {
    let cases = try Reference.load()
    #expect(cases.count == 4)
    for sample in cases {
      let comparison = try SampleComparison(
        names: sample.reference.indices.map { "x\($0)" }, reference: sample.reference,
        data: sample.data, expected: 75)
      for statistic in sample.novelty {
        let found = try NoveltyTest(neighbour: statistic.neighbour, fraction: 0.1)
          .value(of: comparison, seed: Seed(1), isCancelled: { false })
        #expect(abs(found - statistic.value) < 1e-12, "\(sample.name) \(statistic)")
      }
    }
  }

  private static func normal(
    _ count: Int, _ dimensions: Int, mean: Double = 0, seed: UInt64
  ) -> [[Float]] {
    var generator = Seed(seed).makeGenerator()
    return (0..<dimensions).map { _ in (0..<count).map { _ in Float(mean + generator.normal()) } }
  }

  /// The definition, with every distance computed.
  @Test(arguments: [1, 2, 3, 6])
  func `Large samples give what all distances give`(dimensions: Int) throws {
    let reference = Self.normal(3_000, dimensions, seed: 1)
    let data = Self.normal(400, dimensions, mean: 0.1, seed: 2)
    let scales = zip(reference, data).map { a, b in
      let values = (a + b).map { Double($0) }
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
        .squareRoot()
    }
    func distances(_ row: Int, to sample: [[Float]]) -> [Double] {
      sample[0].indices.map { other in
        (0..<dimensions).reduce(0.0) { sum, column in
          let d = (Double(data[column][row]) - Double(sample[column][other])) / scales[column]
          return sum + d * d
        }.squareRoot()
      }.sorted()
    }
    var sum = 0.0
    for row in data[0].indices {
      sum += log(distances(row, to: reference)[4] / distances(row, to: data)[5])
    }
    let expected = Double(dimensions) * sum / 400 + log(3_000.0 / 399)
    #expect(abs(try Self.value(reference, data) - expected) < 1e-10)
  }

  @Test func `Units and the order of events do not matter`() throws {
    let (reference, data) = (Self.normal(500, 2, seed: 3), Self.normal(200, 2, seed: 4))
    let value = try Self.value(reference, data)
    // A power of two changes no digit.
    let scaled = try Self.value(
      [reference[0], reference[1].map { $0 * 1024 }], [data[0], data[1].map { $0 * 1024 }])
    #expect(scaled == value)
    let reversed = try Self.value(
      reference.map { $0.reversed() }, data.map { $0.reversed() })
    #expect(abs(reversed - value) < 1e-12)
  }

  @Test func `A shifted sample is found and an equal one is not`() throws {
    func significance(mean: Double) throws -> Double {
      let comparison = try SampleComparison(
        names: ["x", "y"], reference: Self.normal(2_000, 2, seed: 5),
        data: Self.normal(1_000, 2, mean: mean, seed: 6), expected: 1_000)
      let test = NearestNeighbourTest()
      let null = try RepeatedTest("permutation", test, count: 60, seed: Seed(7)) {
        try PseudoData.permutation(testsCount: false).comparison(like: comparison, seed: $0)
      }.values()
      let average = null.reduce(0, +) / 60
      let variance = null.reduce(0) { $0 + ($1 - average) * ($1 - average) } / 59
      let observed = try test.value(of: comparison, seed: Seed(8), isCancelled: { false })
      return (observed - average) / variance.squareRoot()
    }
    #expect(try abs(significance(mean: 0)) < 3)
    #expect(try significance(mean: 0.5) > 5)
  }

  @Test func `What has no distance is refused with the reason`() throws {
    let sample = Self.normal(50, 1, seed: 1)
    func refused(_ error: NearestNeighbourError, _ work: () throws -> Double) {
      #expect(throws: error) { _ = try work() }
    }
    refused(.badNeighbour(0)) { try Self.value(sample, sample, neighbour: 0) }
    refused(.tooFewEvents(.data, neighbour: 5)) {
      try Self.value(sample, Self.normal(5, 1, seed: 2))
    }
    refused(.tooFewEvents(.reference, neighbour: 60)) {
      try Self.value(sample, sample, neighbour: 60)
    }
    refused(.coincidentEvents(neighbour: 5)) {
      try Self.value(sample, [(0..<20).map { Float($0 / 10) }])
    }
    refused(.badFraction(1)) {
      try NoveltyTest(fraction: 1).value(
        of: SampleComparison(names: ["x"], reference: sample, data: sample, expected: 10),
        seed: Seed(1), isCancelled: { false })
    }
    refused(.weightedReference) {
      try NearestNeighbourTest().value(
        of: SampleComparison(
          names: ["x"], reference: sample, referenceWeights: Array(repeating: 1, count: 50),
          data: sample, expected: 10), seed: Seed(1), isCancelled: { false })
    }
    #expect(throws: CancellationError.self) {
      try NearestNeighbourTest().value(
        of: SampleComparison(names: ["x"], reference: sample, data: sample, expected: 10),
        seed: Seed(1), isCancelled: { true })
    }
  }
}
