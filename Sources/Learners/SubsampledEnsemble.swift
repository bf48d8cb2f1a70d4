import EventModel
public import Randomness

/// Several reconstructions, each learned from some of the events; the score is their mean.
///
/// The LHC Olympics paper, section 4.2, trains twenty autoencoders on 50,000 events each.
public struct SubsampledEnsemble<Base: ReconstructionLearner>: ReconstructionLearner {
  public var base: Base
  /// Models, at least 1.
  public var members: Int
  /// Events that a model learns from, drawn anew for each; all of them if there are fewer.
  public var eventsPerMember: Int

  public init(of base: Base, members: Int = 20, eventsPerMember: Int = 50_000) {
    self.base = base
    self.members = members
    self.eventsPerMember = eventsPerMember
  }

  public var trainingsPerFit: Int { members * base.trainingsPerFit }

  public func fit(
    _ events: WeightedEvents, seed: Seed, isCancelled: @Sendable () -> Bool
  ) throws -> MeanScorer<Base.Model> {
    guard members >= 1 else { throw LearnerError.noMembers }
    guard eventsPerMember >= 1 else {
      throw LearnerError.badSetting(
        name: "eventsPerMember", value: "\(eventsPerMember)", allowed: "at least 1")
    }
    return try MeanScorer(
      (0..<members).map { member in
        let seed = seed.child("member-\(member)")
        return try base.fit(
          events.subset(positions: subset(of: events, seed: seed.child("subset"))), seed: seed,
          isCancelled: isCancelled)
      })
  }

  /// The events whose identifiers have the smallest hashes, in their order.
  ///
  /// Adding an event changes a subset by one event at most.
  private func subset(of events: WeightedEvents, seed: Seed) -> [Int] {
    let identifiers = events.events.identifiers
    guard eventsPerMember < identifiers.count else { return Array(identifiers.indices) }
    return seed.order(of: identifiers).prefix(eventsPerMember).sorted()
  }
}
