import EventModel
import Foundation
import Randomness
import Testing

struct NoiseFeaturesTests {
  private func table(_ identifiers: [Int64]) throws -> EventTable {
    try EventTable(
      dijetMass: identifiers.map { 3_000 + Double($0 % 100) }, features: [.lighterJetMass],
      columns: [identifiers.map { Float($0) }], identifiers: identifiers)
  }

  @Test func `Columns are added behind the features, as many as asked for`() throws {
    let events = try table([4, 7])
    #expect(
      events.appendingNoise(3, seed: Seed(1)).features
        == [.lighterJetMass, .noise1, .noise2, .noise3])
    #expect(events.appendingNoise(0, seed: Seed(1)).features == [.lighterJetMass])
    #expect(events.appendingNoise(3, seed: Seed(1)).columns[0] == [4, 7])
  }

  @Test func `An event has the same noise in any order and company`() throws {
    let one = try table([5, 6, 7, 8]).appendingNoise(2, seed: Seed(3))
    let other = try table([8, 5, 99]).appendingNoise(10, seed: Seed(3))
    for column in 1...2 {
      #expect(one.columns[column][0] == other.columns[column][1])
      #expect(one.columns[column][3] == other.columns[column][0])
    }
    #expect(one.columns[1] != one.columns[2])
    #expect(try table([5, 6, 7, 8]).appendingNoise(2, seed: Seed(4)).columns[1] != one.columns[1])
  }

  /// 40,000 numbers: mean 0 ± 0.005, variance 1 ± 0.007, correlations 0 ± 0.005; five standard
  /// deviations are allowed.
  @Test func `The noise is standard normal and independent of everything`() throws {
    let count = 40_000
    let events = try table((0..<Int64(count)).map { $0 })
      .appendingNoise(10, seed: Seed(11).child("noise").child("data"))
    let columns = events.columns.dropFirst().map { $0.map(Double.init) }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(count) }
    for column in columns {
      #expect(abs(mean(column)) < 0.025)
      #expect(abs(mean(column.map { $0 * $0 }) - 1) < 0.036)
      // P(|z| < 1) = 0.682689, ± 0.0023.
      #expect(abs(mean(column.map { abs($0) < 1 ? 1 : 0 }) - 0.682689) < 0.012)
      #expect(abs(mean(zip(column, column.dropFirst() + [0]).map { $0 * $1 })) < 0.025)
    }
    for (first, second) in zip(columns, columns.dropFirst()) {
      #expect(abs(mean(zip(first, second).map { $0 * $1 })) < 0.025)
    }
  }
}
