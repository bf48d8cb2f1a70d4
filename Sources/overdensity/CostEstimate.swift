import AnomalyMethods
import EventModel
import Execution
import Foundation
import Randomness
import ResonanceSearch

/// What a search would take, measured on a small part of its own events.
struct CostEstimate: CustomStringConvertible {
  let description: String
  /// Time of all trainings.
  let seconds: Double
  private let trainings: (units: Int, models: Int)
  /// Trainings at once, everywhere.
  let atOnce: Int

  /// Trains one window and fold on a sample of the events and scales up in proportion.
  ///
  /// - Parameters:
  ///   - search: The search.
  ///   - jobs: Trainings at once in one process.
  ///   - workers: Processes at once.
  /// - Throws: An error of the training.
  init(_ search: Search, jobs: Int, workers: Int = 1) throws {
    trainings = search.trainings
    atOnce = jobs * workers
    let table = search.prepared.table
    let sampleSize = min(table.count, 8_000)
    let secondsPerUnit = try Self.secondsPerUnit(search, sampleSize: sampleSize)
    let scale = Double(table.count) / Double(sampleSize)
    seconds = secondsPerUnit * scale * Double(trainings.units) / Double(atOnce)
    // Columns in double precision, their single-precision copies for each job, and the scores.
    let perEvent =
      Double(search.input.events.names.count * 8)
      + Double(table.features.count * 4 * (2 + 2 * jobs))
      + Double(search.prepared.windows.count * 32)
    let megabytes = 60 + perEvent * Double(search.input.events.count) / 1e6
    description = """
      Would search \(search.input.name) with \(search.plan.method.rawValue), seed \(search.seed):
        events in the file    \(search.prepared.cutflow[0].events)
        in the fit range      \(table.count)
        mass windows          \(search.prepared.windows.count)
        folds                 \(search.prepared.folds.count)
        units of work         \(trainings.units)
        trainings             \(trainings.models)
        time, \(atOnce) at once      about \(Self.time(seconds)) (from \(sampleSize) events, scaled)
        memory                about \(Int(megabytes)) MB\(workers > 1 ? " for each of \(workers) workers" : "")
      """
  }

  /// What the same search on so many sets of pseudo-data would take.
  func pseudoExperiments(_ count: Int) -> String {
    """
    With \(count) pseudo-experiments:
      trainings             \(count * trainings.models)
      time, \(atOnce) at once      about \(Self.time(Double(count) * seconds))
    """
  }

  private static func secondsPerUnit(_ search: Search, sampleSize: Int) throws -> Double {
    let table = search.prepared.table
    let stride = max(table.count / sampleSize, 1)
    let sample = table.every(stride)
    let folds = Folds(
      count: search.prepared.folds.count, scheme: search.prepared.folds.scheme, of: sample,
      stratifiedBy: search.prepared.binning, seed: Seed(search.seed))
    let middle = search.prepared.windows[search.prepared.windows.count / 2].window
    let clock = ContinuousClock()
    let elapsed = try clock.measure {
      try train(
        search.plan.makeMethod(),
        on: Samples(
          data: sample,
          backgroundSimulation: search.prepared.simulation.map { $0.every(stride) }),
        window: middle, folds: folds)
    }
    return elapsed.inSeconds * Double(sampleSize) / Double(sample.count)
  }

  private static func train(
    _ method: some AnomalyMethod, on samples: Samples, window: MassWindow, folds: Folds
  ) throws {
    let crossFit = CrossFit(
      method, samples: samples, windows: [window], folds: folds, seed: Seed(0))
    _ = try crossFit.scores(crossFit.units[0])
  }

  /// A length of time in words.
  static func time(_ seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(seconds.rounded(.up))) s"
    case ..<5_400: "\(Int((seconds / 60).rounded(.up))) min"
    default: "\((seconds / 360).rounded() / 10) h"
    }
  }
}

extension EventTable {
  /// One event in `stride`.
  fileprivate func every(_ stride: Int) -> EventTable {
    selecting(rows: Swift.stride(from: 0, to: count, by: stride).map { $0 })
  }
}
