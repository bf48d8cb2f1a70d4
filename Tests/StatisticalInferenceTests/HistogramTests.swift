import StatisticalInference
import Testing

struct HistogramTests {
  @Test func `An event on an edge belongs to the bin above, the last edge to none`() throws {
    let histogram = try Histogram(edges: [1, 2, 4], masses: [1, 1.5, 2, 3.9, 4, 0.9])
    #expect(histogram.counts == [2, 2])
    #expect(histogram.sumsOfSquaredWeights == nil)
    #expect(histogram.total == 4)
  }

  @Test func `Weights add up, and so do their squares`() throws {
    let histogram = try Histogram(edges: [1, 2, 4], masses: [1, 1.5, 3], weights: [0.5, 2, 3])
    #expect(histogram.counts == [2.5, 3])
    #expect(histogram.sumsOfSquaredWeights == [4.25, 9])
    #expect(histogram.varianceScale == 13.25 / 5.5)
    #expect(try Histogram(edges: [1, 2], masses: [1]).varianceScale == 1)
  }

  @Test func `A count in a range leaves out cut bins`() throws {
    let histogram = try Histogram(edges: [1, 2, 3, 4], counts: [1, 10, 100])
    #expect(histogram.count(in: 2..<4) == 110)
    #expect(histogram.count(in: 1.5..<4) == 110)
    #expect(histogram.count(in: 0..<9) == 111)
  }

  @Test func `Numbers that are no histogram are refused with the place`() {
    #expect(throws: HistogramError.edgesNotAscending) { try Histogram(edges: [2, 1], counts: [1]) }
    #expect(throws: HistogramError.edgesNotAscending) { try Histogram(edges: [1], masses: [1]) }
    #expect(throws: HistogramError.wrongBinCount(2, expected: 1)) {
      try Histogram(edges: [1, 2], counts: [1, 2])
    }
    #expect(throws: HistogramError.invalidContent(bin: 1, value: -1)) {
      try Histogram(edges: [1, 2, 3], counts: [1, -1])
    }
    #expect(throws: HistogramError.invalidWeight(event: 0, value: -1)) {
      try Histogram(edges: [1, 2], masses: [1], weights: [-1])
    }
    #expect(throws: HistogramError.wrongWeightCount(1, expected: 2)) {
      try Histogram(edges: [1, 2], masses: [1, 1], weights: [1])
    }
    #expect(throws: HistogramError.self) { try Histogram(edges: [1, 2], masses: [.nan]) }
    #expect("\(HistogramError.invalidMass(event: 7, value: .infinity))".contains("event 7"))
  }

  @Test func `Cropping keeps the bins that lie in the range as a whole`() throws {
    let histogram = try Histogram(
      edges: [0, 1, 2, 4, 5], counts: [1, 2, 3, 4], sumsOfSquaredWeights: [1, 4, 9, 16])
    let cropped = try #require(histogram.cropped(to: 0.5..<4.5))
    #expect(cropped.edges == [1, 2, 4])
    #expect(cropped.counts == [2, 3])
    #expect(cropped.sumsOfSquaredWeights == [4, 9])
    #expect(histogram.cropped(to: 0..<5) == histogram)
    #expect(histogram.cropped(to: 2.5..<3.5) == nil)
  }
}
