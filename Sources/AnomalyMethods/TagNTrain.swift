import EventModel
public import Learners
public import Randomness

/// Tag N' Train: each jet's score tags events, on which the other jet's classifier is trained.
///
/// Amram & Suarez, arXiv:2002.12376, and LHC Olympics paper (arXiv:2101.08320), section 4.3. Both
/// jets of a signal event are unusual, while a background event's two jets are so independently of
/// each other. A reconstruction of each jet, learned from one part of the events, tags events of the
/// next part as signal-like and background-like; a classifier of the other jet learns to tell these
/// apart and tags the part after that. With ``RegionContrast`` signal-like events must also be in
/// the signal region (the paper's TNT + m_JJ), with ``InclusiveData`` they may be anywhere.
///
/// Deviations: observables instead of jet images; both tagged samples have the same total weight;
/// the autoencoders are trained anew for each held-out fold. The paper's exchange of the samples
/// for training and search is the cross-fit of the folds, its simultaneous fit of both the sum of
/// their selected spectra.
public struct TagNTrain<
  View: TaggableView, Reconstruction: ReconstructionLearner, Learner: BinaryClassifierLearner
>: AnomalyMethod {
  public static var reference: Reference {
    Reference(
      arXiv: "2002.12376",
      title: "Tag N' Train: A Technique to Train Improved Classifiers on Unlabeled Data")
  }

  /// What tags the first events.
  public var reconstruction: Reconstruction
  public var ensemble: ValidatedEnsemble<Learner>
  /// One training of each jet's classifier after the other, at least one.
  public var iterations: [Tagging]
  public var combination: RankCombination

  public init(
    reconstruction: Reconstruction, ensemble: ValidatedEnsemble<Learner>,
    iterations: [Tagging] = [Tagging(signalLike: 0.2), Tagging(signalLike: 0.1)],
    combination: RankCombination = .product
  ) {
    self.reconstruction = reconstruction
    self.ensemble = ensemble
    self.iterations = iterations
    self.combination = combination
  }

  public var trainingsPerFit: Int {
    JetObject.allCases.count
      * (reconstruction.trainingsPerFit + iterations.count * ensemble.trainingsPerFit)
  }

  public typealias Scorer =
    JointQuantiles<TransformedScorer<FeatureSelection, MeanScorer<Learner.Model>>>

  public func fit(
    _ view: View, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> Scorer {
    guard !iterations.isEmpty else { throw TaggingError.noIteration }
    for tagging in iterations { try tagging.check() }
    let events = view.inclusive
    let mayBeSignalLike = view.mayBeSignalLike
    let jets = try FeatureSelection.ofEachJet(events.features)
    let parts = parts(of: events, mayBeSignalLike, seed: seed.child("parts"))

    var taggers: [any EventScorer] = try jets.enumerated().map { jet, selection in
      try reconstruction.fit(
        WeightedEvents(events[parts[0]]), selecting: selection,
        seed: seed.child("reconstruction-\(jet + 1)"), isCancelled: isCancelled)
    }
    var classifiers: [TransformedScorer<FeatureSelection, MeanScorer<Learner.Model>>] = []
    for (iteration, tagging) in iterations.enumerated() {
      let part = parts[iteration + 1]
      let sample = events[part]
      classifiers = try jets.enumerated().map { jet, selection in
        let tagged = try tagging.tagged(
          sample, by: taggers[1 - jet], mayBeSignalLike: part.map { mayBeSignalLike[$0] },
          selecting: selection, seed: seed)
        return TransformedScorer(
          transform: selection,
          model: try ensemble.fit(
            tagged, seed: seed.child("iteration-\(iteration).jet-\(jet + 1)"),
            isCancelled: isCancelled))
      }
      taggers = classifiers
    }
    // Ranks come from events that the last classifiers have not learned from.
    let unseen = parts.dropLast().flatMap { $0 }.sorted()
    return try JointQuantiles(
      classifiers, measuredOn: WeightedEvents(events[unseen]), combination: combination)
  }

  /// Positions of disjoint parts of equal size: one for the reconstruction, one an iteration.
  private func parts(
    of events: EventSlice, _ mayBeSignalLike: [Bool], seed: Seed
  ) -> [[Int]] {
    var parts = [[Int]](repeating: [], count: iterations.count + 1)
    let partOf = stratifiedParts(
      identifiers: events.identifiers, strata: mayBeSignalLike.map { $0 ? 1 : 0 },
      count: parts.count, seed: seed)
    for (position, part) in partOf.enumerated() { parts[part].append(position) }
    return parts
  }
}
