import EventFiles
public import Foundation

/// What `timing.json` holds: everything about a search that differs from run to run.
public struct SearchTiming: Sendable, Codable {
  /// Where the events were read; `nil` if they were made for the search.
  public let events: String?
  /// Where the simulation was read; `nil` without one.
  public let simulation: String?
  /// Trainings at once.
  public let jobs: Int
  public let finished: String
  public let stages: [SearchRecord.StageTiming]

  public init(
    _ stages: [SearchRecord.StageTiming], jobs: Int, events: String?, simulation: String? = nil
  ) {
    self.events = events
    self.simulation = simulation
    self.stages = stages
    self.jobs = jobs
    finished = Date().formatted(.iso8601)
  }

  /// Reads what a search left in its run folder; `nil` if there is nothing to read.
  public init?(run: URL) {
    guard let data = try? Data(contentsOf: run.appendingPathComponent("timing.json")),
      let timing = try? JSONDecoder().decode(SearchTiming.self, from: data)
    else { return nil }
    self = timing
  }

  /// From the first training to the last score, with ``jobs`` at once.
  public var trainingSeconds: Double? {
    stages.first { $0.stage == Self.trainingStage }?.seconds
  }

  static let trainingStage = "training and scoring"

  public var json: Data {
    get throws { try JSONEncoder.readable.encode(self) }
  }
}
