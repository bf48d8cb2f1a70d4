import Datasets
import EventFiles
import EventModel
import Evaluation
import Randomness
import TestSupport
import Testing

struct SignalInjectionTests {
  /// A thousand events from 2000 GeV on, one a GeV, and signal from 2400 to 2500 GeV.
  let data = events("data", masses: (0..<1_000).map { 2_000 + Double($0) })
  let signal = events("signal", masses: (0..<100).map { 2_400.5 + Double($0) })

  static func events(
    _ name: String, masses: [Double], columns: [String] = ["mj1"], isSignal: [Bool]? = nil,
    weights: [Double]? = nil
  ) -> LabelledEvents {
    guard
      let events = try? EventColumns(
        [("mjj", masses)] + columns.map { ($0, masses.map { $0 / 10 }) }, weights: weights)
    else { preconditionFailure("these columns are right") }
    return LabelledEvents(
      events: events, truth: isSignal.map(TruthLabels.init),
      description: SourceDescription(
        name: name, sha256: name, kind: "test", rows: masses.count, units: .gev,
        hasLabels: isSignal != nil))
  }

  func inject(
    _ strength: SignalInjection.Strength, seed: UInt64 = 1
  ) throws -> InjectedEvents {
    try SignalInjection(strength, seed: Seed(seed))(signal, into: data)
  }

  @Test func `Data keep their rows, injected events follow and are labelled`() throws {
    let injected = try inject(.events(30))
    let masses = try #require(injected.events["mjj"])
    #expect(masses.count == 1_030 && injected.injectedCount == 30)
    #expect(Array(masses.prefix(1_000)) == data.events["mjj"])
    #expect(masses.suffix(30).allSatisfy { $0 > 2_400 && $0 < 2_501 && $0 != $0.rounded() })
    #expect(injected.truth.isSignal.prefix(1_000).allSatisfy { !$0 })
    #expect(injected.truth.isSignal.suffix(30).allSatisfy { $0 })
    #expect(injected.events["mj1"] == masses.map { $0 / 10 })
    #expect(Set(injected.events.identifiers).count == 1_030)
  }

  @Test func `No event is injected twice, and a stronger signal contains a weaker`() throws {
    let weak = try #require(try inject(.events(40)).events["mjj"]).suffix(40)
    let strong = try #require(try inject(.events(70)).events["mjj"]).suffix(70)
    #expect(Set(strong).count == 70)
    #expect(Set(weak).isSubset(of: Set(strong)))
    let other = try #require(try inject(.events(40), seed: 2).events["mjj"]).suffix(40)
    #expect(Set(other) != Set(weak))
    #expect(try inject(.events(40)).sha256 != inject(.events(40), seed: 2).sha256)
    #expect(try inject(.events(40)).sha256 != inject(.events(41)).sha256)
    #expect(try inject(.events(40)).sha256 == inject(.events(40)).sha256)
  }

  @Test func `A fraction counts signal and background in the range`() throws {
    // 50 background events lie in the range, so 20 % are 10 signal events there.
    let range = 2_420.0..<2_470.0
    let injected = try inject(.signalToBackground(0.2, within: range))
    let counts = try injected.counts(in: range)
    #expect(counts.signal == 10 && counts.background == 50)
    // Half of the signal lies in the range: events outside come along.
    #expect(injected.injectedCount > 10)
    #expect(try inject(.signalToBackground(0, within: range)).injectedCount == 0)
  }

  @Test func `Of a labelled signal file only signal is taken`() throws {
    let half = Self.events(
      "half", masses: (0..<100).map { 2_400.5 + Double($0) },
      isSignal: (0..<100).map { $0.isMultiple(of: 2) })
    let injected = try SignalInjection(.events(50), seed: Seed(1))(half, into: data)
    let masses = try #require(injected.events["mjj"]).suffix(50)
    #expect(masses.allSatisfy { Int($0 - 2_400.5).isMultiple(of: 2) })
    #expect(throws: InjectionError.tooFewEvents(file: "half", needed: 51, found: 50)) {
      try SignalInjection(.events(51), seed: Seed(1))(half, into: data)
    }
  }

  @Test func `Signal in the data stays signal`() throws {
    let mixed = Self.events(
      "mixed", masses: data.events["mjj"] ?? [], isSignal: (0..<1_000).map { $0 < 7 })
    let injected = try SignalInjection(.events(3), seed: Seed(1))(signal, into: mixed)
    #expect(injected.truth.signalCount == 10)
  }

  @Test func `What cannot be injected is refused with the facts`() throws {
    let error = #expect(throws: InjectionError.self) {
      try SignalInjection(.events(1), seed: Seed(1))(
        Self.events("other", masses: [2_400], columns: ["mj2"]), into: data)
    }
    #expect(error == .otherColumns(file: "other", missing: ["mj1"], surplus: ["mj2"]))
    #expect(error?.description.contains("lacks mj1 and has mj2 besides") == true)
    #expect(throws: InjectionError.weightsInOneFile("heavy")) {
      try SignalInjection(.events(1), seed: Seed(1))(
        Self.events("heavy", masses: [2_400], weights: [2]), into: data)
    }
    let range = 2_420.0..<2_470.0
    #expect(
      throws: InjectionError.tooFewEventsWithin(range, file: "signal", needed: 60, found: 50)
    ) { try inject(.signalToBackground(1.2, within: range)) }
    #expect(throws: InjectionError.noBackground(file: "data", range: 5_000..<6_000)) {
      try inject(.signalToBackground(0.1, within: 5_000..<6_000))
    }
  }

  @Test func `The written file reads back with labels apart`() throws {
    let injected = try inject(.events(30))
    try withTemporaryFolder { folder in
      let path = folder + "/mixed.h5"
      try injected.featureFile(sourceName: "data").write(to: path)
      let read = try readEvents(at: path)
      #expect(read.truth == injected.truth)
      #expect(read.events["mjj"] == injected.events["mjj"])
      #expect(read.events["label"] == nil)
      #expect(read.events.identifiers == injected.events.identifiers)
    }
  }
}
