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
  private let distributions: [[Distribution]]
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
        Distribution(positions.map { (column[$0], sample.weights[$0]) })
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
        distributions[bin][feature].percentile(of: value)
      }
    }
  }
}

/// The weighted empirical distribution of one feature.
private struct Distribution: Sendable {
  /// Distinct values, ascending.
  private var values: [Float] = []
  /// Fraction of the weight below each value, and 1 at the end.
  private var below: [Double] = []

  init(_ sample: [(value: Float, weight: Double)]) {
    let total = sample.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    for (value, weight) in sample.sorted(by: { $0.value < $1.value }) {
      if values.last != value {
        values.append(value)
        below.append(sum / total)
      }
      sum += weight
    }
    below.append(1)
  }

  func percentile(of value: Float) -> Float {
    var low = 0
    var high = values.count
    while low < high {
      let middle = (low + high) / 2
      if values[middle] < value { low = middle + 1 } else { high = middle }
    }
    guard low < values.count, values[low] == value else { return Float(below[low]) }
    return Float((below[low] + below[low + 1]) / 2)
  }
}
