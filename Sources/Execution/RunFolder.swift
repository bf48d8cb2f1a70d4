import EventFiles
public import Foundation

/// The folder of one run: what it is, its units, its results.
///
/// A run is keyed by everything its result depends on; a folder that holds a run with another key
/// is refused, with the differences named.
public struct RunFolder: Sendable {
  public let url: URL
  public let units: UnitStore

  /// Opens the folder of a run, or makes it.
  ///
  /// - Parameters:
  ///   - url: The folder.
  ///   - key: What the result depends on, by name ("plan", "input", "version" ...).
  /// - Throws: ``StoreError``.
  public init(_ url: URL, key: [String: String]) throws {
    self.url = url
    units = try Self.units(in: url, key: key)
    let keyFile = Self.keyFile(of: url)
    guard FileManager.default.fileExists(atPath: keyFile.path) else {
      try writeAtomically(try JSONEncoder.readable.encode(key), to: keyFile.path)
      return
    }
    let found = try Self.key(of: url)
    let differences = Set(key.keys).union(found.keys).sorted().compactMap { name -> String? in
      guard key[name] != found[name] else { return nil }
      return "\(name) is \(found[name] ?? "absent") there and \(key[name] ?? "absent") now"
    }
    guard differences.isEmpty else {
      throw StoreError.differentRun(path: url.path, differences: differences)
    }
  }

  /// Reads the key of the run that a folder holds.
  ///
  /// - Throws: ``StoreError/notReadable(path:reason:)``.
  public static func key(of url: URL) throws -> [String: String] {
    let file = keyFile(of: url)
    do {
      return try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file))
    } catch {
      throw StoreError.notReadable(path: file.path, reason: error.localizedDescription)
    }
  }

  private static func keyFile(of url: URL) -> URL {
    url.appendingPathComponent("run-key.json")
  }

  /// Removes what makes a folder the folder of a run, and nothing else that may lie there.
  ///
  /// - Throws: ``StoreError``; ``StoreError/inUse(path:)`` if a process is at work there.
  public static func forget(_ url: URL) throws {
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    let lock = try lock(url)
    defer { withExtendedLifetime(lock) {} }
    for name in ["units", "work", "run-key.json"] {
      let item = url.appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: item.path) else { continue }
      do {
        try FileManager.default.removeItem(at: item)
      } catch {
        throw StoreError.notWritable(path: item.path, reason: error.localizedDescription)
      }
    }
  }

  /// Keeps other processes out of the folder until the returned value is released.
  public func lock() throws -> RunLock {
    try Self.lock(url)
  }

  /// Keeps other processes out of a folder, which is made where it is missing, until the returned
  /// value is released.
  public static func lock(_ url: URL) throws -> RunLock {
    try makeFolder(url)
    return try RunLock(path: url.appendingPathComponent(".lock").path)
  }

  /// The units of a folder that some command has opened; nothing is written.
  static func units(in url: URL) throws -> UnitStore {
    let isRun = FileManager.default.fileExists(atPath: keyFile(of: url).path)
    return try units(in: url, key: isRun ? key(of: url) : [:])
  }

  private static func units(in url: URL, key: [String: String]) throws -> UnitStore {
    let lines = key.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return try UnitStore(
      folder: url.appendingPathComponent("units"), key: lines.joined(separator: "\n"))
  }

  public func write(_ data: Data, as name: String) throws {
    try writeAtomically(data, to: url.appendingPathComponent(name).path)
  }
}

/// An advisory lock on a run folder, held for as long as the value lives.
public final class RunLock: Sendable {
  private let descriptor: Int32

  init(path: String) throws {
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw StoreError.notWritable(path: path, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw StoreError.inUse(path: path)
    }
  }

  deinit {
    close(descriptor)
  }
}
