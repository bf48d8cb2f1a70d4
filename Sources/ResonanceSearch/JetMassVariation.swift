import EventModel
import Randomness

extension EventColumns {
  /// Multiplies the jet masses, from which features and m_JJ are computed anew.
  ///
  /// The factor is given for an event's identifier and a column. Throws
  /// ``LimitError/noJetMasses(file:found:)`` if the columns hold quantities derived from the masses.
  func scalingJetMasses(
    file: String, by factor: (_ identifier: Int64, _ column: String) -> Double
  ) throws -> EventColumns {
    let masses = names.filter { ["mj1", "mj2", "mj3"].contains($0) }
    let derived = names.contains { Feature(rawValue: $0) != nil }
    guard masses.contains("mj1"), masses.contains("mj2"), !derived else {
      throw LimitError.noJetMasses(file: file, found: names)
    }
    return try EventColumns(
      names.map { name in
        let values = self[name] ?? []
        guard masses.contains(name) else { return (name, values) }
        return (name, zip(values, identifiers).map { $0 * factor($1, name) })
      }, weights: weights, identifiers: identifiers)
  }

  /// Smears the jet masses by a Gaussian of a relative width; never below zero.
  func smearingJetMasses(file: String, by width: Double, seed: Seed) throws -> EventColumns {
    try scalingJetMasses(file: file) { identifier, column in
      var generator = seed.child(column).child("\(identifier)").makeGenerator()
      return max(0, 1 + width * generator.normal())
    }
  }
}
