import Datasets
import EventFiles
import Foundation
import LearnedTestStatistics
import ResonanceSearch

/// Points of the dimuon problem to be measured: variants of the experiment, each with signals.
struct DimuonPlan {
  let title: String
  /// What the figure of significances is drawn against.
  let against: Abscissa
  let variants: [Variant]

  enum Abscissa: String, CaseIterable {
    case referenceSignificance
    case expected
    case signalFraction
    case referenceRatio
    case referenceShift
  }

  /// An experiment, a test, and the signals that it is given.
  struct Variant {
    var name = ""
    var setting = DimuonSetting()
    var network = "5-5-5-5-1"
    var clipping = 2.15
    var freeBiases = false
    var minimiser = "global"
    var epochs = AdamMinimisation().epochs
    /// `nil` as many as `overdensity nplm` makes.
    var searches: Int?
    var pseudoExperiments = 100
    /// With each signal; 0 for nothing but data without signal.
    var dataSets = 100
    fileprivate var signals: [PlannedSignal] = []

    var nplm: NPLM {
      get throws {
        try NPLM(
          network: NPLMNetwork(network), clipping: clipping, freeBiases: freeBiases,
          minimisation: minimiser == "adam"
            ? .adam(AdamMinimisation(epochs: epochs))
            : .global(GlobalMinimisation(exactly: searches)))
      }
    }

    /// The signals at this luminosity; none without data sets.
    var dimuonSignals: [DimuonSignal] {
      dataSets == 0 ? [] : signals.map { $0.signal(expected: setting.expected) }
    }
  }

  init(contentsOf url: URL) throws(PlanError) {
    try self.init(yaml: PlanReader.text(of: url))
  }

  init(yaml: String) throws(PlanError) {
    let reader = try PlanReader(yaml: yaml)
    let own = ["title", "against", "variants"]
    try reader.expect(only: own + Variant.keys)
    title = try reader.text("title", default: "Dimuon problem")
    let name = try reader.text("against", default: Abscissa.referenceSignificance.rawValue)
    guard let abscissa = Abscissa(rawValue: name) else {
      throw reader.invalid(
        "against",
        "'\(name)' is none of \(Abscissa.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    against = abscissa
    let base = try Variant(reader, like: Variant())
    var variants: [Variant] = []
    for section in try reader.sections("variants") {
      try section.expect(only: ["name"] + Variant.keys)
      let variant = try Variant(section, like: base)
      guard !variants.contains(where: { $0.name == variant.name }) else {
        throw section.invalid("name", "another variant has the name '\(variant.name)'")
      }
      variants.append(variant)
    }
    self.variants = variants.isEmpty ? [base] : variants
    for variant in self.variants where variant.dataSets > 0 {
      guard !variant.signals.isEmpty else {
        throw reader.invalid("signals", "the variant '\(variant.name)' has no signal")
      }
      guard variant.setting.referenceShift != 0 || !variant.dimuonSignals.contains(.none) else {
        throw reader.invalid(
          "signals",
          "in the variant '\(variant.name)' nothing differs from the reference: 'none' needs a "
            + "'referenceShift'; 'dataSets: 0' measures only data without signal")
      }
    }
  }
}

extension DimuonPlan.Variant {
  fileprivate static let keys = [
    "expected", "reference", "columns", "minimum", "referenceShift", "network", "clipping",
    "freeBiases", "minimiser", "epochs", "searches", "pseudoExperiments", "dataSets", "signals",
  ]

  /// Reads what is given and takes the rest from another variant.
  fileprivate init(_ reader: PlanReader, like base: Self) throws(PlanError) {
    self = base
    name = try reader.text("name", default: base.name)
    setting.expected = try reader.number("expected", default: setting.expected, in: 10...1e7)
    setting.referenceCount = try reader.integer(
      "reference", default: setting.referenceCount, in: 10...100_000_000)
    setting.columns = try reader.texts("columns", default: setting.columns)
    setting.minimum = try reader.namedNumbers("minimum", default: setting.minimum)
    setting.referenceShift = try reader.number(
      "referenceShift", default: setting.referenceShift, in: -0.1...0.1)
    network = try reader.text("network", default: network)
    clipping = try reader.number("clipping", default: clipping, in: 1e-3...1e6)
    freeBiases = try reader.flag("freeBiases", default: freeBiases)
    minimiser = try reader.text("minimiser", default: minimiser)
    guard ["global", "adam"].contains(minimiser) else {
      throw reader.invalid("minimiser", "'\(minimiser)' is neither global nor adam")
    }
    epochs = try reader.integer("epochs", default: epochs, in: 1...10_000_000)
    searches = try reader.optionalInteger("searches", in: 1...1_000) ?? searches
    pseudoExperiments = try reader.integer(
      "pseudoExperiments", default: pseudoExperiments, in: 20...1_000_000)
    dataSets = try reader.integer("dataSets", default: dataSets, in: 0...1_000_000)
    var signals: [PlannedSignal] = []
    for section in try reader.sections("signals") { signals.append(try PlannedSignal(section)) }
    if !signals.isEmpty { self.signals = signals }
    do {
      guard try nplm.network.layers[0] == setting.columns.count else {
        throw reader.invalid(
          "network", "'\(network)' does not begin with \(setting.columns.count), the columns")
      }
    } catch let error as PlanError {
      throw error
    } catch {
      throw reader.invalid("network", "\(error)")
    }
  }
}

/// A signal as a plan gives it: in events, or as a fraction of N(R).
private enum PlannedSignal {
  case fixed(DimuonSignal)
  case fraction(mass: Int, of: Double)

  init(_ reader: PlanReader) throws(PlanError) {
    try reader.expect(only: ["zPrime", "events", "fraction", "contact", "none"])
    if reader.has("none") {
      self = .fixed(.none)
    } else if reader.has("contact") {
      self = .fixed(.contact(coupling: try reader.number("contact", default: 0, in: -100...100)))
    } else if reader.has("zPrime") {
      let mass = try reader.integer("zPrime", default: 0, in: 1...100_000)
      guard reader.has("events") != reader.has("fraction") else {
        throw reader.invalid("zPrime", "give either its 'events' or their 'fraction' of N(R)")
      }
      self =
        reader.has("events")
        ? .fixed(
          .zPrime(mass: mass, expected: try reader.number("events", default: 0, in: 1e-3...1e6)))
        : .fraction(mass: mass, of: try reader.number("fraction", default: 0, in: 1e-9...1))
    } else {
      throw reader.invalid("zPrime", "a signal is a zPrime, a contact interaction or none")
    }
  }

  func signal(expected: Double) -> DimuonSignal {
    switch self {
    case .fixed(let signal): signal
    case .fraction(let mass, let fraction): .zPrime(mass: mass, expected: fraction * expected)
    }
  }
}
