import Foundation
import NumericalCore
import Randomness
import StatisticalInference

/// A known spectrum from which pseudo-experiments are drawn.
struct PseudoSpectrum {
  let edges: [Double]
  let expected: [Double]
  /// Three of sixteen bins, each cut into four.
  let signalRegion: Range<Double>

  /// Draws from the four-parameter function between 2.7 and 6.5 TeV at 13 TeV.
  init(total: Double, firstRegionBin: Int = 16) throws {
    let ratio = (0...64).map { Double($0) / 64 }
    edges = ratio.map { 2700 * pow(6500.0 / 2700, $0) }
    let rule = GaussLegendre(count: 5)
    var integrals: [Double] = []
    for (low, high) in zip(edges, edges.dropFirst()) {
      integrals.append(
        rule.nodes(on: low..<high).reduce(0) {
          $0 + $1.weight
            * SpectrumFunction.dijet4.density(
              at: $1.point, parameters: [0, 8, 5, 0.2], collisionEnergy: 13000)
        })
    }
    let sum = integrals.reduce(0, +)
    expected = integrals.map { $0 * total / sum }
    signalRegion = edges[firstRegionBin]..<edges[firstRegionBin + 12]
  }

  var expectedInRegion: Double {
    zip(edges, expected).reduce(0) { $0 + (signalRegion.contains($1.0) ? $1.1 : 0) }
  }

  /// Draws background counts, and signal events with a detector's tail to low masses.
  func draw(signal: Int = 0, mass: Double = 3500, with generator: inout SplitMix64) throws
    -> Histogram
  {
    var counts = expected.map { Double(generator.poisson(mean: $0)) }
    for _ in 0..<signal {
      var value = mass * (1 + 0.03 * generator.normal())
      if generator.uniform() < 0.2 { value -= 0.08 * mass * generator.exponential() }
      if let bin = edges.lastIndex(where: { $0 <= value }), bin < counts.count { counts[bin] += 1 }
    }
    return try Histogram(edges: edges, counts: counts)
  }
}
