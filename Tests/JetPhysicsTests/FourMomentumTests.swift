import Foundation
import JetPhysics
import Testing

struct FourMomentumTests {
  @Test func `Two back-to-back massless particles have the mass of their energies`() {
    let left = FourMomentum(px: 30, py: 40, pz: 0, energy: 50)
    let right = FourMomentum(px: -30, py: -40, pz: 0, energy: 50)
    #expect(left.transverseMomentum == 50)
    #expect(left.mass == 0)
    #expect((left + right).mass == 100)
  }

  @Test func `Rapidity grows by the rapidity of a boost along the beam`() {
    let momentum = FourMomentum(px: 3, py: 0, pz: 1, energy: 20)
    let boost = 0.7
    let boosted = FourMomentum(
      px: 3, py: 0, pz: cosh(boost) * 1 + sinh(boost) * 20,
      energy: cosh(boost) * 20 + sinh(boost) * 1)
    #expect(abs(boosted.rapidity - momentum.rapidity - boost) < 1e-12)
    #expect(abs(boosted.mass - momentum.mass) < 1e-9)
  }

  @Test func `Rounding does not make a massless momentum's mass a number below zero or NaN`() {
    let momentum = FourMomentum(px: 0.1, py: 0.2, pz: 0.3, energy: 0.14.squareRoot() - 1e-9)
    #expect(momentum.mass == 0)
  }
}
