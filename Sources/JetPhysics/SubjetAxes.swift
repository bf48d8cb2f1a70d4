import CFastJet

/// Directions of the N subjets of a jet, for N = 1, 2 ...: exclusive kt jets of its constituents.
///
/// One clustering gives all: its last N jets are the N axes. Catani, Dokshitzer, Seymour, Webber,
/// Nucl. Phys. B 406 (1993) 187.
public struct SubjetAxes: Sendable, Hashable {
  /// How two particles become one on the way.
  public enum Recombination: String, Sendable, Hashable, CaseIterable {
    /// Four-momenta add.
    case eScheme
    /// Transverse momenta add, the direction is the harder one's: Bertolini, Chan, Thaler, JHEP 04
    /// (2014) 013.
    case winnerTakesAll
  }

  /// A direction in rapidity and azimuth [rad].
  public struct Axis: Sendable, Hashable {
    public var rapidity: Double
    public var azimuth: Double

    public init(rapidity: Double, azimuth: Double) {
      self.rapidity = rapidity
      self.azimuth = azimuth
    }
  }

  /// Element N - 1 holds N axes; a jet of n constituents has no more than n axes.
  public let sets: [[Axis]]

  /// Clusters the constituents of a jet.
  ///
  /// - Parameters:
  ///   - jet: A jet of these particles.
  ///   - particles: The particles of the event.
  ///   - recombination: How two particles become one.
  ///   - count: The largest N.
  /// - Throws: ``JetClusteringError``.
  public init(
    of jet: Jet, in particles: Particles, recombination: Recombination, upTo count: Int = 4
  ) throws(JetClusteringError) {
    let largest = min(count, jet.constituents.count)
    guard largest > 0 else {
      sets = []
      return
    }
    precondition(
      jet.constituents.allSatisfy { particles.values.indices.contains(3 * $0) },
      "the jet is not of this event")
    let rows = jet.constituents.map(Int32.init)
    var axes = [Double](repeating: 0, count: largest * (largest + 1))
    try reportingErrors { message, size in
      cfj_kt_axes(
        particles.values, rows, Int32(rows.count), Int32(largest),
        recombination == .eScheme ? CFJ_E_SCHEME : CFJ_WINNER_TAKE_ALL_PT, &axes, message, size)
    }
    sets = (1...largest).map { n in
      (0..<n).map { axis in
        // Sets of 1, 2, ... n - 1 axes come before.
        let place = n * (n - 1) + 2 * axis
        return Axis(rapidity: axes[place], azimuth: axes[place + 1])
      }
    }
  }

  /// The sets of up to N axes only.
  public func prefix(_ count: Int) -> SubjetAxes {
    SubjetAxes(sets: Array(sets.prefix(count)))
  }

  private init(sets: [[Axis]]) {
    self.sets = sets
  }
}
