public import AnomalyMethods
public import EventModel
public import Evaluation
public import Learners
public import Randomness

/// Classifiers that know what no search may know, to compare methods with.
///
/// SA-CWoLa paper (arXiv:2009.02205), section 4; LHC Olympics paper (arXiv:2101.08320), Figs. 10
/// and 42. They need truth labels or background without signal, so they are no `AnomalyMethod` and
/// have no name that a search plan knows.
public struct ReferenceScores<Learner: BinaryClassifierLearner>: Sendable {
  /// The data that are scored, with their labels.
  public let data: EventTable
  public let truth: TruthLabels
  /// Background events that are not among the data.
  public let background: EventTable
  /// Signal events that are not among the data.
  public let signal: EventTable
  /// Simulated background; `nil` if there is none.
  public let simulation: EventTable?
  public let folds: Folds
  /// Trained for every line and fold.
  public let ensemble: ValidatedEnsemble<Learner>
  public let seed: Seed

  public init(
    data: EventTable, truth: TruthLabels, background: EventTable, signal: EventTable,
    simulation: EventTable?, folds: Folds, ensemble: ValidatedEnsemble<Learner>, seed: Seed
  ) {
    precondition(truth.count == data.count, "one label an event")
    self.data = data
    self.truth = truth
    // Splits keep events of one name together: other samples get other names.
    self.background = background.withIdentifiers(background.identifiers.indices.map { ~Int64($0) })
    let first = Int64(background.count)
    self.signal = signal.withIdentifiers(signal.identifiers.indices.map { ~(first + Int64($0)) })
    self.simulation = simulation?.withIdentifiers(
      (simulation?.identifiers ?? []).indices.map { ~Int64($0) })
    self.folds = folds
    self.ensemble = ensemble
    self.seed = seed
  }

  /// Scores the data in one window, each fold by a model that never saw it.
  ///
  /// - Parameters:
  ///   - line: What the model may know.
  ///   - window: The mass hypothesis: all lines learn in its signal region alone.
  ///   - isCancelled: Asked about once a second.
  /// - Returns: A table like that of a search.
  /// - Throws: ``ReferenceLineError``, or what a training throws.
  public func callAsFunction(
    _ line: ReferenceLine, window: MassWindow, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> ScoreTable {
    var scores = [Float?](repeating: nil, count: data.count)
    for fold in folds.scored {
      let rows = folds.rows(in: fold)
      let held = data[rows]
      let ofFold = try foldScores(held, line, window, fold: fold, isCancelled: isCancelled)
      for (row, score) in zip(rows, ofFold) { scores[row] = score }
    }
    return ScoreTable(
      scores: scores, folds: folds, identifiers: data.identifiers, weights: data.weights,
      seed: seed)
  }

  private func foldScores(
    _ held: EventSlice, _ line: ReferenceLine, _ window: MassWindow, fold: Int,
    isCancelled: @Sendable () -> Bool
  ) throws -> [Float] {
    guard let (positive, negative) = try samples(line, window, fold: fold) else {
      let coin = seed.child("random")
      return held.identifiers.map { Float(coin.hash(of: $0) >> 40) }
    }
    for (events, name) in [(positive, "first"), (negative, "second")] where events.count == 0 {
      throw ReferenceLineError.noEvents(line: line, sample: name, range: window.signalRegion)
    }
    return try ensemble.fit(
      MixedSamples(positive: WeightedEvents(positive), negative: WeightedEvents(negative)),
      seed: seed.child(line.rawValue).child("fold-\(fold)"), isCancelled: isCancelled
    ).scores(held)
  }

  /// The two samples that a line tells apart, in the signal region; `nil` for a coin.
  private func samples(
    _ line: ReferenceLine, _ window: MassWindow, fold: Int
  ) throws -> (positive: EventSlice, negative: EventSlice)? {
    func inside(_ table: EventTable, rows: some Sequence<Int>) -> EventSlice {
      table[rows.filter { window.signalRegion.contains(table.dijetMass[$0]) }]
    }
    let training = folds.trainingRows(for: fold)
    let measured = inside(data, rows: training)
    let pure = inside(background, rows: background.dijetMass.indices)
    switch line {
    case .supervised:
      let known = training.filter { truth.isSignal[$0] }
      return (
        EventSlice(
          joining: [inside(data, rows: known), inside(signal, rows: signal.dijetMass.indices)]),
        EventSlice(
          joining: [inside(data, rows: training.filter { !truth.isSignal[$0] }), pure])
      )
    case .idealised: return (measured, pure)
    case .optimalCWoLa:
      // As many as the sidebands hold: what CWoLa would have without any difference of the regions.
      let sidebands = training.count { row in
        window.region(of: data.dijetMass[row]).map { $0 != .signalRegion } ?? false
      }
      return (measured, pure[Array(0..<min(sidebands, pure.count))])
    case .dataAgainstSimulation:
      guard let simulation else { throw ReferenceLineError.noSimulation }
      return (measured, inside(simulation, rows: simulation.dijetMass.indices))
    case .random: return nil
    }
  }
}

/// Why a reference line cannot be drawn.
public enum ReferenceLineError: Error, Equatable {
  case noEvents(line: ReferenceLine, sample: String, range: Range<Double>)
  case noSimulation
  case noLabels(file: String)
}

extension ReferenceLineError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noEvents(let line, let sample, let range):
      "the reference line \(line.rawValue) has no event in its \(sample) sample in "
        + "\(Int(range.lowerBound))-\(Int(range.upperBound)) GeV: let the study draw fewer events "
        + "than its data have (dataEvents), the rest are background beside the data"
    case .noSimulation:
      "the reference line \(ReferenceLine.dataAgainstSimulation.rawValue) compares with simulated "
        + "background and there is none: give --simulation FILE, or the study's key 'simulation'"
    case .noLabels(let file):
      "\(file) has no truth labels and no signal is injected: reference lines need them"
    }
  }
}
