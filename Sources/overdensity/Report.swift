import ArgumentParser
import Foundation
import Reporting
import ResonanceSearch

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw the report and figures of a finished search again.")

  @Argument(help: "Run folder of a search.", completion: .directory)
  var folder: String

  func run() throws {
    let url = URL(fileURLWithPath: folder)
    let files = try writeReport(try SearchRecord(run: url), to: url)
    print(files.page.path)
  }
}
