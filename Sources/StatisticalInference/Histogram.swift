internal import Foundation

/// Counts of events in bins of the dijet mass.
///
/// Bins are half-open, so an event on an edge belongs to the bin above; the last edge belongs to
/// no bin.
public struct Histogram: Sendable, Hashable {
  /// Ascending edges in GeV, shape `[bins + 1]`.
  public let edges: [Double]
  /// Events, or the sum of their weights, shape `[bins]`.
  public let counts: [Double]
  /// Sum of the squared weights, shape `[bins]`; `nil` for events of weight 1.
  public let sumsOfSquaredWeights: [Double]?

  /// Takes counts as they are.
  ///
  /// - Throws: ``HistogramError`` for edges that do not ascend, counts of another number of bins,
  ///   or negative or non-finite contents.
  public init(
    edges: [Double], counts: [Double], sumsOfSquaredWeights: [Double]? = nil
  ) throws(HistogramError) {
    guard edges.count >= 2, edges.allSatisfy({ $0.isFinite }),
      zip(edges, edges.dropFirst()).allSatisfy(<)
    else { throw .edgesNotAscending }
    for contents in [counts, sumsOfSquaredWeights ?? counts] {
      guard contents.count == edges.count - 1 else {
        throw .wrongBinCount(contents.count, expected: edges.count - 1)
      }
      if let bin = contents.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
        throw .invalidContent(bin: bin, value: contents[bin])
      }
    }
    self.edges = edges
    self.counts = counts
    self.sumsOfSquaredWeights = sumsOfSquaredWeights
  }

  /// Counts events; those outside the edges are left out.
  ///
  /// - Parameters:
  ///   - edges: Ascending bin edges in GeV.
  ///   - masses: One mass for each event in GeV.
  ///   - weights: One non-negative weight for each event; `nil` if all are 1.
  /// - Throws: ``HistogramError`` for bad edges, a mass that is not finite, or bad weights.
  public init(
    edges: [Double], masses: some Collection<Double>, weights: [Double]? = nil
  ) throws(HistogramError) {
    guard edges.count >= 2 else { throw .edgesNotAscending }
    if let weights, weights.count != masses.count {
      throw .wrongWeightCount(weights.count, expected: masses.count)
    }
    var counts = [Double](repeating: 0, count: edges.count - 1)
    var squares = counts
    for (event, mass) in masses.enumerated() {
      let weight = weights?[event] ?? 1
      guard mass.isFinite else { throw .invalidMass(event: event, value: mass) }
      guard weight.isFinite, weight >= 0 else {
        throw .invalidWeight(event: event, value: weight)
      }
      guard let bin = Self.bin(of: mass, in: edges) else { continue }
      counts[bin] += weight
      squares[bin] += weight * weight
    }
    try self.init(
      edges: edges, counts: counts, sumsOfSquaredWeights: weights == nil ? nil : squares)
  }

  public var binCount: Int { counts.count }
  /// From the first edge to the last, in GeV.
  public var range: Range<Double> { edges[0]..<edges[edges.count - 1] }
  /// All events in the bins.
  public var total: Double { counts.reduce(0, +) }

  /// The mass range of a bin in GeV.
  public func range(ofBin bin: Int) -> Range<Double> { edges[bin]..<edges[bin + 1] }

  /// Adds up the bins that lie within a range; a bin cut by the range's end is left out.
  public func count(in range: Range<Double>) -> Double {
    var sum = 0.0
    for bin in 0..<binCount
    where edges[bin] >= range.lowerBound && edges[bin + 1] <= range.upperBound {
      sum += counts[bin]
    }
    return sum
  }

  /// Σw² / Σw of all events: what weighted counts are divided by to become Poisson counts.
  ///
  /// 1 without weights, and for an empty spectrum.
  public var varianceScale: Double {
    guard let squares = sumsOfSquaredWeights, total > 0 else { return 1 }
    return squares.reduce(0, +) / total
  }

  /// The bins that lie within a range, as a spectrum of its own.
  ///
  /// - Returns: `nil` if there is none.
  public func cropped(to range: Range<Double>) -> Histogram? {
    let bins = (0..<binCount).filter {
      edges[$0] >= range.lowerBound && edges[$0 + 1] <= range.upperBound
    }
    guard let first = bins.first, let last = bins.last else { return nil }
    return Histogram(
      validEdges: Array(edges[first...(last + 1)]), counts: Array(counts[first...last]),
      sumsOfSquaredWeights: sumsOfSquaredWeights.map { Array($0[first...last]) })
  }

  /// The same bins with other counts and the same variance for an event.
  ///
  /// Precondition: one finite count >= 0 for each bin.
  func replacing(counts: [Double]) -> Histogram {
    precondition(counts.count == binCount)
    let scales = varianceScales
    return Histogram(
      validEdges: edges, counts: counts,
      sumsOfSquaredWeights: sumsOfSquaredWeights.map { _ in zip(counts, scales).map { $0 * $1 } })
  }

  private init(validEdges edges: [Double], counts: [Double], sumsOfSquaredWeights: [Double]?) {
    self.edges = edges
    self.counts = counts
    self.sumsOfSquaredWeights = sumsOfSquaredWeights
  }

  /// The variance of a bin over its content: 1 without weights.
  ///
  /// Σw² / Σw of each bin; an empty bin takes the ratio of the whole spectrum.
  var varianceScales: [Double] {
    guard let squares = sumsOfSquaredWeights else {
      return [Double](repeating: 1, count: binCount)
    }
    let mean = varianceScale
    return zip(counts, squares).map { $0 > 0 && $1 > 0 ? $1 / $0 : mean }
  }

  static func bin(of mass: Double, in edges: [Double]) -> Int? {
    guard mass >= edges[0], mass < edges[edges.count - 1] else { return nil }
    var low = 0
    var high = edges.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= mass { low = middle } else { high = middle }
    }
    return low
  }
}

/// Why numbers do not make a histogram.
public enum HistogramError: Error, Hashable {
  case edgesNotAscending
  case wrongBinCount(Int, expected: Int)
  case wrongWeightCount(Int, expected: Int)
  case invalidContent(bin: Int, value: Double)
  case invalidMass(event: Int, value: Double)
  case invalidWeight(event: Int, value: Double)
}

extension HistogramError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .edgesNotAscending: "a histogram needs two or more finite, ascending bin edges"
    case .wrongBinCount(let count, let expected):
      "a histogram of \(expected) bins was given \(count) contents"
    case .wrongWeightCount(let count, let expected):
      "\(expected) events were given \(count) weights"
    case .invalidContent(let bin, let value):
      "bin \(bin) of a histogram holds \(value); contents are finite and not negative"
    case .invalidMass(let event, let value):
      "event \(event) has the mass \(value); remove such events before counting"
    case .invalidWeight(let event, let value):
      "event \(event) has the weight \(value); weights are finite and not negative"
    }
  }
}
