import Foundation
import Randomness
import StatisticalInference
import Testing

/// Bump hunts whose background is not known: fitted, scaled, or with a covariance.
struct UncertainBackgroundTests {
  /// Global p-values of background-only spectra must be uniform.
  ///
  /// Kolmogorov's distance to the uniform distribution is above 1.95 / √n in 0.1 % of cases; a
  /// p-value of n pseudo-experiments is a multiple of 1 / (n + 1), which adds half of that.
  private func expectUniform(_ pValues: [Double], pseudoExperiments: Int, _ comment: Comment) {
    let count = Double(pValues.count)
    let distance = pValues.sorted().enumerated().reduce(0.0) {
      max($0, abs($1.element - (Double($1.offset) + 0.5) / count))
    }
    #expect(distance < 1.95 / count.squareRoot() + 1 / Double(pseudoExperiments + 1), comment)
  }

  @Test(arguments: [BumpReference.FitUncertainty.profiled, .ignored])
  func `Global p-values of background are uniform with a fit in every pseudo-experiment`(
    uncertainty: BumpReference.FitUncertainty
  ) throws {
    let truth = try PseudoSpectrum(total: 20_000)
    var generator = Seed(31).child(uncertainty.rawValue).makeGenerator()
    let hunter = BumpHunter(windows: WindowScan(.bins(2...6), step: .halfWidth))
    let pValues = try (0..<80).map { number in
      try hunter.hunt(
        truth.draw(with: &generator),
        reference: .fitted(.dijet3, collisionEnergy: 13_000, uncertainty),
        pseudoExperiments: PseudoExperiments(
          count: 49, seed: Seed(32).child("\(number)"), jobs: 2)
      ).globalPValue.value
    }
    expectUniform(pValues, pseudoExperiments: 49, "\(uncertainty)")
  }

  @Test func `Global p-values are uniform for a background with a covariance`() throws {
    var generator = Seed(33).makeGenerator()
    let shape = (0..<30).map { 300 * exp(-Double($0) / 8) }
    // Normalisation and slope known to 10 %.
    let modes = [
      shape.map { 0.1 * $0 }, shape.indices.map { 0.1 * shape[$0] * (Double($0) - 10) / 10 },
    ]
    let covariance = shape.indices.map { i in
      shape.indices.map { j in modes.reduce(0) { $0 + $1[i] * $1[j] } }
    }
    let edges = (0...30).map(Double.init)
    let hunter = BumpHunter(windows: WindowScan(.bins(1...6)))
    var known: [Double] = []
    let pValues = try (0..<120).map { number in
      var means = shape
      for mode in modes {
        let shift = generator.normal()
        for bin in means.indices { means[bin] += shift * mode[bin] }
      }
      let data = try Histogram(
        edges: edges, counts: means.map { Double(generator.poisson(mean: max(0, $0))) })
      let pseudo = PseudoExperiments(count: 99, seed: Seed(34).child("\(number)"))
      known.append(
        try hunter.hunt(data, reference: .known(shape), pseudoExperiments: pseudo).globalPValue
          .value)
      return try hunter.hunt(
        data, reference: .uncertain(shape, covariance: covariance), pseudoExperiments: pseudo
      ).globalPValue.value
    }
    expectUniform(pValues, pseudoExperiments: 99, "with the covariance")
    // Without it background looks like signal far too often.
    #expect(known.count { $0 <= 0.05 } > 24)
  }

  @Test func `Without uncertainty it is the known background up to the local p-value's formula`()
    throws
  {
    let spectrum = try BumpHunterReference.load().public
    let hunter = BumpHunter(windows: WindowScan(.bins(2...6)))
    let zeros = spectrum.reference.map { _ in spectrum.reference.map { _ in 0.0 } }
    let known = try hunter.scan(spectrum.histogram, reference: .known(spectrum.reference))
    let uncertain = try hunter.scan(
      spectrum.histogram, reference: .uncertain(spectrum.reference, covariance: zeros))
    #expect(known.best?.region == uncertain.best?.region)
    // √q₀ against the exact tail, at thousands of events.
    #expect(abs(known.statistic - uncertain.statistic) < 0.05)
    #expect(uncertain.best?.uncertainty == 0)
  }

  @Test func `A step of scoring finds the fit without a window`() throws {
    let truth = try PseudoSpectrum(total: 100_000)
    var generator = Seed(35).makeGenerator()
    let data = try truth.draw(signal: 1000, with: &generator)
    let scan = try BumpHunter(windows: WindowScan(.bins(3...12, step: 3))).scan(
      data, reference: .fitted(.dijet4, collisionEnergy: 13_000))
    for window in scan.windows {
      let range =
        data.edges[window.region.lowerBound]..<data.edges[window.region.upperBound]
      let fit = try BackgroundFit(
        data, function: .dijet4, excluding: [range], collisionEnergy: 13_000)
      let exact = fit.expected(in: range)
      let uncertainty = try #require(window.uncertainty)
      let error = (exact.count + exact.uncertainty * exact.uncertainty).squareRoot()
      // A twentieth of the error of the difference to the data.
      #expect(abs(window.expected - exact.count) < 0.05 * error, "\(window.region)")
      #expect(abs(uncertainty / exact.uncertainty - 1) < 0.1, "\(window.region)")
    }
    let best = try #require(scan.best)
    let mass = data.edges[best.region.lowerBound]..<data.edges[best.region.upperBound]
    #expect(mass.contains(3450))
    let fit = try BackgroundFit(
      data, function: .dijet4, excluding: [mass], collisionEnergy: 13_000)
    let exact = fit.expected(in: mass)
    let significance = try CountingExperiment(
      observed: best.observed, background: exact.count, backgroundUncertainty: exact.uncertainty
    ).localSignificance
    #expect(significance > 4)
    #expect(abs(try #require(best.localSignificance) - significance) < 0.15)
  }

  @Test func `A profiled fit finds more of a signal than a fit that counts as known`() throws {
    let truth = try PseudoSpectrum(total: 20_000)
    var generator = Seed(36).makeGenerator()
    let data = try truth.draw(signal: 150, with: &generator)
    let hunter = BumpHunter(windows: WindowScan(.bins(2...12)))
    let scans = try [BumpReference.FitUncertainty.profiled, .ignored].map {
      try hunter.scan(data, reference: .fitted(.dijet4, collisionEnergy: 13_000, $0))
    }
    // The fit to all bins follows the signal.
    #expect(try #require(scans[0].best).difference > #require(scans[1].best).difference)
    #expect(scans[1].windows.allSatisfy { $0.uncertainty == nil })
  }

  @Test func `A fit that has no result is an error that says why`() throws {
    let hunter = BumpHunter(windows: WindowScan(.bins(1...2)))
    let edges = (0...10).map { 2000 + 100 * Double($0) }
    let empty = try Histogram(edges: edges, counts: [Double](repeating: 0, count: 10))
    #expect(throws: BumpHunterError.fit(.emptySpectrum)) {
      try hunter.scan(empty, reference: .fitted(.dijet3, collisionEnergy: 13_000))
    }
    let light = try Histogram(edges: edges, counts: [Double](repeating: 5, count: 10))
    #expect(throws: BumpHunterError.self) {
      try hunter.scan(light, reference: .fitted(.dijet3, collisionEnergy: 1000))
    }
    let grid = try Histogram2D(rowEdges: [1, 2], columnEdges: [1, 2], counts: [4])
    #expect(throws: BumpHunterError.noFitInTwoVariables) {
      try BumpHunter2D(
        windows: RectangleScan(rows: WindowScan(.bins(1...1)), columns: WindowScan(.bins(1...1)))
      ).scan(grid, reference: .fitted(.dijet3, collisionEnergy: 13_000))
    }
  }
}
