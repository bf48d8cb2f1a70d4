import EventFiles
public import Foundation

/// A folder with one small file for each finished unit of work.
///
/// A file is written beside its place and renamed, so it is whole or absent; a checksum finds the
/// damage of a failing disk. Many processes may write into one store. Units of another run, which a
/// forgotten worker may still write, count as damaged.
public struct UnitStore: Sendable {
  public let folder: URL
  private let key: Data

  private static let magic = Data("ODUNIT1\n".utf8)

  /// Opens a store and makes its folder where it is missing.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - key: What the units depend on besides their labels; units with another key are not seen.
  /// - Throws: ``StoreError/notWritable(path:reason:)``.
  public init(folder: URL, key: String = "") throws {
    self.folder = folder
    self.key = Data(key.utf8)
    var isFolder: ObjCBool = false
    let parent = folder.deletingLastPathComponent().path
    if FileManager.default.fileExists(atPath: parent, isDirectory: &isFolder), !isFolder.boolValue {
      throw StoreError.notWritable(path: parent, reason: "it is a file, not a folder")
    }
    try makeFolder(folder)
  }

  /// The bytes of a finished unit, or `nil` if it has to be done (again).
  public func load(_ label: String) throws -> Data? {
    let file = url(of: label)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw StoreError.notReadable(path: file.path, reason: error.localizedDescription)
    }
    let header = Self.magic.count + 8
    guard data.count >= header, data.prefix(Self.magic.count) == Self.magic else { return nil }
    let body = data.dropFirst(header)
    let stored = data[Self.magic.count..<header].reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    return stored == checksum(body) ? Data(body) : nil
  }

  func save(_ data: Data, as label: String) throws {
    var file = Self.magic
    withUnsafeBytes(of: checksum(data).littleEndian) { file.append(contentsOf: $0) }
    file.append(data)
    try writeAtomically(file, to: url(of: label).path)
  }

  /// Forgets a unit.
  package func remove(_ label: String) throws {
    let path = url(of: label).path
    guard unlink(path) == 0 || errno == ENOENT else {
      throw StoreError.notWritable(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Those units that are not finished, in their order.
  func missing(of labels: [String]) throws -> [String] {
    let files: [String]
    do {
      files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw StoreError.notReadable(path: folder.path, reason: error.localizedDescription)
    }
    let present = Set(files)
    return try labels.filter { label in
      guard present.contains(fileName(of: label)) else { return true }
      return try load(label) == nil
    }
  }

  private func url(of label: String) -> URL {
    folder.appendingPathComponent(fileName(of: label))
  }

  private func fileName(of label: String) -> String { label + ".unit" }

  /// FNV-1a, 64 bits, of the key and the bytes.
  private func checksum(_ data: Data) -> UInt64 {
    func extend(_ hash: UInt64, _ data: Data) -> UInt64 {
      data.reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
    return extend(extend(0xcbf2_9ce4_8422_2325, key), data)
  }
}

/// Why a run folder cannot be used.
public enum StoreError: Error, Equatable {
  case notWritable(path: String, reason: String)
  case notReadable(path: String, reason: String)
  /// The folder holds a run of something else.
  case differentRun(path: String, differences: [String])
  case inUse(path: String)
}

extension StoreError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notWritable(let path, let reason):
      "cannot write \(path): \(reason). Free space or choose another --output; "
        + "finished work is kept and the same command continues it"
    case .notReadable(let path, let reason):
      "cannot read \(path): \(reason)"
    case .differentRun(let path, let differences):
      "\(path) holds another run: \(differences.joined(separator: "; ")). "
        + "Choose another --output, or remove the folder to start again"
    case .inUse(let path):
      "another overdensity process is at work in \(path): wait for it, or choose another --output"
    }
  }
}
