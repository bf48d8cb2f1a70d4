import Foundation

/// Bins in the dijet mass, from which mass windows are made.
public struct MassBinning: Sendable, Hashable, Codable {
  /// Ascending bin edges in GeV, one more than there are bins.
  public let edges: [Double]

  /// - Throws: ``MassBinningError`` unless there are two or more finite, ascending, positive edges.
  public init(edges: [Double]) throws(MassBinningError) {
    guard edges.count >= 2 else { throw .tooFewEdges(edges.count) }
    guard edges.allSatisfy({ $0.isFinite && $0 > 0 }), zip(edges, edges.dropFirst()).allSatisfy(<)
    else { throw .notAscending }
    self.edges = edges
  }

  /// Cuts a range into bins of equal width in the logarithm of the mass.
  public init(logSpaced range: Range<Double>, count: Int) throws(MassBinningError) {
    guard count >= 1 else { throw .tooFewEdges(count + 1) }
    let ratio = range.upperBound / range.lowerBound
    var edges = (0...count).map { range.lowerBound * pow(ratio, Double($0) / Double(count)) }
    edges[count] = range.upperBound
    try self.init(edges: edges)
  }

  public var count: Int { edges.count - 1 }
  public var range: Range<Double> { edges[0]..<edges[count] }

  /// The bin that holds a mass, or `nil` outside all bins; the upper edge belongs to no bin.
  public func bin(of dijetMass: Double) -> Int? {
    guard range.contains(dijetMass) else { return nil }
    var low = 0
    var high = count
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= dijetMass { low = middle } else { high = middle }
    }
    return low
  }

  /// Cuts every bin into equal parts of the logarithm of the mass.
  public func subdivided(by parts: Int) throws(MassBinningError) -> MassBinning {
    guard parts >= 1 else { throw .tooFewEdges(parts + 1) }
    var fine = [edges[0]]
    for (low, high) in zip(edges, edges.dropFirst()) {
      for part in 1..<max(parts, 1) where parts > 1 {
        fine.append(low * pow(high / low, Double(part) / Double(parts)))
      }
      fine.append(high)
    }
    return try MassBinning(edges: fine)
  }

  /// Cuts a range into bins of equal width.
  ///
  /// - Throws: ``MassBinningError/notWholeBins(range:width:)`` unless the range is a whole number of
  ///   widths.
  public init(_ range: Range<Double>, width: Double) throws(MassBinningError) {
    let bins = (range.upperBound - range.lowerBound) / width
    guard width > 0, bins < 1e6, abs(bins - bins.rounded()) < 1e-9 * bins else {
      throw .notWholeBins(range: range, width: width)
    }
    let count = Int(bins.rounded())
    var edges = (0...count).map { range.lowerBound + Double($0) * width }
    edges[count] = range.upperBound
    try self.init(edges: edges)
  }

  /// Cuts the bins that hold one of the masses in two there; a mass at an edge or outside cuts none.
  public func split(at masses: [Double]) throws(MassBinningError) -> MassBinning {
    try MassBinning(edges: Set(edges + masses.filter(range.contains)).sorted())
  }

  /// All windows of adjacent bins: one signal region after another, each with full sidebands.
  ///
  /// LHC Olympics section 4.1 takes three bins for the signal region and two for each sideband.
  ///
  /// - Parameters:
  ///   - signalRegionBins: Bins in a signal region, at least 1.
  ///   - sidebandBins: Bins in each sideband, at least 1.
  ///   - reweightingBins: Bins of the longer sidebands; fewer where the binning ends, and never
  ///     fewer than the sidebands have.
  /// - Returns: The windows in ascending order of mass.
  /// - Throws: ``MassBinningError/windowTooWide(bins:available:)``.
  public func windows(
    signalRegionBins: Int, sidebandBins: Int, reweightingBins: Int = 0
  ) throws -> [MassWindow] {
    let width = signalRegionBins + 2 * sidebandBins
    guard signalRegionBins >= 1, sidebandBins >= 1, width <= count else {
      throw MassBinningError.windowTooWide(bins: width, available: count)
    }
    let longer = max(sidebandBins, reweightingBins)
    return try (0...(count - width)).map { first in
      let low = first + sidebandBins
      let high = low + signalRegionBins
      return try MassWindow(
        lowerSideband: edges[first]..<edges[low], signalRegion: edges[low]..<edges[high],
        upperSideband: edges[high]..<edges[high + sidebandBins],
        reweightingRange: edges[max(0, low - longer)]..<edges[min(count, high + longer)])
    }
  }
}

public enum MassBinningError: Error, Equatable {
  case tooFewEdges(Int)
  case notAscending
  case windowTooWide(bins: Int, available: Int)
  case notWholeBins(range: Range<Double>, width: Double)
}

extension MassBinningError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewEdges(let count): "a binning needs at least two edges, got \(count)"
    case .notAscending: "bin edges must be positive and ascending"
    case .windowTooWide(let bins, let available):
      "signal region and sidebands take \(bins) bins, but there are only \(available)"
    case .notWholeBins(let range, let width):
      "\(range.lowerBound)-\(range.upperBound) GeV is no whole number of bins of \(width) GeV"
    }
  }
}
