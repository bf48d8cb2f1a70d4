import Foundation

/// Four-momenta of jets over m_JJ, turned about the beam so that the leading jet has azimuth 0.
///
/// Energies are those of the masses that features see (``EventColumns/jetMassShift``). An event
/// without dijet mass has 0 everywhere, a jet that is missing too: its momentum is 0 in the file.
extension EventColumns {
  enum MomentumDirection {
    /// In the transverse plane, along the leading jet's transverse momentum.
    case alongLeadingJet
    /// In the transverse plane, a quarter turn ahead of it.
    case acrossLeadingJet
    case alongBeam
  }

  func scaledMomentum(
    _ jet: Int, _ direction: MomentumDirection, for feature: Feature
  ) throws(EventColumnsError) -> [Double] {
    let (m, px, py) = (
      try dijetMass(), try column("pxj\(jet)", for: feature), try column("pyj\(jet)", for: feature)
    )
    let pz = try column("pzj\(jet)", for: feature)
    let (leadingX, leadingY) = (
      try column("pxj1", for: feature), try column("pyj1", for: feature)
    )
    return (0..<count).map { row in
      let transverse =
        (leadingX[row] * leadingX[row] + leadingY[row] * leadingY[row]).squareRoot()
      guard m[row] > 0, transverse > 0 else { return 0 }
      let (cosine, sine) = (leadingX[row] / transverse, leadingY[row] / transverse)
      return switch direction {
      case .alongLeadingJet: (px[row] * cosine + py[row] * sine) / m[row]
      case .acrossLeadingJet: (py[row] * cosine - px[row] * sine) / m[row]
      case .alongBeam: pz[row] / m[row]
      }
    }
  }

  func scaledEnergy(_ jet: Int, for feature: Feature) throws(EventColumnsError) -> [Double] {
    let mass = try jetMass(jet, for: feature)
    let (m, px) = (try dijetMass(), try column("pxj\(jet)", for: feature))
    let (py, pz) = (
      try column("pyj\(jet)", for: feature), try column("pzj\(jet)", for: feature)
    )
    return (0..<count).map { row in
      guard m[row] > 0 else { return 0 }
      let squares = px[row] * px[row] + py[row] * py[row] + pz[row] * pz[row]
      return (squares + mass[row] * mass[row]).squareRoot() / m[row]
    }
  }
}
