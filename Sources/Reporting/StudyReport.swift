public import EventFiles
import Evaluation
public import ResonanceSearch

/// What a study found: its searches summed up over seeds.
public struct StudyReport: Sendable, Encodable {
  /// The searches of one variant and one amount of signal.
  public struct Cell: Sendable, Encodable {
    public let variant: String
    /// Key paths of the search plan with their values.
    public let settings: [String: String]
    /// "S/B 0.002" or "500 events"; `nil` if nothing is injected.
    @Nullable public var injection: String?
    public let searches: SeedGroup
  }

  public let title: String
  /// Everything is compared in the windows at this mass.
  public let massGeV: Double
  /// Injection by injection, then variant by variant.
  public let cells: [Cell]
  public let notes: [String]
  /// The variants side by side at the largest amount of signal.
  let strongest: RunComparison
  /// That amount, as cells name it.
  let strongestInjection: String?
  /// Amounts that are none, as cells name them.
  let injectionsOfNothing: Set<String>
  let runs: [(point: StudyPlan.Point, run: ComparedRun)]
  let plan: SearchRecord.PlanSummary

  private enum CodingKeys: CodingKey { case title, massGeV, cells, notes }

  /// Collects finished searches.
  ///
  /// - Parameters:
  ///   - study: The plan.
  ///   - runs: One for each of its points, in their order, compared with labels where there are any.
  /// - Throws: ``ComparisonError``.
  public init(
    _ study: StudyPlan, runs: [(point: StudyPlan.Point, run: ComparedRun)]
  ) throws(ComparisonError) {
    guard let first = runs.first else { throw .noRuns }
    let injections: [StudyPlan.Injection?] = study.injections ?? [nil]
    var cells: [Cell] = []
    for injection in injections {
      for variant in study.variants {
        let members = runs.filter {
          $0.point.injection == injection && $0.point.variant == variant
        }
        cells.append(
          Cell(
            variant: variant.name,
            settings: Dictionary(
              variant.settings.map { ($0.keyPath, $0.value) }, uniquingKeysWith: { _, last in last }
            ),
            injection: injection?.name,
            searches: SeedGroup(name: variant.name, members.map(\.run))))
      }
    }
    let centre = study.signalRegion.map { ($0.lowerBound + $0.upperBound) / 2 }
    // Among amounts of one kind the largest number; of two kinds the one with more events.
    let most = cells.max { Self.signal($0) < Self.signal($1) }?.injection
    let comparison = try RunComparison(
      groups: cells.filter { $0.injection == most }.map(\.searches), plan: first.run.record.plan,
      massGeV: centre)
    strongest = comparison
    strongestInjection = most
    injectionsOfNothing = Set(
      injections.compactMap(\.self).filter(\.isNothing).map(\.name))
    massGeV = comparison.massGeV
    title = study.title
    self.cells = cells
    self.runs = runs
    plan = first.run.record.plan
    let isPartlyFitted = cells.contains { $0.searches.isPartlyFitted }
    notes =
      comparison.notes.filter { $0 != SeedGroup.partlyFittedNote }
      + (isPartlyFitted ? [SeedGroup.partlyFittedNote] : [])
  }

  private static func signal(_ cell: Cell) -> Double {
    cell.searches.windows.compactMap { $0.separation?.signalEvents?.median }.max() ?? 0
  }

  var variants: [String] {
    var seen = Set<String>()
    return cells.map(\.variant).filter { seen.insert($0).inserted }
  }

  /// Amounts of signal, in the plan's order.
  var injections: [String?] {
    var seen = Set<String?>()
    return cells.map(\.injection).filter { seen.insert($0).inserted }
  }

  /// A variant's windows at the compared mass with their signal over background, ascending.
  func scan(_ variant: String) -> [(signalToBackground: Double, window: SeedGroup.Window)] {
    cells.filter { $0.variant == variant }.compactMap { cell in
      guard let window = cell.searches.window(at: massGeV),
        let ratio = window.separation?.signalToBackground?.median
      else { return nil }
      return (ratio, window)
    }.sorted { $0.signalToBackground < $1.signalToBackground }
  }

  /// The cut that shows a variant's signal best: largest median significance where signal is
  /// strongest.
  func bestCut(_ variant: String) -> Double? {
    strongest.groups.first { $0.name == variant }?.window(at: massGeV)?.cuts
      .filter { $0.localSignificance != nil }
      .max { ($0.localSignificance?.median ?? 0) < ($1.localSignificance?.median ?? 0) }?
      .efficiency
  }

  /// The searches of a cell, one a seed.
  func searches(_ cell: Cell) -> [ComparedRun] {
    runs.filter {
      $0.point.variant.name == cell.variant && $0.point.injection?.name == cell.injection
    }.map(\.run)
  }

  /// Whether the study injected nothing there, and elsewhere something.
  func isWithoutSignal(_ cell: Cell) -> Bool {
    cell.injection.map(injectionsOfNothing.contains) ?? false
  }

  var seedCount: Int { Set(runs.map(\.point.seed)).count }
}
