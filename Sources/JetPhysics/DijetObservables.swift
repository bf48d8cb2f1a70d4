/// What an event's particles say about its leading jets, under the names of our feature files.
///
/// GeV throughout; jets by falling transverse momentum. A jet that the event does not have leaves
/// zeros in its columns, and `mjj` = `deltaYjj` = 0 without a second jet: rows stay where the
/// input's rows are, and m_JJ = 0 lies in no fit range.
public struct DijetObservables: Sendable {
  /// The names of ``values``, in their order.
  ///
  /// `pxj1 pyj1 pzj1 mj1`, tau1 to tau4 (beta 1), tau1 at beta 2, number of constituents and
  /// transverse momentum of the leading jet, the same of the second, the third jet's momentum and
  /// mass, the dijet mass, the rapidity of the first jet minus that of the second, and the event's
  /// number of particles.
  public static let columns: [String] =
    ["j1", "j2"].flatMap { jet in
      [
        "px", "py", "pz", "m", "tau1", "tau2", "tau3", "tau4", "tau1beta2", "n", "pt",
      ].map { $0 + jet }
    } + ["pxj3", "pyj3", "pzj3", "mj3", "mjj", "deltaYjj", "npart"]

  /// One value for each of ``columns``, all finite.
  public let values: [Double]
  /// How many jets there are, three at most.
  public let jetCount: Int

  /// Clusters an event and measures its jets.
  ///
  /// - Parameters:
  ///   - particles: The particles of the event.
  ///   - definition: What counts as a jet.
  ///   - axes: What N-subjettiness is measured from.
  /// - Throws: ``JetClusteringError``.
  public init(
    _ particles: Particles, definition: JetDefinition = JetDefinition(),
    axes: NSubjettiness.AxisChoice = .onePassKt
  ) throws(JetClusteringError) {
    let jets = try clusterJets(particles, definition, leading: 3)
    var values: [Double] = []
    values.reserveCapacity(Self.columns.count)
    for place in 0..<2 {
      if place < jets.count {
        values += try Self.measure(jets[place], particles, axes)
      } else {
        values += [Double](repeating: 0, count: 11)
      }
    }
    if jets.count > 2 {
      values += Self.momentumAndMass(jets[2])
    } else {
      values += [0, 0, 0, 0]
    }
    if jets.count > 1 {
      values.append((jets[0].momentum + jets[1].momentum).mass)
      values.append(jets[0].momentum.rapidity - jets[1].momentum.rapidity)
    } else {
      values += [0, 0]
    }
    values.append(Double(particles.count))
    self.values = values
    jetCount = jets.count
  }

  private static func momentumAndMass(_ jet: Jet) -> [Double] {
    [jet.momentum.px, jet.momentum.py, jet.momentum.pz, jet.momentum.mass]
  }

  private static func measure(
    _ jet: Jet, _ particles: Particles, _ choice: NSubjettiness.AxisChoice
  ) throws(JetClusteringError) -> [Double] {
    let constituents = JetConstituents(of: jet, in: particles)
    let axes = try SubjetAxes(of: jet, in: particles, recombination: choice.recombination, upTo: 4)
    var tau = NSubjettiness(beta: 1, minimises: choice.minimises).values(constituents, axes)
    tau += [Double](repeating: 0, count: 4 - tau.count)
    let width = NSubjettiness(beta: 2, minimises: choice.minimises)
      .values(constituents, axes.prefix(1))
    return momentumAndMass(jet) + tau + width
      + [Double(constituents.count), jet.momentum.transverseMomentum]
  }
}
