import EventModel
public import Learners
public import Randomness

/// Events that a model of the data cannot give back, looked at as a whole or jet by jet.
///
/// LHC Olympics paper (arXiv:2101.08320), section 4.2: one ensemble of autoencoders a jet, trained
/// on all data with the signal among them, which is too rare to be learned. Deviations: the models
/// of a held-out fold learn from the other folds (the paper trains and tests on the same sample),
/// and both jets are cut at one common rank instead of two hand-picked ones
/// (``JointQuantiles``).
public struct ReconstructionError<Learner: ReconstructionLearner>: AnomalyMethod {
  public static var reference: Reference {
    Reference(
      arXiv: "2101.08320",
      title: "The LHC Olympics 2020 (section 4.2: CWoLa and autoencoders)")
  }

  /// What one model reconstructs.
  public enum Objects: Sendable, Hashable, Codable {
    /// All features of an event.
    case wholeEvent
    /// The features of one jet; the events' ranks by each jet are combined.
    case eachJet(RankCombination)
  }

  public var learner: Learner
  public var objects: Objects

  public init(learner: Learner, objects: Objects = .eachJet(.product)) {
    self.learner = learner
    self.objects = objects
  }

  public var trainingsPerFit: Int {
    switch objects {
    case .wholeEvent: learner.trainingsPerFit
    case .eachJet: JetObject.allCases.count * learner.trainingsPerFit
    }
  }

  public func fit(
    _ view: InclusiveData, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> JointQuantiles<TransformedScorer<FeatureSelection, Learner.Model>> {
    let events = WeightedEvents(view.events)
    let features = view.events.features
    let selections: [FeatureSelection]
    let combination: RankCombination
    switch objects {
    case .wholeEvent: (selections, combination) = ([FeatureSelection(features)], .both)
    case .eachJet(let chosen):
      (selections, combination) = (try FeatureSelection.ofEachJet(features), chosen)
    }
    return try JointQuantiles(
      selections.enumerated().map { object, selection in
        try learner.fit(
          events, selecting: selection, seed: seed.child("object-\(object + 1)"),
          isCancelled: isCancelled)
      }, measuredOn: events, combination: combination)
  }
}

extension ReconstructionLearner {
  /// Learns from some of the events' features; the model finds them by itself.
  func fit(
    _ events: WeightedEvents, selecting selection: FeatureSelection, seed: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> TransformedScorer<FeatureSelection, Model> {
    let own = WeightedEvents(try selection.applied(to: events.events), weights: events.weights)
    return TransformedScorer(
      transform: selection, model: try fit(own, seed: seed, isCancelled: isCancelled))
  }
}
