import Foundation

/// A small file system of its own, to see what happens when a disk is full.
final class TinyDisk {
  let folder: String

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

  deinit {
    _ = try? Self.run(["umount", folder])
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
