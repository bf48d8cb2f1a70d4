import EventModel
public import Learners
public import Randomness

/// CWoLa hunting: an ensemble of classifiers of the signal region against its sidebands.
///
/// LHC Olympics paper (arXiv:2101.08320), section 4.1. Deviation: the inner folds are split anew
/// from the events of the view, stratified by region, instead of reusing the outer folds.
public struct CWoLa<Learner: BinaryClassifierLearner>: AnomalyMethod {
  public static var reference: Reference {
    Reference(
      arXiv: "1902.02634", title: "Extending the search for new resonances with machine learning")
  }

  public var ensemble: ValidatedEnsemble<Learner>

  public init(_ ensemble: ValidatedEnsemble<Learner>) {
    self.ensemble = ensemble
  }

  public init(learner: Learner, validation: ValidationScheme, metric: ValidationMetric) {
    ensemble = ValidatedEnsemble(learner: learner, validation: validation, metric: metric)
  }

  public var trainingsPerFit: Int { ensemble.trainingsPerFit }

  public func fit(
    _ view: RegionContrast, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> MeanScorer<Learner.Model> {
    try ensemble.fit(view.mixedSamples, seed: seed, isCancelled: isCancelled)
  }
}
