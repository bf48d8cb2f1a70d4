public import EventModel
public import Learners

/// Data in the signal region, and data in the two sidebands next to it.
public struct RegionContrast: TransformableView {
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
    measuredPositions = samples.measuredPositions(in: trainingRows)
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
  public func transformed(by transform: some FeatureTransform) throws -> RegionContrast {
    RegionContrast(
      inclusive: try transform.applied(to: inclusive), positions: positions,
      measuredPositions: measuredPositions)
  }

  /// The signal region against both sidebands.
  ///
  /// Weights as in LHC Olympics section 4.1: the two sidebands have equal total weight, together
  /// that of the signal region.
  public var mixedSamples: MixedSamples {
    MixedSamples(parts(share: 1, signalRegionIsPositive: true) { WeightedEvents($0) })
  }

  /// Signal region, lower and upper sideband, which have a share of the weight together.
  package func parts<Failure: Error>(
    share: Double, signalRegionIsPositive: Bool,
    weighting: (EventSlice) throws(Failure) -> WeightedEvents
  ) throws(Failure) -> [MixedSamples.Part] {
    [
      MixedSamples.Part(
        try weighting(signalRegion), isPositive: signalRegionIsPositive, share: share / 2),
      MixedSamples.Part(
        try weighting(lowerSideband), isPositive: !signalRegionIsPositive, share: share / 4),
      MixedSamples.Part(
        try weighting(upperSideband), isPositive: !signalRegionIsPositive, share: share / 4),
    ]
  }
}

extension RegionContrast: TaggableView {
  /// A resonance is looked for in the signal region only.
  public var mayBeSignalLike: [Bool] {
    var isInSignalRegion = [Bool](repeating: false, count: inclusive.count)
    for position in positions[0] { isInSignalRegion[position] = true }
    return isInSignalRegion
  }
}
