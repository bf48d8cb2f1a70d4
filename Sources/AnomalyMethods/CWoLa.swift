import EventModel
public import Learners
public import Randomness

/// CWoLa hunting: an ensemble of classifiers of the signal region against its sidebands.
///
/// LHC Olympics paper (arXiv:2101.08320), section 4.1: a member is trained on one part of the
/// events and validated on another; of several restarts the best on validation is kept, by the
/// efficiency on the signal region at a fixed efficiency on the sidebands; the ensemble's score is
/// the mean. Deviation: the inner folds are split anew from the events of the view, stratified by
/// region, instead of reusing the outer folds.
public struct CWoLa<Learner: BinaryClassifierLearner>: AnomalyMethod {
  public static var reference: Reference {
    Reference(
      arXiv: "1902.02634", title: "Extending the search for new resonances with machine learning")
  }

  public var learner: Learner
  public var validation: ValidationScheme
  public var metric: ValidationMetric

  public init(learner: Learner, validation: ValidationScheme, metric: ValidationMetric) {
    self.learner = learner
    self.validation = validation
    self.metric = metric
  }

  public var trainingsPerFit: Int { validation.memberCount * validation.restarts }

  public func fit(
    _ view: RegionContrast, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> MeanScorer<Learner.Model> {
    let events = view.events
    let regions = view.regions
    let splits = validation.splits(
      identifiers: events.identifiers, strata: regions, seed: seed)
    let members = try splits.enumerated().map { member, split in
      try requireEveryRegion(in: split, regions: regions)
      let training = view.contrast(at: split.training, of: events, regions: regions)
      let held = view.contrast(at: split.validation, of: events, regions: regions)
      var best: FittedClassifier<Learner.Model>?
      for restart in 0..<validation.restarts {
        let candidate = try learner.fit(
          training: training, validation: held, metric: metric,
          seed: seed.child("member-\(member)").child("restart-\(restart)"),
          isCancelled: isCancelled)
        if candidate.validationMetric > best?.validationMetric ?? -.infinity { best = candidate }
      }
      guard let best else { throw CWoLaError.noUsableModel(member: member) }
      return best.model
    }
    return try MeanScorer(members)
  }

  private func requireEveryRegion(
    in split: (training: [Int], validation: [Int]), regions: [Int]
  ) throws(CWoLaError) {
    for part in [split.training, split.validation] where Set(part.map { regions[$0] }).count < 3 {
      throw .tooFewEvents(found: regions.count)
    }
  }
}

/// Why CWoLa could not be trained.
public enum CWoLaError: Error, Equatable {
  /// A split leaves a region empty.
  case tooFewEvents(found: Int)
  /// No restart gave a finite validation metric.
  case noUsableModel(member: Int)
}

extension CWoLaError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewEvents(let found):
      "signal region and sidebands together hold \(found) events to train on, too few to split "
        + "them into training and validation: choose wider mass bins or fewer folds"
    case .noUsableModel(let member):
      "no training of ensemble member \(member) gave a finite validation metric"
    }
  }
}
