import Foundation
import Randomness
import StatisticalInference
import Testing

struct SignalStrengthModelTests {
  private func model(
    signal: [Double], expected: [Double], gaussian uncertainties: [Double]
  ) throws -> SignalStrengthModel {
    try SignalStrengthModel(
      .init(
        signal: signal, background: .gaussian(expected: expected, uncertainties: uncertainties)))
  }

  @Test(arguments: [(150.0, 100.0, 10.0), (90, 100, 5), (9, 0.22, 0.33), (300, 20, 4)])
  func `One bin gives the closed formulas of a counting experiment`(
    n: Double, b: Double, sigma: Double
  ) throws {
    let counting = try CountingExperiment(
      observed: n, background: b, backgroundUncertainty: sigma)
    let gaussian = try ProfileLikelihood(
      model(signal: [1], expected: [b], gaussian: [sigma]), counts: [n])
    #expect(abs(gaussian.localSignificance - counting.localSignificance) < 1e-6)
    #expect(abs(gaussian.bestStrength - (n - b)) < 1e-4 * b)
    let control = try ProfileLikelihood(
      SignalStrengthModel(
        .init(signal: [1], background: .controlRegions(expected: [b], uncertainties: [sigma]))),
      counts: [n])
    #expect(abs(control.localSignificance - counting.onOffSignificance) < 1e-6)
    #expect(abs(control.q0 - pow(max(0, counting.onOffSignificance), 2)) < 1e-5)
  }

  @Test func `Two equal channels are one of twice the size`() throws {
    let signal = [2.0, 5, 3]
    let expected = [40.0, 30, 20]
    func channel(_ name: String, factor: Double = 1) throws -> SignalStrengthModel.Channel {
      try .init(
        name: name, signal: signal.map { $0 * factor },
        background: .modes(expected: expected.map { $0 * factor }, modes: []))
    }
    let counts = [45.0, 44, 22]
    let two = try SignalStrengthModel([channel("a"), channel("b")])
    let joint = try ProfileLikelihood(two, two.observation([counts, counts]))
    let one = try ProfileLikelihood(
      SignalStrengthModel(channel("a", factor: 2)), counts: counts.map { 2 * $0 })
    #expect(abs(joint.q0 - one.q0) < 1e-8)
    #expect(abs(joint.bestStrength - one.bestStrength) < 1e-6)
    let limits = try [joint, one].map { try AsymptoticLimits($0).upperLimit() }
    #expect(abs(limits[0].observed / limits[1].observed - 1) < 1e-6)
  }

  @Test func `A combination is at least as significant as what it combines, if both agree`() throws
  {
    func channel(_ name: String, signal: Double, b: Double) throws -> SignalStrengthModel.Channel {
      try .init(
        name: name, signal: [signal],
        background: .gaussian(expected: [b], uncertainties: [0.05 * b]))
    }
    let a = try channel("tight", signal: 20, b: 30)
    let b = try channel("loose", signal: 30, b: 100)
    let alone = try [
      ProfileLikelihood(SignalStrengthModel(a), counts: [50]),
      ProfileLikelihood(SignalStrengthModel(b), counts: [130]),
    ].map(\.q0)
    let both = try SignalStrengthModel([a, b])
    let joint = try ProfileLikelihood(both, both.observation([[50], [130]]))
    // Both measure a strength of exactly 1, so that their likelihood ratios add.
    #expect(abs(joint.q0 - alone[0] - alone[1]) < 1e-6)
    #expect(abs(joint.bestStrength - 1) < 1e-5)
  }

  @Test func `CLs limits from pseudo-experiments agree with the asymptotic ones`() throws {
    let model = try SignalStrengthModel(
      .init(
        signal: [10, 30, 10],
        background: .modes(expected: [220, 200, 180], modes: [[8, 7, 6], [-3, 0, 3]])))
    let likelihood = try ProfileLikelihood(model, counts: [230, 205, 170])
    let asymptotic = try AsymptoticLimits(likelihood).upperLimit()
    let count = 4000
    let toys = PseudoExperimentLimits(likelihood, count: count, seed: Seed(3), jobs: 2)
    for strength in [asymptotic.expected[2], asymptotic.observed, asymptotic.expected[4]] {
      let expected = try AsymptoticLimits(likelihood).cls(strength: strength)
      let cls = try toys.cls(strength: strength)
      // Four standard deviations of the counts, and a hundredth for the asymptotic formula.
      let error = 4 * (expected.clsPlusB / Double(count)).squareRoot() / expected.clB + 0.01
      #expect(abs(cls.observed - expected.observed) < error, "\(cls) \(expected)")
      // Where the best strength lies above the tested one q is 0, which the formula neglects.
      for (a, b) in zip(cls.expected, expected.expected) where b < 0.3 {
        #expect(abs(a - b) < 0.15 * b + error, "\(cls) \(expected)")
      }
    }
    let again = PseudoExperimentLimits(likelihood, count: count, seed: Seed(3), jobs: 1)
    #expect(
      try toys.cls(strength: asymptotic.observed) == again.cls(strength: asymptotic.observed))
    let limit = try PseudoExperimentLimits(likelihood, count: 1000, seed: Seed(4), jobs: 2)
      .upperLimit()
    // CLs of 0.05 from 1000 pseudo-experiments moves the limit by a few per cent.
    #expect(abs(limit.observed / asymptotic.observed - 1) < 0.1, "\(limit) \(asymptotic)")
    #expect(abs(limit.expected[2] / asymptotic.expected[2] - 1) < 0.1, "\(limit) \(asymptotic)")
    #expect(zip(limit.expected, limit.expected.dropFirst()).allSatisfy(<))
  }

  @Test func `The p-value of q0 from pseudo-experiments is the asymptotic one`() throws {
    let likelihood = try ProfileLikelihood(
      model(signal: [20, 20], expected: [300, 200], gaussian: [10, 8]), counts: [322, 222])
    let z = likelihood.localSignificance
    #expect(z > 1 && z < 3)
    let p = 0.5 * erfc(z / 2.0.squareRoot())
    let estimate = try PseudoExperimentLimits(likelihood, count: 4000, seed: Seed(5), jobs: 2)
      .discoveryPValue()
    #expect(abs(estimate.value - p) < 4 * (p / 4000).squareRoot() + 0.003)
    #expect(estimate.low < estimate.value && estimate.value < estimate.high)
  }

  @Test func `CLs covers more often the less sensitive it is, as computed by hand`() {
    // A search without nuisance parameters: mu_hat is Gaussian, and CLs = 0.05 in closed form.
    for (separation, expected) in [(1.0, 0.999), (2, 0.974), (3, 0.955)] {
      let coverage = AsymptoticLimits.clsCoverage(separation: separation)
      #expect(abs(coverage - expected) < 0.0006, "\(separation): \(coverage)")
    }
    #expect(abs(AsymptoticLimits.clsCoverage(separation: 6) - 0.95) < 1e-4)
    #expect(AsymptoticLimits.clsCoverage(separation: 0) == 1)
  }

  @Test func `CLs excludes less than CLs+b, and a limit falls with the level`() throws {
    let limits = try AsymptoticLimits(
      ProfileLikelihood(model(signal: [1], expected: [100], gaussian: [5]), counts: [95]))
    let cls = try limits.upperLimit()
    let clsb = try limits.upperLimit(criterion: .clsPlusB)
    #expect(clsb.observed < cls.observed)
    #expect(try limits.upperLimit(confidenceLevel: 0.9).observed < cls.observed)
    #expect(zip(cls.expected, cls.expected.dropFirst()).allSatisfy { $0 < $1 })
    #expect(abs(try limits.cls(strength: clsb.observed).clsPlusB - 0.05) < 1e-8)
    #expect(abs(try limits.cls(strength: cls.expected[2]).expected[2] - 0.05) < 1e-8)
  }

  @Test func `The untruncated statistic excludes more where there is a deficit`() throws {
    let likelihood = try ProfileLikelihood(
      model(signal: [1], expected: [100], gaussian: [5]), counts: [80])
    #expect(likelihood.bestStrength < 0)
    let truncated = try likelihood.statistic(.qMuTilde, strength: 10)
    let untruncated = try likelihood.statistic(.qMu, strength: 10)
    #expect(untruncated > truncated)
    #expect(abs(untruncated - truncated - pow(likelihood.localSignificance, 2)) < 1e-6)
  }

  @Test func `An empty spectrum excludes three events`() throws {
    let likelihood = try ProfileLikelihood(
      model(signal: [1], expected: [1e-3], gaussian: [0]), counts: [0])
    // exp(-s) / exp(0) = 0.05 for counting; pseudo-experiments of one bin count exactly.
    let toys = PseudoExperimentLimits(likelihood, count: 4000, seed: Seed(8), jobs: 2)
    #expect(abs(try toys.cls(strength: 2.995732).observed - 0.05) < 4 * 0.0035)
    #expect(try AsymptoticLimits(likelihood).upperLimit().observed > 0)
  }

  @Test func `Models without sense are refused with the reason`() throws {
    func channel(_ signal: [Double], _ expected: [Double]) throws -> SignalStrengthModel.Channel {
      try .init(signal: signal, background: .modes(expected: expected, modes: []))
    }
    #expect(throws: SignalStrengthError.noBackground(bin: 1, value: 0)) {
      try channel([1, 1], [3, 0])
    }
    #expect(throws: SignalStrengthError.noSignal) { try channel([0, 0], [3, 1]) }
    #expect(throws: SignalStrengthError.invalidSignal(bin: 0, value: -1)) {
      try channel([-1, 1], [3, 1])
    }
    #expect(throws: SignalStrengthError.otherBinCount([1], expected: 2)) {
      try channel([1], [3, 1])
    }
    #expect(throws: SignalStrengthError.otherBinCount([0], expected: 0)) { try channel([], []) }
    #expect(throws: SignalStrengthError.invalidChannels([])) { try SignalStrengthModel([]) }
    let good = try channel([1], [3])
    #expect(throws: SignalStrengthError.invalidChannels(["spectrum", "spectrum"])) {
      try SignalStrengthModel([good, good])
    }
    let model = try SignalStrengthModel(good)
    #expect(throws: SignalStrengthError.invalidCount(bin: 0, value: -2)) {
      try model.observation([[-2]])
    }
    #expect(throws: SignalStrengthError.self) { try model.observation([[.nan]]) }
    #expect("\(SignalStrengthError.noBackground(bin: 1, value: 0))".contains("merge"))
  }
}
