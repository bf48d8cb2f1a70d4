public import EventModel
package import Learners

/// Data in the signal region, and data in the two sidebands next to it.
public struct RegionContrast: TrainingView {
  public static var dependsOnWindow: Bool { true }
  /// All events that may be learned from, inside and outside the window.
  public let inclusive: EventSlice
  /// Positions in ``inclusive`` of the events of signal region, lower and upper sideband.
  private let positions: [[Int]]
  /// Positions in ``inclusive`` of events that were not injected.
  private let measuredPositions: [Int]

  public init(
    _ samples: Samples, window: MassWindow, trainingRows: [Int]
  ) throws(MissingSample) {
    var positions: [[Int]] = [[], [], []]
    for (position, row) in trainingRows.enumerated() {
      switch window.region(of: samples.data.dijetMass[row]) {
      case .signalRegion: positions[0].append(position)
      case .lowerSideband: positions[1].append(position)
      case .upperSideband: positions[2].append(position)
      case nil: continue
      }
    }
    let regions: [(MassWindow.Region, Range<Double>)] = [
      (.signalRegion, window.signalRegion), (.lowerSideband, window.lowerSideband),
      (.upperSideband, window.upperSideband),
    ]
    for (events, region) in zip(positions, regions) where events.isEmpty {
      throw .noEvents(region: region.0, range: region.1)
    }
    self.positions = positions
    inclusive = samples.data[trainingRows]
    let end = samples.data.count - samples.injectedCount
    measuredPositions = trainingRows.indices.filter { trainingRows[$0] < end }
  }

  private init(inclusive: EventSlice, positions: [[Int]], measuredPositions: [Int]) {
    self.inclusive = inclusive
    self.positions = positions
    self.measuredPositions = measuredPositions
  }

  /// Those of ``inclusive`` that were not injected.
  public var measured: EventSlice { inclusive[measuredPositions] }
  public var signalRegion: EventSlice { inclusive[positions[0]] }
  public var lowerSideband: EventSlice { inclusive[positions[1]] }
  public var upperSideband: EventSlice { inclusive[positions[2]] }

  /// The same events with other features.
  func transformed(by transform: some FeatureTransform) throws -> RegionContrast {
    RegionContrast(
      inclusive: try transform.applied(to: inclusive), positions: positions,
      measuredPositions: measuredPositions)
  }

  /// All events of the window in a fixed order: signal region, lower sideband, upper sideband.
  var events: EventSlice { inclusive[positions.flatMap { $0 }] }

  /// The region of each of ``events``: 0, 1 and 2.
  var regions: [Int] {
    positions.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element.count) }
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
  func contrast(at chosen: [Int], of events: EventSlice, regions: [Int]) -> Contrast {
    var parts: [[Int]] = [[], [], []]
    for position in chosen { parts[regions[position]].append(position) }
    let own = parts.map { events[$0].weights }
    let half = Double(chosen.count) / 2
    let weights = zip(own, [half, half / 2, half / 2]).map { own, share in
      let total = own.reduce(0, +)
      return own.map { $0 * share / total }
    }
    return Contrast(
      positive: WeightedEvents(events[parts[0]], weights: weights[0]),
      negative: WeightedEvents(events[parts[1] + parts[2]], weights: weights[1] + weights[2]))
  }
}
