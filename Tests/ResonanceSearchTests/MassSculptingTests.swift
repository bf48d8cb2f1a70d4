import Foundation
import Randomness
import ResonanceSearch
import StatisticalInference
import Testing

struct MassSculptingTests {
  let edges = (0...30).map { 2_800 + 100 * Double($0) }
  let mask = 3_500.0..<3_900

  /// Counts before and after a cut with an efficiency for each bin.
  private func spectra(seed: UInt64, efficiency: (Int) -> Double) throws -> (Histogram, Histogram) {
    var generator = Seed(seed).makeGenerator()
    var all: [Double] = []
    var selected: [Double] = []
    for bin in 0..<30 {
      let count = generator.poisson(mean: 3_000 * exp(-Double(bin) / 6))
      let kept = (0..<count).count { _ in generator.uniform() < efficiency(bin) }
      all.append(Double(count))
      selected.append(Double(kept))
    }
    return (
      try Histogram(edges: edges, counts: selected), try Histogram(edges: edges, counts: all)
    )
  }

  @Test func `A cut that does not look at the mass gives uniform p-values`() throws {
    let pValues = try (0..<200).map { seed in
      let (selected, all) = try spectra(seed: UInt64(seed)) { _ in 0.1 }
      return try #require(MassSculpting(selected: selected, of: all, outside: mask)).pValue
    }
    // 200 uniform values: mean 0.5 +- 0.02, 20 +- 4.2 below 0.1.
    #expect(abs(pValues.reduce(0, +) / 200 - 0.5) < 0.08)
    #expect((5...40).contains(pValues.count { $0 < 0.1 }))
  }

  @Test func `A cut that follows the mass is found, one inside the mask is not`() throws {
    let (rising, all) = try spectra(seed: 1) { 0.05 + 0.005 * Double($0) }
    let sculpting = try #require(MassSculpting(selected: rising, of: all, outside: mask))
    #expect(sculpting.pValue < 1e-6)
    #expect(try #require(sculpting.efficiencyRatio) > 1.5)
    let (inside, before) = try spectra(seed: 2) { (7..<11).contains($0) ? 0.5 : 0.1 }
    let hidden = try #require(MassSculpting(selected: inside, of: before, outside: mask))
    #expect(hidden.pValue > 1e-3)
  }

  @Test func `No cut and an empty selection have no test`() throws {
    let (_, all) = try spectra(seed: 1) { _ in 0.1 }
    #expect(MassSculpting(selected: all, of: all, outside: mask) == nil)
    let empty = try Histogram(edges: edges, counts: [Double](repeating: 0, count: 30))
    #expect(MassSculpting(selected: empty, of: all, outside: mask) == nil)
  }
}
