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

  /// Reference: Validation/learners.py (scipy 1.17, rankdata and norm.ppf).
  @Test func `Normal scores of ranks match scipy, values outside counting as the ends`() throws {
    let training = try events(at: 3_100, values: [3, 1, 2, 2, 5])
    let transform = try RankGaussianTransform(fitting: WeightedEvents(training))
    let reference: [Double] = [
      0.524_400_512_708_041, -1.281_551_565_544_600, -0.253_347_103_135_800, -0.253_347_103_135_800,
      1.281_551_565_544_600,
    ]
    for (value, expected) in zip(try transform.columns(training)[0], reference) {
      #expect(abs(Double(value) - expected) < 1e-6)
    }
    let ends = try transform.columns(events(at: 3_100, values: [-7, 1, 5, 80]))[0]
    #expect(ends[0] == ends[1] && ends[2] == ends[3])
    // Between two training values the percentile is that of the gap: 0.8 between 3 and 5.
    let gap = try transform.columns(events(at: 3_100, values: [4]))[0][0]
    #expect(abs(Double(gap) - 0.841_621_233_572_914) < 1e-6)
  }

  @Test func `Selected features keep their events`() throws {
    let table = try EventTable(
      dijetMass: [3_000, 3_100, 3_200],
      features: [.heavierJetMass, .lighterJetMass, .heavierJetTau21],
      columns: [[1, 2, 3], [4, 5, 6], [7, 8, 9]], weights: [1, 2, 3], identifiers: [9, 8, 7])
    let jets = try FeatureSelection.ofEachJet(table.features)
    #expect(jets.map(\.features) == [[.heavierJetMass, .heavierJetTau21], [.lighterJetMass]])
    let first = try jets[0].applied(to: table[[2, 0]])
    #expect(first.columns == [[3, 1], [9, 7]])
    #expect(first.dijetMass == [3_200, 3_000])
    #expect(first.weights == [3, 1])
    #expect(first.identifiers == [7, 9])
    #expect(
      try FeatureSelection([.heavierJetTau21, .heavierJetMass]).applied(to: table.all).columns
        == [[7, 8, 9], [1, 2, 3]])
  }

  @Test func `Features that are no jet's, of one jet only, or missing are refused`() throws {
    #expect(throws: LearnerError.withoutObject(.toyX1)) {
      try FeatureSelection.ofEachJet([.heavierJetMass, .toyX1])
    }
    let features: [Feature] = [.heavierJetMass, .jetMassDifference]
    #expect(throws: LearnerError.emptyObject(.second, features: features)) {
      try FeatureSelection.ofEachJet(features)
    }
    #expect(
      throws: LearnerError.featureMismatch(expected: [.lighterJetMass], found: [.heavierJetMass])
    ) {
      try FeatureSelection([.lighterJetMass]).applied(to: events(at: 3_100, values: [1]))
    }
  }

  private func events(at mass: Double, values: [Float]) throws -> EventSlice {
    try EventTable(
      dijetMass: values.map { _ in mass }, features: [.heavierJetMass], columns: [values]
    ).all
  }
}
