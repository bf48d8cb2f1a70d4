import EventFiles
public import Foundation

/// The folder `work` of a run, through which processes on several machines share its units.
///
/// `work.json` is the command. Each stage has a folder with `units.txt`, the labels of all its
/// units, and one folder for each batch that was handed out: `0.units`, `1.units` ... (labels, one a
/// line, for one worker process each), a log beside each, and what submits them.
public struct WorkFolder: Sendable {
  public let url: URL
  private let run: URL

  /// The folder of a run; nothing is written yet.
  public init(run: URL) {
    self.run = run
    url = run.appendingPathComponent("work")
  }

  /// The folder that holds a file of units.
  ///
  /// - Throws: ``StoreError/notReadable(path:reason:)`` if the file does not lie where such files do.
  public init(ofUnits file: URL) throws {
    // run/work/stage/batch-1/0.units
    let work = (0..<3).reduce(file) { url, _ in url.deletingLastPathComponent() }
    guard work.lastPathComponent == "work" else {
      throw StoreError.notReadable(path: file.path, reason: "it is not in the work folder of a run")
    }
    self.init(run: work.deletingLastPathComponent())
  }

  /// The folder beside a store.
  init(besides store: UnitStore) {
    self.init(run: store.folder.deletingLastPathComponent())
  }

  /// What `work.json` holds.
  struct Description: Codable {
    var command: RecordedCommand
    /// The run folder's path where the command was given.
    var run: String
    /// Name of the executor.
    var executor: String
    /// Threads of each worker process.
    var jobs: Int
    /// In the order of their start.
    var stages: [String]
  }

  private var file: URL { url.appendingPathComponent("work.json") }

  /// Reads what the folder is for.
  ///
  /// - Throws: ``ExecutorError/nothingHandedOut(run:)``, or ``StoreError``.
  func description() throws -> Description {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw ExecutorError.nothingHandedOut(run: run.path)
    }
    do {
      return try JSONDecoder().decode(Description.self, from: Data(contentsOf: file))
    } catch {
      throw StoreError.notReadable(path: file.path, reason: error.localizedDescription)
    }
  }

  /// The command whose units the folder holds.
  ///
  /// - Throws: ``ExecutorError/movedRun(run:was:)`` if the folder's path is another one now: a
  ///   command that is given again would write to the old place.
  public func command() throws -> RecordedCommand {
    let description = try description()
    guard canonicalPath(run) == description.run else {
      throw ExecutorError.movedRun(run: canonicalPath(run), was: description.run)
    }
    return description.command
  }

  /// Threads of each worker process.
  public func jobs() throws -> Int { try description().jobs }

  /// Whether the units of a file are finished, told from the folder alone.
  public func isFinished(_ units: URL) throws -> Bool {
    try RunFolder.units(in: run).missing(of: readLines(of: units)).isEmpty
  }

  /// Notes that a command does a stage here, and opens the stage's folder.
  func open(
    stage name: String, by submission: Submission, executor: String, labels: [String]
  ) throws -> WorkStage {
    let command = submission.command
    let stage = WorkStage(folder: url.appendingPathComponent(name), run: canonicalPath(run))
    try makeFolder(stage.folder)
    let earlier = try? description()
    var stages = earlier?.command.arguments == command.arguments ? earlier?.stages ?? [] : []
    if !stages.contains(name) { stages.append(name) }
    try writeAtomically(lines: labels, to: stage.folder.appendingPathComponent("units.txt"))
    try writeAtomically(
      try JSONEncoder.readable.encode(
        Description(
          command: command, run: canonicalPath(run), executor: executor,
          jobs: submission.jobs, stages: stages)),
      to: file.path)
    return stage
  }

  /// A stage that was opened before.
  func stage(_ name: String) -> WorkStage {
    WorkStage(folder: url.appendingPathComponent(name), run: canonicalPath(run))
  }
}

/// The folder of one stage: its units, and the batches in which they were handed out.
struct WorkStage: Sendable {
  let folder: URL
  /// The run folder's path, without links.
  let run: String

  var name: String { folder.lastPathComponent }

  /// Labels of all units, in their order.
  func labels() throws -> [String] {
    try readLines(of: folder.appendingPathComponent("units.txt"))
  }

  /// What has been handed out, the oldest first.
  func batches() throws -> [WorkBatch] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return try names.compactMap { name in
      name.hasPrefix("batch-") ? Int(name.dropFirst("batch-".count)) : nil
    }.sorted().map { try WorkBatch(folder: folder.appendingPathComponent("batch-\($0)")) }
  }

  /// Writes files of units for worker processes; the batch is there whole or not at all.
  ///
  /// - Parameters:
  ///   - chunks: Labels for one process each.
  ///   - files: What submits the batch, by file name, given the batch's folder.
  /// - Returns: The batch.
  /// - Throws: ``StoreError`` or ``FileError``.
  func makeBatch(_ chunks: [[String]], files: (WorkBatch) -> [String: String]) throws -> WorkBatch {
    let number = (try batches().last?.number ?? 0) + 1
    let batch = WorkBatch(
      folder: folder.appendingPathComponent("batch-\(number)"), number: number, chunks: chunks)
    let partial = folder.appendingPathComponent(".batch-\(number).partial")
    try? FileManager.default.removeItem(at: partial)
    try makeFolder(partial)
    for (index, labels) in chunks.enumerated() {
      try writeAtomically(lines: labels, to: partial.appendingPathComponent("\(index).units"))
    }
    for (name, text) in files(batch) {
      try writeAtomically(text, to: partial.appendingPathComponent(name).path)
    }
    do {
      try FileManager.default.moveItem(at: partial, to: batch.folder)
    } catch {
      throw StoreError.notWritable(path: batch.folder.path, reason: error.localizedDescription)
    }
    return batch
  }
}

/// Units that were handed out at once, divided among worker processes.
struct WorkBatch: Sendable {
  let folder: URL
  let number: Int
  /// Labels for one worker process each.
  let chunks: [[String]]

  init(folder: URL, number: Int, chunks: [[String]]) {
    self.folder = folder
    self.number = number
    self.chunks = chunks
  }

  fileprivate init(folder: URL) throws {
    self.folder = folder
    number = Int(folder.lastPathComponent.dropFirst("batch-".count)) ?? 0
    var chunks: [[String]] = []
    while true {
      let file = folder.appendingPathComponent("\(chunks.count).units")
      guard FileManager.default.fileExists(atPath: file.path) else { break }
      chunks.append(try readLines(of: file))
    }
    self.chunks = chunks
  }

  func unitsFile(of chunk: Int) -> URL { folder.appendingPathComponent("\(chunk).units") }

  func log(of chunk: Int) -> URL { folder.appendingPathComponent("\(chunk).log") }

  /// The last thing that a worker said; `nil` if it said nothing.
  func lastLine(ofChunk chunk: Int) -> String? {
    guard let data = try? Data(contentsOf: log(of: chunk)) else { return nil }
    return String(decoding: data.suffix(4_000), as: UTF8.self)
      .split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
  }

  /// When it was handed out.
  var time: Date? {
    let attributes = try? FileManager.default.attributesOfItem(atPath: unitsFile(of: 0).path)
    return attributes?[.modificationDate] as? Date
  }
}

/// Divides units among worker processes: neighbours, which often share their input, stay together.
///
/// - Parameters:
///   - labels: The units, in their order.
///   - workers: How many processes run at once; each gets about four parts, for balance.
///   - size: Units for one part at most; `nil` follows from `workers`.
///   - limit: Parts at most, whatever the size: a scheduler's bound for one array.
/// - Returns: The parts, equal in size within one unit.
package func chunks(of labels: [String], workers: Int, size: Int?, limit: Int = 1_000) -> [[String]]
{
  let wanted = size.map { (labels.count + $0 - 1) / max($0, 1) } ?? 4 * workers
  let count = min(max(wanted, 1), limit, labels.count)
  return (0..<count).map { part in
    Array(labels[labels.count * part / count..<labels.count * (part + 1) / count])
  }
}

func readLines(of file: URL) throws -> [String] {
  do {
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
  } catch {
    throw StoreError.notReadable(path: file.path, reason: error.localizedDescription)
  }
}

private func writeAtomically(lines: [String], to file: URL) throws {
  try writeAtomically(lines.joined(separator: "\n") + "\n", to: file.path)
}

package func makeFolder(_ url: URL) throws {
  do {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  } catch {
    throw StoreError.notWritable(path: url.path, reason: error.localizedDescription)
  }
}

/// A path without links; the path itself where it does not exist.
func canonicalPath(_ url: URL) -> String {
  guard let path = realpath(url.path, nil) else { return url.path }
  defer { free(path) }
  return String(cString: path)
}
