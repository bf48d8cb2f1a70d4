public import EventModel
package import Randomness

/// Scores of events by models that never saw them, for one mass window.
///
/// Scores of different folds come from different models and are never compared; what may be
/// compared is an event's rank within its fold.
public struct ScoreTable: Sendable, Equatable {
  /// The score of each event, shape `[count]`; `nil` in a fold that is not scored.
  public let scores: [Float?]
  /// Rank within the fold as a fraction of its events (its weight, if there are weights): the
  /// smallest efficiency of a cut that keeps the event, in (0, 1]; `nil` where there is no score.
  ///
  /// Small = signal-like. Ties are broken by a hash of the event's identifier (not by the
  /// identifier itself, which may know where the signal was put into the file).
  public let keptFrom: [Double?]

  package init(
    scores: [Float?], folds: Folds, identifiers: [Int64], weights: [Double]?, seed: Seed
  ) {
    self.scores = scores
    let tieBreaker = seed.child("ties")
    var keptFrom = [Double?](repeating: nil, count: scores.count)
    for fold in folds.scored {
      let ranked = folds.rows(in: fold)
        .compactMap { row in
          scores[row].map {
            (score: $0, hash: tieBreaker.hash(of: identifiers[row]), row: row)
          }
        }
        .sorted { ($1.score, $0.hash, $0.row) < ($0.score, $1.hash, $1.row) }
      let total = ranked.reduce(0) { $0 + (weights?[$1.row] ?? 1) }
      var above = 0.0
      for event in ranked {
        above += weights?[event.row] ?? 1
        keptFrom[event.row] = above / total
      }
    }
    self.keptFrom = keptFrom
  }

  /// Rows that a cut keeps: the fraction `efficiency` of every fold, then merged, ascending.
  public func selectedRows(efficiency: Double) -> [Int] {
    // The rank k of n is k/n: the slack keeps round-off from losing the last event.
    keptFrom.indices.filter { row in
      keptFrom[row].map { $0 <= efficiency * (1 + 1e-12) } ?? false
    }
  }

  /// The lowest score that a cut keeps in each scored fold, by fold.
  public func thresholds(efficiency: Double, folds: Folds) -> [Int: Float] {
    var thresholds: [Int: Float] = [:]
    for row in selectedRows(efficiency: efficiency) {
      guard let score = scores[row] else { continue }
      let fold = Int(folds.assignment[row])
      thresholds[fold] = min(score, thresholds[fold] ?? score)
    }
    return thresholds
  }
}
