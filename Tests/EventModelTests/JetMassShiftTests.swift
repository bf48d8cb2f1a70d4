import EventModel
import Testing

/// m_J + alpha m_JJ as features see it, against arithmetic by hand.
struct JetMassShiftTests {
  /// Back to back along x: m_JJ = √(1500² + 800²) + √(1500² + 360²) = 1700 + √2 379 600 GeV.
  private static let dijetMass = 1_700 + 2_379_600.0.squareRoot()

  private func events(_ more: (name: String, values: [Double])...) throws -> EventColumns {
    try EventColumns(
      [
        ("pxj1", [1_500]), ("pyj1", [0]), ("pzj1", [0]), ("mj1", [800]), ("tau1j1", [50]),
        ("tau2j1", [20]), ("pxj2", [-1_500]), ("pyj2", [0]), ("pzj2", [0]), ("mj2", [360]),
        ("tau1j2", [40]), ("tau2j2", [30]),
      ] + more)
  }

  @Test func `Both jet masses grow by the shift times the dijet mass, which stays`() throws {
    let shifted = try events().shiftingJetMasses(by: 0.1)
    let added = 0.1 * Self.dijetMass
    #expect(abs(try shifted.dijetMass()[0] - Self.dijetMass) < 1e-9)
    for (feature, mass) in [
      (Feature.leadingJetMass, 800.0), (.subleadingJetMass, 360), (.heavierJetMass, 800),
      (.lighterJetMass, 360),
    ] {
      #expect(abs(try shifted.values(of: feature)[0] - (mass + added)) < 1e-9)
    }
  }

  @Test func `The mass difference, its order and the substructure stay`() throws {
    let shifted = try events().shiftingJetMasses(by: 0.1)
    #expect(abs(try shifted.values(of: .jetMassDifference)[0] - 440) < 1e-9)
    #expect(try shifted.values(of: .heavierJetTau21) == [0.4])
    #expect(try shifted.values(of: .lighterJetTau21) == [0.75])
    #expect(try shifted.rapidityDifference() == [0])
  }

  @Test func `A scaled mass grows by the shift itself`() throws {
    for feature in [Feature.leadingJetScaledMass, .lighterJetScaledMass] {
      let before = try events().values(of: feature)[0]
      let after = try events().shiftingJetMasses(by: 0.25).values(of: feature)[0]
      #expect(abs(after - before - 0.25) < 1e-12)
    }
  }

  @Test func `Selected rows and a second shift keep the first`() throws {
    let twice = try events().shiftingJetMasses(by: 0.1).selecting(rows: [0, 0])
      .shiftingJetMasses(by: 0.2)
    let expected = 360 + (0.1 + 0.2) * Self.dijetMass
    for mass in try twice.values(of: .lighterJetMass) { #expect(abs(mass - expected) < 1e-9) }
  }

  @Test func `A feature that was made from a jet mass cannot be shifted`() throws {
    let events = try events(("lighterJetMass", [360]))
    #expect(throws: EventColumnsError.jetMassIsComputed(feature: .lighterJetMass, shift: 0.1)) {
      try events.shiftingJetMasses(by: 0.1)
    }
    #expect(try events.shiftingJetMasses(by: 0).values(of: .lighterJetMass) == [360])
    // What the shift leaves alone may be computed already.
    let others = try self.events(("jetMassDifference", [7]), ("heavierJetTau21", [0.5]))
    #expect(
      try others.shiftingJetMasses(by: 0.1).values(of: .jetMassDifference) == [7])
  }
}
