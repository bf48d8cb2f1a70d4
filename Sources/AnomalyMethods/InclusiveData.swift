public import EventModel

/// Data without regions: what PCA, an autoencoder or a topic model may see.
public struct InclusiveData: TrainingView {
  public static var dependsOnWindow: Bool { false }
  public let events: EventSlice

  public init(
    _ samples: Samples, window _: MassWindow, trainingRows: [Int]
  ) throws(MissingSample) {
    guard !trainingRows.isEmpty else { throw .noTrainingEvents }
    events = samples.data[trainingRows]
  }
}
