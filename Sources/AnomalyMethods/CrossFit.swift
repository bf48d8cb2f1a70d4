public import EventModel
import Learners
public import Randomness

/// One training of a cross-fit: a mass window and a held-out fold.
public struct CrossFitUnit: Sendable, Hashable {
  /// Position of the window in the cross-fit; `nil` for a method that does not look at windows.
  public let window: Int?
  public let fold: Int
  /// Names the unit and roots its random numbers, such as "window-3.fold-1".
  public let label: String
}

/// A method, the events and the folds: every event is scored by models that never saw it.
public struct CrossFit<Method: AnomalyMethod>: Sendable {
  public let method: Method
  public let samples: Samples
  public let windows: [MassWindow]
  public let folds: Folds
  public let seed: Seed
  /// Events that took no part: scored by the models of every fold.
  public let alsoScore: EventTable?
  private let windowNumbers: [Int]

  /// Puts a cross-fit together.
  ///
  /// `windowNumbers` name the windows in labels, so that a window keeps its random numbers when it
  /// is searched alone; by default 0, 1, 2 ...
  public init(
    _ method: Method, samples: Samples, windows: [MassWindow], folds: Folds, seed: Seed,
    alsoScore: EventTable? = nil, windowNumbers: [Int]? = nil
  ) {
    self.windowNumbers = windowNumbers ?? Array(windows.indices)
    self.method = method
    self.samples = samples
    self.windows = windows
    self.folds = folds
    self.seed = seed
    self.alsoScore = alsoScore
  }

  /// All trainings, independent of each other.
  public var units: [CrossFitUnit] {
    let windowIndices: [Int?] =
      Method.View.dependsOnWindow ? windows.indices.map { $0 } : [nil]
    return windowIndices.flatMap { window in
      folds.scored.map { fold in
        let name = window.map { "window-\(windowNumbers[$0])" } ?? "all-windows"
        return CrossFitUnit(window: window, fold: fold, label: "\(name).fold-\(fold)")
      }
    }
  }

  /// Trains once and scores the events of the held-out fold, then those of `alsoScore`.
  ///
  /// - Parameters:
  ///   - unit: One of ``units``.
  ///   - isCancelled: Asked about once a second.
  /// - Returns: One score per event of `folds.rows(in: unit.fold)`, and one per event of
  ///   `alsoScore`.
  /// - Throws: ``MissingSample``, ``NonFiniteScore`` or an error of the method.
  public func scores(
    _ unit: CrossFitUnit, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> (heldOut: [Float], alsoScored: [Float]) {
    let view = try Method.View(
      samples, window: windows[unit.window ?? 0], trainingRows: folds.trainingRows(for: unit.fold))
    let scorer = try method.fit(view, seed: seed.child(unit.label), isCancelled: isCancelled)
    let heldOut = try scorer.scores(samples.data[folds.rows(in: unit.fold)])
    let also = try alsoScore.map { try scorer.scores($0.all) } ?? []
    guard (heldOut + also).allSatisfy({ $0.isFinite }) else { throw NonFiniteScore(unit: unit) }
    return (heldOut, also)
  }

  /// Puts the scores of all units into one table for each window.
  ///
  /// - Parameter heldOut: The held-out scores of each of ``units``, in their order.
  /// - Returns: One table per window.
  public func tables(_ heldOut: [[Float]]) -> [ScoreTable] {
    let rows = (0..<folds.count).map { folds.rows(in: $0) }
    var shared: [Int?: [Float?]] = [:]
    for (unit, scores) in zip(units, heldOut) {
      for (row, score) in zip(rows[unit.fold], scores) {
        shared[unit.window, default: Array(repeating: nil, count: samples.data.count)][row] = score
      }
    }
    return windows.indices.map { window in
      ScoreTable(
        scores: shared[Method.View.dependsOnWindow ? window : nil]
          ?? Array(repeating: nil, count: samples.data.count),
        folds: folds, identifiers: samples.data.identifiers, weights: samples.data.weights,
        seed: seed)
    }
  }

  /// Does all units one after another.
  public func callAsFunction() throws -> [ScoreTable] {
    tables(try units.map { try scores($0).heldOut })
  }
}

/// A model gave a score that is NaN or infinite.
public struct NonFiniteScore: Error, Hashable, CustomStringConvertible {
  public let unit: CrossFitUnit

  public var description: String {
    "the model of \(unit.label) gave a score that is not finite: its training diverged"
  }
}
