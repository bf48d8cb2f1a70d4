import EventModel
import Foundation
import Learners
import Randomness
import Testing

struct JointQuantilesTests {
  private struct Column: EventScorer {
    let index: Int
    func scores(_ events: EventSlice) -> [Float] { events.column(index) }
  }

  private func ranks(
    of values: [Float], among training: [Float], weights: [Double]? = nil
  ) throws -> [Float] {
    let events = try table([training]).all
    return try JointQuantiles(
      [Column(index: 0)], measuredOn: WeightedEvents(events, weights: weights), combination: .both
    ).scores(table([values]).all)
  }

  private func expect(_ found: [Float], near expected: [Double]) {
    #expect(found.count == expected.count)
    for (found, expected) in zip(found, expected) {
      #expect(abs(Double(found) - expected) < 1e-6 * max(1, expected))
    }
  }

  @Test func `A rank is minus the logarithm of the fraction above, ties counting half`() throws {
    // Fractions above 1, 2 and 4: 7/8, 1/2 and 1/8.
    let (low, middle, high) = (-log(0.875), -log(0.5), -log(0.125))
    expect(try ranks(of: [1, 2, 4], among: [2, 1, 4, 2]), near: [low, middle, high])
    // Halfway between two training scores, halfway between their ranks.
    expect(try ranks(of: [3], among: [2, 1, 4, 2]), near: [(middle + high) / 2])
    // The mean distance of the distinct scores from the lowest is 2 (there is no top 1 %).
    expect(
      try ranks(of: [6, 0], among: [2, 1, 4, 2]), near: [high + 1, low * exp(-0.5)])
  }

  @Test func `A weight of two is an event twice, and an event of weight 0 is none`() throws {
    let weighted = try ranks(of: [1, 2, 3, 4, 5], among: [1, 2, 4, 4.5], weights: [1, 2, 1, 0])
    #expect(try weighted == ranks(of: [1, 2, 3, 4, 5], among: [1, 2, 2, 4]))
  }

  @Test func `A single model's order is kept, beyond the training events too`() throws {
    var generator = SplitMix64(state: 5)
    let training = (0..<2_000).map { _ in Float(generator.exponential()) }
    let values = (0..<400).map { Float($0) * 0.05 - 1 }
    let ranks = try ranks(of: values, among: training)
    #expect(zip(ranks, ranks.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ranks.allSatisfy { $0.isFinite && $0 > 0 })
    // Scores of unit exponential distribution are their own -ln(fraction above), at 10 as at 1.
    #expect(abs(ranks[40] - 1) < 0.1)
    #expect(abs(ranks[220] - 10) < 2.5)
  }

  @Test func `Both takes the worse of two ranks, product their mean`() throws {
    let training = try table([[1, 2, 2, 4], [10, 30, 20, 40]]).all
    let odd = try table([[2], [40]]).all
    func score(_ combination: RankCombination) throws -> [Float] {
      try JointQuantiles(
        [Column(index: 0), Column(index: 1)], measuredOn: WeightedEvents(training),
        combination: combination
      ).scores(odd)
    }
    expect(try score(.both), near: [-log(0.5)])
    expect(try score(.product), near: [-(log(0.5) + log(0.125)) / 2])
  }

  @Test func `A cut on both keeps the events in the top part of each`() throws {
    var generator = SplitMix64(state: 2)
    let columns = (0..<2).map { _ in (0..<1_000).map { _ in Float(generator.normal()) } }
    let events = try table(columns).all
    let joint = try JointQuantiles(
      [Column(index: 0), Column(index: 1)], measuredOn: WeightedEvents(events), combination: .both)
    let top = columns.map { column in
      Set(column.indices.sorted { column[$0] > column[$1] }.prefix(100))
    }
    let kept = try joint.scores(events).enumerated()
      .filter { Double($0.element) > -log(0.1) }.map(\.offset)
    #expect(Set(kept) == top[0].intersection(top[1]))
  }

  @Test func `No model, no event, or a score that is not finite is refused`() throws {
    let events = WeightedEvents(try table([[1, 2]]).all)
    #expect(throws: LearnerError.noMembers) {
      try JointQuantiles([Column](), measuredOn: events, combination: .both)
    }
    #expect(throws: LearnerError.emptySample(.reconstructed)) { try ranks(of: [1], among: []) }
    struct Broken: EventScorer {
      func scores(_ events: EventSlice) -> [Float] { events.column(0).map { $0 / 0 } }
    }
    #expect(throws: LearnerError.scoreNotFinite) {
      try JointQuantiles([Broken()], measuredOn: events, combination: .both)
    }
  }
}
