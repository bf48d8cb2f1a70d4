public import EventModel
public import Learners
public import Randomness

/// A method whose features are replaced by their percentiles within a bin of the dijet mass.
///
/// The ATLAS dijet search (arXiv:2005.02983) makes jet masses uniform in every mass bin, so that a
/// classifier cannot learn m_JJ from one of them. The percentiles are those of the events that the
/// method may learn from; a held-out event is looked up, never counted. Injected events are not
/// counted either: they would take the highest percentiles of their bin from the data beside them,
/// which would then be missing in a cut that only counts the data.
public struct PercentileTransformed<Base: AnomalyMethod>: AnomalyMethod
where Base.View: TransformableView {
  public static var reference: Reference { Base.reference }

  public var base: Base
  public var binning: MassBinning

  public init(_ base: Base, binning: MassBinning) {
    self.base = base
    self.binning = binning
  }

  public var trainingsPerFit: Int { base.trainingsPerFit }

  public func fit(
    _ view: Base.View, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> TransformedScorer<PercentileTransform, Base.Scorer> {
    let transform = try PercentileTransform(
      fitting: WeightedEvents(view.measured), binning: binning)
    let scorer = try base.fit(
      view.transformed(by: transform), seed: seed, isCancelled: isCancelled)
    return TransformedScorer(transform: transform, model: scorer)
  }
}
