import EventModel
import Foundation

/// Brings the names that other people's files use to this program's names.
///
/// Case and underscores do not matter: `m_jj`, `mJJ`, `pT_j1`, `tau_21_j2`, `nhadrons_j1` are known.
/// Names that are already ours, and unknown ones, stay as they are.
func canonicalColumnName(_ name: String) -> String {
  if Feature(rawValue: name) != nil { return name }
  let plain = name.lowercased().replacingOccurrences(of: "_", with: "")
  if let alias = aliases[plain] { return alias }
  return knownColumns.contains(plain) ? plain : name
}

private let knownColumns: Set<String> = {
  var names: Set<String> = ["mjj", "npart", "label", "weight"]
  let quantities = [
    "px", "py", "pz", "pt", "eta", "phi", "m", "e", "n", "tau1", "tau2", "tau3", "tau4",
    "tau1beta2",
  ]
  for jet in 1...3 { names.formUnion(quantities.map { "\($0)j\(jet)" }) }
  return names
}()

private let aliases: [String: String] = {
  var aliases = ["mjj": "mjj", "dijetmass": "mjj", "nparticles": "npart", "nhadrons": "npart"]
  for (jet, feature) in [(1, "leadingJet"), (2, "subleadingJet")] {
    aliases["nhadronsj\(jet)"] = "nj\(jet)"
    aliases["massj\(jet)"] = "mj\(jet)"
    aliases["mass\(jet)"] = "mj\(jet)"
    aliases["tau21j\(jet)"] = "\(feature)Tau21"
    aliases["tau32j\(jet)"] = "\(feature)Tau32"
  }
  return aliases
}()

/// Adds columns that follow from those in a file, where they are not there already.
///
/// `pxj1 pyj1 pzj1` from `ptj1 etaj1 phij1` (the same for the other jets); ratios of the heavier
/// and lighter jet from those of the leading and subleading jet and both masses; `heavierJetMass`
/// from the lighter jet's mass and the difference.
func derivedColumns(
  from columns: [(name: String, values: [Double])]
) -> [(name: String, values: [Double])] {
  let byName = Dictionary(columns.map { ($0.name, $0.values) }, uniquingKeysWith: { a, _ in a })
  var derived: [(name: String, values: [Double])] = []
  func add(_ name: String, _ values: () -> [Double]) {
    if byName[name] == nil { derived.append((name, values())) }
  }
  for jet in 1...3 {
    guard let pt = byName["ptj\(jet)"], let eta = byName["etaj\(jet)"],
      let phi = byName["phij\(jet)"]
    else { continue }
    add("pxj\(jet)") { zip(pt, phi).map { $0 * cos($1) } }
    add("pyj\(jet)") { zip(pt, phi).map { $0 * sin($1) } }
    add("pzj\(jet)") { zip(pt, eta).map { $0 * sinh($1) } }
  }
  if let first = byName["mj1"], let second = byName["mj2"] {
    for ratio in ["Tau21", "Tau32"] {
      guard let leading = byName["leadingJet\(ratio)"],
        let subleading = byName["subleadingJet\(ratio)"]
      else { continue }
      add("heavierJet\(ratio)") {
        first.indices.map { first[$0] >= second[$0] ? leading[$0] : subleading[$0] }
      }
      add("lighterJet\(ratio)") {
        first.indices.map { first[$0] >= second[$0] ? subleading[$0] : leading[$0] }
      }
    }
  }
  if let lighter = byName["lighterJetMass"], let difference = byName["jetMassDifference"] {
    add("heavierJetMass") { zip(lighter, difference).map { $0 + $1 } }
  }
  return derived
}
