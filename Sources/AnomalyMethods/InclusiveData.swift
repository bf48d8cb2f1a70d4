public import EventModel
public import Learners

/// Data without regions: what PCA, an autoencoder or a topic model may see.
public struct InclusiveData: TrainingView {
  public static var dependsOnWindow: Bool { false }
  public let events: EventSlice
  /// Positions in ``events`` of events that were not injected.
  private let measuredPositions: [Int]

  public init(
    _ samples: Samples, window _: MassWindow, trainingRows: [Int]
  ) throws(MissingSample) {
    guard !trainingRows.isEmpty else { throw .noTrainingEvents }
    events = samples.data[trainingRows]
    measuredPositions = samples.measuredPositions(in: trainingRows)
  }

  private init(events: EventSlice, measuredPositions: [Int]) {
    self.events = events
    self.measuredPositions = measuredPositions
  }
}

extension InclusiveData: TransformableView {
  public var measured: EventSlice { events[measuredPositions] }

  public func transformed(by transform: some FeatureTransform) throws -> InclusiveData {
    InclusiveData(
      events: try transform.applied(to: events), measuredPositions: measuredPositions)
  }
}
