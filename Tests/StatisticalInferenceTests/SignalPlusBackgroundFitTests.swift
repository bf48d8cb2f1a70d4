import Foundation
import Randomness
import StatisticalInference
import Testing

struct SignalPlusBackgroundFitTests {
  private func fit(
    _ spectrum: Histogram, function: SpectrumFunction = .dijet4, region: Range<Double>,
    width: SignalWidth = .free(0.015...0.06)
  ) throws -> SignalPlusBackgroundFit {
    let background = try BackgroundFit(
      spectrum, function: function, excluding: [region], collisionEnergy: 13000)
    return try SignalPlusBackgroundFit(
      spectrum, background: background, massRange: region, width: width)
  }

  @Test func `Signals agree with iminuit on the same counts`() throws {
    let reference = try FitReference.load()
    for row in reference.signals {
      let spectrum = try Histogram(edges: reference.edges, counts: row.counts)
      let result = try fit(
        spectrum, function: FitReference.function(parameterCount: row.parameterCount),
        region: row.mask[0]..<row.mask[1],
        width: row.fixedWidth.map { .fixed($0) } ?? .free(0.015...0.06))
      let mass = try #require(result.mass)
      #expect(abs(mass - row.mass) < 0.01 * row.massUncertainty, "\(row.name)")
      #expect(
        abs(result.signalEvents - row.signalEvents) < 0.01 * row.signalEventsUncertainty,
        "\(row.name)")
      #expect(abs(result.relativeWidth - row.relativeWidth) < 1e-4, "\(row.name)")
      let massUncertainty = try #require(result.massUncertainty)
      #expect(abs(massUncertainty / row.massUncertainty - 1) < 0.01, "\(row.name)")
      #expect(
        abs(result.signalEventsUncertainty / row.signalEventsUncertainty - 1) < 0.01,
        "\(row.name)")
    }
  }

  @Test(arguments: [(180.0, 60), (180, 500), (9000, 500), (90_000, 1500)])
  func `A signal with a tail is found within three per cent of its mass`(
    total: Double, signal: Int
  ) throws {
    var generator = Seed(11).child("\(total)").makeGenerator()
    let truth = try PseudoSpectrum(total: total)
    for _ in 0..<20 {
      let result = try fit(
        truth.draw(signal: signal, with: &generator), region: truth.signalRegion)
      let mass = try #require(result.mass)
      #expect(abs(mass / 3500 - 1) < 0.03)
      #expect(result.signalEvents > 0.5 * Double(signal))
      #expect(result.signalEvents < 1.6 * Double(signal))
      #expect(result.signalEventsUncertainty > 0)
      #expect(try #require(result.massUncertainty) < 100)
    }
  }

  @Test(arguments: [180.0, 900, 90_000])
  func `Without a signal the fit converges, and its yield is small`(total: Double) throws {
    var generator = Seed(12).child("\(total)").makeGenerator()
    let truth = try PseudoSpectrum(total: total)
    for _ in 0..<40 {
      let result = try fit(truth.draw(with: &generator), region: truth.signalRegion)
      #expect(result.signalEvents >= 0)
      #expect(result.signalEvents < 6 * result.signalEventsUncertainty)
      #expect(result.signalEventsUncertainty.isFinite && result.signalEventsUncertainty > 0)
      let (low, high) = (truth.signalRegion.lowerBound, truth.signalRegion.upperBound)
      if let mass = result.mass { #expect(mass >= low && mass <= high) }
      #expect((result.mass == nil) == (result.signalEvents == 0))
    }
  }

  @Test func `A yield at a fixed mass is unbiased with the error that it states`() throws {
    var generator = Seed(13).makeGenerator()
    let truth = try PseudoSpectrum(total: 20_000)
    let gaussian = 3500.0..<3500.001
    var pulls: [Double] = []
    for _ in 0..<150 {
      var counts = try truth.draw(with: &generator).counts
      for _ in 0..<generator.poisson(mean: 400) {
        let mass = 3500 * (1 + 0.03 * generator.normal())
        if let bin = truth.edges.lastIndex(where: { $0 <= mass }), bin < 64 { counts[bin] += 1 }
      }
      let spectrum = try Histogram(edges: truth.edges, counts: counts)
      let background = try BackgroundFit(
        spectrum, function: .dijet4, excluding: [truth.signalRegion], collisionEnergy: 13000)
      let result = try SignalPlusBackgroundFit(
        spectrum, background: background, massRange: gaussian, width: .fixed(0.03))
      pulls.append((result.signalEvents - 400) / result.signalEventsUncertainty)
    }
    let mean = pulls.reduce(0, +) / 150
    let width = (pulls.reduce(0) { $0 + $1 * $1 } / 150 - mean * mean).squareRoot()
    #expect(abs(mean) < 4 / 150.0.squareRoot())
    #expect(abs(width - 1) < 4 / 300.0.squareRoot())
  }

  @Test func `A deficit everywhere has no events and no mass`() throws {
    let truth = try PseudoSpectrum(total: 90_000)
    var counts = truth.expected.map { $0.rounded() }
    for bin in 14..<30 { counts[bin] = (counts[bin] * 0.7).rounded() }
    let spectrum = try Histogram(edges: truth.edges, counts: counts)
    let result = try fit(spectrum, region: truth.edges[20]..<truth.edges[24])
    #expect(result.signalEvents == 0)
    #expect(result.mass == nil)
    #expect(result.massUncertainty == nil)
    #expect(result.signalPerBin.allSatisfy { $0 == 0 })
  }

  @Test func `The parts add up to the whole`() throws {
    var generator = Seed(14).makeGenerator()
    let truth = try PseudoSpectrum(total: 9000)
    let spectrum = try truth.draw(signal: 500, with: &generator)
    let result = try fit(spectrum, region: truth.signalRegion)
    #expect(abs(result.signalPerBin.reduce(0, +) / result.signalEvents - 1) < 0.01)
    let sum = result.signalPerBin.reduce(0, +) + result.backgroundPerBin.reduce(0, +)
    // The maximum of a Poisson likelihood with a free norm reproduces the total.
    #expect(abs(sum - spectrum.total) < 1e-3)
  }

  @Test func `Requests without sense are refused`() throws {
    var generator = Seed(15).makeGenerator()
    let truth = try PseudoSpectrum(total: 9000)
    let spectrum = try truth.draw(with: &generator)
    let background = try BackgroundFit(
      spectrum, function: .dijet3, excluding: [truth.signalRegion], collisionEnergy: 13000)
    #expect(throws: SignalPlusBackgroundFitError.self) {
      try SignalPlusBackgroundFit(
        spectrum, background: background, massRange: 1000..<3000, width: .fixed(0.03))
    }
    #expect(throws: SignalPlusBackgroundFitError.self) {
      try SignalPlusBackgroundFit(
        spectrum, background: background, massRange: truth.signalRegion, width: .fixed(0))
    }
    let other = try Histogram(edges: [3000, 4000], counts: [5])
    #expect(throws: SignalPlusBackgroundFitError.otherBinning) {
      try SignalPlusBackgroundFit(
        other, background: background, massRange: 3000..<4000, width: .fixed(0.03))
    }
  }

  @Test func `A signal on Bernstein polynomials is found where it was put`() throws {
    let reference = try SpectrumReference.load().narrow
    let function = try #require(SpectrumFunction(.bernstein, parameterCount: 4))
    let background = try BackgroundFit(
      Histogram(edges: reference.edges, counts: reference.counts), function: function,
      excluding: [120..<130], collisionEnergy: 13000)
    // 600 events of a Gaussian of width 2 GeV at 125 GeV, on the fit itself.
    func below(_ mass: Double) -> Double { 0.5 * erfc(-(mass - 125) / 2 * 0.5.squareRoot()) }
    let counts = background.expected.indices.map { bin in
      background.expected[bin].count
        + 600 * (below(reference.edges[bin + 1]) - below(reference.edges[bin]))
    }
    let fit = try SignalPlusBackgroundFit(
      Histogram(edges: reference.edges, counts: counts), background: background,
      massRange: 118..<132, width: .fixed(0.016))
    #expect(abs(fit.signalEvents - 600) < 1)
    #expect(abs(try #require(fit.mass) - 125) < 0.01)
    #expect(fit.signalEventsUncertainty > 50 && fit.signalEventsUncertainty < 200)
  }
}
