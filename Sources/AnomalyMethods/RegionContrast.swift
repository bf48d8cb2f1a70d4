public import EventModel
package import Learners

/// Data in the signal region, and data in the two sidebands next to it.
public struct RegionContrast: TrainingView {
  public static var dependsOnWindow: Bool { true }
  public let signalRegion: EventSlice
  public let lowerSideband: EventSlice
  public let upperSideband: EventSlice

  public init(
    _ samples: Samples, window: MassWindow, trainingRows: [Int]
  ) throws(MissingSample) {
    var rows: [MassWindow.Region: [Int]] = [:]
    for row in trainingRows {
      if let region = window.region(of: samples.data.dijetMass[row]) {
        rows[region, default: []].append(row)
      }
    }
    func slice(
      _ region: MassWindow.Region, _ range: Range<Double>
    ) throws(MissingSample) -> EventSlice {
      guard let rows = rows[region] else { throw .noEvents(region: region, range: range) }
      return samples.data[rows]
    }
    signalRegion = try slice(.signalRegion, window.signalRegion)
    lowerSideband = try slice(.lowerSideband, window.lowerSideband)
    upperSideband = try slice(.upperSideband, window.upperSideband)
  }

  /// All events of the view in a fixed order: signal region, lower sideband, upper sideband.
  var events: EventSlice {
    signalRegion.joined(with: lowerSideband).joined(with: upperSideband)
  }

  /// The region of each of ``events``: 0, 1 and 2.
  var regions: [Int] {
    [signalRegion, lowerSideband, upperSideband].enumerated().flatMap { index, slice in
      [Int](repeating: index, count: slice.count)
    }
  }

  /// The two mixed samples of all events.
  package func contrast() -> Contrast {
    let events = events
    return contrast(at: Array(0..<events.count), of: events, regions: regions)
  }

  /// The two mixed samples, cut down to some positions of ``events``.
  ///
  /// Weights as in LHC Olympics section 4.1: the two sidebands have equal total weight, together
  /// that of the signal region; the mean weight is 1 (section 4.2).
  func contrast(at positions: [Int], of events: EventSlice, regions: [Int]) -> Contrast {
    var parts: [[Int]] = [[], [], []]
    for position in positions { parts[regions[position]].append(position) }
    let slices = parts.map { events[$0] }
    let own = slices.map(\.weights)
    let totals = own.map { $0.reduce(0, +) }
    let half = Double(positions.count) / 2
    let shares = [half, half / 2, half / 2]
    let weights = (0..<3).map { part in own[part].map { $0 * shares[part] / totals[part] } }
    return Contrast(
      positive: WeightedEvents(slices[0], weights: weights[0]),
      negative: WeightedEvents(
        slices[1].joined(with: slices[2]), weights: weights[1] + weights[2]))
  }
}
