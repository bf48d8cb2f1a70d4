import Foundation

/// Dijet mass and features computed from the columns of a file.
///
/// tau_N are in GeV; a ratio with a zero denominator is 0 (a jet of one constituent, about one in
/// 10,000). A mass between -1e-3 and 0 GeV is rounding and counts as 0; below it is an error.
extension EventColumns {
  private static let momentumColumns = [
    "pxj1", "pyj1", "pzj1", "mj1", "pxj2", "pyj2", "pzj2", "mj2",
  ]

  /// Computes |y1 - y2| of the two leading jets, shape `[count]`.
  ///
  /// y = arsinh(pz / √(m² + pT²)). Not finite for a jet without mass along the beam, which no cut
  /// keeps.
  ///
  /// - Throws: ``EventColumnsError/missing(quantity:needs:found:)``.
  public func rapidityDifference() throws(EventColumnsError) -> [Double] {
    let momenta = Self.momentumColumns.compactMap { self[$0] }
    guard momenta.count == 8 else {
      throw .missing(
        quantity: "the rapidity difference of the two leading jets",
        needs: [Self.momentumColumns.joined(separator: " ") + " together"], found: names)
    }
    return (0..<count).map { row in
      func rapidity(_ jet: Int) -> Double {
        let (px, py) = (momenta[jet * 4][row], momenta[jet * 4 + 1][row])
        let (pz, mass) = (momenta[jet * 4 + 2][row], momenta[jet * 4 + 3][row])
        let transverseMass = (px * px + py * py + mass * mass).squareRoot()
        return pz == 0 ? 0 : asinh(pz / transverseMass)
      }
      return abs(rapidity(0) - rapidity(1))
    }
  }

  /// Computes m_JJ in GeV, shape `[count]`.
  ///
  /// From the four-momenta of the two leading jets where the columns hold them, otherwise from the
  /// column `mjj`.
  ///
  /// - Throws: ``EventColumnsError/missing(quantity:needs:found:)``.
  public func dijetMass() throws(EventColumnsError) -> [Double] {
    let momenta = Self.momentumColumns.compactMap { self[$0] }
    if momenta.count == 8 {
      return (0..<count).map { row in
        func energy(_ jet: Int) -> Double {
          (0..<4).reduce(0) { $0 + momenta[jet * 4 + $1][row] * momenta[jet * 4 + $1][row] }
            .squareRoot()
        }
        let e = energy(0) + energy(1)
        let p2 = (0..<3).reduce(0) {
          let sum = momenta[$1][row] + momenta[4 + $1][row]
          return $0 + sum * sum
        }
        return max(e * e - p2, 0).squareRoot()
      }
    }
    if let mass = self["mjj"] { return mass }
    throw .missing(
      quantity: "the dijet mass",
      needs: ["mjj", Self.momentumColumns.joined(separator: " ") + " together"], found: names)
  }

  /// Computes one feature, shape `[count]`.
  ///
  /// - Throws: ``EventColumnsError/missing(quantity:needs:found:)`` or
  ///   ``EventColumnsError/negativeMass(column:row:value:)``.
  public func values(of feature: Feature) throws(EventColumnsError) -> [Double] {
    if let computed = self[feature.rawValue] { return computed }
    switch feature {
    case .toyX1, .toyX2, .noise1, .noise2, .noise3, .noise4, .noise5, .noise6, .noise7, .noise8,
      .noise9, .noise10:
      return try column(feature.rawValue, for: feature)
    case .massParameter: return try dijetMass()
    case .leadingJetMass: return try jetMass(1, for: feature)
    case .subleadingJetMass: return try jetMass(2, for: feature)
    case .heavierJetMass:
      return try byMass(heavier: true, jetMass(1, for: feature), jetMass(2, for: feature))
    case .lighterJetMass:
      return try byMass(heavier: false, jetMass(1, for: feature), jetMass(2, for: feature))
    case .jetMassDifference:
      let heavier = try values(of: .heavierJetMass)
      return zip(heavier, try values(of: .lighterJetMass)).map { $0 - $1 }
    case .leadingJetScaledMass: return try scaledMass(1, for: feature)
    case .subleadingJetScaledMass: return try scaledMass(2, for: feature)
    case .heavierJetScaledMass:
      return try byMass(
        heavier: true, scaledMass(1, for: feature), scaledMass(2, for: feature))
    case .lighterJetScaledMass:
      return try byMass(
        heavier: false, scaledMass(1, for: feature), scaledMass(2, for: feature))
    case .leadingJetTau21: return try ratio("tau2j1", "tau1j1", for: feature)
    case .subleadingJetTau21: return try ratio("tau2j2", "tau1j2", for: feature)
    case .leadingJetTau32: return try ratio("tau3j1", "tau2j1", for: feature)
    case .subleadingJetTau32: return try ratio("tau3j2", "tau2j2", for: feature)
    case .heavierJetTau21: return try ratioByMass("tau2", "tau1", heavier: true, for: feature)
    case .lighterJetTau21: return try ratioByMass("tau2", "tau1", heavier: false, for: feature)
    case .heavierJetTau32: return try ratioByMass("tau3", "tau2", heavier: true, for: feature)
    case .lighterJetTau32: return try ratioByMass("tau3", "tau2", heavier: false, for: feature)
    case .heavierJetTau43: return try ratioByMass("tau4", "tau3", heavier: true, for: feature)
    case .lighterJetTau43: return try ratioByMass("tau4", "tau3", heavier: false, for: feature)
    case .heavierJetWidth:
      return try ratioByMass("tau1beta2", "tau1", heavier: true, for: feature)
        .map { $0.squareRoot() }
    case .lighterJetWidth:
      return try ratioByMass("tau1beta2", "tau1", heavier: false, for: feature)
        .map { $0.squareRoot() }
    case .heavierJetConstituents:
      return try byMass(
        heavier: true, column("nj1", for: feature), column("nj2", for: feature))
    case .lighterJetConstituents:
      return try byMass(
        heavier: false, column("nj1", for: feature), column("nj2", for: feature))
    case .heavierJetTransverseMomentum:
      return try byMass(
        heavier: true, transverseMomentum(1, for: feature), transverseMomentum(2, for: feature))
    case .lighterJetTransverseMomentum:
      return try byMass(
        heavier: false, transverseMomentum(1, for: feature), transverseMomentum(2, for: feature))
    case .heavierJetPseudorapidity:
      return try byMass(
        heavier: true, pseudorapidity(1, for: feature), pseudorapidity(2, for: feature))
    case .lighterJetPseudorapidity:
      return try byMass(
        heavier: false, pseudorapidity(1, for: feature), pseudorapidity(2, for: feature))
    case .leadingJetScaledEnergy: return try scaledEnergy(1, for: feature)
    case .subleadingJetScaledEnergy: return try scaledEnergy(2, for: feature)
    case .thirdJetScaledEnergy: return try scaledEnergy(3, for: feature)
    case .leadingJetScaledParallelMomentum:
      return try scaledMomentum(1, .alongLeadingJet, for: feature)
    case .subleadingJetScaledParallelMomentum:
      return try scaledMomentum(2, .alongLeadingJet, for: feature)
    case .thirdJetScaledParallelMomentum:
      return try scaledMomentum(3, .alongLeadingJet, for: feature)
    case .subleadingJetScaledPerpendicularMomentum:
      return try scaledMomentum(2, .acrossLeadingJet, for: feature)
    case .thirdJetScaledPerpendicularMomentum:
      return try scaledMomentum(3, .acrossLeadingJet, for: feature)
    case .leadingJetScaledLongitudinalMomentum:
      return try scaledMomentum(1, .alongBeam, for: feature)
    case .subleadingJetScaledLongitudinalMomentum:
      return try scaledMomentum(2, .alongBeam, for: feature)
    case .thirdJetScaledLongitudinalMomentum:
      return try scaledMomentum(3, .alongBeam, for: feature)
    }
  }

  private func transverseMomentum(
    _ jet: Int, for feature: Feature
  ) throws(EventColumnsError) -> [Double] {
    zip(try column("pxj\(jet)", for: feature), try column("pyj\(jet)", for: feature)).map {
      ($0 * $0 + $1 * $1).squareRoot()
    }
  }

  /// η = arsinh(pz / pT); not finite for a jet along the beam.
  private func pseudorapidity(
    _ jet: Int, for feature: Feature
  ) throws(EventColumnsError) -> [Double] {
    zip(
      try column("pzj\(jet)", for: feature), try transverseMomentum(jet, for: feature)
    ).map { asinh($0 / $1) }
  }

  func column(_ name: String, for feature: Feature) throws(EventColumnsError) -> [Double] {
    guard let values = self[name] else {
      throw .missing(
        quantity: "feature '\(feature.rawValue)'", needs: [name, feature.rawValue], found: names)
    }
    return values
  }

  /// The mass of a jet as features see it: of the two leading ones with ``jetMassShift``.
  func jetMass(_ jet: Int, for feature: Feature) throws(EventColumnsError) -> [Double] {
    let masses = try unshiftedJetMass(jet, for: feature)
    guard jetMassShift != 0, jet <= 2 else { return masses }
    return zip(masses, try dijetMass()).map { $0 + jetMassShift * $1 }
  }

  private func unshiftedJetMass(
    _ jet: Int, for feature: Feature
  ) throws(EventColumnsError) -> [Double] {
    let masses = try column("mj\(jet)", for: feature)
    if let row = masses.firstIndex(where: { $0 < -1e-3 }) {
      throw .negativeMass(column: "mj\(jet)", row: row, value: masses[row])
    }
    return masses.map { max($0, 0) }
  }

  private func scaledMass(_ jet: Int, for feature: Feature) throws(EventColumnsError) -> [Double] {
    zip(try jetMass(jet, for: feature), try dijetMass()).map { mass, dijetMass in
      dijetMass > 0 ? (mass - 30) / dijetMass + 30 / 3_000 : 0
    }
  }

  private func ratio(
    _ numerator: String, _ denominator: String, for feature: Feature
  ) throws(EventColumnsError) -> [Double] {
    zip(try column(numerator, for: feature), try column(denominator, for: feature)).map {
      $1 > 0 ? $0 / $1 : 0
    }
  }

  private func ratioByMass(
    _ numerator: String, _ denominator: String, heavier: Bool, for feature: Feature
  ) throws(EventColumnsError) -> [Double] {
    try byMass(
      heavier: heavier, ratio("\(numerator)j1", "\(denominator)j1", for: feature),
      ratio("\(numerator)j2", "\(denominator)j2", for: feature))
  }

  /// Takes each event's value from the heavier or the lighter of its two leading jets.
  ///
  /// Equal masses: the jet of larger transverse momentum counts as the heavier.
  private func byMass(
    heavier: Bool, _ first: [Double], _ second: [Double]
  ) throws(EventColumnsError) -> [Double] {
    // Without a shift, whose rounding could make two masses equal.
    let firstMass = try unshiftedJetMass(1, for: .leadingJetMass)
    let secondMass = try unshiftedJetMass(2, for: .subleadingJetMass)
    return (0..<count).map { row in
      let firstIsHeavier = firstMass[row] >= secondMass[row]
      return firstIsHeavier == heavier ? first[row] : second[row]
    }
  }
}
