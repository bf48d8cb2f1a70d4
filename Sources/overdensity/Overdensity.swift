import ArgumentParser
import Execution
import Foundation

@main
struct Overdensity: AsyncParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "overdensity",
    abstract: "Search collider data for new particles without knowing what they look like.",
    discussion: """
      Start with the embedded sample:
        overdensity demo

      Then with your own events, particles or jet features (HDF5, CSV, NumPy):
        overdensity inspect events.h5
        overdensity search events.h5 --output run/

      Shell completion: overdensity --generate-completion-script bash|zsh|fish
      Exit codes: 0 done, 1 failed with a message, 2 wrong usage, 130 stopped by Ctrl-C.
      """,
    version: version,
    subcommands: [
      Demo.self, SearchCommand.self, Inspect.self, Cluster.self, PlanCommand.self, Methods.self,
      Calibrate.self, Inject.self, Evaluate.self, Compare.self, StudyCommand.self, Events.self,
      Closure.self,
      LimitsCommand.self, Pack.self, NPLMCommand.self, Report.self, Spectrum.self, Toy.self,
      Status.self, Collect.self, ClusterWorker.self, Work.self,
    ])

  static func main() async {
    do {
      try await run(nil)
    } catch let done as PartDone {
      print(done.description)
    } catch {
      switch exitCode(for: error) {
      case .success:
        print(fullMessage(for: error))
        Foundation.exit(0)
      case .validationFailure:
        complain(fullMessage(for: error))
        Foundation.exit(2)
      default:
        complain("error: \(message(for: error))")
        Foundation.exit(1)
      }
    }
  }

  /// Runs a command line; `nil` for the one of this process.
  static func run(_ arguments: [String]?) async throws {
    var command = try parseAsRoot(arguments)
    if var command = command as? any AsyncParsableCommand {
      try await command.run()
    } else {
      try command.run()
    }
  }
}

/// Says something on standard error.
func complain(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}
