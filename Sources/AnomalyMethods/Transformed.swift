import EventModel
public import Learners
public import Randomness

/// A method whose features go through a transform that is learned from the method's own events.
///
/// The ATLAS dijet search (arXiv:2005.02983) makes jet masses uniform in every mass bin, so that a
/// classifier cannot learn m_JJ from one of them (``PercentileLearner``). What is learned is learned
/// from the events that the method may learn from; a held-out event is looked up, never counted.
/// Injected events are not counted either: they would take the highest percentiles of their bin from
/// the data beside them, which would then be missing in a cut that only counts the data.
public struct Transformed<Base: AnomalyMethod, Learner: TransformLearner>: AnomalyMethod
where Base.View: TransformableView {
  public static var reference: Reference { Base.reference }

  public var base: Base
  public var learner: Learner

  public init(_ base: Base, by learner: Learner) {
    self.base = base
    self.learner = learner
  }

  public var trainingsPerFit: Int { base.trainingsPerFit }

  public func fit(
    _ view: Base.View, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> TransformedScorer<Learner.Transform, Base.Scorer> {
    let transform = try learner.fit(WeightedEvents(view.measured))
    let scorer = try base.fit(
      view.transformed(by: transform), seed: seed, isCancelled: isCancelled)
    return TransformedScorer(transform: transform, model: scorer)
  }
}
