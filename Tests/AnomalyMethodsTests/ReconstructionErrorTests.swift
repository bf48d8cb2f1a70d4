import AnomalyMethods
import EventModel
import Learners
import Randomness
import TestSupport
import Testing

struct ReconstructionErrorTests {
  private let learner = SubsampledEnsemble(
    of: Autoencoder(hidden: Autoencoder.layers([16, 1]), batchSize: 100, epochs: 5), members: 2,
    eventsPerMember: 1_000)

  private func view(of table: EventTable) throws -> InclusiveData {
    let window = try MassWindow(
      lowerSideband: 3_000..<3_200, signalRegion: 3_200..<3_400, upperSideband: 3_400..<3_600)
    return try InclusiveData(
      Samples(data: table), window: window, trainingRows: Array(0..<table.count))
  }

  @Test func `Each jet has its model, and both must be unusual`() throws {
    let table = try ToyEvents(background: 2_000).table(.lhco41ByMass)
    let method = ReconstructionError(learner: learner, objects: .eachJet(.both))
    let scorer = try method.fit(view(of: table), seed: Seed(1), isCancelled: { false })
    #expect(method.trainingsPerFit == 4)
    #expect(scorer.members.map(\.transform) == (try FeatureSelection.ofEachJet(table.features)))
    // An ordinary event; then its first jet, its second jet, and both made unusual.
    let scores = try scorer.scores(
      EventTable(
        dijetMass: [3_500, 3_500, 3_500, 3_500], features: table.features,
        columns: [
          [0.04, 0.3, 0.04, 0.3], [0.03, 0.03, 0.3, 0.3], [0.6, 0.05, 0.6, 0.05],
          [0.6, 0.6, 0.05, 0.05], [0.6, 0.6, 0.6, 0.6], [0.6, 0.6, 0.6, 0.6],
        ]
      ).all)
    #expect(scores[1] < scores[3] && scores[2] < scores[3])
    #expect(scores[3] > 2 * max(scores[0], scores[1], scores[2]))
  }

  @Test func `Of a whole event the score keeps the order of the reconstruction error`() throws {
    let table = try ToyEvents(background: 1_000).table()
    let method = ReconstructionError(learner: learner, objects: .wholeEvent)
    let scorer = try method.fit(view(of: table), seed: Seed(1), isCancelled: { false })
    #expect(method.trainingsPerFit == 2)
    let errors = try scorer.members[0].scores(table.all)
    let ranks = try scorer.scores(table.all)
    let byError = errors.indices.sorted { errors[$0] < errors[$1] }.map { ranks[$0] }
    #expect(byError == ranks.sorted())
  }

  @Test func `A search by jets without jets' features is refused`() throws {
    let toy = try EventTable(
      dijetMass: [3_000, 3_100], features: [.toyX1, .toyX2], columns: [[1, 2], [3, 4]])
    #expect(throws: LearnerError.withoutObject(.toyX1)) {
      try ReconstructionError(learner: learner)
        .fit(view(of: toy), seed: Seed(1), isCancelled: { false })
    }
  }
}
