import Foundation
import JetPhysics

/// Events of our own simulation with the jets that FastJet and fjcontrib (Python) find in them,
/// written by `Validation/nsubjettiness.py fixture`.
struct ReferenceEvents: Decodable {
  struct Event: Decodable {
    let particles: [Double]
    /// By the names of `DijetObservables.columns`.
    let columns: [String: Double]
    /// By axis choice, then by column.
    let tau: [String: [String: Double]]
  }

  let events: [Event]

  static func load() throws -> [Event] {
    guard
      let url = Bundle.module.url(
        forResource: "jets", withExtension: "json", subdirectory: "Fixtures")
    else { throw CocoaError(.fileNoSuchFile) }
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url)).events
  }
}

extension DijetObservables {
  subscript(name: String) -> Double? {
    Self.columns.firstIndex(of: name).map { values[$0] }
  }
}

extension NSubjettiness {
  /// Measures an event taken as one jet, element N - 1 for N axes.
  static func measure(
    _ values: [Double], beta: Double = 1, axes choice: AxisChoice = .onePassKt, upTo count: Int = 4
  ) throws -> [Double] {
    let particles = try Particles(zeroPadded: values[...])
    let jet = Jet(
      momentum: FourMomentum(px: 0, py: 0, pz: 0, energy: 0),
      constituents: Array(0..<particles.count))
    let axes = try SubjetAxes(
      of: jet, in: particles, recombination: choice.recombination, upTo: count)
    return NSubjettiness(beta: beta, minimises: choice.minimises)
      .values(JetConstituents(of: jet, in: particles), axes)
  }
}
