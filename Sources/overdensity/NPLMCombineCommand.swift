import ArgumentParser
import Foundation
import LearnedTestStatistics
import Reporting

struct NPLMCombineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "combine",
    abstract: "One p-value for several tests of the same data.",
    discussion: """
      Whoever tries several networks, clippings or sets of columns and quotes the smallest p-value
      looks elsewhere. Tests of the same samples with the same seed saw the same pseudo-data; they
      tell how often some test gives a p-value as small without a signal.

      Example:
        overdensity nplm --reference a.csv --data b.csv --network 2-3-1 -o small/
        overdensity nplm --reference a.csv --data b.csv --network 2-10-1 -o large/
        overdensity nplm combine small/ large/
      """)

  @Argument(
    help: ArgumentHelp("Run folders of tests.", valueName: "run"), completion: .directory)
  var runFolders: [String]

  @Flag(help: "Print the result as JSON instead of a table.")
  var json = false

  func validate() throws {
    if runFolders.count < 2 {
      throw ValidationError("One test alone has its p-value already: give two runs or more.")
    }
    var seen: Set<String> = []
    for folder in runFolders {
      guard seen.insert(URL(fileURLWithPath: folder).resolvingSymlinksInPath().path).inserted else {
        throw ValidationError("The run \(folder) is given twice: name every test once.")
      }
    }
  }

  func run() throws {
    let combined = try CombinedTests(
      runFolders.map { folder in
        let run = URL(fileURLWithPath: folder)
        return (run.lastPathComponent, try NPLMResult(run: run))
      })
    print(json ? String(decoding: try combined.json, as: UTF8.self) : combined.text)
  }
}
