import AnomalyMethods
public import Foundation
import Yams

extension StudyPlan {
  private static let keys = [
    "title", "data", "signal", "simulation", "dataEvents", "simulationEvents", "signalRegion",
    "seeds", "injections",
    "globalPvalue", "plan", "variants", "settings",
  ]

  /// Reads a study's file.
  ///
  /// - Throws: ``StudyPlanError`` naming the key and its line.
  public init(contentsOf file: URL) throws(StudyPlanError) {
    let text: String
    do throws(PlanError) {
      text = try PlanReader.text(of: file)
    } catch {
      throw .study(error)
    }
    try self.init(yaml: text, folder: file.deletingLastPathComponent())
  }

  /// Reads a study; keys that are absent keep their defaults.
  ///
  /// - Parameters:
  ///   - yaml: The text.
  ///   - folder: What paths in it are relative to.
  /// - Throws: ``StudyPlanError`` naming the key and its line.
  public init(yaml: String, folder: URL) throws(StudyPlanError) {
    do throws(PlanError) {
      let root = try PlanReader(yaml: yaml)
      try root.expect(only: Self.keys)
      variants = []
      title = try root.text("title", default: "")
      data = try root.optionalText("data").map { Self.resolved($0, in: folder) }
      signal = try root.optionalText("signal").map { Self.resolved($0, in: folder) }
      simulation = try root.optionalText("simulation").map { Self.resolved($0, in: folder) }
      dataEvents = try root.optionalInteger("dataEvents", in: 1...1_000_000_000)
      simulationEvents = try root.optionalInteger("simulationEvents", in: 1...1_000_000_000)
      if root.has("signalRegion") {
        let edges = try root.numbers("signalRegion", default: [], in: 1...1e7)
        guard edges.count == 2, edges[0] < edges[1] else {
          throw root.invalid("signalRegion", "must be [lower, upper] in GeV with lower < upper")
        }
        signalRegion = edges[0]..<edges[1]
      }
      seeds = try root.integers("seeds", default: [1], in: 0...Int.max).map { UInt64($0) }
      guard Set(seeds).count == seeds.count else {
        throw root.invalid("seeds", "a seed appears twice: it would be the same search")
      }
      injections = try Self.injections(root)
      pseudoExperiments = try root.optionalInteger("globalPvalue", in: 1...1_000_000)
    } catch {
      throw .study(error)
    }
    variants = try Self.variants(yaml: yaml, folder: folder)
  }

  /// A path as seen from a folder; the name of an embedded sample stays.
  private static func resolved(_ path: String, in folder: URL) -> String {
    path.hasPrefix("/") || path.hasPrefix("embedded:")
      ? path : folder.appendingPathComponent(path).path
  }

  private static func injections(_ root: PlanReader) throws(PlanError) -> [Injection]? {
    guard root.has("injections") else { return nil }
    let section = try root.section("injections")
    try section.expect(only: ["events", "signalToBackground"])
    let counts = try section.integers("events", default: [], in: 0...1_000_000_000)
    let ratios = try section.numbers("signalToBackground", default: [], in: 0...1_000)
    guard !counts.isEmpty || !ratios.isEmpty else {
      throw root.invalid("injections", "give a list 'events' or 'signalToBackground'")
    }
    guard Set(counts).count == counts.count, Set(ratios).count == ratios.count else {
      throw root.invalid("injections", "an amount appears twice")
    }
    if !ratios.isEmpty, !root.has("signalRegion") {
      throw root.invalid(
        "injections", "signalToBackground is counted in 'signalRegion': give it as [lower, upper]")
    }
    return counts.map(Injection.events) + ratios.map(Injection.signalToBackground)
  }

  /// The search plans: every variant with every combination of settings.
  private static func variants(yaml: String, folder: URL) throws(StudyPlanError) -> [Variant] {
    let root: PlanReader
    let base: Node
    var named: [(name: String, settings: [(keyPath: String, value: Node)])] = []
    var grid: [(keyPath: String, values: [Node])] = []
    do throws(PlanError) {
      root = try PlanReader(yaml: yaml)
      base = try basePlan(root, folder: folder)
      for entries in try root.mappings("variants") {
        guard let name = entries.first(where: { $0.key == "name" })?.value.string, !name.isEmpty
        else { throw root.invalid("variants", "every variant needs a 'name'") }
        named.append((name, entries.filter { $0.key != "name" }.map { ($0.key, $0.value) }))
      }
      for entry in try root.section("settings").all {
        guard case .sequence(let values) = entry.value, !values.isEmpty else {
          throw .wrongType(
            key: "settings.\(entry.key)", line: entry.line,
            expected: "a list of values to try, such as [1, 2]")
        }
        grid.append((entry.key, Array(values)))
      }
    } catch {
      throw .study(error)
    }
    if named.isEmpty { named = [("", [])] }
    var combinations: [(name: String, settings: [(keyPath: String, value: Node)])] = named
    for (keyPath, values) in grid {
      combinations = combinations.flatMap { combination in
        values.map { value in
          let part = "\(keyPath) = \(text(of: value))"
          return (
            combination.name.isEmpty ? part : "\(combination.name), \(part)",
            combination.settings + [(keyPath, value)]
          )
        }
      }
    }
    var variants: [Variant] = []
    for (name, settings) in combinations {
      variants.append(try variant(name, settings, base: base))
    }
    let names = variants.map { fileName($0.name) }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw .study(
        root.invalid(
          root.has("variants") ? "variants" : "settings",
          "two of them are called '\(twice)': names become folders and must differ"))
    }
    return variants
  }

  private static func basePlan(_ root: PlanReader, folder: URL) throws(PlanError) -> Node {
    guard let node = root.node("plan") else { return Node.mapping([:]) }
    guard case .scalar(let scalar) = node else { return node }
    let file = URL(fileURLWithPath: resolved(scalar.string, in: folder))
    let text = try PlanReader.text(of: file)
    do {
      return try Yams.compose(yaml: text) ?? Node.mapping([:])
    } catch {
      throw .notYAML(reason: "\(file.path): \(error)")
    }
  }

  private static func variant(
    _ name: String, _ settings: [(keyPath: String, value: Node)], base: Node
  ) throws(StudyPlanError) -> Variant {
    var node = base
    do throws(PlanError) {
      _ = try SearchPlan(PlanReader(base, path: ""))
    } catch {
      throw .search(error, variant: nil)
    }
    var reference: ReferenceLine?
    for (keyPath, value) in settings {
      if keyPath == "reference" {
        reference = try referenceLine(value, variant: name)
        continue
      }
      node = setting(
        keyPath.split(separator: ".").map(String.init)[...], in: node, to: value)
    }
    do throws(PlanError) {
      let plan = try SearchPlan(PlanReader(node, path: ""))
      return Variant(
        name: name.isEmpty ? reference?.title ?? plan.method.rawValue : name,
        settings: settings.map { Setting(keyPath: $0.keyPath, value: text(of: $0.value)) },
        plan: plan, reference: reference)
    } catch {
      throw .search(error, variant: name)
    }
  }

  private static func referenceLine(
    _ value: Node, variant: String
  ) throws(StudyPlanError) -> ReferenceLine {
    if let line = ReferenceLine(rawValue: text(of: value)) { return line }
    throw .search(
      .outOfRange(
        key: "reference", line: value.mark?.line, value: text(of: value),
        allowed: ReferenceLine.allCases.map(\.rawValue).joined(separator: ", ")), variant: variant)
  }

  private static func setting(
    _ path: ArraySlice<String>, in node: Node, to value: Node
  ) -> Node {
    guard let key = path.first else { return value }
    // A key that is not there, or holds no mapping, becomes one: the plan's reader judges it.
    let mapping = node.mapping ?? [:]
    let inner = setting(
      path.dropFirst(), in: mapping[key] ?? Node.mapping([:]), to: value)
    let others = mapping.filter { $0.key.string != key }.map { ($0.key, $0.value) }
    // Errors about the key give the value's place in the file.
    return Node(others + [(.scalar(Node.Scalar(key, .implicit, .any, value.mark)), inner)])
  }

  /// A value as in a file, on one line.
  private static func text(of node: Node) -> String {
    switch node {
    case .scalar(let scalar): scalar.string
    case .sequence(let sequence): "[" + sequence.map(text).joined(separator: ", ") + "]"
    case .mapping(let mapping):
      "{" + mapping.map { "\(text(of: $0.key)): \(text(of: $0.value))" }.joined(separator: ", ")
        + "}"
    case .alias: "?"
    }
  }
}

/// What is wrong with a study's plan, and where.
public enum StudyPlanError: Error, Equatable {
  /// In the study itself.
  case study(PlanError)
  /// In the search plan that the study makes for a variant; `nil`: in what all variants share.
  case search(PlanError, variant: String?)
}

extension StudyPlanError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .study(.unknownKey(let key, let line, let nearest)):
      "the study's key '\(key)'" + (line.map { " (line \($0))" } ?? "") + " is unknown"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        + " (settings of the searches belong under 'plan', 'variants' or 'settings')"
    case .study(let error): "in the study: \(error)"
    case .search(let error, nil): "in the study's 'plan': \(error)"
    case .search(let error, let variant?): "in the study's variant '\(variant)': \(error)"
    }
  }
}
