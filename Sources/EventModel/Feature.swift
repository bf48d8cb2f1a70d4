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
  /// The two observables of the three-bin toy; no jets, no unit.
  case toyX1, toyX2
  /// m_JJ in GeV, which parameterises a classifier (arXiv:1601.07913): in no feature set, since a
  /// score must not know it; SALAD's reweighting of simulation does.
  case massParameter

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
}
