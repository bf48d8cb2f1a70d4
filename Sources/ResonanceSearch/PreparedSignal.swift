import EventModel
import Foundation
import Randomness

/// The selected events of one signal sample inside the fit range.
struct ScoredSample: Sendable {
  let table: EventTable
  /// The file's row of each event of `table`.
  let rows: [Int]
  /// The bin of the fitted spectrum of each event of `table`.
  let bins: [Int]
  /// Weights of all events of the file; `nil` if each counts once.
  let fileWeights: [Double]?
  let fileCount: Int

  init(
    _ events: EventColumns, file: String, plan: SearchPlan, binning: MassBinning,
    isWeighted: Bool, seed: Seed
  ) throws {
    guard (events.weights != nil) == isWeighted else {
      throw LimitError.weightsInOneFile(isWeighted ? "the data" : file)
    }
    let all: EventTable
    let selected: [Int]
    do {
      all = try plan.features(of: events, sample: "signal", seed: seed)
      selected = try plan.selection.rows(of: events) ?? Array(0..<all.count)
    } catch {
      throw LimitError.columns(file: file, reason: "\(error)")
    }
    rows = selected.filter { binning.range.contains(all.dijetMass[$0]) }
    bins = rows.compactMap { binning.bin(of: all.dijetMass[$0]) }
    table = all.selecting(rows: rows)
    fileWeights = all.weights
    fileCount = all.count
  }
}

/// A signal brought to the plan's features and bins.
struct PreparedSignal: Sendable {
  struct Variation: Sendable {
    let name: String
    let up: ScoredSample
    let down: ScoredSample?
    /// Whether its rows are those of the nominal sample, so that injected ones are left out too.
    let sharesEvents: Bool
  }

  let sample: SignalSample
  let nominal: ScoredSample
  let variations: [Variation]
  /// Median m_JJ of all events in GeV.
  let mass: Double
  let window: (index: Int, window: MassWindow)
  /// Bins of the window's spectrum.
  let binning: MassBinning
  /// Events in the signal region, with weights if there are any.
  let inSignalRegion: PassedFraction
  /// Selected events in the fit range.
  let inFitRange: PassedFraction

  init(
    _ sample: SignalSample, prepared: PreparedEvents, plan: SearchPlan, window: Int?, seed: Seed
  ) throws {
    self.sample = sample
    let file = sample.input.name
    guard sample.input.events.count > 0 else { throw LimitError.noSignalEvents(file: file) }
    let masses = try sample.input.events.dijetMass()
    let sorted = masses.sorted()
    mass = sorted[sorted.count / 2]
    self.window = try Self.window(
      holding: mass, of: prepared.windows, chosen: window, file: file)
    let binning = try prepared.fitBinning.split(at: self.window.window.signalRegion.bounds)
    self.binning = binning
    func scored(_ events: EventColumns, file: String) throws -> ScoredSample {
      try ScoredSample(
        events, file: file, plan: plan, binning: binning,
        isWeighted: prepared.table.weights != nil, seed: seed)
    }
    nominal = try scored(sample.input.events, file: file)
    let region = self.window.window.signalRegion
    guard masses.contains(where: region.contains) else {
      throw LimitError.outsideWindow(
        file: file, window: region, found: sorted[0]...sorted[sorted.count - 1])
    }
    inSignalRegion = PassedFraction(
      masses.map(region.contains), weights: nominal.fileWeights)
    var isInRange = [Bool](repeating: false, count: masses.count)
    for row in nominal.rows { isInRange[row] = true }
    inFitRange = PassedFraction(isInRange, weights: nominal.fileWeights)
    variations = try sample.systematics.map { systematic in
      let events = sample.input.events
      switch systematic {
      case .samples(let name, let up, let down):
        return Variation(
          name: name, up: try scored(up.events, file: up.name),
          down: try down.map { try scored($0.events, file: $0.name) }, sharesEvents: false)
      case .jetMassScale(let size):
        return Variation(
          name: systematic.name,
          up: try scored(events.scalingJetMasses(file: file) { _, _ in 1 + size }, file: file),
          down: try scored(events.scalingJetMasses(file: file) { _, _ in 1 - size }, file: file),
          sharesEvents: true)
      case .jetMassResolution(let width):
        return Variation(
          name: systematic.name,
          up: try scored(
            events.smearingJetMasses(file: file, by: width, seed: seed.child("smearing")),
            file: file),
          down: nil, sharesEvents: true)
      }
    }
  }

  /// Of the windows whose signal region holds a mass the one with the nearest centre.
  private static func window(
    holding mass: Double, of windows: [(index: Int, window: MassWindow)], chosen: Int?,
    file: String
  ) throws(LimitError) -> (index: Int, window: MassWindow) {
    if let chosen {
      guard let window = windows.first(where: { $0.index == chosen }) else {
        throw .unknownWindow(chosen, known: windows.map(\.index))
      }
      return window
    }
    let holding = windows.filter { $0.window.signalRegion.contains(mass) }
    let nearest = holding.min { abs($0.window.center - mass) < abs($1.window.center - mass) }
    guard let nearest else {
      throw .outsideWindows(file: file, median: mass, windows: windows.map(\.window.signalRegion))
    }
    return nearest
  }

  /// Rows of the file in the order in which a sampling injects them.
  func injectionOrder(sampling: Int, seed: Seed) -> [Int] {
    seed.child("signal-\(sample.name).sampling-\(sampling)").child("injection")
      .ordered(0..<nominal.fileCount)
  }

  /// The first rows of an order that make up a strength; `nil` if there are not enough.
  func rows(ofStrength strength: Int, order: [Int]) -> Set<Int>? {
    guard let weights = nominal.fileWeights else {
      return strength <= order.count ? Set(order.prefix(strength)) : nil
    }
    var sum = 0.0
    var rows = Set<Int>()
    for row in order where sum < Double(strength) {
      sum += weights[row]
      rows.insert(row)
    }
    return sum >= Double(strength) ? rows : nil
  }
}
