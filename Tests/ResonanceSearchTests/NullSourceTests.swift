import AnomalyMethods
import EventModel
import Foundation
import Randomness
import ResonanceSearch
import TestSupport
import Testing

struct NullSourceTests {
  static func plan() -> SearchPlan {
    var plan = SearchTests.plan()
    plan.method = .pca
    return plan
  }

  static func table(background: Int = 8_000, signal: Int = 0) throws -> EventTable {
    try ToyEvents(background: background, signal: signal).table()
  }

  /// Width of the signal regions of the plan in ln m_JJ.
  static let width = log(6_000.0 / 2_800) * 2 / 8

  @Test func `A donor is one to two widths of a signal region away, on both sides`() throws {
    let data = try Self.table()
    let donors = try DonorEvents(data, plan: Self.plan(), seed: Seed(1))
    let massOf = Dictionary(uniqueKeysWithValues: zip(data.identifiers, data.dijetMass))
    let events = donors.events(of: 0)
    var below = 0
    for (mass, identifier) in zip(events.dijetMass, events.identifiers) {
      let distance = log(mass / (try #require(massOf[identifier])))
      #expect(abs(distance) >= Self.width * (1 - 1e-12) && abs(distance) <= 2 * Self.width)
      if distance > 0 { below += 1 }
    }
    #expect(below > events.count / 20 && below < events.count * 19 / 20)
  }

  @Test func `Pseudo-data have the size, the spectrum and the features of the data`() throws {
    let data = try Self.table()
    let donors = try DonorEvents(data, plan: Self.plan(), seed: Seed(1))
    let pseudo = donors.events(of: 3)
    let range = 2_800.0..<6_000
    #expect(pseudo.count == data.dijetMass.count { range.contains($0) })
    #expect(pseudo.dijetMass.allSatisfy { range.contains($0) })
    for slice in [2_800.0..<3_100, 3_100..<3_600, 3_600..<4_500] {
      let inData = data.selecting(
        rows: data.dijetMass.indices.filter { slice.contains(data.dijetMass[$0]) })
      let inPseudo = pseudo.selecting(
        rows: pseudo.dijetMass.indices.filter { slice.contains(pseudo.dijetMass[$0]) })
      let expected = Double(inData.count)
      #expect(abs(Double(inPseudo.count) - expected) < 5 * (2 * expected).squareRoot())
      for feature in data.features.indices {
        // The medians of two samples of n events differ by about 1.8 spreads over sqrt(n).
        let (a, b) = (inData.columns[feature].sorted(), inPseudo.columns[feature].sorted())
        let spread = Double(a[a.count * 3 / 4] - a[a.count / 4]) / 1.35
        let difference = Double(a[a.count / 2] - b[b.count / 2])
        #expect(abs(difference) < 5 * 1.8 * spread / Double(b.count).squareRoot())
      }
    }
  }

  @Test func `Copies of one event are in one fold`() throws {
    let donors = try DonorEvents(Self.table(), plan: Self.plan(), seed: Seed(1))
    #expect(donors.duplicates > 0.05 && donors.duplicates < 0.5)
    let prepared = try PreparedEvents(donors.events(of: 0), plan: Self.plan(), seed: Seed(2))
    var foldOf: [Int64: UInt8] = [:]
    var copies = 0
    for (identifier, fold) in zip(prepared.table.identifiers, prepared.folds.assignment) {
      if let other = foldOf[identifier] {
        copies += 1
        #expect(other == fold)
      }
      foldOf[identifier] = fold
    }
    #expect(copies > 100)
  }

  @Test func `A signal in the data is spread thin in the pseudo-data`() throws {
    func signalLike(_ events: EventTable) -> Int {
      events.dijetMass.indices.count { row in
        (3_300.0..<3_700).contains(events.dijetMass[row])
          && abs(events.columns[0][row] - 110) < 30 && abs(events.columns[1][row] - 370) < 80
      }
    }
    func pseudo(_ data: EventTable) throws -> Int {
      let donors = try DonorEvents(data, plan: Self.plan(), seed: Seed(1))
      return (0..<10).map { signalLike(donors.events(of: $0)) }.reduce(0, +) / 10
    }
    let (without, with) = (try Self.table(), try Self.table(signal: 200))
    let injected = signalLike(with) - signalLike(without)
    let left = try pseudo(with) - pseudo(without)
    #expect(injected > 150)
    #expect(left < injected / 5)
  }

  @Test func `A pseudo-experiment depends on its number and the seed alone`() throws {
    let donors = try DonorEvents(Self.table(), plan: Self.plan(), seed: Seed(1))
    let again = try DonorEvents(Self.table(), plan: Self.plan(), seed: Seed(1))
    #expect(donors.events(of: 5).dijetMass == again.events(of: 5).dijetMass)
    #expect(donors.events(of: 5).columns == again.events(of: 5).columns)
    #expect(donors.events(of: 5).dijetMass != donors.events(of: 6).dijetMass)
  }

  private func simulated(
    pool: Int, setSize: Int, pseudoExperiments: Int
  ) throws -> SimulatedBackground {
    try SimulatedBackground(
      [("pool", Self.table(background: pool))], range: 1_000..<20_000, setSize: setSize,
      pseudoExperiments: pseudoExperiments, digest: "0123456789", seed: Seed(1))
  }

  @Test func `Sets are disjoint where the pool is large enough`() throws {
    let source = try simulated(pool: 2_000, setSize: 400, pseudoExperiments: 5)
    let identifiers = (0..<5).flatMap { source.events(of: $0).identifiers }
    #expect(identifiers.count == 2_000)
    #expect(Set(identifiers).count == 2_000)
  }

  @Test func `A smaller pool gives subsets without replacement of at most a tenth`() throws {
    let source = try simulated(pool: 2_000, setSize: 200, pseudoExperiments: 50)
    for number in [0, 7, 49] {
      let identifiers = source.events(of: number).identifiers
      #expect(identifiers.count == 200)
      #expect(Set(identifiers).count == 200)
    }
    #expect(source.events(of: 0).identifiers != source.events(of: 1).identifiers)
    #expect(
      throws: NullSourceError.poolTooSmall(events: 2_000, sets: 50, setSize: 201)
    ) { try simulated(pool: 2_000, setSize: 201, pseudoExperiments: 50) }
  }

  @Test func `Samples that cannot serve are refused with the reason`() throws {
    let events = ToyEvents(background: 3_000)
    let weighted = try EventTable(
      EventColumns(events.columns, weights: [Double](repeating: 0.5, count: 3_000)),
      features: Self.plan().features.features)
    #expect(throws: NullSourceError.weighted(sample: "mc.h5")) {
      try SimulatedBackground(
        [("mc.h5", weighted)], range: 2_800..<6_000, setSize: 10, pseudoExperiments: 1,
        digest: "0", seed: Seed(1))
    }
    #expect(throws: NullSourceError.weighted(sample: "the searched file")) {
      try DonorEvents(weighted, plan: Self.plan(), seed: Seed(1))
    }
    let few = #expect(throws: NullSourceError.self) {
      try DonorEvents(Self.table(background: 500), plan: Self.plan(), seed: Seed(1))
    }
    #expect(few.map { "\($0)".contains("--background") } == true)
    #expect(throws: NullSourceError.noPseudoExperiments(0)) {
      try simulated(pool: 2_000, setSize: 10, pseudoExperiments: 0)
    }
  }
}
