import Datasets
import Evaluation
import EventFiles
import EventModel
import Foundation
import Randomness
import Testing

struct EmbeddedSampleTests {
  @Test func `The sample with signal holds what Simulation says`() throws {
    let sample = try readEvents(at: EmbeddedSample.signal.url().path)
    #expect(sample.events.count == 95_400)
    #expect(sample.truth?.signalCount == 400)
    #expect(try sample.events.dijetMass().allSatisfy { $0 > 2_499 })
    for feature in FeatureSet.lhcoRnd.features + FeatureSet.lhco41.features {
      #expect(try sample.events.values(of: feature).count == 95_400)
    }
  }

  @Test func `The sample without signal shares no event with the other`() throws {
    let null = try readEvents(at: EmbeddedSample.null.url().path)
    #expect(null.truth?.signalCount == 0)
    #expect(null.events.count == 95_000)
    let signal = try readEvents(at: EmbeddedSample.signal.url().path)
    func keys(_ events: EventColumns) throws -> Set<[Double]> {
      let columns = try ["pxj1", "pyj1", "mj2"].map { try #require(events[$0]) }
      return Set((0..<events.count).map { row in columns.map { $0[row] } })
    }
    let nullKeys = try keys(null.events)
    #expect(nullKeys.count == 95_000)
    #expect(try nullKeys.isDisjoint(with: keys(signal.events)))
  }

  @Test func `The particles are a hundred events`() throws {
    let reader = try RawEventReader(reading: EmbeddedSample.particles.url().path)
    #expect(reader.count == 100)
    #expect(try reader.truthLabels()?.signalCount == 10)
    let events = try reader.read(rows: 0..<100)
    #expect((0..<100).allSatisfy { events[$0].contains { $0 > 100 } })
  }

  @Test func `The muon pairs have five variables and the mass, and no event twice`() throws {
    func masses(_ sample: EmbeddedSample) throws -> [Double] {
      let file = try FeatureFile(reading: sample.url().path)
      #expect(file.columns.map(\.name) == ["pt1", "pt2", "eta1", "eta2", "deltaphi", "mll"])
      let columns = Dictionary(uniqueKeysWithValues: file.columns.map { ($0.name, $0.values) })
      let values = try ["pt1", "pt2", "eta1", "eta2", "deltaphi", "mll"].map {
        try #require(columns[$0])
      }
      for row in values[0].indices {
        let squared =
          2 * values[0][row] * values[1][row]
          * (cosh(values[2][row] - values[3][row]) - cos(values[4][row]))
        #expect(abs(squared.squareRoot() / values[5][row] - 1) < 1e-3)
      }
      return values[5]
    }
    let reference = try masses(.dimuonReference)
    let data = try masses(.dimuonData)
    let signal = try masses(.dimuonZPrime)
    #expect([reference, data, signal].map(\.count) == [60_000, 30_000, 1_500])
    // 10 % above the Z peak, as in arXiv:1912.12155, and most of the signal within 22 GeV of 300.
    for sample in [reference, data] {
      let above = Double(sample.count { $0 > 95 }) / Double(sample.count)
      #expect(abs(above - 0.105) < 0.01)
    }
    #expect(signal.count { abs($0 - 300) < 22 } > 1_050)
  }

  @Test func `All samples together are below ten megabytes`() throws {
    let bytes = try EmbeddedSample.allCases.map {
      try Data(contentsOf: $0.url()).count
    }
    #expect(bytes.reduce(0, +) < 10_000_000)
  }
}

struct CWoLaToyTests {
  @Test func `Counts, ranges and labels are those asked for`() {
    let events = CWoLaToy().events(seed: Seed(1))
    #expect(events.count == 30_300)
    #expect(events.truth.signalCount == 300)
    for bin in 0..<3 {
      let count = events.bin.count { $0 == bin }
      #expect(count == (bin == CWoLaToy.signalBin ? 10_300 : 10_000))
    }
    for row in 0..<events.count {
      let reach: Float = events.truth.isSignal[row] ? 0.1 : 0.5
      #expect(max(abs(events.x1[row]), abs(events.x2[row])) <= reach)
      if events.truth.isSignal[row] { #expect(events.bin[row] == CWoLaToy.signalBin) }
    }
  }

  /// A fraction 0.04 of 30,000 uniform events: 1200 ± 34.
  @Test func `Background is uniform`() {
    let events = CWoLaToy().events(seed: Seed(2))
    let central = (0..<events.count).count {
      !events.truth.isSignal[$0] && max(abs(events.x1[$0]), abs(events.x2[$0])) < 0.1
    }
    #expect(abs(central - 1200) < 170)
    let mean = events.x1.reduce(0, +) / Float(events.count)
    #expect(abs(mean) < 0.01)
  }

  @Test func `Equal seeds give equal events, others do not`() {
    let toy = CWoLaToy(backgroundPerBin: 100, signalCount: 10)
    #expect(toy.events(seed: Seed(3)) == toy.events(seed: Seed(3)))
    #expect(toy.events(seed: Seed(3)) != toy.events(seed: Seed(4)))
  }

  @Test func `The ideal significance is 3, 15 and 7.5`() {
    let toy = CWoLaToy()
    for (efficiency, expected) in [(1.0, 3.0), (0.04, 15), (0.01, 7.5)] {
      #expect(abs(toy.idealSignificance(backgroundEfficiency: efficiency) - expected) < 1e-9)
    }
  }
}

struct MixedGaussiansTests {
  @Test func `Mixed samples have their fractions, means and deviations`() {
    let toy = MixedGaussians()
    let events = toy.events(20_000, fractions: [0.7, 0.2], seed: Seed(1))
    for (place, fraction) in [0.7, 0.2].enumerated() {
      let rows = events.sample.indices.filter { events.sample[$0] == place }
      #expect(rows.count == 20_000)
      let signal = rows.count { events.truth.isSignal[$0] }
      // Five standard deviations of a binomial.
      #expect(abs(Double(signal) - 20_000 * fraction) < 5 * (20_000 * 0.25).squareRoot())
    }
    for (isSignal, mean) in [(true, 5.0), (false, 10.0)] {
      let x = events.x.indices.filter { events.truth.isSignal[$0] == isSignal }
        .map { Double(events.x[$0]) }
      let found = x.reduce(0, +) / Double(x.count)
      let variance = x.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(x.count)
      #expect(abs(found - mean) < 0.2)
      #expect(abs(variance.squareRoot() - 5) < 0.15)
    }
    #expect(
      toy.events(10, fractions: [0.5], seed: Seed(2))
        == toy.events(
          10, fractions: [0.5], seed: Seed(2)))
  }

  @Test func `The optimal area is that of cuts on the observable itself`() throws {
    let toy = MixedGaussians()
    let events = toy.events(40_000, fractions: [1, 0], seed: Seed(3))
    let curve = try ROCCurve(scores: events.x.map { -Double($0) }, truth: events.truth)
    // Its standard error with 40,000 events of each is 0.0017.
    #expect(abs(curve.areaUnderCurve - toy.optimalAreaUnderCurve) < 0.007)
    // scipy 1.17.1: Validation/roc.py.
    #expect(abs(toy.optimalAreaUnderCurve - 0.760_249_938_906_523_6) < 1e-12)
  }
}
