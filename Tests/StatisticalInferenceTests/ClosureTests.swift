import Foundation
import Randomness
import StatisticalInference
import Testing

/// Pseudo-experiments from a known spectrum, without any selection.
struct ClosureTests {
  @Test(arguments: [(90_000.0, 16), (9000, 8), (900, 20)])
  func `The expected count has the error that it states, and Z is standard normal`(
    total: Double, firstRegionBin: Int
  ) throws {
    var generator = Seed(21).child("\(total)").makeGenerator()
    let truth = try PseudoSpectrum(total: total, firstRegionBin: firstRegionBin)
    let count = 300
    var pulls: [Double] = []
    var significances: [Double] = []
    for _ in 0..<count {
      let spectrum = try truth.draw(with: &generator)
      let fit = try BackgroundFit(
        spectrum, function: .dijet4, excluding: [truth.signalRegion], collisionEnergy: 13000)
      let background = fit.expected(in: truth.signalRegion)
      pulls.append((background.count - truth.expectedInRegion) / background.uncertainty)
      significances.append(
        try CountingExperiment(
          observed: spectrum.count(in: truth.signalRegion), background: background.count,
          backgroundUncertainty: background.uncertainty
        ).localSignificance)
    }
    for (values, name) in [(pulls, "pull"), (significances, "Z")] {
      let mean = values.reduce(0, +) / Double(count)
      let width = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1))
        .squareRoot()
      // Four standard errors; at 900 events the pull is a little skewed.
      #expect(abs(mean) < 4 / Double(count).squareRoot() + (total < 1000 ? 0.1 : 0), "\(name)")
      #expect(abs(width - 1) < 4 / Double(2 * count).squareRoot(), "\(name)")
    }
    // Kolmogorov's distance to the uniform distribution: above 1.63 / √n in 1 % of cases.
    let pValues = significances.map { 0.5 * erfc($0 / 2.0.squareRoot()) }.sorted()
    let distance = pValues.enumerated().reduce(0.0) {
      max($0, abs($1.element - (Double($1.offset) + 0.5) / Double(count)))
    }
    #expect(distance < 1.95 / Double(count).squareRoot())
  }
}
