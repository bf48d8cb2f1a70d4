import Evaluation
import ResonanceSearch

/// Several searches side by side; those that differ in their seeds only are one group.
public struct RunComparison: Sendable, Encodable {
  public let groups: [SeedGroup]
  /// Significances against the cut and curves are those of the windows at this mass.
  public let massGeV: Double
  /// What a reader must know before comparing, such as that the runs searched different events.
  public let notes: [String]
  /// The two jet masses of a known signal, marked in maps; empty for none.
  public var signalMassesGeV: [Double] = []
  /// For the figures' headings.
  let plan: SearchRecord.PlanSummary

  private enum CodingKeys: CodingKey { case groups, massGeV, notes }

  /// Compares runs.
  ///
  /// - Parameters:
  ///   - runs: At least one; a group's name is its runs' name, or the first and last if they differ.
  ///   - massGeV: Where to compare; `nil`: where labels show most signal, or else where the largest
  ///     median excess lies.
  /// - Throws: ``ComparisonError``.
  public init(_ runs: [ComparedRun], massGeV: Double? = nil) throws(ComparisonError) {
    guard let first = runs.first else { throw .noRuns }
    var order: [[String]] = []
    var members: [[String]: [ComparedRun]] = [:]
    for run in runs {
      let key = SeedGroup.key(of: run)
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(run)
    }
    let groups = order.compactMap { members[$0] }.map { runs in
      SeedGroup(name: Self.name(of: runs), runs)
    }
    try self.init(groups: groups, plan: first.record.plan, massGeV: massGeV)
  }

  /// Compares groups that are formed already.
  init(
    groups: [SeedGroup], plan: SearchRecord.PlanSummary, massGeV: Double?
  ) throws(ComparisonError) {
    guard !groups.isEmpty else { throw .noRuns }
    let mass = massGeV ?? Self.defaultMass(groups)
    let outside = groups.filter { $0.window(at: mass) == nil }
    guard outside.count < groups.count else {
      throw .massOutsideWindows(
        massGeV: mass, regionsGeV: groups.flatMap(\.windows).map(\.signalRegionGeV))
    }
    self.groups = groups
    self.massGeV = mass
    self.plan = plan
    notes =
      Self.notes(groups)
      + outside.map { "\($0.name) has no signal region at \(fixed(mass, 0)) GeV." }
  }

  private static func name(of runs: [ComparedRun]) -> String {
    let names = runs.map(\.name)
    guard let first = names.first, let last = names.last, first != last else {
      return names.first ?? ""
    }
    return "\(first) ... \(last)"
  }

  private static func defaultMass(_ groups: [SeedGroup]) -> Double {
    let labelled = groups.flatMap(\.windows).max {
      ($0.separation?.signalEvents?.median ?? 0) < ($1.separation?.signalEvents?.median ?? 0)
    }
    if let labelled, labelled.separation?.signalEvents?.median ?? 0 > 0 {
      return labelled.centreGeV
    }
    let best = groups.compactMap(\.best).min {
      ($0.cut.exponent ?? 0) < ($1.cut.exponent ?? 0)
    }
    return best?.window.centreGeV ?? groups[0].windows.first?.centreGeV ?? 0
  }

  private static func notes(_ groups: [SeedGroup]) -> [String] {
    var notes: [String] = []
    func differing(_ what: (SeedGroup) -> String) -> [(value: String, names: [String])] {
      var values: [(value: String, names: [String])] = []
      for group in groups {
        if let place = values.firstIndex(where: { $0.value == what(group) }) {
          values[place].names.append(group.name)
        } else {
          values.append((what(group), [group.name]))
        }
      }
      return values.count > 1 ? values : []
    }
    func list(_ values: [(value: String, names: [String])]) -> String {
      values.map { "\($0.value): \($0.names.joined(separator: ", "))" }.joined(separator: "; ")
    }
    let inputs = differing { group in
      group.inputs.map { "\($0.name) (\($0.events) events, SHA-256 \($0.sha256.prefix(8)))" }
        .joined(separator: ", ")
    }
    if !inputs.isEmpty { notes.append("The runs searched different events: \(list(inputs)).") }
    let versions = differing(\.version)
    if !versions.isEmpty { notes.append("Different versions made the runs: \(list(versions)).") }
    let regions = differing { group in
      "\(group.windows.map { $0.signalRegionGeV.map { fixed($0, 0) }.joined(separator: "-") })"
    }
    if !regions.isEmpty {
      notes.append("The runs have different mass windows: each is shown at its own.")
    }
    let blind = groups.filter(\.blind).map(\.name)
    if !blind.isEmpty { notes.append("Blind, without p-values: \(blind.joined(separator: ", ")).") }
    if groups.contains(where: \.isPartlyFitted) { notes.append(SeedGroup.partlyFittedNote) }
    for group in groups where Set(group.seeds).count < group.seeds.count {
      notes.append(
        "\(group.name): two runs have the same seed, so they are one search counted twice.")
    }
    notes.append(
      "Significances are nominal: p-values after a learned cut are not uniform without signal. "
        + "Global p-values, of runs that have one, account for that.")
    return notes
  }

  /// Whether any run was compared with truth labels.
  var hasLabels: Bool { groups.contains { $0.windows.contains { $0.separation != nil } } }

  /// Every cut of the compared windows, the loosest first.
  var efficiencies: [Double] {
    Set(groups.flatMap { $0.window(at: massGeV)?.cuts.map(\.efficiency) ?? [] }).sorted(by: >)
  }
}

/// Why runs cannot be compared.
public enum ComparisonError: Error, Sendable, Hashable {
  case noRuns
  case massOutsideWindows(massGeV: Double, regionsGeV: [[Double]])
}

extension ComparisonError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRuns: return "there is no run to compare: name run folders"
    case .massOutsideWindows(let mass, let regions):
      let edges = regions.joined()
      return "no signal region holds \(fixed(mass, 0)) GeV: they lie between "
        + "\(fixed(edges.min() ?? 0, 0)) and \(fixed(edges.max() ?? 0, 0)) GeV; choose another "
        + "--mass"
    }
  }
}
