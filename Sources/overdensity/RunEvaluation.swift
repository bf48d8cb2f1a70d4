import EventFiles
import EventModel
import Evaluation
import Foundation
import Reporting
import ResonanceSearch

/// How well a search's scores separate signal from background, window by window.
struct RunEvaluation: Encodable {
  let method: String
  let windows: [WindowEvaluation]

  /// Compares the scores of a run folder with truth labels.
  ///
  /// - Parameters:
  ///   - record: Of the same folder.
  ///   - folder: The run.
  ///   - labels: Of the searched events.
  ///   - mass: Only windows whose signal region holds this m_JJ in GeV; `nil` for all.
  /// - Throws: An error of the files; ``RunError`` for labels of other events.
  init(
    _ record: SearchRecord, folder: URL, labels: LabelFile, at mass: Double? = nil
  ) throws {
    let scores = try ScoresFile(reading: folder.appendingPathComponent("scores.h5").path)
    let truth = try labels.truth(of: scores, in: record)
    method = record.result.method
    windows = try record.result.windows.enumerated().compactMap { column, window in
      let region = window.signalRegionGeV[0]..<window.signalRegionGeV[1]
      guard mass.map(region.contains) ?? true else { return nil }
      return try WindowEvaluation(
        index: window.index, signalRegion: region,
        dijetMass: scores.dijetMass,
        scores: scores.row.indices.map {
          Double(scores.quantiles[$0 * scores.windowCount + column])
        }, truth: truth)
    }
  }

  /// ROC and SIC curves of the window with the most signal.
  func figures(_ plan: SearchRecord.PlanSummary) -> [Figure] {
    guard let most = windows.max(by: { $0.signalEvents < $1.signalEvents }) else { return [] }
    return Figure.separation(
      [SeparationSeries(RichText(verbatim: plan.methodTitle), [most], style: .numbered(2))],
      place: "window \(most.index)",
      heading: FigureHeading(label: plan.label, sqrtS: plan.sqrtS, luminosity: plan.luminosity))
  }
}

/// A file with truth labels, and what tells whether a run searched its events.
struct LabelFile {
  private let path: String
  private let dijetMass: [Double]
  private let truth: TruthLabels?

  /// Reads labels of events, from the file itself or a masterkey.
  init(_ path: String, reader: InputReader, workFolder: URL) throws {
    let file = try reader.read(path, workFolder: workFolder)
    self.path = path
    truth = file.truth
    dijetMass = try file.searchInput.events.dijetMass()
  }

  init(_ path: String, dijetMass: [Double], truth: TruthLabels) {
    self.path = path
    self.dijetMass = dijetMass
    self.truth = truth
  }

  /// The labels of a run's scored events, in the order of its scores.
  ///
  /// - Throws: ``RunError`` if the run searched other events, ``MissingLabels`` without labels.
  func truth(of scores: ScoresFile, in record: SearchRecord) throws -> TruthLabels {
    guard dijetMass.count == record.result.input.events else {
      throw RunError.otherEvents(
        path: path, expected: "\(record.result.input.events) events",
        found: "\(dijetMass.count) events")
    }
    if let event = scores.row.indices.first(where: {
      abs(dijetMass[Int(scores.row[$0])] - scores.dijetMass[$0]) > 1e-6 * scores.dijetMass[$0]
    }) {
      throw RunError.otherEvents(
        path: path, expected: "m_JJ = \(scores.dijetMass[event]) GeV",
        found: "m_JJ = \(dijetMass[Int(scores.row[event])]) GeV in row \(scores.row[event])")
    }
    guard let truth else { throw MissingLabels(path: path) }
    return truth.selecting(rows: scores.row.map { Int($0) })
  }
}

/// A file was to give truth labels and has none.
struct MissingLabels: Error, CustomStringConvertible {
  let path: String

  var description: String {
    "\(path) has no truth labels: it needs a column 'label', or give --masterkey"
  }
}
