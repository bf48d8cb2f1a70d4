public import AnomalyMethods
import EventModel
import Execution
import Foundation
import Randomness

/// Scores of the events of a search in every window, by models that never saw them.
public struct Scores: Sendable {
  /// One table per window of the search.
  public let tables: [ScoreTable]
  /// Fraction of the other sample that passes, at `[window][efficiency]`; empty without one.
  public let alsoScoredPassFraction: [[Double]]
}

/// Cross-fits a method as independent units of work, kept in a store as they finish.
///
/// - Parameters:
///   - method: The method with its settings.
///   - prepared: The events.
///   - efficiencies: Cuts at which `alsoScore` is counted.
///   - alsoScore: Events that take no part, scored by the models of every fold.
///   - seed: Root of every random number.
///   - executor: Who does the units.
///   - store: Where finished units are kept.
///   - progress: Called after each unit.
/// - Returns: The scores.
/// - Throws: An error of the method or of the store.
func score(
  _ method: some AnomalyMethod, _ prepared: PreparedEvents, efficiencies: [Double],
  alsoScore: EventTable?, seed: Seed, executor: any Executor, store: UnitStore?,
  progress: @escaping @Sendable (WorkProgress) -> Void
) throws -> Scores {
  let crossFit = CrossFit(
    method, samples: prepared.samples, windows: prepared.windows.map(\.window),
    folds: prepared.folds, seed: seed.child("training"), alsoScore: alsoScore,
    windowNumbers: prepared.windows.map(\.index))
  let units = crossFit.units
  let bytes = try executor.perform(
    units.map { unit in
      WorkUnit(label: unit.label) { isCancelled in
        let scores = try crossFit.scores(unit, isCancelled: isCancelled)
        return encode(scores.heldOut + scores.alsoScored)
      }
    }, stage: "training", store: store, progress: progress)
  let scores = bytes.map(decode)
  let heldOutCounts = units.map { prepared.folds.rows(in: $0.fold).count }
  let tables = crossFit.tables(zip(scores, heldOutCounts).map { Array($0.prefix($1)) })

  var passFraction: [[Double]] = []
  if let alsoScore {
    passFraction = tables.enumerated().map { window, table in
      efficiencies.map { efficiency in
        let thresholds = table.thresholds(efficiency: efficiency, folds: prepared.folds)
        let fractions = zip(zip(units, scores), heldOutCounts).compactMap {
          (unit, heldOut) -> Double? in
          guard unit.0.window == nil || unit.0.window == window,
            let threshold = thresholds[unit.0.fold]
          else { return nil }
          return passedFraction(
            unit.1.dropFirst(heldOut), of: alsoScore, threshold: threshold)
        }
        return fractions.reduce(0, +) / Double(max(fractions.count, 1))
      }
    }
  }
  return Scores(tables: tables, alsoScoredPassFraction: passFraction)
}

private func passedFraction(
  _ scores: ArraySlice<Float>, of sample: EventTable, threshold: Float
) -> Double {
  let weights = sample.all.weights
  let passed = zip(scores, weights).reduce(0) { $0 + ($1.0 >= threshold ? $1.1 : 0) }
  let total = weights.reduce(0, +)
  return total > 0 ? passed / total : 0
}

/// Scores as little-endian 32-bit floats.
private func encode(_ scores: [Float]) -> Data {
  var data = Data(capacity: scores.count * 4)
  for score in scores {
    withUnsafeBytes(of: score.bitPattern.littleEndian) { data.append(contentsOf: $0) }
  }
  return data
}

private func decode(_ data: Data) -> [Float] {
  data.withUnsafeBytes { bytes in
    (0..<data.count / 4).map {
      Float(
        bitPattern: UInt32(
          littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
    }
  }
}
