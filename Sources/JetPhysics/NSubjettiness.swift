import Foundation

/// How little a jet looks like N subjets: tau_N = sum over constituents pT min_a dR(a)^beta.
///
/// Not normalised, in GeV. Thaler, Van Tilburg, JHEP 03 (2011) 015 and JHEP 02 (2012) 093.
/// Distances dR are in rapidity and azimuth. tau_N of N or fewer constituents is 0.
public struct NSubjettiness: Sendable, Hashable {
  /// How the axes that tau_N is measured from are found.
  public enum AxisChoice: String, Sendable, Hashable, CaseIterable {
    /// Exclusive kt jets, then moved to the nearest minimum of tau_N (the LHC Olympics' choice).
    case onePassKt = "kt"
    /// Winner-take-all kt jets, then moved to the nearest minimum of tau_N.
    case onePassWinnerTakesAll = "wta"
    /// Exclusive kt jets as they are.
    case fixedKt = "kt-fixed"
    /// Winner-take-all kt jets as they are.
    case fixedWinnerTakesAll = "wta-fixed"

    public var recombination: SubjetAxes.Recombination {
      switch self {
      case .onePassKt, .fixedKt: .eScheme
      case .onePassWinnerTakesAll, .fixedWinnerTakesAll: .winnerTakesAll
      }
    }

    /// Whether the axes are moved to the minimum.
    public var minimises: Bool {
      self == .onePassKt || self == .onePassWinnerTakesAll
    }
  }

  /// The power of the distance: 1 measures width, 2 is close to a mass.
  public var beta: Double
  /// Whether the axes are moved to the nearest minimum of tau_N.
  public var minimises: Bool

  public init(beta: Double = 1, minimises: Bool = true) {
    self.beta = beta
    self.minimises = minimises
  }

  /// Measures tau_N for every set of axes, GeV.
  ///
  /// - Returns: One value for each set of axes, element N - 1 for N axes.
  public func values(_ constituents: JetConstituents, _ axes: SubjetAxes) -> [Double] {
    axes.sets.map { start in
      // Every constituent has an axis of its own.
      if start.count >= constituents.count { return 0 }
      let local = start.map(constituents.local)
      return value(constituents, minimises ? minimise(local, constituents) : local)
    }
  }

  /// tau_N with the axes as they are, in the constituents' own azimuth, GeV.
  private func value(_ constituents: JetConstituents, _ axes: [SubjetAxes.Axis]) -> Double {
    let wraps = constituents.wraps(with: axes)
    var sum = SIMD4<Double>()
    for block in constituents.blocks {
      let nearest = block.nearest(axes, wraps: wraps).distanceSquared
      let power =
        beta == 1
        ? nearest.squareRoot()
        : beta == 2 ? nearest : nearest.mapped { pow($0, beta / 2) }
      sum += block.pt * power
    }
    return sum.sum()
  }

  /// Moves axes to the nearest minimum of tau_N.
  ///
  /// As fjcontrib's one-pass minimisation does, in words: each constituent belongs to its nearest
  /// axis; each axis goes to the mean of its constituents weighted with pT dR^(beta - 2), which is
  /// Weiszfeld's step towards the geometric median for beta = 1 and the centroid for beta = 2; and
  /// again until the axes move less than `accuracy` on average. An axis without constituents stays.
  private func minimise(
    _ start: [SubjetAxes.Axis], _ constituents: JetConstituents
  ) -> [SubjetAxes.Axis] {
    let accuracy = 1e-4
    // Means stay between what they are means of, so this holds for every step.
    let wraps = constituents.wraps(with: start)
    var axes = start
    // Sums over lanes for one axis: weight, weight times rapidity, weight times azimuth difference.
    var sums = [(SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)](
      repeating: (.zero, .zero, .zero), count: axes.count)
    for _ in 0..<1_000 {
      for k in axes.indices { sums[k] = (.zero, .zero, .zero) }
      for block in constituents.blocks {
        let (index, distanceSquared) = block.nearest(axes, wraps: wraps)
        // The accuracy keeps a constituent right on its axis from weighing infinitely.
        let softened = distanceSquared + accuracy * accuracy
        let weight =
          beta == 1
          ? block.pt / softened.squareRoot()
          : beta == 2 ? block.pt : block.pt * softened.mapped { pow($0, beta / 2 - 1) }
        for k in axes.indices {
          let own = weight.replacing(with: 0, where: index .!= Double(k))
          sums[k].0 += own
          sums[k].1 += own * block.rapidity
          sums[k].2 += own * block.azimuthDifference(to: axes[k].azimuth, wraps: wraps)
        }
      }
      var movement = 0.0
      for k in axes.indices {
        let weight = sums[k].0.sum()
        guard weight > 0 else { continue }
        let rapidity = sums[k].1.sum() / weight
        let turn = sums[k].2.sum() / weight
        let rise = rapidity - axes[k].rapidity
        movement += (rise * rise + turn * turn).squareRoot()
        axes[k].rapidity = rapidity
        axes[k].azimuth = remainder(axes[k].azimuth + turn, 2 * .pi)
      }
      if movement <= accuracy * Double(axes.count) { break }
    }
    return axes
  }
}

/// The constituents of a jet as columns, four to a block.
public struct JetConstituents: Sendable {
  /// Four constituents; those that fill up the last block have pT = 0.
  struct Block: Sendable {
    var pt = SIMD4<Double>()
    var rapidity = SIMD4<Double>()
    /// From the jet's own azimuth, in [-pi, pi].
    var azimuth = SIMD4<Double>()
  }

  public let count: Int
  let blocks: [Block]
  private let azimuth: Double
  /// Whether all lie within a quarter turn of the jet: true but for the rarest jets.
  private let isNarrow: Bool

  /// Takes the constituents of a jet.
  public init(of jet: Jet, in particles: Particles) {
    count = jet.constituents.count
    azimuth = jet.momentum.azimuth
    var blocks = [Block](repeating: Block(), count: (count + 3) / 4)
    var widest = 0.0
    for (place, particle) in jet.constituents.enumerated() {
      let turn = remainder(particles.values[3 * particle + 2] - azimuth, 2 * .pi)
      widest = max(widest, abs(turn))
      blocks[place / 4].pt[place % 4] = particles.values[3 * particle]
      // A massless particle's rapidity is its pseudorapidity.
      blocks[place / 4].rapidity[place % 4] = particles.values[3 * particle + 1]
      blocks[place / 4].azimuth[place % 4] = turn
    }
    self.blocks = blocks
    isNarrow = widest < .pi / 2
  }

  /// The axis with its azimuth counted from the jet's.
  func local(_ axis: SubjetAxes.Axis) -> SubjetAxes.Axis {
    SubjetAxes.Axis(
      rapidity: axis.rapidity, azimuth: remainder(axis.azimuth - azimuth, 2 * .pi))
  }

  /// Whether a constituent and a local axis can be more than half a turn apart.
  func wraps(with axes: [SubjetAxes.Axis]) -> Bool {
    !(isNarrow && axes.allSatisfy { abs($0.azimuth) < .pi / 2 })
  }
}

extension JetConstituents.Block {
  /// The nearest axis of each constituent, and the square of its distance.
  @inline(__always)
  func nearest(
    _ axes: [SubjetAxes.Axis], wraps: Bool
  ) -> (index: SIMD4<Double>, distanceSquared: SIMD4<Double>) {
    var index = SIMD4<Double>()
    var smallest = SIMD4<Double>(repeating: .infinity)
    for k in axes.indices {
      let rise = rapidity - axes[k].rapidity
      let turn = azimuthDifference(to: axes[k].azimuth, wraps: wraps)
      let distanceSquared = rise * rise + turn * turn
      let isNearer = distanceSquared .< smallest
      index.replace(with: Double(k), where: isNearer)
      smallest.replace(with: distanceSquared, where: isNearer)
    }
    return (index, smallest)
  }

  /// Azimuth from a local axis, in [-pi, pi].
  @inline(__always)
  func azimuthDifference(to axis: Double, wraps: Bool) -> SIMD4<Double> {
    var difference = azimuth - axis
    if wraps {
      difference.replace(with: difference - 2 * .pi, where: difference .> .pi)
      difference.replace(with: difference + 2 * .pi, where: difference .< -.pi)
    }
    return difference
  }
}

extension SIMD4<Double> {
  /// Applies a function to each lane.
  func mapped(_ function: (Double) -> Double) -> SIMD4<Double> {
    SIMD4(function(self[0]), function(self[1]), function(self[2]), function(self[3]))
  }
}
