import Foundation

/// A small file system of its own, to see what happens when a disk is full.
final class TinyDisk {
  let folder: String
  private var isMounted = true

  /// Mounts a tmpfs; `nil`, with a message, where this account may not.
  init?(_ folder: String, size: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard try Self.run(["mount", "-t", "tmpfs", "-o", "size=\(size)", "tmpfs", folder]) else {
      print("skipped: this account may not mount a tmpfs")
      return nil
    }
  }

  /// Gives the disk another size; what it holds stays.
  func resize(to size: String) throws -> Bool {
    try Self.run(["mount", "-o", "remount,size=\(size)", folder])
  }

  /// Makes a folder one that can be read and not written, by mounting it onto itself; `nil` where
  /// this account may not.
  static func readOnly(_ folder: String) throws -> TinyDisk? {
    guard try run(["mount", "--bind", folder, folder]),
      try run(["mount", "-o", "remount,bind,ro", folder])
    else { return nil }
    return TinyDisk(mounted: folder)
  }

  private init(mounted folder: String) {
    self.folder = folder
  }

  /// Takes it away again; what was below it is seen as before.
  func unmount() {
    guard isMounted else { return }
    isMounted = (try? Self.run(["umount", folder])) != true
  }

  deinit {
    unmount()
  }

  private static func run(_ arguments: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
