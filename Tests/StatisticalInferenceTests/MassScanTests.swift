import Foundation
import Randomness
import StatisticalInference
import Testing

struct MassScanTests {
  private func scan(
    _ spectrum: Histogram, function: SpectrumFunction = .dijet4, mask: Range<Double>,
    width: Double = 0.03
  ) throws -> MassScan {
    let background = try BackgroundFit(
      spectrum, function: function, excluding: [mask], collisionEnergy: 13000)
    return MassScan(
      [ScannedSpectrum(spectrum, background: background)],
      shape: .gaussian(relativeWidth: width))
  }

  /// Reference fits: Validation/background_fit.py (iminuit), which names its versions.
  @Test func `Fitted mass and events of a known width agree with iminuit`() throws {
    let reference = try FitReference.load()
    var compared = 0
    for row in reference.signals {
      guard let width = row.fixedWidth else { continue }
      compared += 1
      let spectrum = try Histogram(edges: reference.edges, counts: row.counts)
      let scan = try scan(
        spectrum, function: FitReference.function(parameterCount: row.parameterCount),
        mask: row.mask[0]..<row.mask[1], width: width)
      let step = 0.01 * row.mass
      let points = try scan.points(at: (-10...10).map { row.mass + Double($0) * step }, jobs: 2)
      let best = try #require(try scan.bestMass(points))
      #expect(abs(best.mass - row.mass) < 0.01 * row.massUncertainty, "\(row.name)")
      #expect(
        abs(best.point.signalEvents - row.signalEvents) < 0.01 * row.signalEventsUncertainty,
        "\(row.name)")
      let low = try #require(best.massLow)
      let high = try #require(best.massHigh)
      // Half the interval of the likelihood against the curvature: the same up to its skewness.
      #expect(abs((high - low) / 2 / row.massUncertainty - 1) < 0.1, "\(row.name)")
    }
    #expect(compared >= 1)
  }

  @Test func `The full model agrees with the linearised one where the sidebands are long`() throws {
    var generator = Seed(21).makeGenerator()
    let truth = try PseudoSpectrum(total: 90_000)
    let spectrum = try truth.draw(with: &generator)
    let mass = (truth.signalRegion.lowerBound + truth.signalRegion.upperBound) / 2
    let background = try BackgroundFit(
      spectrum, function: .dijet3, excluding: [truth.signalRegion], collisionEnergy: 13000)
    let shape = SignalShape.gaussian(relativeWidth: 0.03)
    let (channel, bins) = try SignalStrengthModel.Channel.linearised(
      spectrum, background: background, shape: shape, mass: mass)
    let linear = try ProfileLikelihood(
      SignalStrengthModel(channel), counts: bins.map { spectrum.counts[$0] })
    let full = try MassScan([ScannedSpectrum(spectrum, background: background)], shape: shape)
      .likelihood(mass: mass)
    #expect(abs(linear.bestStrength - full.bestStrength) < 0.1 * (try full.strengthUncertainty()))
    #expect(abs(linear.localSignificance - full.localSignificance) < 0.1)
    let limits = try [linear, full].map { try AsymptoticLimits($0).upperLimit() }
    #expect(abs(limits[0].expected[2] / limits[1].expected[2] - 1) < 0.05)
    // Three parameters of the function, three modes.
    guard case .modes(_, let modes) = channel.background else {
      Issue.record("the linearised background has no modes")
      return
    }
    #expect(modes.count == 3)
    for (index, bin) in bins.enumerated() {
      let variance = modes.reduce(0) { $0 + $1[index] * $1[index] }
      #expect(abs(variance.squareRoot() / background.expected[bin].uncertainty - 1) < 1e-6)
    }
  }

  @Test func `An injected signal is found at its mass, alone and in two spectra together`() throws {
    var generator = Seed(22).makeGenerator()
    let truth = try PseudoSpectrum(total: 20_000)
    func spectrum(_ events: Int) throws -> Histogram {
      var counts = try truth.draw(with: &generator).counts
      for _ in 0..<events {
        let mass = 3500 * (1 + 0.03 * generator.normal())
        if let bin = truth.edges.lastIndex(where: { $0 <= mass }), bin < 64 { counts[bin] += 1 }
      }
      return try Histogram(edges: truth.edges, counts: counts)
    }
    func scanned(_ name: String, _ counts: Histogram, events: Double) throws -> ScannedSpectrum {
      ScannedSpectrum(
        name: name, counts,
        background: try BackgroundFit(
          counts, function: .dijet4, excluding: [truth.signalRegion], collisionEnergy: 13000),
        signalEvents: events)
    }
    let spectra = try [
      scanned("first", spectrum(400), events: 400), scanned("second", spectrum(600), events: 600),
    ]
    let shape = SignalShape.gaussian(relativeWidth: 0.03)
    let masses = stride(from: 3000.0, through: 4200, by: 50).map(\.self)
    let alone = try spectra.map { try MassScan([$0], shape: shape).points(at: masses) }
    let joint = MassScan(spectra, shape: shape)
    let points = try joint.points(at: masses)
    let best = try #require(try joint.bestMass(points))
    #expect(abs(best.mass - 3500) < 60)
    #expect(abs(best.point.signalEvents - 1) < 0.5)
    let both = points.map(\.localSignificance).max() ?? 0
    for single in alone { #expect(both > single.map(\.localSignificance).max() ?? 0) }
    #expect(both > 7)
  }

  @Test func `A deficit has a negative significance and no best mass`() throws {
    let truth = try PseudoSpectrum(total: 90_000)
    var counts = truth.expected.map { $0.rounded() }
    for bin in 18..<26 { counts[bin] = (counts[bin] * 0.9).rounded() }
    let spectrum = try Histogram(edges: truth.edges, counts: counts)
    let scan = try scan(spectrum, mask: truth.signalRegion)
    let points = try scan.points(at: [3600])
    #expect(points[0].localSignificance < -2)
    #expect(points[0].signalEvents < 0)
    #expect(points[0].localPValue > 0.9)
    #expect(try scan.bestMass(points) == nil)
  }

  @Test func `Points do not depend on the number of threads`() throws {
    var generator = Seed(23).makeGenerator()
    let truth = try PseudoSpectrum(total: 9000)
    let scan = try scan(truth.draw(with: &generator), mask: truth.signalRegion)
    let masses = scan.defaultMasses
    #expect(masses.count > 20)
    #expect(masses[0] > 2700 && masses[masses.count - 1] < 6500)
    let one = try scan.points(at: masses, jobs: 1)
    #expect(try scan.points(at: masses, jobs: 3) == one)
    let global = try GlobalSignificance(
      scan, one, pseudoExperiments: PseudoExperiments(count: 6, seed: Seed(1)))
    let parallel = PseudoExperiments(count: 6, seed: Seed(1), jobs: 3)
    #expect(try GlobalSignificance(scan, one, pseudoExperiments: parallel) == global)
    #expect(global.failed == 0)
  }

  @Test func `A signal outside the spectrum is refused with the fraction inside`() throws {
    var generator = Seed(24).makeGenerator()
    let truth = try PseudoSpectrum(total: 9000)
    let scan = try scan(truth.draw(with: &generator), mask: truth.signalRegion)
    for mass in [1000.0, 2600, 8000, -5, .nan] {
      #expect(throws: SignalStrengthError.self) { try scan.model(mass: mass) }
    }
    #expect(throws: SignalStrengthError.signalOutsideSpectrum(mass: 1000, contained: 0)) {
      try scan.model(mass: 1000)
    }
  }

  @Test func `Up-crossings extrapolate from the counted level`() {
    let crossings = GlobalSignificance.UpCrossings(
      level: 1, crossings: [2, 4, 3, 3], largest: 3)
    #expect(crossings.meanNumber == 3)
    #expect(abs(crossings.meanNumberUncertainty - (0.5 / 4.0).squareRoot()) < 1e-12)
    // Phi(-3) + 3 exp(-4).
    #expect(abs(crossings.pValue - (0.0013498980316301 + 3 * exp(-4.0))) < 1e-12)
    #expect(crossings.extrapolated)
    let far = GlobalSignificance.UpCrossings(level: 1, crossings: [1], largest: 50)
    #expect(far.log10PValue < -500 && far.log10PValue.isFinite)
  }

  @Test func `Two ways to the global p-value of an excess agree`() throws {
    var generator = Seed(25).makeGenerator()
    let truth = try PseudoSpectrum(total: 20_000)
    let scan = try scan(truth.draw(with: &generator), mask: truth.signalRegion)
    let masses = scan.defaultMasses.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    let points = try scan.points(at: masses, jobs: 2)
    let global = try GlobalSignificance(
      scan, points, pseudoExperiments: PseudoExperiments(count: 100, seed: Seed(6), jobs: 2))
    let largest = points.map(\.localSignificance).max() ?? 0
    #expect(global.failed == 0)
    #expect(global.pValue.value > 0.5 * erfc(largest / 2.0.squareRoot()))
    #expect(global.pValue.low <= global.pValue.value && global.pValue.value <= global.pValue.high)
    // Up-crossings are a bound, and close to it for large excesses.
    if largest > 2 {
      #expect(
        global.upCrossings.pValue > 0.5 * global.pValue.low
          && global.upCrossings.pValue < 3 * global.pValue.high)
    }
    #expect(global.upCrossings.meanNumber > 0.3)
  }
}
