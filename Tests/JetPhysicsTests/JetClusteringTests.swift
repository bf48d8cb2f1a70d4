import Foundation
import JetPhysics
import Testing

struct JetClusteringTests {
  @Test func `Particles closer than the radius make one jet with their summed momentum`() throws {
    // Two at phi = 0 and 0.6, one on the other side; the soft one lies within reach of the first.
    let particles = try Particles(zeroPadded: [100, 0, 0, 50, 0.5, 0.6, 120, -0.2, 3.0])
    let jets = try clusterJets(particles)
    #expect(jets.count == 2)
    #expect(jets[0].constituents == [0, 1])
    #expect(jets[1].constituents == [2])
    let momentum = jets[0].momentum
    #expect(abs(momentum.px - (100 + 50 * cos(0.6))) < 1e-10)
    #expect(abs(momentum.py - 50 * sin(0.6)) < 1e-10)
    #expect(abs(momentum.pz - 50 * sinh(0.5)) < 1e-10)
    #expect(abs(momentum.energy - (100 + 50 * cosh(0.5))) < 1e-10)
    // m^2 = 2 pT1 pT2 (cosh(delta eta) - cos(delta phi)).
    let mass = (2 * 100 * 50 * (cosh(0.5) - cos(0.6))).squareRoot()
    #expect(abs(momentum.mass - mass) < 1e-9)
  }

  @Test func `Particles farther apart than the radius stay apart, also across phi = 0`() throws {
    let apart = try clusterJets(try Particles(zeroPadded: [100, 0, 0.55, 90, 0, 5.73]))
    #expect(apart.map(\.constituents) == [[0], [1]])
    let together = try clusterJets(try Particles(zeroPadded: [100, 0, 0.45, 90, 0, 5.83]))
    #expect(together.map(\.constituents) == [[0, 1]])
  }

  @Test func `Jets come by falling transverse momentum, above the threshold, as many as asked`()
    throws
  {
    let particles = try Particles(
      zeroPadded: [40, 0, 0, 80, 2, 2, 60, -2, 4, 19.9, 4, 1])
    #expect(try clusterJets(particles, leading: 9).map(\.constituents) == [[1], [2], [0]])
    #expect(try clusterJets(particles, leading: 2).map(\.constituents) == [[1], [2]])
    let all = JetDefinition(minimumTransverseMomentum: 1)
    #expect(try clusterJets(particles, all, leading: 9).count == 4)
  }

  @Test func `An event without particles has no jets`() throws {
    #expect(try clusterJets(try Particles(zeroPadded: [])).isEmpty)
  }

  @Test func `What FastJet refuses is an error with its words, not a crash`() throws {
    let particles = try Particles(zeroPadded: [100, 0, 0, 50, 0.5, 0.6])
    let error = #expect(throws: JetClusteringError.self) {
      try clusterJets(particles, JetDefinition(radius: 5_000))
    }
    #expect(try #require(error).reason.contains("larger than max_allowable_R"))
  }

  @Test func `Momenta, masses and constituents are those of FastJet in Python`() throws {
    let exact = [
      "pxj1", "pyj1", "pzj1", "mj1", "nj1", "pxj2", "pyj2", "pzj2", "mj2", "nj2", "pxj3", "pyj3",
      "pzj3", "mjj", "npart",
    ]
    for event in try ReferenceEvents.load() {
      let found = try DijetObservables(Particles(zeroPadded: event.particles[...]))
      for name in exact {
        let (ours, reference) = (try #require(found[name]), try #require(event.columns[name]))
        #expect(abs(ours - reference) <= 1e-9 * max(abs(reference), 1), "\(name)")
      }
    }
  }

  @Test func `Two massless jets have the mass and the rapidity difference of the textbook`() throws
  {
    let found = try DijetObservables(Particles(zeroPadded: [200, 0.4, 0, 150, -0.8, 3.1]))
    let mass = (2 * 200 * 150 * (cosh(1.2) - cos(3.1))).squareRoot()
    #expect(abs(try #require(found["mjj"]) - mass) < 1e-9)
    #expect(abs(try #require(found["deltaYjj"]) - 1.2) < 1e-12)
    #expect(try #require(found["ptj1"]) == 200)
    #expect(found["nj2"] == 1 && found["tau1j2"] == 0 && found["npart"] == 2)
    #expect(found["pxj3"] == 0 && found["mj3"] == 0)
  }

  @Test func `An event of one jet keeps its place with zeros for the second`() throws {
    let found = try DijetObservables(Particles(zeroPadded: [200, 0.4, 0, 50, 0.1, 0.1]))
    #expect(found.jetCount == 1)
    #expect(try #require(found["ptj1"]) > 240)
    for name in DijetObservables.columns where name.hasSuffix("j2") || name.hasSuffix("jj") {
      #expect(found[name] == 0, "\(name)")
    }
    let none = try DijetObservables(Particles(zeroPadded: [0, 0, 0]))
    #expect(none.jetCount == 0 && none.values.allSatisfy { $0 == 0 })
    #expect(none.values.count == DijetObservables.columns.count)
  }
}
