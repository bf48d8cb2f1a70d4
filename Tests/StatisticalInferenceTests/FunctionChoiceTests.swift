import Foundation
import Randomness
import StatisticalInference
import Testing

struct FunctionChoiceTests {
  @Test func `Nested fits are compared as scipy compares them`() throws {
    let reference = try SpectrumReference.load()
    let spectrum = try reference.spectrum
    for (comparison, expected) in [
      (NestedChoice.Comparison.likelihoodRatio, reference.tests.likelihoodRatio),
      (.fTest, reference.tests.fTest),
    ] {
      // A threshold of 1 goes up to the end.
      let choice = try NestedChoice(
        spectrum, functions: [.dijet3, .dijet4, .dijet5], excluding: [], collisionEnergy: 13000,
        comparison: comparison, threshold: 1)
      #expect(choice.fit.function == .dijet5)
      for (step, pValue) in zip(choice.steps, expected) {
        #expect(abs(step.pValue - pValue) < 1e-5)
      }
      #expect(choice.steps.count == 2)
    }
  }

  @Test func `A chain stops where the next function is no improvement`() throws {
    let reference = try SpectrumReference.load()
    // What the third parameter is worth here decides at the threshold.
    let pValue = reference.tests.likelihoodRatio[0]
    for (threshold, function) in [
      (pValue * 0.9, SpectrumFunction.dijet3), (pValue * 1.1, .dijet4),
    ] {
      let choice = try NestedChoice(
        reference.spectrum, functions: [.dijet3, .dijet4], excluding: [], collisionEnergy: 13000,
        comparison: .likelihoodRatio, threshold: threshold)
      #expect(choice.fit.function == function)
      #expect(choice.steps.count == 1)
    }
  }

  @Test func `Functions that are not nested make no chain`() throws {
    let reference = try SpectrumReference.load()
    #expect(throws: NestedChoiceError.notNested(.dijet4, .atlasExponential4)) {
      try NestedChoice(
        reference.spectrum, functions: [.dijet4, .atlasExponential4], excluding: [],
        collisionEnergy: 13000, comparison: .fTest)
    }
  }

  @Test func `The likelihood ratio takes a larger function as often as its threshold says`() throws
  {
    let truth = try PseudoSpectrum(total: 20_000)
    let smooth = try BackgroundFit(
      Histogram(edges: truth.edges, counts: truth.expected), function: .dijet3, excluding: [],
      collisionEnergy: 13000)
    var generator = Seed(21).makeGenerator()
    var taken = 0
    for _ in 0..<300 {
      let choice = try NestedChoice(
        smooth.pseudoData(with: &generator), functions: [.dijet3, .dijet4], excluding: [],
        collisionEnergy: 13000, comparison: .likelihoodRatio, threshold: 0.1)
      if choice.fit.function == .dijet4 { taken += 1 }
    }
    // 30 expected; four standard deviations.
    #expect(abs(taken - 30) < 21)
  }

  @Test func `Sidebands shrink until a function describes them`() throws {
    var generator = Seed(22).makeGenerator()
    let truth = try PseudoSpectrum(total: 200_000)
    var counts = try truth.draw(with: &generator).counts
    // A threshold below 3 TeV that no smooth function has.
    for bin in 0..<8 { counts[bin] *= 0.5 }
    let spectrum = try Histogram(edges: truth.edges, counts: counts)
    let choice = SidebandChoice(spectrum, excluding: truth.signalRegion, collisionEnergy: 13000)
    let fit = try #require(choice.fit)
    let range = try #require(choice.range)
    #expect(choice.attempts.count == 2)
    #expect(range.lowerBound >= truth.edges[0] + 400)
    #expect(fit.edges.first == range.lowerBound && fit.edges.last == range.upperBound)
    #expect(try #require(fit.goodnessOfFit).pValue > 0.05)
    #expect(choice.remark?.contains("atlas3") == true)

    let good = try SidebandChoice(
      truth.draw(with: &generator), excluding: truth.signalRegion, collisionEnergy: 13000)
    #expect(good.attempts.count == 1)
    #expect(good.fit?.function == .atlas3 || good.fit?.function == .atlas4)
  }

  @Test func `Sidebands that nothing describes give no fit`() throws {
    let edges = (0...60).map { 2000 + 50 * Double($0) }
    let spectrum = try Histogram(edges: edges, counts: (0..<60).map { $0 % 2 == 0 ? 500 : 900 })
    let choice = SidebandChoice(spectrum, excluding: 3200..<3800, collisionEnergy: 13000)
    #expect(choice.fit == nil)
    #expect(choice.attempts.count == 3)
    let alone = SidebandChoice(spectrum, excluding: 1000..<3800, collisionEnergy: 13000)
    #expect(alone.attempts.isEmpty)
  }

  @Test func `A sideband that would be gone keeps its length while the other one shrinks`() throws {
    let edges = (0...60).map { 2000 + 50 * Double($0) }
    let spectrum = try Histogram(edges: edges, counts: (0..<60).map { $0 % 2 == 0 ? 500 : 900 })
    let choice = SidebandChoice(spectrum, excluding: 2300..<3800, collisionEnergy: 13000)
    #expect(choice.attempts.map(\.range) == [2000..<5000, 2000..<4600, 2000..<4200])
    #expect(choice.fit == nil && choice.choice.rejections.count == 3)
    // Two bins would be left below: too few.
    let short = SidebandChoice(spectrum, excluding: 2500..<3800, collisionEnergy: 13000)
    #expect(short.attempts.last?.range.lowerBound == 2000)
    let longer = SidebandChoice(spectrum, excluding: 2550..<3800, collisionEnergy: 13000)
    #expect(longer.attempts.last?.range.lowerBound == 2400)
  }

  @Test func `A fit can be judged in some ranges only, masked ones too`() throws {
    var generator = Seed(23).makeGenerator()
    let truth = try PseudoSpectrum(total: 200_000)
    let spectrum = try truth.draw(with: &generator)
    let mask = truth.signalRegion
    let fit = try BackgroundFit(
      spectrum, function: .dijet4, excluding: [mask], collisionEnergy: 13000)
    let judged = try #require(fit.goodnessOfFit(in: [mask]))
    let bins = (0..<spectrum.binCount).filter {
      spectrum.edges[$0] >= mask.lowerBound && spectrum.edges[$0 + 1] <= mask.upperBound
    }
    let chi2 = bins.reduce(0) { sum, bin in
      let expected = fit.expected[bin].count
      return sum + (spectrum.counts[bin] - expected) * (spectrum.counts[bin] - expected) / expected
    }
    #expect(abs(judged.chi2 - chi2) < 1e-9 * chi2 && judged.degreesOfFreedom == bins.count)

    // A bump in the mask spoils it; elsewhere nothing does.
    var counts = spectrum.counts
    for bin in bins { counts[bin] *= 1.2 }
    let bump = try Histogram(edges: spectrum.edges, counts: counts)
    let choice = { (ranges: [Range<Double>]?) in
      fitBackground(
        bump, functions: [.dijet4], excluding: [mask], collisionEnergy: 13000,
        minimumPValue: 0.001, judgedIn: ranges)
    }
    #expect(choice(nil).fit != nil)
    #expect(choice([mask]).fit == nil)
  }

  @Test func `A fit continued over its own bins is the fit`() throws {
    var generator = Seed(24).makeGenerator()
    let truth = try PseudoSpectrum(total: 200_000)
    let fit = try BackgroundFit(
      truth.draw(with: &generator), function: .dijet4, excluding: [truth.signalRegion],
      collisionEnergy: 13000)
    for (continued, own) in zip(fit.continued(overBins: fit.edges), fit.expected) {
      #expect(abs(continued.count - own.count) < 1e-9 * own.count)
      #expect(abs(continued.uncertainty - own.uncertainty) < 1e-9 * own.uncertainty)
    }
    // Beyond the spectrum: the integral of the density, by Simpson's rule.
    let last = fit.edges[fit.edges.count - 1]
    let beyond = try #require(fit.continued(overBins: [last, last + 100]).first).count
    let simpson =
      (fit.density(at: last) + 4 * fit.density(at: last + 50) + fit.density(at: last + 100))
      * 100 / 6
    #expect(abs(beyond / simpson - 1) < 1e-4)
  }

  @Test func `The discrete profile agrees with scipy`() throws {
    let reference = try SpectrumReference.load()
    let envelope = try #require(
      BackgroundEnvelope(
        try reference.spectrum, functions: reference.envelope.functions, excluding: [],
        collisionEnergy: 13000))
    #expect(envelope.best.function == .dijet3)
    let interval = try envelope.signalEvents(reference.envelope.signal)
    #expect(interval.function == reference.envelope.best)
    #expect(abs(interval.value - reference.envelope.value) < 0.01)
    #expect(abs(interval.low - reference.envelope.low) < 0.01)
    #expect(abs(interval.high - reference.envelope.high) < 0.01)
  }

  @Test func `An envelope is as wide as its best function, and wider if others fit as well`() throws
  {
    let reference = try SpectrumReference.load()
    let region = 2500.0..<3100
    func interval(_ functions: [SpectrumFunction]) throws -> BackgroundEnvelope.Interval {
      try #require(
        BackgroundEnvelope(
          try reference.spectrum, functions: functions, excluding: [region], collisionEnergy: 13000)
      ).expected(in: region)
    }
    let alone = try BackgroundFit(
      reference.spectrum, function: .dijet3, excluding: [region], collisionEnergy: 13000
    ).expected(in: region)
    let one = try interval([.dijet3])
    #expect(abs(one.value - alone.count) < 1e-9)
    #expect(abs(one.high - one.low - 2 * alone.uncertainty) < 1e-6)
    let many = try interval([.dijet3, .dijet4, .atlasExponential4])
    #expect(many.high - many.low > 1.05 * (one.high - one.low))
    // A function that does not describe the data adds nothing.
    let power = try #require(SpectrumFunction(.powerLaw, parameterCount: 2))
    let bad = try interval([.dijet3, power])
    #expect(bad == one)
  }

  @Test func `A spurious signal agrees with iminuit, and its pulls scatter by one`() throws {
    let reference = try SpectrumReference.load()
    let truth = try BackgroundFit(
      Histogram(edges: reference.edges, counts: reference.spurious.truth), function: .dijet4,
      excluding: [], collisionEnergy: 13000)
    #expect(truth.deviance < 1e-6)
    let study = try spuriousSignals(
      of: reference.spurious.function, truth: truth, masses: [2800],
      signal: { _ in reference.envelope.signal },
      experiments: PseudoExperiments(count: 200, seed: Seed(23), jobs: 2))
    #expect(study.count == 1)
    #expect(abs(study[0].events - reference.spurious.events) < 0.02)
    #expect(abs(study[0].uncertainty / reference.spurious.uncertainty - 1) < 1e-4)
    #expect(study[0].failures == 0)
    // Four standard deviations each.
    let pull = try #require(study[0].meanPull)
    #expect(abs(pull - study[0].relativeBias) < 4 / 200.0.squareRoot())
    #expect(abs(try #require(study[0].pullWidth) - 1) < 4 / 400.0.squareRoot())
  }
}
