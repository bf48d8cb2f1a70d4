public import Foundation
import EventFiles

extension SearchResult {
  /// The bytes of `result.json`.
  public var json: Data {
    get throws { try JSONEncoder.readable.encode(self) }
  }
}

extension SearchRecord {
  /// The bytes of `record.json`: the result with the numbers of all figures.
  ///
  /// Times are left out, so equal searches give equal bytes.
  public var json: Data {
    get throws {
      var copy = self
      copy.timing = []
      return try JSONEncoder.readable.encode(copy)
    }
  }

  /// Reads the record that a search left in its run folder.
  ///
  /// - Throws: ``RunError`` if the folder holds none.
  public init(run: URL) throws {
    let file = run.appendingPathComponent("record.json")
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw RunError.noResult(path: run.path)
    }
    do {
      self = try JSONDecoder().decode(SearchRecord.self, from: Data(contentsOf: file))
    } catch {
      throw RunError.damaged(path: file.path, reason: "\(error)")
    }
  }
}

/// Why a folder cannot be read as a finished run.
public enum RunError: Error, Equatable {
  case noResult(path: String)
  case damaged(path: String, reason: String)
  case otherEvents(path: String, expected: String, found: String)
}

extension RunError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noResult(let path):
      "\(path) holds no finished search: run 'overdensity search ... --output \(path)' (an "
        + "interrupted one continues)"
    case .damaged(let path, let reason):
      "\(path) is damaged: \(reason); run the search again to write it anew"
    case .otherEvents(let path, let expected, let found):
      "\(path) is not the file that the run searched: it has \(found), not \(expected)"
    }
  }
}

extension SearchPlan {
  /// SHA-256 of the plan's canonical YAML: equal plans have equal digests, however they were
  /// written.
  public var digest: String {
    var digest = SHA256()
    digest.update(yaml.utf8)
    return digest.hexDigest()
  }
}
