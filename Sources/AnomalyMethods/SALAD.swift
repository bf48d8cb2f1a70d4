public import Learners
public import Randomness

/// SALAD: data against simulation in the signal region, reweighted to the data in the sidebands.
///
/// Andreassen, Nachman, Shih, arXiv:2001.05001; LHC Olympics paper (arXiv:2101.08320), eqs. (4.5) to
/// (4.7). The reweighting and the classifier may be different learners. Deviation: both are
/// ensembles with validation events, where the paper trains once for a fixed number of epochs.
public struct SALAD<Reweighter: BinaryClassifierLearner, Learner: BinaryClassifierLearner>:
  AnomalyMethod
{
  public static var reference: Reference {
    Reference(arXiv: "2001.05001", title: "Simulation assisted likelihood-free anomaly detection")
  }

  public var reweighting: SimulationReweighting<Reweighter>
  public var ensemble: ValidatedEnsemble<Learner>

  public init(
    reweighting: SimulationReweighting<Reweighter>, ensemble: ValidatedEnsemble<Learner>
  ) {
    self.reweighting = reweighting
    self.ensemble = ensemble
  }

  public var trainingsPerFit: Int { reweighting.trainingsPerFit + ensemble.trainingsPerFit }

  public func fit(
    _ view: SimulationAssisted, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> MeanScorer<Learner.Model> {
    let weights = try reweighting.fit(
      view, seed: seed.child("reweighting"), isCancelled: isCancelled)
    return try ensemble.fit(
      MixedSamples(
        positive: WeightedEvents(view.data.signalRegion),
        negative: weights(view.simulation.signalRegion)), seed: seed.child("classifier"),
      isCancelled: isCancelled)
  }
}
