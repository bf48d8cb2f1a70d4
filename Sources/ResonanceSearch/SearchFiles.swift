public import Execution
import Foundation

extension SearchOutcome {
  private static let names = ["plan.yaml", "result.json", "scores.h5", "record.json"]

  /// Writes plan, result, scores and record into a run folder, the record last.
  ///
  /// - Throws: An error if a file cannot be written.
  public func write(_ search: Search, into folder: RunFolder) throws {
    try folder.write(Data(search.plan.yaml.utf8), as: "plan.yaml")
    try search.writeScores(scores, to: folder.url.appendingPathComponent("scores.h5").path)
    try record.write(into: folder)
  }

  /// Whether a run folder holds all that ``write(_:into:)`` leaves.
  static func isWritten(in folder: URL) -> Bool {
    names.allSatisfy {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
    }
  }
}

extension SearchRecord {
  /// Writes result and record into a run folder, the record last.
  ///
  /// - Throws: An error if a file cannot be written.
  public func write(into folder: RunFolder) throws {
    try folder.write(try result.json, as: "result.json")
    try folder.write(try json, as: "record.json")
  }
}
