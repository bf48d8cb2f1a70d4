public import EventModel

/// Features replaced by the fraction of training events of the same mass bin that lie below.
///
/// ATLAS, arXiv:2005.02983: each Phi_i is uniform on [0, 1] in its mass bin i, so a feature's growth
/// with the dijet mass is gone. Events of equal value count half (the mid-rank), so ties do not
/// tell training events from others. A mass outside all bins, or in a bin without training events,
/// is mapped by the nearest bin that has some.
public struct PercentileTransform: FeatureTransform {
  public let features: [Feature]
  public let binning: MassBinning
  /// One distribution a feature in each mass bin.
  private let distributions: [[EmpiricalDistribution]]
  /// The bin whose distributions serve a mass bin.
  private let servingBin: [Int]

  /// Learns the distributions of training events.
  ///
  /// - Throws: ``LearnerError`` if no training event with weight is in any bin.
  public init(fitting sample: WeightedEvents, binning: MassBinning) throws(LearnerError) {
    try sample.checked(as: .reconstructed)
    var positions = [[Int]](repeating: [], count: binning.count)
    for (position, mass) in sample.events.dijetMass.enumerated() where sample.weights[position] > 0
    {
      if let bin = binning.bin(of: mass) { positions[bin].append(position) }
    }
    let filled = positions.indices.filter { !positions[$0].isEmpty }
    guard !filled.isEmpty else { throw .emptySample(.reconstructed) }
    let columns = sample.events.columns
    distributions = positions.map { positions in
      columns.map { column in
        EmpiricalDistribution(positions.map { (column[$0], sample.weights[$0]) })
      }
    }
    servingBin = positions.indices.map { bin in
      filled.min { (abs($0 - bin), $0) < (abs($1 - bin), $1) } ?? bin
    }
    features = sample.events.features
    self.binning = binning
  }

  public func columns(_ events: EventSlice) throws -> [[Float]] {
    try events.requireFeatures(features)
    let bins = events.dijetMass.map { mass in
      servingBin[
        binning.bin(of: mass) ?? (mass < binning.range.lowerBound ? 0 : binning.count - 1)]
    }
    return features.indices.map { feature in
      zip(events.column(feature), bins).map { value, bin in
        Float(distributions[bin][feature].percentile(of: value))
      }
    }
  }
}
