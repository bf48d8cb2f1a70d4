import ArgumentParser
import EventFiles
import Foundation
import LearnedTestStatistics
import Reporting

struct NPLMApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Does new data confirm what a test found?",
    discussion: """
      Counts data that the test's network has not seen above a cut on its output f (arXiv:1912.12155,
      section 5). One count, no look-elsewhere effect: a fluctuation does not come back. Without
      --threshold every other reference event chooses the cut, which would be the most significant
      if the network were right, and the others say what is expected above it.

      Example:
        overdensity nplm --reference ref.h5 --data 2016.h5 --expected 20000 -o 2016/
        overdensity nplm apply 2016/ --reference more-ref.h5 --data 2017.h5 --expected 25000
      """)

  @Argument(
    help: ArgumentHelp("Run folder of a test.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Option(
    help: "Events that follow the reference hypothesis, best none of those of the test.",
    completion: .file())
  var reference: String

  @Option(help: "Data that the network has not seen.", completion: .file())
  var data: String

  @Option(help: "Events that the reference predicts for these data (before --select).")
  var expected: Double

  @Option(help: "Column with weights of the reference events.")
  var weight: String?

  @Option(help: "Count events with a larger f than this.")
  var threshold: Double?

  @OptionGroup var table: NPLMTableOptions

  @Flag(help: "Print the result as JSON instead of a table.")
  var json = false

  func validate() throws {
    try NPLMSampleOptions.check(expected: expected)
    if let threshold, !threshold.isFinite { throw ValidationError("--threshold is a number.") }
  }

  func run() throws {
    let test = try NPLMResult(run: URL(fileURLWithPath: runFolder))
    let reference = try SelectedTable(reference, table.options, cuts: table.select)
    let data = try SelectedTable(data, table.options, cuts: table.select)
    let comparison = try SampleComparison(
      names: test.columns, reference: test.columns.map { try reference.column($0) },
      referenceWeights: weight.map { try reference.column($0) },
      data: test.columns.map { try data.column($0) },
      expected: expected * reference.passed(weight))
    let applied = try AppliedTest(
      test, to: comparison, threshold: threshold,
      sources: [reference.source("reference"), data.source("data")])
    print(json ? String(decoding: try applied.json, as: UTF8.self) : applied.text)
  }
}
