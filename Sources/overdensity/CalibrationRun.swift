import EventFiles
import EventModel
import Evaluation
import Execution
import Foundation
import Randomness
import ResonanceSearch

/// Calibrates a finished search: pseudo-experiments, then the result with its global p-value.
struct CalibrationRun {
  let options: CalibrationOptions
  let pseudoExperiments: Int
  let reader: InputReader
  let jobs: Int
  let executor: any Executor

  /// Adds global and calibrated p-values to a record.
  ///
  /// - Parameters:
  ///   - record: Of the search.
  ///   - search: The search on the same events; `nil` is enough for fluctuated spectra.
  ///   - plan: The search's.
  ///   - folder: Where finished pseudo-experiments are kept and their distribution is written.
  ///   - display: Shows progress.
  /// - Throws: ``NullSourceError``, or an error of a search or of the folder.
  func callAsFunction(
    _ record: inout SearchRecord, search: Search?, plan: SearchPlan, folder: RunFolder,
    display: ProgressDisplay
  ) throws {
    let null: NullDistribution
    if options.globalPvalueMethod == .spectrum {
      null = try record.spectrumFluctuations(
        count: pseudoExperiments, plan: plan, seed: Seed(record.result.seed), jobs: jobs)
    } else if let search {
      null = try distribution(
        of: search, from: source(for: search, folder: folder.url), folder: folder,
        display: display)
    } else {
      preconditionFailure("retraining needs the events")
    }
    try record.calibrate(with: null, into: folder)
  }

  private func distribution(
    of search: Search, from source: some NullSource, folder: RunFolder, display: ProgressDisplay
  ) throws -> NullDistribution {
    try search.nullDistribution(
      from: source, count: pseudoExperiments, executor: executor, store: folder.units,
      progress: display.show)
  }

  /// The source that the options ask for.
  func source(for search: Search, folder: URL) throws -> any NullSource {
    let seed = Seed(search.seed).child("null-data")
    guard options.nullSource == .simulation || !options.background.isEmpty else {
      return try search.donorEvents()
    }
    var digest = SHA256()
    let samples = try options.background.enumerated().map { number, path in
      let file = try reader.read(path, workFolder: folder)
      let input = file.searchInput
      guard input.sha256 != search.input.sha256 else { throw NullSourceError.searchedFile(path) }
      if let truth = file.truth, truth.signalCount > 0 {
        throw NullSourceError.labelledSignal(sample: path, events: truth.signalCount)
      }
      digest.update(input.sha256.utf8)
      do {
        return (
          name: input.name,
          events: try search.plan.table(
            of: input.events, sample: "background-\(number)", seed: Seed(search.seed))
        )
      } catch {
        throw NullSourceError.unreadable(sample: path, reason: "\(error)")
      }
    }
    return try SimulatedBackground(
      samples, range: search.prepared.fitBinning.range, setSize: search.prepared.table.count,
      pseudoExperiments: pseudoExperiments, digest: digest.hexDigest(), seed: seed)
  }
}
