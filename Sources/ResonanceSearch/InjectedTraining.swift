import AnomalyMethods
import EventModel
import Foundation
import Randomness
import StatisticalInference

/// One unit of limits by retraining: a model trained on data with injected signal, and its counts.
struct InjectedTraining: Sendable {
  let signal: PreparedSignal
  /// Injected signal events.
  let strength: Int
  let sampling: Int
  /// The fold that the model does not learn from.
  let fold: Int

  /// Names injection and training, such as "signal-zprime.mu-200.sampling-2".
  private var injection: String {
    "signal-\(fileName(signal.sample.name)).mu-\(strength).sampling-\(sampling)"
  }

  /// Such as "signal-zprime.mu-200.sampling-2.window-1.fold-0".
  var label: String { "\(injection).window-\(signal.window.index).fold-\(fold)" }

  /// Injects, trains, scores and counts.
  ///
  /// Injected events get folds as the data do, by their identifiers and mass bins, and move no event
  /// of the data to another fold: every model learns from the same share of signal and data, as if
  /// the signal were in the data. They are never counted. The threshold of a cut keeps its fraction
  /// of the fold's data; signal events that were not injected pass it or not.
  func callAsFunction(
    _ prepared: PreparedEvents, plan: SearchPlan, efficiencies: [Double], seed: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> SelectionCounts {
    let order = signal.injectionOrder(sampling: sampling, seed: seed)
    let injectedRows = signal.rows(ofStrength: strength, order: order) ?? []
    let nominal = signal.nominal
    let positions = nominal.rows.indices.filter { injectedRows.contains(nominal.rows[$0]) }
    let first = (prepared.table.identifiers.max() ?? -1) + 1
    let injected = nominal.table.selecting(rows: positions)
      .withIdentifiers(positions.map { first + Int64(nominal.rows[$0]) })
    let folds = prepared.folds.appending(
      Folds(
        count: prepared.folds.count, scheme: prepared.folds.scheme, of: injected,
        stratifiedBy: prepared.binning, seed: seed.child("folds")))

    let samples = scoredSamples.map { sample, sharesEvents in
      SampleInUse(sample, leavingOut: sharesEvents ? injectedRows : [])
    }
    let scored = samples.map(\.events)
    let (heldOut, others) = try scores(
      plan.makeMethod(),
      samples: Samples(
        data: prepared.table.appending(injected), injectedCount: injected.count,
        backgroundSimulation: prepared.simulation), folds: folds,
      also: scored.dropFirst().reduce(scored[0]) { $0.appending($1) }, seed: seed,
      isCancelled: isCancelled)

    let heldOutRows = prepared.folds.rows(in: fold)
    var ofEvent = [Float?](repeating: nil, count: prepared.table.count)
    for (row, score) in zip(heldOutRows, heldOut) { ofEvent[row] = score }
    let ranks = ScoreTable(
      scores: ofEvent, folds: prepared.folds, identifiers: prepared.table.identifiers,
      weights: prepared.table.weights, seed: seed.child("training"))
    var counts = SelectionCounts(
      data: [], squares: prepared.table.weights == nil ? nil : [],
      samples: samples.map { SelectionCounts.Sample($0) })
    for efficiency in efficiencies {
      let spectrum = try prepared.spectrum(
        of: ranks.selectedRows(efficiency: efficiency), window: signal.window.window)
      counts.data.append(spectrum.counts)
      if let squares = spectrum.sumsOfSquaredWeights { counts.squares?.append(squares) }
      let threshold = ranks.thresholds(efficiency: efficiency, folds: prepared.folds)[fold]
      var start = 0
      for (index, sample) in samples.enumerated() {
        counts.samples[index].passed.append(
          sample.passed(
            others[start..<start + sample.events.count], threshold: threshold ?? .infinity,
            bins: signal.binning.count))
        start += sample.events.count
      }
    }
    return counts
  }

  /// The nominal sample, then up and down of each variation.
  private var scoredSamples: [(sample: ScoredSample, sharesEvents: Bool)] {
    [(signal.nominal, true)]
      + signal.variations.flatMap { variation in
        [variation.up, variation.down].compactMap(\.self).map { ($0, variation.sharesEvents) }
      }
  }

  /// Scores of the held-out data and of other events by a model of the fold.
  private func scores(
    _ method: some AnomalyMethod, samples: Samples, folds: Folds, also: EventTable, seed: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> (heldOut: [Float], alsoScored: [Float]) {
    let crossFit = CrossFit(
      method, samples: samples, windows: [signal.window.window], folds: folds,
      seed: seed.child("training").child(injection), alsoScore: also,
      windowNumbers: [signal.window.index])
    // The cross-fit has a unit for every fold that is scored, and so has the work list.
    guard let unit = crossFit.units.first(where: { $0.fold == fold }) else { return ([], []) }
    return try crossFit.scores(unit, isCancelled: isCancelled)
  }
}

/// The events of a sample that were not injected.
private struct SampleInUse {
  /// Inside the fit range.
  let events: EventTable
  let bins: [Int]
  /// Sum of weights of all events of the file that were not injected, and of their squares.
  let total: Double
  let squares: Double

  init(_ sample: ScoredSample, leavingOut injected: Set<Int>) {
    let positions = sample.rows.indices.filter { !injected.contains(sample.rows[$0]) }
    events = sample.table.selecting(rows: positions)
    bins = positions.map { sample.bins[$0] }
    let weights = (0..<sample.fileCount).lazy.filter { !injected.contains($0) }
      .map { sample.fileWeights?[$0] ?? 1 }
    total = weights.reduce(0, +)
    squares = weights.reduce(0) { $0 + $1 * $1 }
  }

  func passed(_ scores: ArraySlice<Float>, threshold: Float, bins count: Int) -> [Double] {
    var passed = [Double](repeating: 0, count: count)
    for (event, score) in scores.enumerated() where score >= threshold {
      passed[bins[event]] += events.weights?[event] ?? 1
    }
    return passed
  }
}

/// What a unit leaves: counts in the bins of the fitted spectrum, a few kilobytes.
struct SelectionCounts: Codable, Sendable {
  struct Sample: Codable, Sendable {
    /// Passing events, shape `[efficiencies][bins]`.
    var passed: [[Double]] = []
    /// Events of the whole file that were not injected (sum of weights), and the sum of squares.
    let total: Double
    let squares: Double

    fileprivate init(_ sample: SampleInUse) {
      total = sample.total
      squares = sample.squares
    }
  }

  /// Selected events of the data's fold, without injected ones, shape `[efficiencies][bins]`.
  var data: [[Double]]
  /// Sums of squared weights; `nil` for events without weights.
  var squares: [[Double]]?
  /// The nominal sample, then up and down of each variation.
  var samples: [Sample]
}
