public import EventFiles
public import Evaluation
public import ResonanceSearch
import StatisticalInference

/// A finished search with a name, and its evaluation where truth labels are known.
public struct ComparedRun: Sendable {
  public var name: String
  public var record: SearchRecord
  /// One for each window that was compared with labels; empty without labels.
  public var evaluations: [WindowEvaluation]
  /// What the search took; `nil` if it left no note of it.
  public var timing: SearchTiming?

  public init(
    name: String, record: SearchRecord, evaluations: [WindowEvaluation] = [],
    timing: SearchTiming? = nil
  ) {
    self.name = name
    self.record = record
    self.evaluations = evaluations
    self.timing = timing
  }
}

/// Searches that differ in their seeds only, summed up as medians with their spread.
public struct SeedGroup: Sendable, Encodable {
  /// One cut of one window over all seeds.
  public struct Cut: Sendable, Encodable {
    public let efficiency: Double
    /// Over the seeds with a usable fit; `nil` if there are none or the searches are blind.
    @Nullable public var localSignificance: Spread?
    @Nullable public var log10LocalPValue: Spread?
    @Nullable public var signalEvents: Spread?
    @Nullable public var massGeV: Spread?
    /// How often each function described the spectrum outside the signal region; `none` where no
    /// declared one did.
    public let fits: [String: Int]
    /// The chi2 p-values of the functions used.
    @Nullable public var fitPValue: Spread?
    /// chi2 / ndf of a constant efficiency outside the signal region.
    @Nullable public var sculpting: Spread?

    /// Median of log10 p.
    var exponent: Double? { log10LocalPValue?.median }
  }

  /// The comparison with truth labels of one window over all seeds.
  public struct Separation: Sendable, Hashable, Codable {
    /// Events of the signal region.
    @Nullable public var signalEvents: Spread?
    @Nullable public var backgroundEvents: Spread?
    /// Signal over background events of the signal region.
    @Nullable public var signalToBackground: Spread?
    @Nullable public var areaUnderCurve: Spread?
    @Nullable public var maximumImprovement: Spread?
    @Nullable public var improvementAtHalfSignal: Spread?
    @Nullable public var improvementAtTenPercentBackground: Spread?
    @Nullable public var improvementAtOnePercentBackground: Spread?
    @Nullable public var improvementAtOnePerMilleBackground: Spread?
    /// The lowest background efficiency at which every seed's improvement is quoted.
    @Nullable public var floor: Double?
  }

  public struct Window: Sendable, Encodable {
    public let index: Int
    public let signalRegionGeV: [Double]
    public let cuts: [Cut]
    @Nullable public var separation: Separation?
    /// Of the score's rank and that of m_JJ, with what it is without dependence.
    @Nullable public var distanceCorrelation: Spread?
    @Nullable public var distanceCorrelationExpected: Spread?
    /// Of tenths of the score and of m_JJ in nats, with what it is without dependence.
    @Nullable public var mutualInformation: Spread?
    @Nullable public var mutualInformationExpected: Spread?

    var centreGeV: Double { signalRegionGeV.reduce(0, +) / Double(max(signalRegionGeV.count, 1)) }
  }

  public let name: String
  /// Names of the runs, in the order given.
  public let runs: [String]
  public let seeds: [UInt64]
  public let method: String
  public let planDigest: String
  /// What was searched: one input, or in a study one for each seed.
  public let inputs: [SearchResult.Input]
  public let version: String
  public let instructionSet: String
  public let calibrated: Bool
  public let blind: Bool
  /// Of the runs that were calibrated on pseudo-data without signal; `nil` if none was.
  @Nullable public var globalPValue: Spread?
  public let windows: [Window]
  /// Seconds of training and scoring, which differ from run to run and are in no JSON.
  let trainingSeconds: Spread?
  /// Every run's evaluations, for curves.
  let evaluations: [[WindowEvaluation]]
  /// Which parts of the plane of jet masses the first run picks.
  let efficiencyMaps: [SearchRecord.EfficiencyMap]

  private enum CodingKeys: CodingKey {
    case name, runs, seeds, method, planDigest, inputs, version, instructionSet, calibrated, blind
    case globalPValue
    case windows
  }

  /// Sums up runs of one group.
  ///
  /// - Parameters:
  ///   - name: What tables and figures call it.
  ///   - runs: At least one, all with the same ``key(of:)``.
  init(name: String, _ runs: [ComparedRun]) {
    let first = runs[0].record.result
    self.name = name
    self.runs = runs.map(\.name)
    seeds = runs.map(\.record.result.seed)
    method = first.method
    planDigest = first.planDigest
    inputs = runs.map(\.record.result.input).reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
    version = first.version
    instructionSet = first.instructionSet
    calibrated = first.calibrated
    blind = first.blind
    globalPValue = Spread(runs.compactMap { $0.record.result.globalPValue?.value })
    trainingSeconds = Spread(runs.compactMap { $0.timing?.trainingSeconds })
    evaluations = runs.map(\.evaluations)
    efficiencyMaps = runs[0].record.efficiencyMaps
    windows = first.windows.map { window in
      let all = runs.compactMap { run in
        run.record.result.windows.first { $0.index == window.index }
      }
      func dependence(_ value: KeyPath<MassDependence, Double>) -> Spread? {
        Spread(all.compactMap { $0.massDependence?[keyPath: value] })
      }
      return Window(
        index: window.index, signalRegionGeV: window.signalRegionGeV,
        cuts: window.efficiencies.map { Self.cut($0.efficiency, of: all) },
        separation: Self.separation(
          runs.compactMap { run in run.evaluations.first { $0.index == window.index } }),
        distanceCorrelation: dependence(\.distanceCorrelation),
        distanceCorrelationExpected: dependence(\.distanceCorrelationExpected),
        mutualInformation: dependence(\.mutualInformation),
        mutualInformationExpected: dependence(\.mutualInformationExpected))
    }
  }

  private static func cut(_ efficiency: Double, of windows: [SearchResult.Window]) -> Cut {
    let measurements = windows.compactMap { window in
      window.efficiencies.first { $0.efficiency == efficiency }
    }
    let quotable = measurements.filter(\.isQuotable)
    return Cut(
      efficiency: efficiency,
      localSignificance: Spread(quotable.compactMap(\.localSignificance)),
      log10LocalPValue: Spread(quotable.compactMap(\.log10LocalPValue)),
      signalEvents: Spread(quotable.compactMap(\.signalEvents)),
      massGeV: Spread(quotable.compactMap(\.massGeV)),
      fits: Dictionary(
        measurements.map { (Self.function($0), 1) }, uniquingKeysWith: +),
      fitPValue: Spread(
        measurements.filter { $0.fit?.converged == true }.compactMap { $0.fit?.pValue }),
      sculpting: Spread(
        measurements.compactMap { $0.sculpting.map { $0.chi2 / Double($0.ndf) } }))
  }

  /// The function that describes a spectrum, or "none".
  static func function(_ measurement: SearchResult.Measurement) -> String {
    measurement.fit.flatMap { $0.converged ? $0.function : nil } ?? "none"
  }

  private static func separation(_ windows: [WindowEvaluation]) -> Separation? {
    guard !windows.isEmpty else { return nil }
    func improvement(_ efficiency: Double) -> Spread? {
      Spread(
        windows.compactMap {
          $0.point(nearBackgroundEfficiency: efficiency)?.significanceImprovement
        })
    }
    return Separation(
      signalEvents: Spread(windows.map { Double($0.signalEvents) }),
      backgroundEvents: Spread(windows.map { Double($0.backgroundEvents) }),
      signalToBackground: Spread(
        windows.filter { $0.backgroundEvents > 0 }.map {
          Double($0.signalEvents) / Double($0.backgroundEvents)
        }),
      areaUnderCurve: Spread(windows.compactMap(\.areaUnderCurve)),
      maximumImprovement: Spread(windows.compactMap { $0.maximum?.significanceImprovement }),
      improvementAtHalfSignal: Spread(
        windows.compactMap { $0.atHalfSignal?.significanceImprovement }),
      improvementAtTenPercentBackground: improvement(0.1),
      improvementAtOnePercentBackground: improvement(0.01),
      improvementAtOnePerMilleBackground: improvement(0.001),
      floor: windows.compactMap(\.floor).max())
  }

  /// What runs of one group share: everything but the seed.
  static func key(of run: ComparedRun) -> [String] {
    let result = run.record.result
    return [
      result.planDigest, result.input.sha256, result.version, result.instructionSet,
      "\(result.blind)", "\(result.calibrated)",
    ]
  }

  /// Whether a cut has a usable fit for some of the seeds only.
  var isPartlyFitted: Bool {
    windows.contains { window in
      window.cuts.contains { cut in
        cut.localSignificance.map { $0.count < seeds.count } ?? false
      }
    }
  }

  /// What "(2 of 3)" means.
  static let partlyFittedNote =
    "Numbers in brackets such as (2 of 3) count the seeds with a usable background fit; the others "
    + "quote nothing and are not in the median."

  /// The window and cut of the smallest median p-value; `nil` if nothing is quoted.
  var best: (window: Window, cut: Cut)? {
    windows.flatMap { window in window.cuts.map { (window: window, cut: $0) } }
      .filter { $0.cut.exponent != nil }
      .min { ($0.cut.exponent ?? 0) < ($1.cut.exponent ?? 0) }
  }

  /// The window whose signal region holds a mass and has its centre nearest to it.
  func window(at massGeV: Double) -> Window? {
    windows.filter {
      $0.signalRegionGeV.count == 2 && $0.signalRegionGeV[0] <= massGeV
        && massGeV < $0.signalRegionGeV[1]
    }.min { abs($0.centreGeV - massGeV) < abs($1.centreGeV - massGeV) }
  }

  /// The evaluations of one window, one a run that has it.
  func evaluations(ofWindow index: Int) -> [WindowEvaluation] {
    evaluations.compactMap { run in run.first { $0.index == index } }
  }
}
