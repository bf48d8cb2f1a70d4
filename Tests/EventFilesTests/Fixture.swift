import Foundation

/// The path of a small file beside the tests, made by Validation/event_files.py.
func fixture(_ name: String) throws -> String {
  guard let folder = Bundle.module.url(forResource: "Fixtures", withExtension: nil) else {
    throw CocoaError(.fileNoSuchFile)
  }
  return folder.appendingPathComponent(name).path
}

/// Gives a test a folder of its own and removes it afterwards.
@discardableResult
func withTemporaryFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("overdensity-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}
