/// A named choice of features with its jet order.
public enum FeatureSet: String, Sendable, Hashable, Codable, CaseIterable {
  /// The R&D set: lighter mass, mass difference, tau21 of both jets, ordered by mass.
  case lhcoRnd = "lhco-rnd"
  /// LHC Olympics paper, eqs. (4.1) and (4.2): scaled masses, tau21, tau32, ordered by pT.
  case lhco41 = "lhco-4.1"
  /// The same observables, ordered by mass: a resonance of two unlike jets is then in one place.
  case lhco41ByMass = "lhco-4.1-by-mass"
  /// LHC Olympics paper, eq. (4.4): six observables a jet, ordered by mass.
  case lhco42 = "lhco-4.2"
  /// The same with transverse momentum and pseudorapidity of each jet, for the autoencoders there.
  case lhco42Autoencoder = "lhco-4.2-autoencoder"
  /// The observables of section 4.2 that need neither tau4 nor another beta: four a jet.
  case lhco42Reduced = "lhco-4.2-reduced"
  /// The same with transverse momentum and pseudorapidity.
  case lhco42ReducedAutoencoder = "lhco-4.2-reduced-autoencoder"
  /// The two jet masses of the ATLAS dijet search, to be used with the percentile transform.
  case atlas
  /// The four-momenta of the three leading jets over m_JJ, for Tossed CWoLa-SALAD.
  ///
  /// LHC Olympics paper, section 4.1.3, which takes ten jets and scales by the mass of them all; our
  /// files hold three. Turned about the beam so that the leading jet has azimuth 0: its momentum
  /// across itself is then 0 and left out.
  case scaledMomenta = "scaled-momenta"

  public var features: [Feature] {
    switch self {
    case .lhcoRnd: [.lighterJetMass, .jetMassDifference, .lighterJetTau21, .heavierJetTau21]
    case .lhco41:
      [
        .leadingJetScaledMass, .subleadingJetScaledMass, .leadingJetTau21, .subleadingJetTau21,
        .leadingJetTau32, .subleadingJetTau32,
      ]
    case .lhco41ByMass:
      [
        .heavierJetScaledMass, .lighterJetScaledMass, .heavierJetTau21, .lighterJetTau21,
        .heavierJetTau32, .lighterJetTau32,
      ]
    case .lhco42:
      [
        .heavierJetMass, .heavierJetWidth, .heavierJetTau21, .heavierJetTau32, .heavierJetTau43,
        .heavierJetConstituents, .lighterJetMass, .lighterJetWidth, .lighterJetTau21,
        .lighterJetTau32, .lighterJetTau43, .lighterJetConstituents,
      ]
    case .lhco42Autoencoder: Self.lhco42.features + Self.kinematics
    case .lhco42Reduced:
      [
        .heavierJetMass, .heavierJetTau21, .heavierJetTau32, .heavierJetConstituents,
        .lighterJetMass, .lighterJetTau21, .lighterJetTau32, .lighterJetConstituents,
      ]
    case .lhco42ReducedAutoencoder: Self.lhco42Reduced.features + Self.kinematics
    case .atlas: [.heavierJetMass, .lighterJetMass]
    case .scaledMomenta:
      [
        .leadingJetScaledEnergy, .leadingJetScaledParallelMomentum,
        .leadingJetScaledLongitudinalMomentum, .subleadingJetScaledEnergy,
        .subleadingJetScaledParallelMomentum, .subleadingJetScaledPerpendicularMomentum,
        .subleadingJetScaledLongitudinalMomentum, .thirdJetScaledEnergy,
        .thirdJetScaledParallelMomentum, .thirdJetScaledPerpendicularMomentum,
        .thirdJetScaledLongitudinalMomentum,
      ]
    }
  }

  private static let kinematics: [Feature] = [
    .heavierJetTransverseMomentum, .lighterJetTransverseMomentum, .heavierJetPseudorapidity,
    .lighterJetPseudorapidity,
  ]
}
