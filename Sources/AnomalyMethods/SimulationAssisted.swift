public import EventModel
public import Learners

/// Data and simulated background, both split into signal region and sidebands.
public struct SimulationAssisted: TrainingView {
  public static var dependsOnWindow: Bool { true }
  public static var needsSimulation: Bool { true }
  public let data: RegionContrast
  public let simulation: RegionContrast
  /// Data and simulation in the longer sidebands, where simulation is reweighted to the data.
  public let reweightingData: EventSlice
  public let reweightingSimulation: EventSlice

  public init(
    _ samples: Samples, window: MassWindow, trainingRows: [Int]
  ) throws(MissingSample) {
    guard let simulated = samples.backgroundSimulation else { throw .noSimulation }
    data = try RegionContrast(samples, window: window, trainingRows: trainingRows)
    // Names of simulated events must differ from those of the data: splits keep equal ones together.
    let simulation = simulated.withIdentifiers(simulated.identifiers.map { ~$0 })
    do {
      self.simulation = try RegionContrast(
        Samples(data: simulation), window: window, trainingRows: Array(0..<simulation.count))
    } catch {
      if case .noEvents(_, let range) = error { throw .noSimulatedEvents(range: range) }
      throw error
    }
    func sidebands(_ table: EventTable, rows: some Sequence<Int>) -> EventSlice {
      table[rows.filter { window.isReweighted(at: table.dijetMass[$0]) }]
    }
    reweightingData = sidebands(samples.data, rows: trainingRows)
    reweightingSimulation = sidebands(simulation, rows: simulation.dijetMass.indices)
  }

  private init(_ view: SimulationAssisted, by transform: some FeatureTransform) throws {
    data = try view.data.transformed(by: transform)
    simulation = try view.simulation.transformed(by: transform)
    reweightingData = try transform.applied(to: view.reweightingData)
    reweightingSimulation = try transform.applied(to: view.reweightingSimulation)
  }
}

extension SimulationAssisted: TransformableView {
  public var measured: EventSlice { data.measured }

  public func transformed(by transform: some FeatureTransform) throws -> SimulationAssisted {
    try SimulationAssisted(self, by: transform)
  }
}
