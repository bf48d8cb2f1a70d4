/// One of the two jets of a dijet event.
///
/// Two objects that a background event has independently of each other, while both jets of a
/// signal event are unusual: Object-1 and Object-2 of Tag N' Train (arXiv:2002.12376). A set of
/// features orders its jets by transverse momentum or by mass, so there are two objects, not four.
public enum JetObject: String, Sendable, Hashable, Codable, CaseIterable {
  /// The leading or heavier jet.
  case first
  /// The subleading or lighter jet.
  case second
}

extension Feature {
  /// The jet that the feature describes; `nil` if it belongs to neither.
  ///
  /// The difference of the jet masses counts to the heavier jet; columns of noise take turns.
  public var object: JetObject? {
    switch self {
    case .heavierJetMass, .jetMassDifference, .leadingJetScaledMass, .heavierJetScaledMass,
      .leadingJetTau21, .leadingJetTau32, .heavierJetTau21, .heavierJetTau32, .heavierJetTau43,
      .heavierJetWidth, .heavierJetConstituents, .leadingJetMass, .heavierJetTransverseMomentum,
      .heavierJetPseudorapidity, .leadingJetScaledEnergy, .leadingJetScaledParallelMomentum,
      .leadingJetScaledLongitudinalMomentum, .noise1, .noise3, .noise5, .noise7, .noise9:
      .first
    case .lighterJetMass, .subleadingJetScaledMass, .lighterJetScaledMass, .subleadingJetTau21,
      .subleadingJetTau32, .lighterJetTau21, .lighterJetTau32, .lighterJetTau43, .lighterJetWidth,
      .lighterJetConstituents, .subleadingJetMass, .lighterJetTransverseMomentum,
      .lighterJetPseudorapidity, .subleadingJetScaledEnergy,
      .subleadingJetScaledParallelMomentum, .subleadingJetScaledPerpendicularMomentum,
      .subleadingJetScaledLongitudinalMomentum, .noise2, .noise4, .noise6, .noise8, .noise10:
      .second
    case .thirdJetScaledEnergy, .thirdJetScaledParallelMomentum,
      .thirdJetScaledPerpendicularMomentum, .thirdJetScaledLongitudinalMomentum, .massParameter,
      .toyX1, .toyX2:
      nil
    }
  }
}
