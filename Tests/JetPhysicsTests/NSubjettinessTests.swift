import Foundation
import JetPhysics
import Testing

struct NSubjettinessTests {
  @Test(arguments: NSubjettiness.AxisChoice.allCases)
  func `tau1 to tau4 are those of fjcontrib`(choice: NSubjettiness.AxisChoice) throws {
    for event in try ReferenceEvents.load() {
      let found = try DijetObservables(Particles(zeroPadded: event.particles[...]), axes: choice)
      for (name, reference) in try #require(event.tau[choice.rawValue]) {
        #expect(abs(try #require(found[name]) - reference) < 1e-8, "\(name)")
      }
    }
  }

  @Test func `Two particles have the values computed by hand`() throws {
    let pair = [3, 0.1, 1.0, 1, 0.4, 1.4]
    // Distance 0.5. beta 1: the axis ends on the harder one; beta 2: on the centroid.
    let width = try NSubjettiness.measure(pair)
    #expect(abs(width[0] - 1 * 0.5) < 1e-3)
    #expect(width[1] == 0)
    let square = try NSubjettiness.measure(pair, beta: 2)
    #expect(abs(square[0] - 3 * 1 / 4.0 * 0.25) < 1e-12)
    // Winner takes all: the axis is the harder particle.
    let fixed = try NSubjettiness.measure(pair, axes: .fixedWinnerTakesAll)
    #expect(abs(fixed[0] - 0.5) < 1e-12)
  }

  @Test func `Any power of the distance can be asked for`() throws {
    let pair = [3, 0.1, 1.0, 1, 0.4, 1.4]
    for beta in [0.5, 1, 1.5, 2, 3] {
      let fixed = try NSubjettiness.measure(pair, beta: beta, axes: .fixedWinnerTakesAll)
      // Small powers of the axis' rounding, 1e-16, are not small.
      #expect(abs(fixed[0] - pow(0.5, beta)) < 1e-7)
    }
    let moved = try NSubjettiness.measure(Self.ring(8), beta: 1.5)
    #expect(abs(moved[0] - 80 * pow(0.3, 1.5)) < 1e-6)
  }

  @Test func `The axis of a ring is its centre`() throws {
    for count in [4, 5, 8] {
      let tau = try NSubjettiness.measure(Self.ring(count))
      #expect(abs(tau[0] - Double(count) * 10 * 0.3) < 1e-6)
    }
  }

  @Test func `N constituents have tau_N = 0 and no more values`() throws {
    let three = [10, 0, 0.1, 8, 0.5, 0.4, 6, -0.4, 6.1]
    let tau = try NSubjettiness.measure(three)
    #expect(tau.count == 3)
    #expect(tau[0] > tau[1] && tau[1] > 0 && tau[2] == 0)
    #expect(try NSubjettiness.measure([5, 0, 0]) == [0])
  }

  @Test(arguments: NSubjettiness.AxisChoice.allCases)
  func `More axes never leave more transverse momentum far from them`(
    choice: NSubjettiness.AxisChoice
  ) throws {
    for event in try ReferenceEvents.load() {
      let found = try DijetObservables(Particles(zeroPadded: event.particles[...]), axes: choice)
      for jet in ["j1", "j2"] {
        let tau = try (1...4).map { try #require(found["tau\($0)\(jet)"]) }
        // Not exact: each is a local minimum only, or none at all.
        for (more, fewer) in zip(tau.dropFirst(), tau) { #expect(more <= 1.05 * fewer) }
        #expect(tau[0] > 0)
      }
    }
  }

  @Test func `The minimisation lowers tau_N`() throws {
    for event in try ReferenceEvents.load() {
      let particles = try Particles(zeroPadded: event.particles[...])
      let before = try DijetObservables(particles, axes: .fixedKt)
      let after = try DijetObservables(particles, axes: .onePassKt)
      for name in ["tau1j1", "tau2j1", "tau3j1", "tau4j1", "tau1beta2j1"] {
        let (lower, higher) = (try #require(after[name]), try #require(before[name]))
        #expect(lower <= higher + 1e-3, "\(name)")
      }
    }
  }

  @Test func `Boosts along the beam, turns about it and mirrors change no tau`() throws {
    let names = DijetObservables.columns.filter { $0.hasPrefix("tau") }
    for event in try ReferenceEvents.load() {
      let original = try DijetObservables(Particles(zeroPadded: event.particles[...]))
      for (boost, turn, mirror) in [(0.3, 0.0, 1.0), (0, 2.5, 1), (-0.2, -1, 1), (0, 0, -1)] {
        var moved = event.particles
        for place in stride(from: 0, to: moved.count, by: 3) {
          moved[place + 1] = mirror * moved[place + 1] + boost
          moved[place + 2] += turn
        }
        let found = try DijetObservables(Particles(zeroPadded: moved[...]))
        for name in names {
          let (now, before) = (try #require(found[name]), try #require(original[name]))
          #expect(abs(now - before) <= 1e-6 * max(before, 1), "\(name)")
        }
        let (mass, dijetMass) = (try #require(found["mjj"]), try #require(original["mjj"]))
        #expect(abs(mass - dijetMass) < 1e-6 * dijetMass)
      }
    }
  }

  @Test func `tau grows in proportion to the momenta`() throws {
    let event = try #require(try ReferenceEvents.load().first)
    var harder = event.particles
    for place in stride(from: 0, to: harder.count, by: 3) { harder[place] *= 2 }
    let found = try DijetObservables(Particles(zeroPadded: harder[...]))
    let original = try DijetObservables(Particles(zeroPadded: event.particles[...]))
    for name in DijetObservables.columns where name.hasPrefix("tau") {
      let (now, before) = (try #require(found[name]), try #require(original[name]))
      #expect(abs(now - 2 * before) < 1e-9 * max(before, 1), "\(name)")
    }
  }

  @Test func `Signal jets of two prongs have a lower tau21 than background jets`() throws {
    let ratios = try ReferenceEvents.load().map { event in
      let found = try DijetObservables(Particles(zeroPadded: event.particles[...]))
      return try #require(found["tau2j1"]) / #require(found["tau1j1"])
    }
    // The fixture holds as many background events as signal events, in this order.
    let half = ratios.count / 2
    let background = ratios.prefix(half).reduce(0, +)
    let signal = ratios.suffix(half).reduce(0, +)
    #expect(signal < background)
  }

  /// Particles of 10 GeV in a circle of radius 0.3.
  static func ring(_ count: Int) -> [Double] {
    (0..<count).flatMap { k -> [Double] in
      let angle = 2 * Double.pi * Double(k) / Double(count)
      return [10, 0.2 + 0.3 * cos(angle), 0.3 * sin(angle)]
    }
  }
}
