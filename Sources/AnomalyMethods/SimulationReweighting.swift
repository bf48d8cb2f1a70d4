public import EventModel
public import Learners
public import Randomness

/// Weights that turn simulation into data, learned in the sidebands and interpolated in m_JJ.
///
/// A classifier g(x, m) of data against simulation, parameterised by the dijet mass, gives the
/// weight w(x | m) = g / (1 - g): DCTR (arXiv:1907.08209) as in SALAD, LHC Olympics paper
/// (arXiv:2101.08320), eqs. (4.5) and (4.10). Deviation: an ensemble with validation, not one
/// training of fixed length.
public struct SimulationReweighting<Learner: BinaryClassifierLearner>: Sendable, Hashable, Codable {
  public var ensemble: ValidatedEnsemble<Learner>

  public init(_ ensemble: ValidatedEnsemble<Learner>) {
    self.ensemble = ensemble
  }

  public var trainingsPerFit: Int { ensemble.trainingsPerFit }

  /// Learns the weights from data and simulation in the longer sidebands.
  ///
  /// - Throws: What a training throws.
  public func fit(
    _ view: SimulationAssisted, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> Weights {
    let data = WeightedEvents(try view.reweightingData.parameterisedByMass())
    let simulation = WeightedEvents(try view.reweightingSimulation.parameterisedByMass())
    let scorer = try ensemble.fit(
      MixedSamples(positive: data, negative: simulation), seed: seed, isCancelled: isCancelled)
    return Weights(
      scorer: scorer,
      scale: data.weights.reduce(0, +) / simulation.weights.reduce(0, +))
  }

  /// A trained reweighting.
  public struct Weights: Sendable {
    let scorer: MeanScorer<Learner.Model>
    /// Data for each simulated event in the sidebands.
    package let scale: Double

    /// Reweights simulated events, of any dijet mass.
    ///
    /// Their sum estimates how many events the data have there. A ratio is kept between 1e-3 and
    /// 1e3, beyond which a classifier's output has no digits left that mean anything.
    ///
    /// - Returns: The events with their own weights times scale times w.
    public func callAsFunction(_ simulation: EventSlice) throws -> WeightedEvents {
      let scores = try scorer.scores(simulation.parameterisedByMass())
      return WeightedEvents(
        simulation,
        weights: zip(scores, simulation.weights).map { score, weight in
          let odds = Double(score) / max(1 - Double(score), 1e-9)
          return weight * scale * min(max(odds, 1e-3), 1e3)
        })
    }
  }
}

extension EventSlice {
  /// The same events with m_JJ as one more feature.
  fileprivate func parameterisedByMass() throws(EventTableError) -> EventSlice {
    try replacing(
      features: features + [.massParameter], columns: columns + [dijetMass.map { Float($0) }])
  }
}
