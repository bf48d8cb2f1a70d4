import EventModel
import Learners
import Testing

struct FeatureTransformTests {
  @Test func `Standardised training events have mean 0 and deviation 1`() throws {
    let events = try sample(state: 1, count: 300, shift: 1)
    let weights = (0..<300).map { 1 + Double($0 % 3) }
    let transform = try StandardisationTransform(fitting: WeightedEvents(events, weights: weights))
    let total = weights.reduce(0, +)
    for column in try transform.columns(events) {
      let mean = zip(column, weights).reduce(0) { $0 + Double($1.0) * $1.1 } / total
      let square = zip(column, weights).reduce(0) { $0 + Double($1.0 * $1.0) * $1.1 } / total
      #expect(abs(mean) < 1e-6)
      #expect(abs(square - 1) < 1e-5)
    }
  }

  /// Reference: Validation/learners.py (scipy 1.18, percentileofscore with kind "mean").
  @Test func `Percentiles match scipy, ties counting half`() throws {
    let training = try events(at: 3_100, values: [3, 1, 2, 2, 5])
    let transform = try PercentileTransform(
      fitting: WeightedEvents(training), binning: MassBinning(edges: [3_000, 4_000]))
    let mapped = try transform.columns(events(at: 3_100, values: [0, 1, 1.5, 2, 4, 5, 9]))
    #expect(mapped == [[0, 0.1, 0.2, 0.4, 0.8, 0.9, 1]])
  }

  @Test func `A feature that grows with the mass is uniform in each mass bin`() throws {
    let masses = (0..<1_000).map { 3_000 + Double($0) }
    let growing = try EventTable(
      dijetMass: masses, features: [.heavierJetMass], columns: [masses.map { Float($0 / 10) }])
    let binning = try MassBinning(edges: [3_000, 3_300, 4_000])
    let transform = try PercentileTransform(
      fitting: WeightedEvents(growing.all), binning: binning)
    let mapped = try transform.columns(growing.all)[0]
    for bin in 0..<2 {
      let values = zip(masses, mapped).filter { binning.bin(of: $0.0) == bin }.map(\.1)
      for (rank, value) in values.enumerated() {
        #expect(abs(value - (Float(rank) + 0.5) / Float(values.count)) < 1e-6)
      }
    }
  }

  @Test func `A mass without training events uses the nearest bin that has some`() throws {
    let binning = try MassBinning(edges: [1_000, 2_000, 3_000, 4_000, 5_000])
    let low = try events(at: 1_500, values: [1, 2])
    let table = try EventTable(
      dijetMass: [1_500, 1_500, 4_500, 4_500], features: low.features, columns: [[1, 2, 10, 20]])
    let transform = try PercentileTransform(fitting: WeightedEvents(table.all), binning: binning)
    #expect(try transform.columns(events(at: 900, values: [1.5])) == [[0.5]])
    #expect(try transform.columns(events(at: 2_500, values: [1.5])) == [[0.5]])
    #expect(try transform.columns(events(at: 3_500, values: [15])) == [[0.5]])
    #expect(try transform.columns(events(at: 9_000, values: [15])) == [[0.5]])
  }

  @Test func `A transformed scorer scores mapped events, and the rest of an event stays`() throws {
    struct FirstFeature: EventScorer {
      func scores(_ events: EventSlice) -> [Float] { events.column(0) }
    }
    let training = try events(at: 3_100, values: [10, 20, 30, 40])
    let transform = try PercentileTransform(
      fitting: WeightedEvents(training), binning: MassBinning(edges: [3_000, 4_000]))
    let scorer = TransformedScorer(transform: transform, model: FirstFeature())
    #expect(try scorer.scores(training) == [0.125, 0.375, 0.625, 0.875])
    let mapped = try transform.applied(to: training)
    #expect(mapped.dijetMass == training.dijetMass)
    #expect(mapped.identifiers == training.identifiers)
    #expect(mapped.weights == training.weights)
  }

  @Test func `Training events outside all bins are refused`() throws {
    let training = WeightedEvents(try events(at: 900, values: [1, 2]))
    #expect(throws: LearnerError.emptySample(.reconstructed)) {
      try PercentileTransform(fitting: training, binning: MassBinning(edges: [3_000, 4_000]))
    }
  }

  private func events(at mass: Double, values: [Float]) throws -> EventSlice {
    try EventTable(
      dijetMass: values.map { _ in mass }, features: [.heavierJetMass], columns: [values]
    ).all
  }
}
