/// A jet observable that a method may learn from; m_JJ is never one.
///
/// Raw values are the names in plans and files. "leading" and "subleading" order the two jets by
/// transverse momentum, "heavier" and "lighter" by mass. Masses in GeV, ratios without unit.
public enum Feature: String, Sendable, Hashable, Codable, CaseIterable {
  case heavierJetMass, lighterJetMass, jetMassDifference
  /// (m_J - 30 GeV) / m_JJ + 30 / 3000: LHC Olympics paper, eq. (4.2).
  case leadingJetScaledMass, subleadingJetScaledMass
  /// The same scaled masses, ordered by mass.
  case heavierJetScaledMass, lighterJetScaledMass
  case leadingJetTau21, subleadingJetTau21, leadingJetTau32, subleadingJetTau32
  case heavierJetTau21, lighterJetTau21, heavierJetTau32, lighterJetTau32
  case heavierJetTau43, lighterJetTau43
  /// sqrt(tau1 with beta 2 / tau1 with beta 1): LHC Olympics paper, eq. (4.4).
  case heavierJetWidth, lighterJetWidth
  /// Number of constituents (the paper counts tracks, which the files do not tell apart).
  case heavierJetConstituents, lighterJetConstituents
  case leadingJetMass, subleadingJetMass
  /// In GeV; grows with m_JJ, so no classifier of mass regions should see it.
  case heavierJetTransverseMomentum, lighterJetTransverseMomentum
  case heavierJetPseudorapidity, lighterJetPseudorapidity
  /// Four-momenta over m_JJ (``FeatureSet/scaledMomenta``): energy, components in the transverse plane
  /// along the leading jet and across it, component along the beam; 0 for a jet that is missing.
  case leadingJetScaledEnergy, leadingJetScaledParallelMomentum,
    leadingJetScaledLongitudinalMomentum
  case subleadingJetScaledEnergy, subleadingJetScaledParallelMomentum,
    subleadingJetScaledPerpendicularMomentum, subleadingJetScaledLongitudinalMomentum
  case thirdJetScaledEnergy, thirdJetScaledParallelMomentum, thirdJetScaledPerpendicularMomentum,
    thirdJetScaledLongitudinalMomentum
  /// The two observables of the three-bin toy; no jets, no unit.
  case toyX1, toyX2
  /// m_JJ in GeV, which parameterises a classifier (arXiv:1601.07913): in no feature set, since a
  /// score must not know it; SALAD's reweighting of simulation does.
  case massParameter
  /// Standard normal numbers that know nothing of the event (``EventTable/appendingNoise(_:seed:)``).
  case noise1, noise2, noise3, noise4, noise5, noise6, noise7, noise8, noise9, noise10

  /// The features without information, in order.
  public static let noise: [Feature] = [
    .noise1, .noise2, .noise3, .noise4, .noise5, .noise6, .noise7, .noise8, .noise9, .noise10,
  ]

  /// How a figure's axis names it.
  public var label: String {
    switch self {
    case .heavierJetMass: "heavier jet mass [GeV]"
    case .lighterJetMass: "lighter jet mass [GeV]"
    case .jetMassDifference: "jet mass difference [GeV]"
    case .leadingJetScaledMass: "scaled leading jet mass"
    case .subleadingJetScaledMass: "scaled subleading jet mass"
    case .heavierJetScaledMass: "scaled heavier jet mass"
    case .lighterJetScaledMass: "scaled lighter jet mass"
    case .leadingJetTau21: "τ₂₁ of the leading jet"
    case .subleadingJetTau21: "τ₂₁ of the subleading jet"
    case .leadingJetTau32: "τ₃₂ of the leading jet"
    case .subleadingJetTau32: "τ₃₂ of the subleading jet"
    case .heavierJetTau21: "τ₂₁ of the heavier jet"
    case .lighterJetTau21: "τ₂₁ of the lighter jet"
    case .heavierJetTau32: "τ₃₂ of the heavier jet"
    case .lighterJetTau32: "τ₃₂ of the lighter jet"
    case .heavierJetTau43: "τ₄₃ of the heavier jet"
    case .lighterJetTau43: "τ₄₃ of the lighter jet"
    case .heavierJetWidth: "√(τ₁⁽²⁾/τ₁) of the heavier jet"
    case .lighterJetWidth: "√(τ₁⁽²⁾/τ₁) of the lighter jet"
    case .heavierJetConstituents: "constituents of the heavier jet"
    case .lighterJetConstituents: "constituents of the lighter jet"
    case .heavierJetTransverseMomentum: "heavier jet p_T [GeV]"
    case .lighterJetTransverseMomentum: "lighter jet p_T [GeV]"
    case .heavierJetPseudorapidity: "heavier jet η"
    case .lighterJetPseudorapidity: "lighter jet η"
    case .leadingJetScaledEnergy: "E/m of the leading jet"
    case .leadingJetScaledParallelMomentum: "pT/m of the leading jet"
    case .leadingJetScaledLongitudinalMomentum: "pz/m of the leading jet"
    case .subleadingJetScaledEnergy: "E/m of the subleading jet"
    case .subleadingJetScaledParallelMomentum: "pT/m of the subleading jet along the leading one"
    case .subleadingJetScaledPerpendicularMomentum:
      "pT/m of the subleading jet across the leading one"
    case .subleadingJetScaledLongitudinalMomentum: "pz/m of the subleading jet"
    case .thirdJetScaledEnergy: "E/m of the third jet"
    case .thirdJetScaledParallelMomentum: "pT/m of the third jet along the leading one"
    case .thirdJetScaledPerpendicularMomentum: "pT/m of the third jet across the leading one"
    case .thirdJetScaledLongitudinalMomentum: "pz/m of the third jet"
    case .noise1: "noise 1"
    case .noise2: "noise 2"
    case .noise3: "noise 3"
    case .noise4: "noise 4"
    case .noise5: "noise 5"
    case .noise6: "noise 6"
    case .noise7: "noise 7"
    case .noise8: "noise 8"
    case .noise9: "noise 9"
    case .noise10: "noise 10"
    case .toyX1: "x₁"
    case .toyX2: "x₂"
    case .massParameter: "m_JJ [GeV]"
    case .leadingJetMass: "leading jet mass [GeV]"
    case .subleadingJetMass: "subleading jet mass [GeV]"
    }
  }

  /// Whether the value is a mass, to be given in GeV.
  public var isMass: Bool {
    switch self {
    case .heavierJetMass, .lighterJetMass, .jetMassDifference, .leadingJetMass,
      .subleadingJetMass:
      true
    default: false
    }
  }

  /// Whether m_J + alpha m_JJ instead of m_J makes another value.
  var dependsOnJetMass: Bool {
    switch self {
    case .heavierJetMass, .lighterJetMass, .leadingJetMass, .subleadingJetMass,
      .leadingJetScaledMass, .subleadingJetScaledMass, .heavierJetScaledMass,
      .lighterJetScaledMass, .leadingJetScaledEnergy, .subleadingJetScaledEnergy:
      true
    default: false
    }
  }
}
