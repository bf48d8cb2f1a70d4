import Foundation

/// Energy and momentum of a particle or a jet, in GeV; the beam runs along z.
public struct FourMomentum: Sendable, Hashable {
  public var px: Double
  public var py: Double
  public var pz: Double
  public var energy: Double

  public init(px: Double, py: Double, pz: Double, energy: Double) {
    self.px = px
    self.py = py
    self.pz = pz
    self.energy = energy
  }

  /// The momentum transverse to the beam, GeV.
  public var transverseMomentum: Double {
    (px * px + py * py).squareRoot()
  }

  /// The invariant mass, GeV; 0 where rounding leaves its square below zero.
  public var mass: Double {
    // (E + pz)(E - pz) loses fewer digits than E^2 - pz^2.
    max((energy + pz) * (energy - pz) - px * px - py * py, 0).squareRoot()
  }

  /// The rapidity, ln((E + pz) / (E - pz)) / 2; infinite along the beam.
  public var rapidity: Double {
    0.5 * log((energy + pz) / (energy - pz))
  }

  /// The azimuth, in (-pi, pi].
  public var azimuth: Double {
    atan2(py, px)
  }

  public static func + (left: FourMomentum, right: FourMomentum) -> FourMomentum {
    FourMomentum(
      px: left.px + right.px, py: left.py + right.py, pz: left.pz + right.pz,
      energy: left.energy + right.energy)
  }
}
