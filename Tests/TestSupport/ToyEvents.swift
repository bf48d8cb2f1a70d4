public import EventModel
import Foundation
public import Randomness

/// Dijet events with a falling mass spectrum and, on request, a resonance whose jets look
/// different: small enough to train on in a test.
public struct ToyEvents: Sendable {
  public let columns: [(name: String, values: [Double])]
  public let isSignal: [Bool]

  /// Generates events.
  ///
  /// m_JJ falls exponentially from 2700 GeV; signal is a Gaussian at 3500 GeV of 3 % width with two
  /// heavy, two-pronged jets. Columns as in the community's feature files.
  public init(background: Int, signal: Int = 0, seed: Seed = Seed(42)) {
    var generator = seed.makeGenerator()
    var rows: [(signal: Bool, values: [Double])] = []
    for event in 0..<background + signal {
      let isSignal = event >= background
      let dijetMass =
        isSignal
        ? 3_500 * (1 + 0.03 * generator.normal()) : 2_650 + 560 * generator.exponential()
      var values: [Double] = []
      for jet in 0..<2 {
        let mass =
          isSignal
          ? [480.0, 110][jet] * (1 + 0.08 * generator.normal())
          : 40 + 0.03 * dijetMass * generator.exponential()
        let tau1 = 20 + 60 * generator.uniform()
        let tau21 = isSignal ? 0.2 + 0.1 * generator.uniform() : 0.35 + 0.5 * generator.uniform()
        let tau32 = 0.4 + 0.5 * generator.uniform()
        // Back to back at rest: the jets' momenta follow from m_JJ and their masses well enough.
        let momentum = (pow(dijetMass / 2, 2) - mass * mass).squareRoot()
        let direction = jet == 0 ? 1.0 : -1.0
        values += [
          direction * momentum, 0, 0, mass, tau1, tau1 * tau21, tau1 * tau21 * tau32,
        ]
      }
      rows.append((isSignal, values))
    }
    let order = generator.permutation(of: rows.count)
    rows = order.map { rows[$0] }
    let names = ["px", "py", "pz", "m", "tau1", "tau2", "tau3"]
    columns = (0..<14).map { column in
      (name: "\(names[column % 7])j\(column / 7 + 1)", values: rows.map { $0.values[column] })
    }
    isSignal = rows.map(\.signal)
  }

  public func events() throws -> EventColumns {
    try EventColumns(columns)
  }

  public func table(_ set: FeatureSet = .lhcoRnd) throws -> EventTable {
    try EventTable(events(), features: set.features)
  }
}
