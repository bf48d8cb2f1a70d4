import Foundation

/// What a file's first bytes say about its format.
public enum FileSignature: Sendable, Equatable {
  case hdf5, numPy
  /// Anything else; a table in text has no signature.
  case none

  /// Looks at a file's first bytes.
  ///
  /// - Throws: ``FileError/notFound(file:)``, ``FileError/empty(file:)`` or
  ///   ``FileError/notReadable(file:reason:)``.
  public init(of path: String) throws(FileError) {
    guard let file = fopen(path, "rb") else {
      throw errno == ENOENT
        ? .notFound(file: path)
        : .notReadable(file: path, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 8)
    let count = fread(&bytes, 1, bytes.count, file)
    if ferror(file) != 0 {
      throw .notReadable(file: path, reason: String(cString: strerror(errno)))
    }
    guard count > 0 else { throw .empty(file: path) }
    if bytes == [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] {
      self = .hdf5
    } else if bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) {
      self = .numPy
    } else {
      self = .none
    }
  }
}
