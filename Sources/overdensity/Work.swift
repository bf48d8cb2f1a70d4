import ArgumentParser
import Execution
import Foundation

/// What one worker process does of a run's work: not for users.
struct Work: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "work", abstract: "Do units for a command with --executor.", shouldDisplay: false)

  @Argument var units: String

  func run() async throws {
    let file = URL(fileURLWithPath: units).standardizedFileURL
    let work = try WorkFolder(ofUnits: file)
    let host = ProcessInfo.processInfo.hostName
    complain("\(host), process \(ProcessInfo.processInfo.processIdentifier): \(file.path)")
    guard try !work.isFinished(file) else { return complain("All units were finished before.") }
    do {
      try await work.command().run(asWorkerFor: (file.path, work.jobs()))
    } catch PartDone.assignedUnits {
      complain("Done.")
    }
  }
}
