import EventModel
import Learners
import Testing

struct MeanScorerTests {
  private struct Constant: EventScorer {
    let value: Float
    func scores(_ events: EventSlice) -> [Float] { [Float](repeating: value, count: events.count) }
  }

  @Test func `All members count alike`() throws {
    let mean = try MeanScorer([Constant(value: 0.25), Constant(value: 0.5), Constant(value: 0.75)])
    #expect(try mean.scores(table([[1, 2]]).all) == [0.5, 0.5])
  }

  @Test func `An ensemble without members is refused`() {
    #expect(throws: LearnerError.noMembers) { try MeanScorer<Constant>([]) }
  }
}
