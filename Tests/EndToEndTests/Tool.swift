import Foundation
import TestSupport

/// The tool as a user runs it: a process with arguments, output and an exit code.
struct Tool {
  let output: String
  let errors: String
  let exitCode: Int32

  init(_ arguments: String...) throws {
    try self.init(arguments)
  }

  /// Runs the tool that was built beside these tests and waits for it.
  init(_ arguments: [String], environment: [String: String]? = nil) throws {
    self = try RunningTool(arguments, environment: environment).finish()
  }

  fileprivate init(output: String, errors: String, exitCode: Int32) {
    self.output = output
    self.errors = errors
    self.exitCode = exitCode
  }

  static var executable: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("overdensity")
  }
}

/// The tool at work.
final class RunningTool {
  private let process = Process()
  private let outputFile: URL
  private let errorFile: URL

  init(_ arguments: [String], environment: [String: String]? = nil) throws {
    let folder = FileManager.default.temporaryDirectory
    outputFile = folder.appendingPathComponent("output-\(UUID().uuidString)")
    errorFile = folder.appendingPathComponent("errors-\(UUID().uuidString)")
    process.executableURL = Tool.executable
    process.arguments = arguments
    if let environment { process.environment = environment }
    for file in [outputFile, errorFile] {
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    }
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    try? FileManager.default.removeItem(at: outputFile)
    try? FileManager.default.removeItem(at: errorFile)
  }

  var isRunning: Bool { process.isRunning }

  func kill(_ signal: Int32) {
    Foundation.kill(process.processIdentifier, signal)
  }

  /// Waits for its end.
  func finish() throws -> Tool {
    process.waitUntilExit()
    return Tool(
      output: try String(contentsOf: outputFile, encoding: .utf8),
      errors: try String(contentsOf: errorFile, encoding: .utf8),
      exitCode: process.terminationStatus)
  }
}

/// A folder that goes away with the test.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes toy events as CSV with a truth label.
  func writeToyEvents(
    _ name: String, background: Int, signal: Int = 0, spoiling: ((inout [[String]]) -> Void)? = nil
  ) throws -> String {
    let toy = ToyEvents(background: background, signal: signal)
    var lines = [toy.columns.map(\.name) + ["label"]]
    for row in 0..<toy.isSignal.count {
      lines.append(toy.columns.map { "\($0.values[row])" } + [toy.isSignal[row] ? "1" : "0"])
    }
    spoiling?(&lines)
    let text = lines.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  func write(_ text: String, as name: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  /// A plan that trains in a second or two.
  func writeQuickPlan() throws -> String {
    try write(
      """
      features: lhco-rnd
      mass: {bins: 8, signalRegionBins: 2}
      folds: {outer: 3}
      efficiencies: [1, 0.1, 0.02]
      fit: {functions: [dijet3, dijet4]}
      trees: {members: 2, maximumDepth: 3, maximumRounds: 20, minimumChildWeight: 5}
      network: {innerFolds: 2, restarts: 1, hidden: [8, 8], activations: [relu, elu], dropout: [0, 0],
        epochs: 3, batchSize: 500}
      """, as: "plan.yaml")
  }
}
