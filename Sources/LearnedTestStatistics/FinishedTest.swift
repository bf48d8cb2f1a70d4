import EventFiles
public import Foundation

extension NPLMResult {
  /// Reads the answer that a test left in its run folder.
  ///
  /// - Throws: ``FinishedTestError`` if the folder holds none.
  public init(run: URL) throws {
    let file = run.appendingPathComponent("nplm.json")
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw FinishedTestError.noResult(path: run.path)
    }
    do {
      self = try JSONDecoder().decode(NPLMResult.self, from: Data(contentsOf: file))
    } catch {
      throw FinishedTestError.damaged(path: file.path, reason: "\(error)")
    }
  }
}

/// Why a folder cannot be read as a finished test.
public enum FinishedTestError: Error, Sendable, Equatable {
  case noResult(path: String)
  case damaged(path: String, reason: String)
}

extension FinishedTestError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noResult(let path):
      "\(path) holds no finished test: run 'overdensity nplm ... --output \(path)' (an interrupted one "
        + "continues)"
    case .damaged(let path, let reason):
      "\(path) is damaged: \(reason); run the test again to write it anew"
    }
  }
}
