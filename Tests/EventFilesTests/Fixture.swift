import Foundation

/// The path of a small file beside the tests, made by Validation/event_files.py.
func fixture(_ name: String) throws -> String {
  guard let folder = Bundle.module.url(forResource: "Fixtures", withExtension: nil) else {
    throw CocoaError(.fileNoSuchFile)
  }
  return folder.appendingPathComponent(name).path
}
