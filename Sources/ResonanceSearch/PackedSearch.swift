import EventFiles
import EventModel
public import Foundation

/// A finished search in one file: its events, plan, seed and instruction set, to be made again.
///
/// Simulation that the search learned from lies beside the events in the group `/simulation`.
///
/// Anyone with the file gets the search's own result again, and limits on other signals. The file is
/// a feature file (`Documentation/feature-files.md`) of all events without their truth labels, with
/// the rest as JSON in its attribute `note`.
public struct PackedSearch: Sendable {
  /// The events, with name and digest of the file that was searched.
  public private(set) var input: SearchInput
  public let plan: SearchPlan
  public let seed: UInt64
  /// The program's version that made the search.
  public let version: String
  /// The result's bytes depend on it.
  public let instructionSet: String
  /// Digest of the search's `result.json`; `nil` if pseudo-experiments were added to it later.
  public let resultSHA256: String?

  private struct Note: Codable {
    /// 2 for a pack with simulation, which older programs would not see.
    static let currentVersion = 2
    let packVersion: Int
    let plan: String
    let seed: UInt64
    let version: String
    let instructionSet: String
    let input: SearchResult.Input
    let resultSHA256: String?
  }

  private static let simulationGroup = "/simulation"

  /// Takes up a finished search.
  ///
  /// - Parameters:
  ///   - run: Its run folder.
  ///   - input: The events that were searched, with the simulation that was learned from.
  /// - Throws: ``PackedSearchError`` for a blinded run and one that scored another sample too,
  ///   ``RunError`` for an unfinished one and for other events.
  public init(run: URL, input: SearchInput) throws {
    let record = try SearchRecord(run: run)
    guard !record.result.blind else { throw PackedSearchError.blind(path: run.path) }
    guard record.result.alsoScored.isEmpty else {
      throw PackedSearchError.otherSample(path: run.path)
    }
    if let searched = record.result.simulation {
      guard let simulation = input.simulation else {
        throw PackedSearchError.simulation(path: run.path, name: searched.name)
      }
      guard simulation.description == searched else {
        throw RunError.otherEvents(
          path: simulation.name, expected: "the simulation \(searched.name)",
          found: "SHA-256 \(simulation.sha256.prefix(12))...")
      }
    }
    guard record.result.input == input.description else {
      throw RunError.otherEvents(
        path: input.name, expected: "SHA-256 \(record.result.input.sha256.prefix(12))...",
        found: "SHA-256 \(input.sha256.prefix(12))...")
    }
    self.input = input
    if record.result.simulation == nil { self.input.simulation = nil }
    plan = try SearchPlan(yaml: record.plan.yaml)
    seed = record.result.seed
    version = record.result.version
    instructionSet = record.result.instructionSet
    resultSHA256 =
      record.result.globalPValue == nil
      ? try sha256(ofFile: run.appendingPathComponent("result.json").path) : nil
  }

  /// Writes the file; an old one is replaced.
  ///
  /// - Throws: ``FileError``.
  public func write(to path: String) throws {
    let note = Note(
      packVersion: input.simulation == nil ? 1 : Note.currentVersion, plan: plan.yaml, seed: seed,
      version: version, instructionSet: instructionSet,
      input: input.description, resultSHA256: resultSHA256)
    try FeatureFile(
      input.events, name: input.name, sha256: input.sha256,
      note: String(decoding: JSONEncoder.readable.encode(note), as: UTF8.self)
    ).write(
      to: path,
      beside: input.simulation.map {
        [(Self.simulationGroup, FeatureFile($0.events, name: $0.name, sha256: $0.sha256))]
      } ?? [])
  }

  /// Whether a file is a packed search.
  public static func isPacked(_ path: String) -> Bool {
    guard let file = try? HDF5File(reading: path), FeatureFile.isFeatureFile(file) else {
      return false
    }
    return file.textAttribute("note") != nil
  }

  /// Reads a file that ``write(to:)`` made.
  ///
  /// - Throws: ``FileError``, ``PackedSearchError`` or ``PlanError``.
  public init(reading path: String) throws {
    let file = try FeatureFile(reading: path)
    guard let text = file.note,
      let note = try? JSONDecoder().decode(Note.self, from: Data(text.utf8))
    else { throw PackedSearchError.damaged(path: path) }
    guard note.packVersion <= Note.currentVersion else {
      throw PackedSearchError.newer(path: path, version: note.packVersion)
    }
    input = SearchInput(
      events: try file.events, name: note.input.name, sha256: note.input.sha256)
    if try HDF5File(reading: path).contains(Self.simulationGroup) {
      let simulation = try FeatureFile(reading: path, group: Self.simulationGroup)
      input.simulation = SearchInput.Simulation(
        SearchInput(
          events: try simulation.events, name: simulation.sourceName ?? "",
          sha256: simulation.sourceDigest ?? ""))
    }
    plan = try SearchPlan(yaml: note.plan)
    seed = note.seed
    version = note.version
    instructionSet = note.instructionSet
    resultSHA256 = note.resultSHA256
  }

  /// Whether a result is the packed search's own, byte for byte; `nil` if the pack does not know.
  public func isResult(_ json: Data) -> Bool? {
    var digest = SHA256()
    digest.update(json)
    return resultSHA256.map { $0 == digest.hexDigest() }
  }
}

extension FeatureFile {
  fileprivate init(_ events: EventColumns, name: String, sha256: String, note: String? = nil) {
    self.init(
      columns: events.names.map { ($0, events[$0] ?? []) }, weights: events.weights,
      identifiers: events.identifiers, sourceName: name, sourceDigest: sha256, note: note)
  }

  fileprivate var events: EventColumns {
    get throws { try EventColumns(columns, weights: weights, identifiers: identifiers) }
  }
}

/// Why a search cannot be packed, or a pack not used.
public enum PackedSearchError: Error, Equatable {
  case blind(path: String)
  case otherSample(path: String)
  case simulation(path: String, name: String)
  case ownSimulation(path: String)
  case damaged(path: String)
  case newer(path: String, version: Int)
  case ownPlan(path: String)
  case otherResult(path: String, version: String, instructionSet: String)
}

extension PackedSearchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .blind(let path):
      "\(path) is blinded: a pack would open it. Search again without --blind first"
    case .otherSample(let path):
      "\(path) scored another sample too, which a pack does not hold: search again without "
        + "--score-also"
    case .simulation(let path, let name):
      "\(path) learned from the simulation \(name) too, which is not where the search read it: give "
        + "--simulation FILE"
    case .ownSimulation(let path):
      "\(path) is a packed search and has its own simulation: leave out --simulation"
    case .damaged(let path):
      "\(path) is no packed search: its attribute 'note' cannot be read. Pack the run again"
    case .newer(let path, let version):
      "\(path) is a pack of version \(version): use a newer overdensity"
    case .ownPlan(let path):
      "\(path) is a packed search and has its own plan: leave out --plan, --method, --jet-mass-shift "
        + "and --seed"
    case .otherResult(let path, let version, let instructionSet):
      "the result differs from the one that was packed in \(path) (made by version \(version) on "
        + "\(instructionSet)): use that version and instruction set"
    }
  }
}
