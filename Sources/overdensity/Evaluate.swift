import ArgumentParser
import EventFiles
import EventModel
import Evaluation
import Execution
import Foundation
import Reporting
import ResonanceSearch

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a finished search with known truth labels: ROC, AUC, SIC.",
    discussion: """
      For studies on simulated events only: the labels are read here for the first time, no
      training has seen them. SIC = signal efficiency / sqrt(background efficiency) among the
      events of each signal region; its maximum is taken where at least 25 background events pass.
      """)

  @Argument(help: ArgumentHelp("Run folder of a search.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Option(help: "The searched file, or a copy of it, with truth labels.", completion: .file())
  var labels: String

  @Option(help: "Text file with one truth label a line, for files without labels.")
  var masterkey: String?

  @OptionGroup var input: InputOptions
  @OptionGroup var compute: ComputeOptions

  func run() throws {
    let folder = URL(fileURLWithPath: runFolder)
    let record = try SearchRecord(run: folder)
    var options = input
    options.masterkey = masterkey
    let reader = InputReader(options: options, jobs: compute.jobs, isSilent: compute.quiet)
    let labels = try LabelFile(labels, reader: reader, workFolder: folder)
    let evaluation = try RunEvaluation(record, folder: folder, labels: labels)
    let json = try JSONEncoder.readable.encode(evaluation)
    try writeAtomically(json, to: folder.appendingPathComponent("evaluation.json").path)
    let figures = evaluation.figures(record.plan)
    _ = try writeFigures(figures, to: folder.appendingPathComponent("figures"))
    compute.show(
      json, table: evaluationTable(evaluation.windows),
      place: "Figures: \(folder.path)/figures/roc.svg, sic.svg")
  }
}
