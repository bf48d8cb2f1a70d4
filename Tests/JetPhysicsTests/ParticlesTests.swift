import JetPhysics
import Testing

struct ParticlesTests {
  @Test func `Padding is left out wherever it stands`() throws {
    let particles = try Particles(zeroPadded: [5, 1, 2, 0, 0, 0, 3, -1, 0.5, 0, 0, 0])
    #expect(particles.values == [5, 1, 2, 3, -1, 0.5])
    #expect(particles.count == 2)
  }

  @Test func `A row of padding is an event without particles`() throws {
    #expect(try Particles(zeroPadded: [0, 0, 0]).count == 0)
  }

  @Test func `A slice counts its particles from its own start`() throws {
    let rows = [1.0, 0, 0, 2, 0, 0, 3, 0, 0, -4, 0, 0]
    #expect(throws: ParticleError.negativeMomentum(particle: 1, pt: -4)) {
      try Particles(zeroPadded: rows[6...])
    }
  }

  @Test(arguments: [0, 1, 2])
  func `A value that is no number is refused and named, in padding too`(place: Int) throws {
    var row = [7.0, 0, 0, 0, 0, 0]
    row[3 + place] = .nan
    let error = #expect(throws: ParticleError.self) { try Particles(zeroPadded: row[...]) }
    guard case .notFinite(particle: 1, _, _, _) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
    #expect("\(try #require(error))".contains("particle 1"))
  }

  @Test func `Directions and momenta that no particle has are refused`() {
    #expect(throws: ParticleError.outOfRange(particle: 0, pt: 1, eta: 800)) {
      try Particles(zeroPadded: [1, 800, 0])
    }
    #expect(throws: ParticleError.outOfRange(particle: 0, pt: 1e200, eta: 0)) {
      try Particles(zeroPadded: [1e200, 0, 0])
    }
    #expect(throws: ParticleError.incomplete(values: 4)) {
      try Particles(zeroPadded: [1, 0, 0, 1])
    }
  }
}
