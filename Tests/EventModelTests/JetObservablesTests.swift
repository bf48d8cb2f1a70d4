import EventModel
import Foundation
import Testing

/// One event written out by hand: expected values follow from arithmetic.
struct JetObservablesTests {
  func events(leadingMass: Double = 100, subleadingMass: Double = 300) throws -> EventColumns {
    try EventColumns([
      ("pxj1", [1_500]), ("pyj1", [0]), ("pzj1", [0]), ("mj1", [leadingMass]), ("tau1j1", [50]),
      ("tau2j1", [20]), ("tau3j1", [15]), ("pxj2", [-1_500]), ("pyj2", [0]), ("pzj2", [0]),
      ("mj2", [subleadingMass]), ("tau1j2", [0]), ("tau2j2", [0]), ("tau3j2", [0]),
    ])
  }

  @Test func `The dijet mass comes from the four-momenta`() throws {
    // E1 = sqrt(1500^2 + 100^2), E2 = sqrt(1500^2 + 300^2), no net momentum.
    let expected = (1_500.0 * 1_500 + 10_000).squareRoot() + (1_500.0 * 1_500 + 90_000).squareRoot()
    #expect(abs(try events().dijetMass()[0] - expected) < 1e-9)
  }

  @Test func `The rapidity difference is that of the jets' energies, and no boost changes it`()
    throws
  {
    func events(boost: Double) throws -> EventColumns {
      // (E, pz) of each jet, moved along the beam.
      func boosted(_ pz: Double, transverse: Double, mass: Double) -> Double {
        let energy = (pz * pz + transverse * transverse + mass * mass).squareRoot()
        return pz * cosh(boost) + energy * sinh(boost)
      }
      return try EventColumns([
        ("pxj1", [900]), ("pyj1", [1_200]), ("mj1", [100]),
        ("pzj1", [boosted(700, transverse: 1_500, mass: 100)]), ("pxj2", [-1_400]), ("pyj2", [0]),
        ("mj2", [300]), ("pzj2", [boosted(-400, transverse: 1_400, mass: 300)]),
      ])
    }
    // y = ln((E + pz) / (E - pz)) / 2.
    func rapidity(_ pz: Double, _ transverse: Double, _ mass: Double) -> Double {
      let energy = (pz * pz + transverse * transverse + mass * mass).squareRoot()
      return log((energy + pz) / (energy - pz)) / 2
    }
    let expected = abs(rapidity(700, 1_500, 100) - rapidity(-400, 1_400, 300))
    for boost in [0, 0.7, -1.5] {
      #expect(abs(try events(boost: boost).rapidityDifference()[0] - expected) < 1e-12)
    }
    let error = #expect(throws: EventColumnsError.self) {
      try EventColumns([("mjj", [3_500]), ("mj1", [10])]).rapidityDifference()
    }
    #expect(
      error.map { "\($0)".contains("rapidity difference") && "\($0)".contains("pzj2") } == true)
  }

  @Test func `Jets are ordered as the feature says`() throws {
    let events = try events()
    #expect(try events.values(of: .leadingJetMass) == [100])
    #expect(try events.values(of: .heavierJetMass) == [300])
    #expect(try events.values(of: .lighterJetMass) == [100])
    #expect(try events.values(of: .jetMassDifference) == [200])
    #expect(try events.values(of: .lighterJetTau21) == [0.4])
    #expect(try events.values(of: .leadingJetTau32) == [0.75])
  }

  @Test func `A ratio with a zero denominator is zero`() throws {
    #expect(try events().values(of: .subleadingJetTau21) == [0])
    #expect(try events().values(of: .heavierJetTau21) == [0])
  }

  @Test func `Transverse momentum and pseudorapidity are those of the heavier and lighter jet`()
    throws
  {
    // pT = 1500 GeV and pz = 1125 GeV: η = arsinh(3/4) = ln 2.
    let events = try EventColumns([
      ("pxj1", [900]), ("pyj1", [1_200]), ("pzj1", [1_125]), ("mj1", [100]),
      ("pxj2", [-1_400]), ("pyj2", [0]), ("pzj2", [0]), ("mj2", [300]),
    ])
    #expect(try events.values(of: .lighterJetTransverseMomentum) == [1_500])
    #expect(try events.values(of: .heavierJetTransverseMomentum) == [1_400])
    #expect(abs(try events.values(of: .lighterJetPseudorapidity)[0] - log(2)) < 1e-12)
    #expect(try events.values(of: .heavierJetPseudorapidity) == [0])
    let alongTheBeam = try EventColumns([
      ("mjj", [3_000]), ("pxj1", [0]), ("pyj1", [0]), ("pzj1", [1]), ("mj1", [100]),
      ("pxj2", [1]), ("pyj2", [0]), ("pzj2", [0]), ("mj2", [300]),
    ])
    #expect(throws: EventTableError.notFinite(feature: .lighterJetPseudorapidity, row: 0)) {
      try EventTable(alongTheBeam, features: [.lighterJetPseudorapidity])
    }
  }

  @Test func `The scaled mass is that of equation 4.2`() throws {
    let events = try events()
    let expected = (100 - 30) / (try events.dijetMass()[0]) + 30 / 3_000
    #expect(abs(try events.values(of: .leadingJetScaledMass)[0] - expected) < 1e-12)
  }

  @Test func `A rounding error below zero counts as massless, a negative mass does not`() throws {
    #expect(try events(leadingMass: -3e-8).values(of: .leadingJetMass) == [0])
    #expect(throws: EventColumnsError.negativeMass(column: "mj1", row: 0, value: -5)) {
      try events(leadingMass: -5).values(of: .leadingJetMass)
    }
  }

  @Test func `A computed feature in the file is taken as it is`() throws {
    let events = try EventColumns([("mjj", [3_500]), ("lighterJetMass", [77])])
    #expect(try events.values(of: .lighterJetMass) == [77])
    #expect(try events.dijetMass() == [3_500])
  }

  @Test func `A missing column is named with what is there`() throws {
    let events = try EventColumns([("mjj", [3_500])])
    let error = #expect(throws: EventColumnsError.self) {
      try events.values(of: .leadingJetTau21)
    }
    #expect(error.map { "\($0)".contains("tau2j1") && "\($0)".contains("mjj") } == true)
  }

  @Test(arguments: [Double.nan, .infinity])
  func `A value that is not finite is named with its column and row`(value: Double) {
    #expect(throws: EventColumnsError.self) { try EventColumns([("mj1", [1, value])]) }
  }
}
