import Foundation
import Randomness
import StatisticalInference
import Testing

struct SignalInjectionTests {
  /// Reference: Validation/bumphunter.py, pyBumpHunter 0.5.1 with 1000 pseudo-experiments a step.
  @Test func `Median significances agree with pyBumpHunter's injection study`() throws {
    let reference = try BumpHunterReference.load()
    let spectrum = reference.public
    let injection = reference.injection
    let total = injection.signal.reduce(0, +)
    let study = try BumpHunter(windows: injection.settings.windows()).injectSignal(
      injection.signal, events: injection.strengths.map { $0 * total },
      background: spectrum.histogram, reference: .known(spectrum.reference), repetitions: 1000,
      pseudoExperiments: PseudoExperiments(count: 10_000, seed: Seed(4), jobs: 2))
    #expect(study.steps.count == injection.strengths.count)
    for (step, theirs) in zip(study.steps, injection.significances) {
      let ours = try #require(step.globalPValue.significance)
      if theirs < 3 {
        // The error of a median of 1000 is 0.05, twice; that of 10 of 10,000 another 0.1, twice.
        #expect(
          abs(ours - theirs) < (theirs < 2.5 ? 0.2 : 0.4),
          "\(step.events) events: \(ours), pyBumpHunter \(theirs)")
      } else {
        // Fewer than 10 of theirs are left, which tells little more.
        #expect(ours > 2.8)
      }
      #expect(step.lucky.value <= step.globalPValue.value)
      #expect(step.unlucky.value >= step.globalPValue.value)
    }
    let needed = try #require(study.events(reaching: 2))
    #expect(needed > 200 && needed < 260)
    #expect(study.events(reaching: 50) == nil)
  }

  @Test func `No signal has a median p-value of one half`() throws {
    let shape = (0..<30).map { 200 * exp(-Double($0) / 10) }
    let background = try Histogram(edges: (0...30).map(Double.init), counts: shape)
    for direction in [BumpDirection.excess, .deficit] {
      let study = try BumpHunter(
        windows: WindowScan(.bins(1...4)), direction: direction
      ).injectSignal(
        shape, events: [0, 300], background: background, reference: .known(shape),
        repetitions: 1000, pseudoExperiments: PseudoExperiments(count: 2000, seed: Seed(6)))
      // Four standard errors of the median of 1000.
      #expect(abs(study.steps[0].globalPValue.value - 0.5) < 0.08)
      #expect(study.steps[1].globalPValue.value < 0.2)
    }
  }

  @Test func `A signal that cannot be injected is refused`() throws {
    let background = try Histogram(edges: [0, 1, 2], counts: [3, 2])
    let hunter = BumpHunter(windows: WindowScan(.bins(1...1)))
    for (signal, events) in [
      ([1.0], [1.0]), ([0, 0], [1]), ([1, -1], [1]), ([1, .nan], [1]), ([1, 1], [-1]),
      ([1, 1], [.infinity]),
    ] {
      #expect(throws: BumpHunterError.invalidSignal) {
        try hunter.injectSignal(
          signal, events: events, background: background, reference: .known([3, 2]),
          repetitions: 10, pseudoExperiments: PseudoExperiments(count: 10, seed: Seed(1)))
      }
    }
  }
}
