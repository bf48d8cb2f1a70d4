import EventModel
import AnomalyMethods
import EventFiles

extension Search {
  /// Writes the scores of all windows to an HDF5 file.
  ///
  /// - Throws: ``FileError`` if the file cannot be written.
  public func writeScores(_ scores: Scores, to path: String) throws {
    let count = prepared.table.count
    let windows = scores.tables.count
    var values = [Float](repeating: 0, count: count * windows)
    var quantiles = values
    for (window, table) in scores.tables.enumerated() {
      for row in 0..<count {
        // An event of a fold without models (sequential folds) has no score: quantile 0, the least
        // signal-like, keeps it out of every cut.
        values[row * windows + window] = table.scores[row] ?? 0
        quantiles[row * windows + window] = table.keptFrom[row].map { Float(1 - $0) } ?? 0
      }
    }
    try ScoresFile(
      row: prepared.rows.map { Int64($0) }, dijetMass: prepared.table.dijetMass,
      fold: prepared.folds.assignment, windowCount: windows, scores: values,
      quantiles: quantiles, planHash: plan.digest
    ).write(to: path)
  }
}
