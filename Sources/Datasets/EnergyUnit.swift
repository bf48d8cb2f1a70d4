import EventModel

/// The unit of masses, momenta and energies in an input file.
///
/// Never guessed: GeV unless said otherwise, and a file whose masses cannot be in the unit is
/// refused. Inside the program everything is in GeV.
public enum EnergyUnit: String, Sendable, Hashable, Codable, CaseIterable {
  case gev, tev

  /// One of this unit in GeV.
  public var inGeV: Double {
    switch self {
    case .gev: 1
    case .tev: 1_000
    }
  }

  public var symbol: String {
    switch self {
    case .gev: "GeV"
    case .tev: "TeV"
    }
  }
}

/// Whether a column's values carry the unit of energy.
///
/// These do: momenta, masses and energies of jets (`pxj1`, `ptj2`, `mj1`, `ej1` ...), `mjj`, tau_N
/// in its unnormalised definition (`tau1j1` ... `tau4j2`, `tau1beta2j1`), and every ``Feature`` that
/// is a mass. Angles, ratios, counts and unknown names do not.
public func isDimensionful(column name: String) -> Bool {
  if let feature = Feature(rawValue: name) { return feature.isMass }
  if name == "mjj" { return true }
  guard name.dropLast().last == "j", ["1", "2", "3"].contains(name.suffix(1)) else { return false }
  return [
    "px", "py", "pz", "pt", "e", "m", "tau1", "tau2", "tau3", "tau4", "tau1beta2",
  ].contains(name.dropLast(2))
}
