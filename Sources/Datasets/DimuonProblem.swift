/// What is beyond the Standard Model in the data of a dimuon problem.
public enum DimuonSignal: Sendable, Hashable, Codable {
  case none
  /// A Z' of a mass in GeV, with so many expected events N(S) before the selection.
  case zPrime(mass: Int, expected: Double)
  /// The contact interaction of arXiv:1912.12155, eq. (7), with c_W for Λ = 1 TeV.
  case contact(coupling: Double)
}

/// The experiment of a dimuon problem: luminosity, selection, variables.
public struct DimuonSetting: Sendable, Hashable, Codable {
  /// Standard Model events N(R) expected before the selection.
  public var expected: Double
  /// Reference events before the selection.
  public var referenceCount: Int
  /// Which of ``DimuonEvents/observables`` are compared.
  public var columns: [String]
  /// Events are kept above these bounds, by observable.
  public var minimum: [String: Double]
  /// Relative shift of the reference's momenta against the data's; three times that for |η| > 1.2.
  public var referenceShift: Double

  public init(
    expected: Double = 20_000, referenceCount: Int = 100_000,
    columns: [String] = ["pt1", "pt2", "eta1", "eta2", "deltaphi"],
    minimum: [String: Double] = [:], referenceShift: Double = 0
  ) {
    self.expected = expected
    self.referenceCount = referenceCount
    self.columns = columns
    self.minimum = minimum
    self.referenceShift = referenceShift
  }

  /// Reference events for each that the Standard Model predicts.
  public var referenceRatio: Double { Double(referenceCount) / expected }

  /// A fifth of the paper's luminosity, for the embedded events.
  public static let embedded = DimuonSetting(expected: 4_000, referenceCount: 20_000)
}

/// A setting with the events that pass its selection, for problems with any signal.
public struct DimuonExperiment: Sendable {
  public let events: DimuonEvents
  public let setting: DimuonSetting
  private let background: SelectedDimuons
  private let reference: Component

  /// Selects the events of the Standard Model.
  ///
  /// - Throws: ``DimuonError`` for a setting that the events do not fit.
  public init(_ events: DimuonEvents, _ setting: DimuonSetting) throws(DimuonError) {
    try setting.check()
    self.events = events
    self.setting = setting
    let background = try SelectedDimuons(events.standardModel, setting)
    self.background = background
    reference =
      setting.referenceShift == 0
      ? background.component(expected: setting.expected)
      : try SelectedDimuons(
        events.standardModel.momentaShifted(by: setting.referenceShift), setting
      ).component(expected: setting.expected)
  }

  /// Makes the problem of section 4: Drell-Yan muon pairs, with a Z' or a contact interaction.
  ///
  /// Reference and data are drawn from one list of simulated events, with its weights and with
  /// replacement, so that without signal they follow one law exactly. A shift of the reference's
  /// momenta is part of the reference alone: the data without "signal" then follow it, too, and the
  /// data "with signal" are those of the true momentum scale, be there a signal or not.
  ///
  /// - Parameter signal: What else is in the data.
  /// - Returns: ``ComparisonProblem/Name/dimuon`` with the paper's network 5-5-5-5-1, or as many
  ///   inputs as columns.
  /// - Throws: ``DimuonError`` for a signal that the events do not have.
  public func problem(_ signal: DimuonSignal) throws(DimuonError) -> ComparisonProblem {
    let nominal = background.component(expected: setting.expected)
    let alternative: [Component]
    switch signal {
    case .none:
      alternative = setting.referenceShift == 0 ? [] : [nominal]
    case .zPrime(let mass, let expected):
      alternative = [
        nominal,
        try SelectedDimuons(events.zPrime(mass), setting).component(expected: expected),
      ]
    case .contact(let coupling):
      alternative = [
        background.component(
          expected: setting.expected, reweightedTo: try events.weights(contact: coupling))
      ]
    }
    return ComparisonProblem(
      .dimuon, setting.columns, reference, alternative,
      .init(layers: [setting.columns.count, 5, 5, 5, 1], clipping: 2.15, epochs: 300_000), [],
      referenceCount: Int(
        (Double(setting.referenceCount) * reference.expected / setting.expected).rounded()))
  }
}

extension DimuonSetting {
  /// Below these the simulation has no events, in GeV.
  private static let simulatedAbove = ["pt2": 20.0, "mll": 60.0]

  fileprivate func check() throws(DimuonError) {
    for name in columns + minimum.keys.sorted()
    where !DimuonEvents.observables.contains(name) {
      throw .unknownObservable(name)
    }
    guard referenceShift != 0 else { return }
    for (observable, cut) in Self.simulatedAbove.sorted(by: { $0.key < $1.key }) {
      let needed = cut * (1 + 3 * abs(referenceShift))
      guard minimum[observable] ?? 0 >= needed else {
        throw .shiftNeedsCut(observable: observable, above: needed)
      }
    }
  }
}

/// The events of a sample that pass, in the compared columns.
private struct SelectedDimuons {
  let columns: [[Float]]
  /// Of the events that pass.
  let weights: [Double]?
  /// Their places in the sample.
  let rows: [Int]
  /// Sum of the weights of all events, passing or not.
  let total: Double

  init(_ sample: DimuonEvents.Sample, _ setting: DimuonSetting) throws(DimuonError) {
    let observables = DimuonEvents.observables
    var rows = Array(0..<sample.count)
    for (index, name) in observables.enumerated() {
      guard let bound = setting.minimum[name] else { continue }
      rows = rows.filter { Double(sample.columns[index][$0]) > bound }
    }
    let kept = sample.weights.map { weights in rows.map { weights[$0] } }
    guard !rows.isEmpty, kept?.contains(where: { $0 > 0 }) ?? true else { throw .nothingPasses }
    columns = setting.columns.compactMap { observables.firstIndex(of: $0) }.map { index in
      rows.map { sample.columns[index][$0] }
    }
    weights = kept
    self.rows = rows
    total = sample.weights?.reduce(0, +) ?? Double(sample.count)
  }

  /// Takes the number of events that the whole sample stands for.
  func component(expected: Double) -> Component {
    let passed = weights?.reduce(0, +) ?? Double(rows.count)
    return Component(.events(columns, weights: weights), expected * passed / total)
  }

  /// The same events with other weights, of all events of the sample: their sum may differ.
  func component(expected: Double, reweightedTo all: [Double]) -> Component {
    let weights = rows.map { all[$0] }
    return Component(
      .events(columns, weights: weights), expected * weights.reduce(0, +) / total)
  }
}
