public import Foundation

/// Writes a file so that it is there complete or not at all.
///
/// The bytes go to a temporary file in the same folder, which then takes the file's name; a
/// program that is killed in between leaves the old file as it was. Where the path is a device or
/// a pipe (`/dev/stdout`), they go there directly.
///
/// - Throws: ``FileError/notWritable(file:reason:)``, with the temporary file removed.
public func writeAtomically(_ data: Data, to path: String) throws(FileError) {
  if isDeviceOrPipe(path) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .notWritable(file: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    return try write(data, to: descriptor, of: path)
  }
  // A link stays a link: the file that it points to is replaced.
  let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
  // Not the process's number: processes of several machines may write to one shared folder.
  let temporary = url.deletingLastPathComponent()
    .appendingPathComponent(".\(url.lastPathComponent).\(UUID().uuidString.prefix(8)).partial").path
  let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else {
    throw .notWritable(file: path, reason: String(cString: strerror(errno)))
  }
  do throws(FileError) {
    do throws(FileError) {
      try write(data, to: descriptor, of: path)
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0, rename(temporary, url.path) == 0 else {
      throw .notWritable(file: path, reason: String(cString: strerror(errno)))
    }
  } catch {
    unlink(temporary)
    throw error
  }
}

/// Writes a text in UTF-8 so that it is there complete or not at all.
///
/// - Throws: ``FileError/notWritable(file:reason:)``.
public func writeAtomically(_ text: String, to path: String) throws(FileError) {
  try writeAtomically(Data(text.utf8), to: path)
}

/// Writes all bytes to an open file and makes sure that they reached the disk.
private func write(_ data: Data, to descriptor: Int32, of path: String) throws(FileError) {
  let failure: Int32? = data.withUnsafeBytes { bytes in
    var written = 0
    while written < bytes.count {
      let count = Foundation.write(
        descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      written += count
    }
    // Disks that only report a full quota here; a terminal or pipe cannot be synchronised.
    return fsync(descriptor) == 0 || errno == EINVAL ? nil : errno
  }
  if let failure {
    throw .notWritable(file: path, reason: String(cString: strerror(failure)))
  }
}

/// Whether bytes can only be written to a path as it is; replacing a device would destroy it.
func isDeviceOrPipe(_ path: String) -> Bool {
  var status = stat()
  guard stat(path, &status) == 0 else { return false }
  let kind = status.st_mode & S_IFMT
  return kind == S_IFCHR || kind == S_IFBLK || kind == S_IFIFO
}
