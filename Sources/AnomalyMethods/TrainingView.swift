public import EventModel

/// The samples of a search.
public struct Samples: Sendable {
  /// The events to search, all inside the fit range.
  public var data: EventTable
  /// How many events at the end of `data` were injected: classifiers learn from them as from a
  /// signal in the data, but what describes the data themselves is not estimated from them.
  public var injectedCount: Int
  /// Simulated background in the fit range, with the features of the data.
  public var backgroundSimulation: EventTable?

  public init(
    data: EventTable, injectedCount: Int = 0, backgroundSimulation: EventTable? = nil
  ) {
    self.data = data
    self.injectedCount = injectedCount
    self.backgroundSimulation = backgroundSimulation
  }

  /// Positions in a list of rows of ``data`` whose events were not injected.
  func measuredPositions(in rows: [Int]) -> [Int] {
    rows.indices.filter { rows[$0] < data.count - injectedCount }
  }
}

/// Samples cut down to what a family of methods may use, without the held-out events.
public protocol TrainingView: Sendable {
  /// Whether the view differs between mass windows; if not, one fit per fold serves them all.
  static var dependsOnWindow: Bool { get }
  /// Whether ``Samples/backgroundSimulation`` must be there; by default not.
  static var needsSimulation: Bool { get }

  /// Cuts samples down.
  ///
  /// - Parameters:
  ///   - samples: All samples.
  ///   - window: The mass hypothesis.
  ///   - trainingRows: Rows of `samples.data` that may be learned from.
  /// - Throws: ``MissingSample``.
  init(_ samples: Samples, window: MassWindow, trainingRows: [Int]) throws(MissingSample)
}

extension TrainingView {
  public static var needsSimulation: Bool { false }
}

/// Why a view could not be made.
public enum MissingSample: Error, Equatable {
  case noEvents(region: MassWindow.Region, range: Range<Double>)
  case noTrainingEvents
  case noSimulation
  /// The simulation has no event where it is needed.
  case noSimulatedEvents(range: Range<Double>)
}

extension MissingSample: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noEvents(let region, let range):
      "the \(region.name) \(Int(range.lowerBound))-\(Int(range.upperBound)) GeV holds no event to "
        + "train on: choose another mass range or wider bins"
    case .noTrainingEvents:
      "there is no event to train on"
    case .noSimulation:
      "the method learns from simulated background and there is none: give --simulation FILE"
    case .noSimulatedEvents(let range):
      "the simulation has no event in \(Int(range.lowerBound))-\(Int(range.upperBound)) GeV: give "
        + "one that covers the fit range"
    }
  }
}

extension MassWindow.Region {
  /// The region's name in a sentence.
  public var name: String {
    switch self {
    case .lowerSideband: "lower sideband"
    case .signalRegion: "signal region"
    case .upperSideband: "upper sideband"
    }
  }
}
