import ArgumentParser
import Foundation
import Reporting
import ResonanceSearch

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw the report and figures of a finished search again.")

  @Argument(help: ArgumentHelp("Run folder of a search.", valueName: "run"), completion: .directory)
  var runFolder: String

  func run() throws {
    let url = URL(fileURLWithPath: runFolder)
    let files = try writeReport(try SearchRecord(run: url), to: url)
    print(files.page.path)
  }
}
