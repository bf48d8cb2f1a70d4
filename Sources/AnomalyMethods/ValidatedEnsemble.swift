import EventModel
public import Learners
public import Randomness

/// Several classifiers of the same samples, each validated on its own part of the events.
///
/// LHC Olympics paper (arXiv:2101.08320), section 4.1: a member is trained on one part of the
/// events and validated on another; of several restarts the best on validation is kept; the
/// ensemble's score is the mean.
public struct ValidatedEnsemble<Learner: BinaryClassifierLearner>: Sendable, Hashable, Codable {
  public var learner: Learner
  public var validation: ValidationScheme
  public var metric: ValidationMetric

  public init(learner: Learner, validation: ValidationScheme, metric: ValidationMetric) {
    self.learner = learner
    self.validation = validation
    self.metric = metric
  }

  /// Classifiers trained by one call of ``fit(_:seed:isCancelled:)``.
  public var trainingsPerFit: Int { validation.memberCount * validation.restarts }

  /// Trains all members.
  ///
  /// - Parameters:
  ///   - samples: What to tell apart; parts are shared out equally among training and validation.
  ///   - seed: Root of everything random.
  ///   - isCancelled: Asked about once a second.
  /// - Returns: The mean of the members.
  /// - Throws: ``EnsembleError``, the learner's errors, or `CancellationError`.
  public func fit(
    _ samples: MixedSamples, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> MeanScorer<Learner.Model> {
    let splits = validation.splits(
      identifiers: samples.events.identifiers, strata: samples.partOf, seed: seed)
    let members = try splits.enumerated().map { member, split in
      for part in [split.training, split.validation]
      where Set(part.map { samples.partOf[$0] }).count < samples.parts.count {
        throw EnsembleError.tooFewEvents(found: samples.events.count)
      }
      let training = samples.contrast(at: split.training)
      let held = samples.contrast(at: split.validation)
      var best: FittedClassifier<Learner.Model>?
      for restart in 0..<validation.restarts {
        let candidate = try learner.fit(
          training: training, validation: held, metric: metric,
          seed: seed.child("member-\(member)").child("restart-\(restart)"),
          isCancelled: isCancelled)
        if candidate.validationMetric > best?.validationMetric ?? -.infinity { best = candidate }
      }
      guard let best else { throw EnsembleError.noUsableModel(member: member) }
      return best.model
    }
    return try MeanScorer(members)
  }
}

/// Why an ensemble could not be trained.
public enum EnsembleError: Error, Equatable {
  /// A split leaves a sample empty.
  case tooFewEvents(found: Int)
  /// No restart gave a finite validation metric.
  case noUsableModel(member: Int)
}

extension EnsembleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewEvents(let found):
      "the samples to tell apart hold \(found) events together, too few to split each into "
        + "training and validation: choose wider mass bins or fewer folds"
    case .noUsableModel(let member):
      "no training of ensemble member \(member) gave a finite validation metric"
    }
  }
}
