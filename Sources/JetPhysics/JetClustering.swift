import CFastJet

/// A spray of particles that a jet algorithm took together.
public struct Jet: Sendable, Hashable {
  public let momentum: FourMomentum
  /// Which particles of the event it is made of, in rising order.
  public let constituents: [Int]

  public init(momentum: FourMomentum, constituents: [Int]) {
    self.momentum = momentum
    self.constituents = constituents
  }
}

/// What counts as a jet: the anti-kt algorithm, its radius and a threshold.
///
/// Cacciari, Salam, Soyez, JHEP 04 (2008) 063. Four-momenta add (E-scheme).
public struct JetDefinition: Sendable, Hashable {
  public var radius: Double
  /// Softer jets are dropped, GeV.
  public var minimumTransverseMomentum: Double

  public init(radius: Double = 1, minimumTransverseMomentum: Double = 20) {
    self.radius = radius
    self.minimumTransverseMomentum = minimumTransverseMomentum
  }
}

/// Finds the jets of an event with FastJet.
///
/// FastJet as Debian builds it is not safe in several threads, so threads wait for each other here:
/// several processes make clustering faster, several threads do not.
///
/// - Parameters:
///   - particles: The particles of one event.
///   - definition: Radius and threshold.
///   - leading: How many jets at most.
/// - Returns: The jets of largest transverse momentum, by falling transverse momentum.
/// - Throws: ``JetClusteringError`` with FastJet's own words, for a negative radius for one.
public func clusterJets(
  _ particles: Particles, _ definition: JetDefinition = JetDefinition(), leading: Int = 3
) throws(JetClusteringError) -> [Jet] {
  guard particles.count > 0 && leading > 0 else { return [] }
  var jets = [cfj_jet](repeating: cfj_jet(), count: leading)
  var found: Int32 = 0
  var constituents = [Int32](repeating: 0, count: particles.count)
  try reportingErrors { message, size in
    cfj_cluster_antikt(
      particles.values, Int32(particles.count), definition.radius,
      definition.minimumTransverseMomentum, Int32(leading), &jets, &found, &constituents, message,
      size)
  }
  return jets.prefix(Int(found)).map { jet in
    let range = Int(jet.first_constituent)..<Int(jet.first_constituent + jet.constituent_count)
    return Jet(
      momentum: FourMomentum(px: jet.px, py: jet.py, pz: jet.pz, energy: jet.energy),
      constituents: constituents[range].map(Int.init))
  }
}

/// Why FastJet gave no jets or axes.
public struct JetClusteringError: Error, Equatable, CustomStringConvertible {
  /// FastJet's message.
  public let reason: String

  public var description: String {
    "FastJet cannot cluster these particles: \(reason)"
  }
}

/// Calls FastJet and throws what it complains about.
func reportingErrors(
  _ call: (UnsafeMutablePointer<CChar>?, Int) -> cfj_status
) throws(JetClusteringError) {
  var message = [CChar](repeating: 0, count: 512)
  let status = message.withUnsafeMutableBufferPointer { call($0.baseAddress, $0.count) }
  guard status == CFJ_OK else {
    let text = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    throw JetClusteringError(reason: String(decoding: text, as: UTF8.self))
  }
}
