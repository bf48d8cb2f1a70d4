public import Foundation

/// Events that come with the program, from our own simulation (see Simulation/README.md).
public enum EmbeddedSample: String, Sendable, CaseIterable {
  /// Background with a hidden Z'(3500 GeV) -> X(500 GeV) Y(100 GeV).
  case signal = "demo-signal.h5"
  /// Background only; no event is also in ``signal``.
  case null = "demo-null.h5"
  /// About a hundred events at particle level, a tenth of them signal, for a quick try.
  case particles = "tiny.raw.h5"
  /// Drell-Yan muon pairs of the Standard Model.
  case dimuonReference = "dimuon-reference.h5"
  /// Other muon pairs of the Standard Model; none is also in ``dimuonReference``.
  case dimuonData = "dimuon-data.h5"
  /// Muon pairs of a Z' of 300 GeV.
  case dimuonZPrime = "dimuon-zprime300.h5"

  /// Finds the file.
  ///
  /// Looked for beside the running program first, where an installed or moved program has it;
  /// the package's own accessor knows only the folder in which it was built, and stops the program
  /// if that is gone.
  ///
  /// - Throws: ``EmbeddedSampleError`` with the folders that were searched.
  public func url() throws(EmbeddedSampleError) -> URL {
    var searched: [String] = []
    for folder in Self.bundleFolders() {
      let file = folder.appendingPathComponent("Resources").appendingPathComponent(rawValue)
      if FileManager.default.fileExists(atPath: file.path) { return file }
      searched.append(folder.path)
    }
    throw EmbeddedSampleError(name: rawValue, searched: searched)
  }

  private static let bundleName = "overdensity_Datasets.resources"

  private static func bundleFolders() -> [URL] {
    var folders: [URL] = []
    if let executable = Bundle.main.executableURL {
      folders.append(executable.resolvingSymlinksInPath().deletingLastPathComponent())
    }
    folders.append(Bundle.main.bundleURL)
    // In tests the program is Swift's own, and the bundles lie where the tests were built.
    folders += Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
    return folders.map { $0.appendingPathComponent(bundleName) }
  }
}

/// An embedded sample is not where the program looks for it.
public struct EmbeddedSampleError: Error, Sendable, Equatable, CustomStringConvertible {
  public let name: String
  public let searched: [String]

  public var description: String {
    "the embedded sample '\(name)' is missing; it should lie in one of "
      + searched.map { "\($0)/Resources" }.joined(separator: ", ")
      + ": keep the folder overdensity_Datasets.resources beside the program"
  }
}
