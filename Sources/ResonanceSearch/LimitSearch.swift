import AnomalyMethods
import EventFiles
import EventModel
public import Execution
public import Foundation
import Randomness
import StatisticalInference

/// Upper limits on signals by a search whose selection is learned anew for each injected strength.
///
/// For every signal, injected strength and random sampling of the signal, models are trained on data
/// with the injected events, the data *without* them are cut and fitted, and a CL_s limit is set
/// (``InjectionScan`` says which is quoted). Every training is a unit of work of its own, so that
/// equal input gives equal bytes with any number of jobs, interrupted or not.
public struct LimitSearch: Sendable {
  public let plan: SearchPlan
  public let settings: LimitSettings
  public let seed: UInt64
  public let input: SearchInput
  let prepared: PreparedEvents
  let signals: [PreparedSignal]
  /// Cuts below 1, in the plan's order.
  let efficiencies: [Double]
  /// Limit without a cut, one per signal.
  private let inclusive: [SelectedLimit]
  /// Ascending, one list per signal.
  private let strengths: [[Int]]

  /// Prepares the work: fits the spectrum without a cut, trains nothing yet.
  ///
  /// - Throws: ``LimitError``, ``PlanError``, ``SearchError`` or an error about a column.
  public init(
    _ input: SearchInput, signals: [SignalSample], plan: SearchPlan, settings: LimitSettings,
    seed: UInt64
  ) throws {
    try settings.check()
    guard !signals.isEmpty else { throw LimitError.noSignalFile }
    let names = signals.map { fileName($0.name) }
    if let repeated = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw LimitError.repeatedName(repeated)
    }
    efficiencies = plan.efficiencies.filter { $0 < 1 }
    guard !efficiencies.isEmpty else { throw LimitError.noCut }
    guard plan.fit.folds == .merged else { throw LimitError.foldsFittedApart }
    if let efficiency = settings.efficiency, !efficiencies.contains(efficiency) {
      throw LimitError.unknownEfficiency(efficiency, known: efficiencies)
    }
    self.plan = plan
    self.settings = settings
    self.seed = seed
    self.input = input
    let root = Seed(seed)
    let prepared = try PreparedEvents(input, plan: plan, seed: root)
    self.prepared = prepared
    self.signals = try signals.map {
      try PreparedSignal($0, prepared: prepared, plan: plan, window: settings.window, seed: root)
    }
    let rows = Array(0..<prepared.table.count)
    inclusive = try self.signals.map { signal in
      try SelectedLimit(
        prepared.spectrum(of: rows, window: signal.window.window), signal: signal.unselectedYield(),
        window: signal.window.window, plan: plan, confidenceLevel: settings.confidenceLevel)
    }
    strengths = try zip(self.signals, inclusive).map { signal, inclusive in
      try Self.strengths(signal, settings: settings, inclusive: inclusive, seed: root)
    }
  }

  private static func strengths(
    _ signal: PreparedSignal, settings: LimitSettings, inclusive: SelectedLimit, seed: Seed
  ) throws(LimitError) -> [Int] {
    let file = signal.sample.input.name
    let count = signal.nominal.fileCount
    var chosen: [Int]
    if let strengths = settings.strengths {
      chosen = strengths.sorted()
    } else {
      guard let limit = inclusive.limit?.expected[2] else {
        throw .noDefaultStrengths(file: file, reason: inclusive.remark ?? "the fit failed")
      }
      let (steps, range) = LimitSettings.defaultScan
      chosen = (0..<steps).map { step in
        let ratio = range.upperBound / range.lowerBound
        let factor = range.lowerBound * pow(ratio, Double(step) / Double(steps - 1))
        return max(1, Int((factor * limit).rounded()))
      }
      chosen = Set(chosen).sorted()
    }
    let order = signal.injectionOrder(sampling: 0, seed: seed)
    for strength in chosen {
      let injected = signal.rows(ofStrength: strength, order: order)?.count
      guard let injected, injected + LimitSettings.fewestLeft <= count else {
        throw .tooFewEvents(file: file, strength: strength, found: count)
      }
    }
    return chosen
  }

  /// Events of the data that are cut and fitted.
  public var eventsInFitRange: Int { prepared.table.count }

  /// What would be injected, one line per signal: for estimates of time.
  public var summary: [(name: String, window: Int, strengths: [Int])] {
    zip(signals, strengths).map { ($0.sample.name, $0.window.index, $1) }
  }

  /// All trainings: signal by signal, then strength, sampling and fold.
  var trainings: [InjectedTraining] {
    zip(signals, strengths).flatMap { signal, strengths in
      strengths.flatMap { strength in
        (0..<settings.samplings).flatMap { sampling in
          prepared.folds.scored.map { fold in
            InjectedTraining(
              signal: signal, strength: strength, sampling: sampling, fold: fold)
          }
        }
      }
    }
  }

  /// The trainings as independent units of work, in a fixed order.
  public var units: [WorkUnit] {
    let root = Seed(seed)
    return trainings.map { training in
      WorkUnit(label: training.label) { [prepared, plan, efficiencies] isCancelled in
        let counts = try training(
          prepared, plan: plan, efficiencies: efficiencies, seed: root, isCancelled: isCancelled)
        return try JSONEncoder.sorted.encode(counts)
      }
    }
  }

  /// What the result depends on: a run folder's key.
  public func key(version: String, instructionSet: String) -> [String: String] {
    var key = [
      "plan": plan.digest, "input": input.sha256, "events as read": prepared.table.sha256,
      "seed": "\(seed)", "version": version,
      "instructionSet": instructionSet, "samplings": "\(settings.samplings)",
    ]
    if plan.needsSimulation { key["simulation"] = input.simulation?.sha256 }
    key["simulation as read"] = prepared.simulation?.sha256
    for (signal, strengths) in zip(signals, strengths) {
      let parts =
        [
          signal.sample.input.sha256, "as read \(signal.nominal.table.sha256)",
          "window \(signal.window.index)",
          "strengths \(strengths.map { "\($0)" }.joined(separator: " "))",
        ] + signal.sample.systematics.map(\.key)
      key["signal \(signal.sample.name)"] = parts.joined(separator: ", ")
    }
    return key
  }

  /// Trains what is not in the store, then sets the limits.
  ///
  /// - Parameters:
  ///   - environment: Names of the program's version and instruction set, for the record.
  ///   - executor: Who does the trainings.
  ///   - jobs: Fits at once.
  ///   - store: Where finished trainings are kept.
  ///   - progress: Called after each training.
  /// - Returns: The limits of all signals.
  /// - Throws: An error of the method or of the store.
  public func callAsFunction(
    environment: (version: String, instructionSet: String),
    executor: any Executor = .threads(1), jobs: Int = 1, store: UnitStore? = nil,
    progress: @escaping @Sendable (WorkProgress) -> Void = { _ in }
  ) throws -> LimitResult {
    try result(
      of: executor.perform(units, stage: "training", store: store, progress: progress),
      environment: environment, jobs: jobs)
  }

  /// Sets the limits from finished trainings.
  ///
  /// - Parameters:
  ///   - bytes: What each of ``units`` left, in their order.
  ///   - environment: Names of the program's version and instruction set, for the record.
  ///   - jobs: Fits at once.
  /// - Returns: The limits of all signals.
  /// - Throws: ``LimitError/damagedUnit(_:)``.
  public func result(
    of bytes: [Data], environment: (version: String, instructionSet: String), jobs: Int = 1
  ) throws -> LimitResult {
    let counts = try zip(trainings, bytes).map { training, bytes in
      guard let counts = try? JSONDecoder().decode(SelectionCounts.self, from: bytes) else {
        throw LimitError.damagedUnit(training.label)
      }
      return counts
    }
    let scored = prepared.folds.scored.count
    // The networks of one signal, strength and sampling, at each cut.
    let networks = stride(from: 0, to: counts.count, by: scored).map {
      MergedCounts(Array(counts[$0..<$0 + scored]), folds: prepared.folds.count)
    }
    let owners = zip(signals, strengths).flatMap { signal, strengths in
      [PreparedSignal](repeating: signal, count: strengths.count * settings.samplings)
    }
    let limits = try concurrentMap(networks.count * efficiencies.count, jobs: jobs) {
      [efficiencies, plan, settings] piece in
      let (network, cut) = piece.quotientAndRemainder(dividingBy: efficiencies.count)
      let owner = owners[network]
      let merged = networks[network]
      let number = network % settings.samplings
      let spectrum = try merged.spectrum(cut: cut, edges: owner.binning.edges)
      let yield = merged.yield(cut: cut, variations: owner.variations)
      let limit = try SelectedLimit(
        spectrum, signal: yield, window: owner.window.window, plan: plan,
        confidenceLevel: settings.confidenceLevel)
      return LimitResult.Sampling(
        sampling: number, limit: limit.limit,
        signalEfficiency: PassedFraction(yield.fraction, of: yield.events),
        selectedEvents: spectrum.total, function: limit.function, remark: limit.remark)
    }
    var first = 0
    var results: [LimitResult.Signal] = []
    for (index, signal) in signals.enumerated() {
      let networks = first..<first + strengths[index].count * settings.samplings
      let cuts = efficiencies.indices.map { cut in
        networks.map { limits[$0 * efficiencies.count + cut] }
      }
      results.append(result(of: signal, at: index, samplings: cuts))
      first = networks.upperBound
    }
    return LimitResult(
      version: environment.version, instructionSet: environment.instructionSet,
      method: plan.method.rawValue, planDigest: plan.digest, seed: seed, input: input.description,
      confidenceLevel: settings.confidenceLevel, samplings: settings.samplings,
      folds: prepared.folds.count, luminosity: settings.luminosity, signals: results)
  }

  private func result(
    of signal: PreparedSignal, at index: Int, samplings: [[LimitResult.Sampling]]
  ) -> LimitResult.Signal {
    let acceptance = acceptance(of: signal)
    let scale = settings.luminosity.flatMap { luminosity in
      acceptance.map { luminosity * $0.value }
    }
    func limit(_ observed: Double, _ expected: [Double]) -> LimitResult.Limit {
      LimitResult.Limit(observed: observed, expected: expected, eventsPerFemtobarn: scale)
    }
    let unselected = inclusive[index].limit
    let cuts = zip(efficiencies, samplings).map { efficiency, samplings -> LimitResult.Cut in
      let byStrength = strengths[index].indices.map { strength in
        Array(samplings[strength * settings.samplings..<(strength + 1) * settings.samplings])
      }
      let scan = InjectionScan(
        zip(strengths[index], byStrength).map { strength, samplings in
          (Double(strength), samplings.map(\.limit))
        })
      let quoted = scan.quoted
      return LimitResult.Cut(
        efficiency: efficiency,
        strengths: zip(scan.points, byStrength).map {
          LimitResult.Strength(combined: $0, samplings: $1)
        },
        quoted: quoted, limit: quoted.map { limit($0.observed, $0.expected) },
        expectedImprovement: Self.ratio(unselected?.expected[2], quoted?.expected[2]),
        observedImprovement: Self.ratio(unselected?.observed, quoted?.observed))
    }
    let quotedCut = cuts.indices.filter { cut in
      cuts[cut].quoted != nil
        && (settings.efficiency.map { $0 == cuts[cut].efficiency } ?? true)
    }.min { (cuts[$0].quoted?.expected[2] ?? 0, $0) < (cuts[$1].quoted?.expected[2] ?? 0, $1) }
    return LimitResult.Signal(
      name: signal.sample.name, input: signal.sample.input.description,
      backgroundLeftOut: signal.sample.backgroundLeftOut, massGeV: signal.mass,
      window: signal.window.index, signalRegionGeV: signal.window.window.signalRegion.bounds,
      inFitRange: signal.inFitRange, inSignalRegion: signal.inSignalRegion, acceptance: acceptance,
      systematics: signal.variations.map(\.name),
      inclusive: LimitResult.Inclusive(
        limit: unselected.map { limit($0.observed, $0.expected) },
        function: inclusive[index].function, remark: inclusive[index].remark),
      cuts: cuts, quotedCut: quotedCut,
      warnings: warnings(signal, quoted: quotedCut.map { cuts[$0] }))
  }

  /// Inclusive over learned limit.
  private static func ratio(_ inclusive: Double?, _ learned: Double?) -> Double? {
    guard let inclusive, let learned, learned > 0 else { return nil }
    return inclusive / learned
  }

  private func acceptance(of signal: PreparedSignal) -> PassedFraction? {
    if let acceptance = settings.acceptance {
      return PassedFraction(exactly: acceptance)
    }
    return signal.sample.generated.map {
      PassedFraction(Double(signal.nominal.fileCount) / Double($0), of: Double($0))
    }
  }

  private func warnings(_ signal: PreparedSignal, quoted: LimitResult.Cut?) -> [String] {
    var warnings: [String] = []
    if plan.features == .atlas {
      warnings.append(
        "percentiles of the data hide part of a strong signal, so that limits can fall below it "
          + "more often than they should: compare with other features")
    }
    if signal.sample.backgroundLeftOut > 0 {
      warnings.append(
        "\(signal.sample.backgroundLeftOut) events of \(signal.sample.input.name) are labelled as "
          + "background and were left out")
    }
    guard let cut = quoted, let best = cut.quoted else {
      return warnings + ["no injected strength has a limit: the samplings' remarks say why"]
    }
    if best.isAtEndOfScan {
      warnings.append(
        "the smallest expected limit is at an end of the scan, \(Int(best.strength)) injected "
          + "events: strengths beyond may give a better one")
    }
    if best.isAtStrength {
      warnings.append(
        "the observed limit of networks that learned from \(Int(best.strength)) events is below "
          + "that strength: the strength is quoted")
    }
    let missing = cut.strengths.reduce(0) { $0 + $1.combined.missing }
    if missing > 0 {
      warnings.append(
        "\(missing) of \(cut.strengths.count * settings.samplings) samplings have no limit and "
          + "count as infinite")
    }
    return warnings
  }
}

extension PreparedSignal {
  /// The signal before any cut, all events of the file counted.
  func unselectedYield() -> SignalYield {
    func yield(_ sample: ScoredSample) -> [Double] {
      let total = sample.fileWeights?.reduce(0, +) ?? Double(sample.fileCount)
      var yield = [Double](repeating: 0, count: binning.count)
      for (event, bin) in sample.bins.enumerated() {
        yield[bin] += (sample.table.weights?[event] ?? 1) / total
      }
      return yield
    }
    let squares = nominal.fileWeights?.reduce(0) { $0 + $1 * $1 } ?? Double(nominal.fileCount)
    let total = nominal.fileWeights?.reduce(0, +) ?? Double(nominal.fileCount)
    return SignalYield(
      perEvent: yield(nominal),
      variations: variations.map { ($0.name, yield($0.up), $0.down.map(yield)) },
      events: total * total / squares)
  }
}

/// Counts of all folds of one network ensemble together.
private struct MergedCounts: Sendable {
  private let parts: [SelectionCounts]
  /// All folds, scored or not.
  private let folds: Int

  init(_ parts: [SelectionCounts], folds: Int) {
    self.parts = parts
    self.folds = folds
  }

  func spectrum(cut: Int, edges: [Double]) throws -> Histogram {
    try Histogram(
      edges: edges, counts: Self.sum(parts.map { $0.data[cut] }),
      sumsOfSquaredWeights: parts[0].squares == nil
        ? nil : Self.sum(parts.compactMap { $0.squares?[cut] }))
  }

  /// Passing events per event of the file, the mean over folds.
  func yield(cut: Int, variations: [PreparedSignal.Variation]) -> SignalYield {
    func perEvent(_ sample: Int) -> [Double] {
      Self.sum(
        parts.map { part in
          part.samples[sample].passed[cut].map { $0 / (part.samples[sample].total * Double(folds)) }
        })
    }
    var next = 1
    let shifted = variations.map { variation in
      let up = perEvent(next)
      let down = variation.down == nil ? nil : perEvent(next + 1)
      next += variation.down == nil ? 1 : 2
      return (name: variation.name, up: up, down: down)
    }
    let nominal = parts[0].samples[0]
    return SignalYield(
      perEvent: perEvent(0), variations: shifted,
      events: nominal.total * nominal.total / nominal.squares)
  }

  private static func sum(_ rows: [[Double]]) -> [Double] {
    rows.dropFirst().reduce(rows[0]) { zip($0, $1).map(+) }
  }
}
