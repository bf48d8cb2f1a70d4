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
    let scores = try ScoresFile(reading: folder.appendingPathComponent("scores.h5").path)
    let truth = try readTruth(record, scores: scores, folder: folder)
    let evaluation = try RunEvaluation(record.result, scores: scores, truth: truth)
    let json = try JSONEncoder.readable.encode(evaluation)
    try writeAtomically(json, to: folder.appendingPathComponent("evaluation.json").path)
    let figures = evaluation.figures(record.plan)
    _ = try writeFigures(figures, to: folder.appendingPathComponent("figures"))
    if compute.json {
      print(String(decoding: json, as: UTF8.self))
    } else if !compute.quiet {
      print(evaluation.table)
      print("\nFigures: \(folder.path)/figures/roc.svg, sic.svg")
    }
  }

  private func readTruth(
    _ record: SearchRecord, scores: ScoresFile, folder: URL
  ) throws -> TruthLabels {
    var options = input
    options.masterkey = masterkey
    let reader = InputReader(options: options, jobs: compute.jobs, isSilent: compute.quiet)
    let file = try reader.read(labels, workFolder: folder)
    guard file.searchInput.events.count == record.result.input.events else {
      throw RunError.otherEvents(
        path: labels, expected: "\(record.result.input.events) events",
        found: "\(file.searchInput.events.count) events")
    }
    let masses = try file.searchInput.events.dijetMass()
    if let event = scores.row.indices.first(where: {
      abs(masses[Int(scores.row[$0])] - scores.dijetMass[$0]) > 1e-6 * scores.dijetMass[$0]
    }) {
      throw RunError.otherEvents(
        path: labels, expected: "m_JJ = \(scores.dijetMass[event]) GeV",
        found: "m_JJ = \(masses[Int(scores.row[event])]) GeV in row \(scores.row[event])")
    }
    guard let truth = file.truth else { throw MissingLabels(path: labels) }
    return truth
  }
}

/// A file was to give truth labels and has none.
struct MissingLabels: Error, CustomStringConvertible {
  let path: String

  var description: String {
    "\(path) has no truth labels: it needs a column 'label', or give --masterkey"
  }
}
