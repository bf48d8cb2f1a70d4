import Datasets
import EventFiles
import Foundation
import Randomness
import TestSupport
import Testing

struct DimuonProblemTests {
  /// Masses and weights that are known: 1000 pairs at 90 GeV and 1000 at 300 GeV, the latter with a
  /// tenth of the weight, and a contact interaction that doubles them at c_W = 1.
  private func known(in folder: String) throws -> DimuonEvents {
    func write(_ name: String, _ columns: [(String, [Double])]) throws {
      try HDF5Output.write(to: "\(folder)/\(name).h5") { file in
        for (column, values) in columns {
          try file.write(values, shape: [values.count], to: "/" + column)
        }
      }
    }
    /// Back to back in the transverse plane, so that the mass is the sum of the momenta.
    func pairs(_ masses: [Double]) -> [(String, [Double])] {
      [
        ("pt1", masses.map { 0.5 * $0 }), ("pt2", masses.map { 0.5 * $0 }),
        ("eta1", masses.indices.map { $0.isMultiple(of: 2) ? 0.5 : 2 }),
        ("eta2", masses.indices.map { $0.isMultiple(of: 2) ? 0.5 : 2 }),
        ("deltaphi", masses.map { _ in .pi }), ("mll", masses),
      ]
    }
    let masses = (0..<2000).map { $0 < 1000 ? 90.0 : 300 }
    try write(
      "eft_weighted",
      pairs(masses) + [
        ("weight", masses.map { $0 < 100 ? 1 : 0.1 }),
        ("linear", masses.map { _ in 0 }),
        ("quadratic", masses.map { $0 < 100 ? 0 : 1 }),
      ])
    try write("zprime_200", pairs(Array(repeating: 200, count: 100)))
    return try DimuonEvents(folder: URL(fileURLWithPath: folder))
  }

  /// Mean number of data events in a mass range of 40 data sets.
  private func mean(
    _ problem: ComparisonProblem, withSignal: Bool, _ range: Range<Float>
  ) throws -> Double {
    let column = try #require(problem.columns.firstIndex(of: "mll"))
    let counts = try (0..<40).map { number in
      try problem.data(withSignal: withSignal, seed: Seed(9).child("\(number)"))[column].count {
        range.contains($0)
      }
    }
    return Double(counts.reduce(0, +)) / 40
  }

  @Test func `Weights, signals, contact interaction and cuts give the numbers they should`() throws
  {
    try withTemporaryFolder { folder in
      let events = try known(in: folder)
      var setting = DimuonSetting(
        expected: 1100, referenceCount: 5500, columns: ["pt1", "eta1", "mll"])
      let signal = try DimuonExperiment(events, setting).problem(.zPrime(mass: 200, expected: 50))
      #expect(signal.expected == 1100)
      #expect(signal.referenceCount == 5500)
      #expect(abs(try #require(signal.expectedWithSignal) - 1150) < 1e-9)
      // Five standard errors of a mean of 40 Poisson counts.
      func error(_ count: Double) -> Double { 5 * (count / 40).squareRoot() }
      #expect(abs(try mean(signal, withSignal: false, 80..<100) - 1000) < error(1000))
      #expect(abs(try mean(signal, withSignal: false, 290..<310) - 100) < error(100))
      #expect(try mean(signal, withSignal: false, 190..<210) == 0)
      #expect(abs(try mean(signal, withSignal: true, 190..<210) - 50) < error(50))
      #expect(abs(try mean(signal, withSignal: true, 290..<310) - 100) < error(100))

      let contact = try DimuonExperiment(events, setting).problem(.contact(coupling: 1))
      #expect(abs(try #require(contact.expectedWithSignal) - 1200) < 1e-9)
      #expect(abs(try mean(contact, withSignal: true, 290..<310) - 200) < error(200))

      setting.minimum = ["mll": 95]
      let cut = try DimuonExperiment(events, setting).problem(.zPrime(mass: 200, expected: 50))
      #expect(abs(cut.expected - 100) < 1e-9)
      #expect(cut.referenceCount == 500)
      #expect(abs(try #require(cut.expectedWithSignal) - 150) < 1e-9)
      #expect(cut.reference(seed: Seed(1))[2].allSatisfy { $0 == 300 })
    }
  }

  @Test func `A shift moves the reference, three times as far forward, and not the data`() throws {
    try withTemporaryFolder { folder in
      let events = try known(in: folder)
      let setting = DimuonSetting(
        expected: 1100, referenceCount: 1100, columns: ["pt1", "eta1", "mll"],
        minimum: ["pt2": 21, "mll": 62], referenceShift: 0.01)
      let problem = try DimuonExperiment(events, setting).problem(.none)
      func masses(_ columns: [[Float]], forward: Bool) -> Set<Float> {
        Set(columns[2].indices.filter { (columns[1][$0] > 1.2) == forward }.map { columns[2][$0] })
      }
      let reference = problem.reference(seed: Seed(1))
      func near(_ found: Set<Float>, _ expected: [Float]) -> Bool {
        found.count == 2
          && zip(found.sorted(), expected).allSatisfy { abs($0 - $1) < 1e-4 * $1 }
      }
      #expect(near(masses(reference, forward: false), [90.9, 303]))
      #expect(near(masses(reference, forward: true), [92.7, 309]))
      let null = try problem.data(withSignal: false, seed: Seed(1))
      #expect(near(masses(null, forward: true), [92.7, 309]))
      let data = try problem.data(withSignal: true, seed: Seed(1))
      #expect(near(masses(data, forward: true), [90, 300]))
    }
  }

  @Test func `What cannot be drawn is refused`() throws {
    let events = try DimuonEvents()
    func problem(_ change: (inout DimuonSetting) -> Void, _ signal: DimuonSignal = .none) throws {
      var setting = DimuonSetting.embedded
      change(&setting)
      _ = try DimuonExperiment(events, setting).problem(signal)
    }
    #expect(throws: DimuonError.noSuchMass(600, found: [300])) {
      try problem({ _ in }, .zPrime(mass: 600, expected: 10))
    }
    #expect(throws: DimuonError.noContactWeights) { try problem({ _ in }, .contact(coupling: 1)) }
    #expect(throws: DimuonError.unknownObservable("met")) { try problem { $0.columns = ["met"] } }
    #expect(throws: DimuonError.nothingPasses) { try problem { $0.minimum = ["mll": 1e5] } }
    let error = #expect(throws: DimuonError.self) { try problem { $0.referenceShift = 0.005 } }
    #expect(error?.description.contains("mll of 60.9 GeV") == true)
  }

  @Test func `The embedded events are those that the README describes`() throws {
    let events = try DimuonEvents()
    #expect(events.standardModel.count == 90_000)
    #expect(events.zPrimes[300]?.count == 1_500)
    let masses = events.standardModel.masses
    // Simulation/README.md, from a hundred times as many: 0.1044 above 95 GeV.
    #expect(abs(Double(masses.count { $0 > 95 }) / 90_000 - 0.1044) < 0.004)
    let problem = try ComparisonProblem(.dimuon)
    #expect(problem.columns == ["pt1", "pt2", "eta1", "eta2", "deltaphi"])
    #expect(problem.expectedWithSignal == 4020)
  }
}
