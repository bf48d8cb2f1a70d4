import Foundation

/// The massless particles of an event: transverse momentum, pseudorapidity, azimuth.
public struct Particles: Sendable, Hashable {
  /// pT in GeV, eta, phi in rad of one particle after the other, shape `[count, 3]`.
  public let values: [Double]

  public var count: Int { values.count / 3 }

  /// Takes the particles of a zero-padded row, as raw LHC Olympics files hold it.
  ///
  /// A particle with pT = 0 is padding and is left out, wherever it stands.
  ///
  /// - Parameter row: pT in GeV, eta, phi of one particle after the other.
  /// - Throws: ``ParticleError`` for a value that no particle can have.
  public init(zeroPadded row: ArraySlice<Double>) throws(ParticleError) {
    guard row.count.isMultiple(of: 3) else { throw .incomplete(values: row.count) }
    var values: [Double] = []
    values.reserveCapacity(row.count)
    for first in stride(from: row.startIndex, to: row.endIndex, by: 3) {
      let (pt, eta, phi) = (row[first], row[first + 1], row[first + 2])
      let particle = (first - row.startIndex) / 3
      guard pt.isFinite && eta.isFinite && phi.isFinite else {
        throw .notFinite(particle: particle, pt: pt, eta: eta, phi: phi)
      }
      guard pt >= 0 else { throw .negativeMomentum(particle: particle, pt: pt) }
      guard pt > 0 else { continue }
      // pT cosh(eta) must stay far below the largest number for sums of squares to exist.
      guard abs(eta) < Self.largestPseudorapidity && pt < Self.largestMomentum else {
        throw .outOfRange(particle: particle, pt: pt, eta: eta)
      }
      values.append(pt)
      values.append(eta)
      values.append(phi)
    }
    self.values = values
  }

  /// Beyond any detector (the beam's own protons have 9.5 at 13 TeV).
  static let largestPseudorapidity = 30.0
  /// Beyond any collider, GeV.
  static let largestMomentum = 1e9
}

/// Why numbers are no particles; `particle` counts from 0 within the event.
public enum ParticleError: Error, Equatable {
  case incomplete(values: Int)
  case notFinite(particle: Int, pt: Double, eta: Double, phi: Double)
  case negativeMomentum(particle: Int, pt: Double)
  case outOfRange(particle: Int, pt: Double, eta: Double)
}

extension ParticleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .incomplete(let values):
      "\(values) numbers are not triples of (pT, eta, phi)"
    case .notFinite(let particle, let pt, let eta, let phi):
      "particle \(particle) has (pT, eta, phi) = (\(pt), \(eta), \(phi)): remove or repair this "
        + "event first, nothing is replaced silently"
    case .negativeMomentum(let particle, let pt):
      "particle \(particle) has the transverse momentum \(pt) GeV: it must not be negative"
    case .outOfRange(let particle, let pt, let eta):
      "particle \(particle) has pT = \(pt) GeV at eta = \(eta): no detected particle has "
        + "|eta| >= \(Particles.largestPseudorapidity) or pT >= \(Particles.largestMomentum) GeV"
    }
  }
}
