import EventFiles
package import Foundation
import Yams

/// Reads one level of a YAML mapping strictly: wrong types and unknown keys are errors that name
/// the key and its line.
package struct PlanReader {
  private let path: String
  private let entries: [(key: String, line: Int?, value: Node)]

  package init(yaml: String) throws(PlanError) {
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      throw .notYAML(reason: "\(error)")
    }
    try self.init(root ?? Node.mapping(Node.Mapping([])), path: "")
  }

  /// The text of a plan's file.
  package static func text(of file: URL) throws(PlanError) -> String {
    do {
      return try String(contentsOf: file, encoding: .utf8)
    } catch {
      throw .notReadable(path: file.path, reason: error.localizedDescription)
    }
  }

  /// Reads a mapping whose keys stand under `path` in messages.
  init(_ node: Node, path: String) throws(PlanError) {
    self.path = path
    guard case .mapping(let mapping) = node else {
      // An empty file is an empty mapping.
      if case .scalar(let scalar) = node, scalar.string.isEmpty {
        entries = []
        return
      }
      throw .wrongType(key: path, line: node.mark?.line, expected: "a mapping of keys to values")
    }
    var entries: [(key: String, line: Int?, value: Node)] = []
    for (key, value) in mapping {
      let name = key.string ?? ""
      guard !entries.contains(where: { $0.key == name }) else {
        throw .repeatedKey(path + name, line: key.mark?.line)
      }
      entries.append((name, key.mark?.line, value))
    }
    self.entries = entries
  }

  /// Refuses keys that are not in the list.
  package func expect(only known: [String]) throws(PlanError) {
    for entry in entries where !known.contains(entry.key) {
      throw .unknownKey(
        path + entry.key, line: entry.line,
        nearest: nearestNames(to: entry.key, among: known, limit: 1).first)
    }
  }

  func section(_ key: String) throws(PlanError) -> PlanReader {
    guard let entry = find(key) else {
      return try PlanReader(Node.mapping(Node.Mapping([])), path: path + key + ".")
    }
    guard case .mapping = entry.value else {
      throw .wrongType(key: path + key, line: entry.line, expected: "a mapping of keys to values")
    }
    return try PlanReader(entry.value, path: path + key + ".")
  }

  package func number(
    _ key: String, default fallback: Double,
    in range: ClosedRange<Double> = -.greatestFiniteMagnitude
      ... .greatestFiniteMagnitude
  ) throws(PlanError) -> Double {
    guard let entry = find(key) else { return fallback }
    let value = try number(entry.value, key: key, line: entry.line)
    guard range.contains(value) else { throw outOfRange(entry, "\(value)", range) }
    return value
  }

  /// `nil` for a key that is absent or null.
  func optionalNumber(
    _ key: String,
    in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
  ) throws(PlanError) -> Double? {
    isGiven(key) ? try number(key, default: 0, in: range) : nil
  }

  /// `nil` for a key that is absent or null.
  func optionalNumbers(
    _ key: String, in range: ClosedRange<Double>
  ) throws(PlanError) -> [Double]? {
    isGiven(key) ? try numbers(key, default: [], in: range) : nil
  }

  /// A list of [lower, upper], lower below upper; `nil` for a key that is absent or null.
  func optionalRanges(
    _ key: String, in allowed: ClosedRange<Double>
  ) throws(PlanError) -> [Range<Double>]? {
    guard isGiven(key), let entry = find(key) else { return nil }
    var ranges: [Range<Double>] = []
    for node in try sequence(entry, of: "ranges") {
      var ends: [Double] = []
      for end in node.array() {
        ends.append(try number(end, key: key, line: entry.line))
      }
      guard ends.count == 2, ends[0] < ends[1] else {
        throw .wrongType(
          key: path + key, line: entry.line,
          expected: "a list of ranges, such as [[2500, 3600], [3000, 4300]]")
      }
      for end in ends where !allowed.contains(end) { throw outOfRange(entry, "\(end)", allowed) }
      ranges.append(ends[0]..<ends[1])
    }
    return ranges
  }

  /// Whether a key has a value that is not null.
  private func isGiven(_ key: String) -> Bool {
    find(key).map { $0.value.null == nil } ?? false
  }

  package func integer(
    _ key: String, default fallback: Int, in range: ClosedRange<Int>
  ) throws(PlanError) -> Int {
    guard let entry = find(key) else { return fallback }
    guard let value = entry.value.int else {
      throw .wrongType(key: path + key, line: entry.line, expected: "a whole number")
    }
    guard range.contains(value) else {
      throw .outOfRange(
        key: path + key, line: entry.line, value: "\(value)",
        allowed: "\(range.lowerBound) ... \(range.upperBound)")
    }
    return value
  }

  /// `nil` for a key that is absent or null.
  package func optionalInteger(_ key: String, in range: ClosedRange<Int>) throws(PlanError) -> Int?
  {
    isGiven(key) ? try integer(key, default: 0, in: range) : nil
  }

  package func flag(_ key: String, default fallback: Bool) throws(PlanError) -> Bool {
    guard let entry = find(key) else { return fallback }
    guard let value = entry.value.bool else {
      throw .wrongType(key: path + key, line: entry.line, expected: "true or false")
    }
    return value
  }

  package func text(_ key: String, default fallback: String) throws(PlanError) -> String {
    guard let entry = find(key) else { return fallback }
    guard case .scalar(let scalar) = entry.value else {
      throw .wrongType(key: path + key, line: entry.line, expected: "text")
    }
    return scalar.string
  }

  /// One of the raw values of an enumeration.
  func choice<Value: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Value
  ) throws(PlanError) -> Value where Value.RawValue == String {
    has(key) ? try named(key) : fallback
  }

  /// `nil` for a key that is absent or null.
  func optionalChoice<Value: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(PlanError) -> Value? where Value.RawValue == String {
    isGiven(key) ? try named(key) : nil
  }

  private func named<Value: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(PlanError) -> Value where Value.RawValue == String {
    let name = try text(key, default: "")
    guard let value = Value(rawValue: name) else {
      throw .outOfRange(
        key: path + key, line: find(key)?.line, value: name,
        allowed: Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }

  func choices<Value: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: [Value]
  ) throws(PlanError) -> [Value] where Value.RawValue == String {
    guard let entry = find(key) else { return fallback }
    var values: [Value] = []
    for node in try sequence(entry, of: "names") {
      guard let name = node.string, let value = Value(rawValue: name) else {
        throw .outOfRange(
          key: path + key, line: entry.line, value: node.string ?? "?",
          allowed: Value.allCases.map(\.rawValue).joined(separator: ", "))
      }
      values.append(value)
    }
    return values
  }

  func numbers(
    _ key: String, default fallback: [Double], in range: ClosedRange<Double>
  ) throws(PlanError) -> [Double] {
    guard let entry = find(key) else { return fallback }
    var values: [Double] = []
    for node in try sequence(entry, of: "numbers") {
      let value = try number(node, key: key, line: entry.line)
      guard range.contains(value) else { throw outOfRange(entry, "\(value)", range) }
      values.append(value)
    }
    return values
  }

  func integers(
    _ key: String, default fallback: [Int], in range: ClosedRange<Int>
  ) throws(PlanError) -> [Int] {
    guard let entry = find(key) else { return fallback }
    var values: [Int] = []
    for node in try sequence(entry, of: "whole numbers") {
      guard let value = node.int, range.contains(value) else {
        throw .outOfRange(
          key: path + key, line: entry.line, value: node.string ?? "?",
          allowed: "whole numbers \(range.lowerBound) ... \(range.upperBound)")
      }
      values.append(value)
    }
    return values
  }

  package func optionalText(_ key: String) throws(PlanError) -> String? {
    has(key) ? try text(key, default: "") : nil
  }

  /// The entries of each mapping in a list of mappings; none if the key is absent.
  func mappings(_ key: String) throws(PlanError) -> [[(key: String, line: Int?, value: Node)]] {
    guard let entry = find(key) else { return [] }
    var all: [[(key: String, line: Int?, value: Node)]] = []
    for node in try sequence(entry, of: "mappings") {
      all.append(try PlanReader(node, path: path + key + ".").entries)
    }
    return all
  }

  /// Texts, not empty.
  package func texts(_ key: String, default fallback: [String]) throws(PlanError) -> [String] {
    guard let entry = find(key) else { return fallback }
    var values: [String] = []
    for node in try sequence(entry, of: "names") {
      guard case .scalar(let scalar) = node else {
        throw .wrongType(key: path + key, line: entry.line, expected: "a list of names")
      }
      values.append(scalar.string)
    }
    return values
  }

  /// Numbers by name, such as `{mll: 95}`.
  package func namedNumbers(
    _ key: String, default fallback: [String: Double]
  ) throws(PlanError) -> [String: Double] {
    guard has(key) else { return fallback }
    var values: [String: Double] = [:]
    let section = try section(key)
    for entry in section.entries {
      values[entry.key] = try section.number(entry.key, default: 0)
    }
    return values
  }

  /// Each mapping of a list; none if the key is absent.
  package func sections(_ key: String) throws(PlanError) -> [PlanReader] {
    guard let entry = find(key) else { return [] }
    var sections: [PlanReader] = []
    for node in try sequence(entry, of: "mappings") {
      sections.append(try PlanReader(node, path: path + key + "."))
    }
    return sections
  }

  package func has(_ key: String) -> Bool { find(key) != nil }

  func node(_ key: String) -> Node? { find(key)?.value }

  /// Every key with its value, in the order of the file.
  var all: [(key: String, line: Int?, value: Node)] { entries }

  /// An error about the value of a key that only the caller can judge.
  package func invalid(_ key: String, _ reason: String) -> PlanError {
    .invalid(key: path + key, line: find(key)?.line, reason: reason)
  }

  private func find(_ key: String) -> (key: String, line: Int?, value: Node)? {
    entries.first { $0.key == key }
  }

  private func number(_ node: Node, key: String, line: Int?) throws(PlanError) -> Double {
    guard let value = node.float, value.isFinite else {
      throw .wrongType(key: path + key, line: line, expected: "a number")
    }
    return value
  }

  private func sequence(
    _ entry: (key: String, line: Int?, value: Node), of what: String
  ) throws(PlanError) -> [Node] {
    guard case .sequence(let sequence) = entry.value else {
      throw .wrongType(
        key: path + entry.key, line: entry.line, expected: "a list of \(what), such as [1, 2]")
    }
    guard !sequence.isEmpty else {
      throw .wrongType(
        key: path + entry.key, line: entry.line, expected: "a list of \(what) that is not empty")
    }
    return Array(sequence)
  }

  private func outOfRange(
    _ entry: (key: String, line: Int?, value: Node), _ value: String, _ range: ClosedRange<Double>
  ) -> PlanError {
    .outOfRange(
      key: path + entry.key, line: entry.line, value: value,
      allowed: "\(range.lowerBound) ... \(range.upperBound)")
  }
}

/// What is wrong with a plan, and where.
public enum PlanError: Error, Equatable {
  case notReadable(path: String, reason: String)
  case notYAML(reason: String)
  case unknownKey(String, line: Int?, nearest: String?)
  case repeatedKey(String, line: Int?)
  case wrongType(key: String, line: Int?, expected: String)
  case outOfRange(key: String, line: Int?, value: String, allowed: String)
  case invalid(key: String, line: Int?, reason: String)
}

extension PlanError: CustomStringConvertible {
  public var description: String {
    func place(_ key: String, _ line: Int?) -> String {
      (key.isEmpty ? "the plan" : "plan key '\(key)'") + (line.map { " (line \($0))" } ?? "")
    }
    switch self {
    case .notReadable(let path, let reason): return "cannot read the plan \(path): \(reason)"
    case .notYAML(let reason): return "the plan is not valid YAML: \(reason)"
    case .unknownKey(let key, let line, let nearest):
      return "\(place(key, line)) is unknown"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        + " ('overdensity plan' prints every key with its default)"
    case .repeatedKey(let key, let line): return "\(place(key, line)) is given twice"
    case .wrongType(let key, let line, let expected):
      return "\(place(key, line)) must be \(expected)"
    case .outOfRange(let key, let line, let value, let allowed):
      return "\(place(key, line)) is \(value), allowed: \(allowed)"
    case .invalid(let key, let line, let reason): return "\(place(key, line)): \(reason)"
    }
  }
}
