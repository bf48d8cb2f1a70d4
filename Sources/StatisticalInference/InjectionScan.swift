internal import Foundation

/// Upper limits whose selection was learned with injected signal, over a scan of its strength.
///
/// The selection depends on the injected strength μ, and so does the limit CL(μ). A network that
/// learned from a strength above its own limit may not be used to exclude less than that strength,
/// so CL(μ) counts as max(CL(μ), μ), of which the median over random samplings of the signal is
/// taken. The strength whose *expected* median is smallest is quoted with its observed median:
/// choosing the smallest observed one would cover too little.
public struct InjectionScan: Sendable, Hashable {
  /// All samplings of one injected strength.
  public struct Point: Sendable, Hashable, Codable {
    public let strength: Double
    /// Median of max(CL(μ), μ) over samplings; `nil` if too many of them have no limit.
    public let observed: Double?
    /// The same of the expected limits.
    public let expected: Double?
    /// Standard deviation over samplings of the expected max(CL(μ), μ); `nil` with less than two.
    public let expectedSpread: Double?
    /// The sampling whose expected limit is nearest to the median.
    public let medianSampling: Int?
    /// Samplings without a limit; they count as infinite.
    public let missing: Int
  }

  /// What is quoted.
  public struct Quoted: Sendable, Hashable, Codable {
    /// The injected strength that the expected limit chose.
    public let strength: Double
    public let observed: Double
    /// For background fluctuations of -2, -1, 0, +1 and +2 standard deviations: the median sampling's
    /// band and the spread over samplings in quadrature, never below the strength.
    public let expected: [Double]
    public let expectedSpread: Double
    /// Whether the observed limit is the injected strength itself, as CL(μ) is not above it.
    public let isAtStrength: Bool
    /// Whether the strength is the first or the last of the scan, so that others may be better.
    public let isAtEndOfScan: Bool
  }

  /// By ascending strength.
  public let points: [Point]
  /// `nil` if no strength has a limit.
  public let quoted: Quoted?

  /// Combines the limits of a scan.
  ///
  /// - Parameter scan: For each injected strength >= 0, each once, one limit per sampling; `nil` for
  ///   a sampling that excludes nothing or whose fit failed.
  public init(_ scan: [(strength: Double, limits: [UpperLimit?])]) {
    let scan = scan.sorted { $0.strength < $1.strength }
    let points = scan.map { Point(strength: $0.strength, limits: $0.limits) }
    self.points = points
    let usable = points.indices.filter { points[$0].expected != nil && points[$0].observed != nil }
    let best = usable.min { (points[$0].expected ?? 0, $0) < (points[$1].expected ?? 0, $1) }
    quoted = best.flatMap { index in
      let point = points[index]
      guard let observed = point.observed, let expected = point.expected,
        let band = point.medianSampling.flatMap({ scan[index].limits[$0]?.expected })
      else { return nil }
      let spread = point.expectedSpread ?? 0
      let combined = zip(band, AsymptoticLimits.band).map { limit, fluctuation in
        let side = hypot(limit - band[band.count / 2], fluctuation * spread)
        return max(expected + (fluctuation < 0 ? -side : side), point.strength)
      }
      return Quoted(
        strength: point.strength, observed: observed, expected: combined, expectedSpread: spread,
        isAtStrength: observed <= point.strength,
        isAtEndOfScan: (index == 0 && point.strength > 0) || index == points.count - 1)
    }
  }
}

extension InjectionScan.Point {
  init(strength: Double, limits: [UpperLimit?]) {
    self.strength = strength
    let expected = limits.map { $0.map { max($0.expected[$0.expected.count / 2], strength) } }
    observed = median(limits.map { $0.map { max($0.observed, strength) } })
    let centre = median(expected)
    self.expected = centre
    let known = expected.compactMap(\.self)
    missing = limits.count - known.count
    let mean = known.reduce(0, +) / Double(max(known.count, 1))
    expectedSpread =
      known.count < 2
      ? nil
      : (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(known.count - 1)).squareRoot()
    medianSampling = centre.flatMap { centre in
      expected.indices.filter { expected[$0] != nil }.min {
        func distance(_ sampling: Int) -> Double { abs((expected[sampling] ?? 0) - centre) }
        return (distance($0), $0) < (distance($1), $1)
      }
    }
  }
}

/// The median, where a missing value counts as larger than every number; `nil` if it is missing.
private func median(_ values: [Double?]) -> Double? {
  guard !values.isEmpty else { return nil }
  let sorted = values.map { $0 ?? .infinity }.sorted()
  let value = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  return value.isFinite ? value : nil
}
