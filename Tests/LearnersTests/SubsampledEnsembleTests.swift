import EventModel
import Learners
import Randomness
import Testing

struct SubsampledEnsembleTests {
  /// A model that remembers the first feature of what it was given.
  private struct Memory: ReconstructionLearner {
    struct Model: EventScorer {
      let seen: [Float]
      func scores(_ events: EventSlice) -> [Float] {
        events.column(0).map { value in Float(seen.count { $0 == value }) }
      }
    }

    func fit(
      _ events: WeightedEvents, seed: Seed, isCancelled: @Sendable () -> Bool
    ) -> Model { Model(seen: events.events.column(0)) }
  }

  private func events(_ count: Int) throws -> WeightedEvents {
    WeightedEvents(try table([(0..<count).map { Float($0) }]).all)
  }

  @Test func `Each member sees its own subset, no event twice`() throws {
    let ensemble = SubsampledEnsemble(of: Memory(), members: 4, eventsPerMember: 30)
    let model = try ensemble.fit(events(100), seed: Seed(1))
    #expect(ensemble.trainingsPerFit == 4)
    #expect(model.members.count == 4)
    #expect(model.members.allSatisfy { $0.seen.count == 30 && Set($0.seen).count == 30 })
    #expect(Set(model.members.map(\.seen)).count == 4)
    // The score of an event is the fraction of members that have seen it.
    let scores = try model.scores(events(100).events)
    #expect(abs(scores.reduce(0, +) - 30) < 1e-4)
  }

  @Test func `Fewer events than asked for are all used`() throws {
    let ensemble = SubsampledEnsemble(of: Memory(), members: 2, eventsPerMember: 30)
    let model = try ensemble.fit(events(10), seed: Seed(1))
    #expect(model.members.allSatisfy { $0.seen == (0..<10).map { Float($0) } })
  }

  @Test func `One more event changes a subset by one event at most`() throws {
    let ensemble = SubsampledEnsemble(of: Memory(), members: 5, eventsPerMember: 30)
    let before = try ensemble.fit(events(100), seed: Seed(1))
    let after = try ensemble.fit(events(101), seed: Seed(1))
    for (before, after) in zip(before.members, after.members) {
      #expect(Set(before.seen).subtracting(after.seen).count <= 1)
    }
  }

  @Test func `An ensemble of nobody or of nothing is refused`() throws {
    #expect(throws: LearnerError.noMembers) {
      try SubsampledEnsemble(of: Memory(), members: 0).fit(events(3), seed: Seed(1))
    }
    #expect(
      throws: LearnerError.badSetting(name: "eventsPerMember", value: "0", allowed: "at least 1")
    ) {
      try SubsampledEnsemble(of: Memory(), eventsPerMember: 0).fit(events(3), seed: Seed(1))
    }
  }
}
