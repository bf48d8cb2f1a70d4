import ArgumentParser
import Execution
import Foundation

struct Collect: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Finish a run whose trainings others did: collect them and write the results.",
    discussion: """
      For runs that were started with --executor. The command is given again as it was, in its own
      folder, so it works from any machine that sees the run folder under the same path. A command
      with several stages then hands out the next one.

      Example:
        overdensity collect run/
      """)

  @Argument(help: ArgumentHelp("Run folder.", valueName: "run"), completion: .directory)
  var runFolder: String

  func run() async throws {
    try await WorkFolder(run: URL(fileURLWithPath: runFolder)).command().run()
  }
}
