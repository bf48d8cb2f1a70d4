public import Learners
public import Randomness

/// Simulation-augmented CWoLa: what also tells the regions apart in simulation is no signal.
///
/// Benkendorfer, Le Pottier, Nachman, arXiv:2009.02205. Taken literally, eq. (2.3) adds λ times the
/// log-likelihood of the simulation's regions, which is unbounded below: f -> 0 on one simulated
/// event of the signal region makes the loss -∞. The authors' code adds the simulation with its
/// labels flipped instead (signal region 0, sidebands 1), a penalty
/// -λ [Σ_SR,sim ln(1 - f) + Σ_SB,sim ln f], which is bounded, and so do we. The simulation's weight
/// is λ times the data's, its sidebands sharing it as the data's do.
///
/// With r = p_SR/p_SB of the background and a simulation that has it right, the best classifier's
/// odds are (r + s + λ) / (1 + λ r) for a signal s: without signal they still grow with r for λ < 1,
/// are constant for λ = 1, and fall with r beyond. So λ = 1 is our default where the paper, whose
/// simulation has other weights, finds 0.3 to 0.6.
public struct SACWoLa<Learner: BinaryClassifierLearner, Reweighter: BinaryClassifierLearner>:
  AnomalyMethod
{
  public static var reference: Reference {
    Reference(
      arXiv: "2009.02205",
      title: "Simulation-assisted decorrelation for resonant anomaly detection")
  }

  public var ensemble: ValidatedEnsemble<Learner>
  /// λ >= 0; 0 is CWoLa.
  public var penalty: Double
  /// Reweights the simulation to the data first (footnote 1 of the paper); `nil` takes it as it is.
  public var reweighting: SimulationReweighting<Reweighter>?

  public init(
    ensemble: ValidatedEnsemble<Learner>, penalty: Double,
    reweighting: SimulationReweighting<Reweighter>?
  ) {
    self.ensemble = ensemble
    self.penalty = penalty
    self.reweighting = reweighting
  }

  public var trainingsPerFit: Int {
    ensemble.trainingsPerFit + (reweighting?.trainingsPerFit ?? 0)
  }

  public func fit(
    _ view: SimulationAssisted, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> MeanScorer<Learner.Model> {
    let weights = try reweighting?.fit(
      view, seed: seed.child("reweighting"), isCancelled: isCancelled)
    var parts = view.data.parts(share: 1, signalRegionIsPositive: true) { WeightedEvents($0) }
    if penalty > 0 {
      parts += try view.simulation.parts(share: penalty, signalRegionIsPositive: false) {
        try weights?($0) ?? WeightedEvents($0)
      }
    }
    return try ensemble.fit(MixedSamples(parts), seed: seed, isCancelled: isCancelled)
  }
}
