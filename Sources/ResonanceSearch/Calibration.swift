public import EventFiles
public import Execution
import Foundation
import StatisticalInference

extension SearchResult {
  /// Where the pseudo-experiments came from and what they rest on.
  public struct Calibration: Sendable, Hashable, Codable {
    /// `retrain` or `spectrum`.
    public var method: String
    /// `donors` or `simulation`; `nil` for fluctuated spectra.
    @Nullable public var nullSource: String?
    public var pseudoExperiments: Int
    /// One sentence each.
    public var assumptions: [String]
  }

  fileprivate var significances: LocalSignificances {
    LocalSignificances(windows.map { $0.efficiencies.map(\.localSignificance) })
  }

  /// Compares the result with searches on pseudo-data without a signal.
  ///
  /// The test statistic is the smallest local p-value of all windows and cuts, for each window and
  /// cut its own. Only retrained pseudo-experiments make local p-values calibrated.
  ///
  /// - Throws: ``NullSourceError/blind``, or ``GlobalPValueError`` without pseudo-experiments.
  public mutating func calibrate(with null: NullDistribution) throws {
    guard !blind else { throw NullSourceError.blind }
    let method = null.method.rawValue
    let global = try GlobalPValue.extrapolated(
      observed: LocalSignificances.statistic(significances.largest),
      pseudoExperiments: null.searches.map { LocalSignificances.statistic($0.largest) },
      method: method)
    globalPValue = global
    globalSignificance = global.significance
    calibration = Calibration(
      method: method, nullSource: null.source?.rawValue, pseudoExperiments: null.searches.count,
      assumptions: null.assumptions)
    calibrated = null.method == .retrain
    for window in windows.indices {
      for cut in windows[window].efficiencies.indices {
        try windows[window].efficiencies[cut].calibrate(
          with: null.searches.map { $0.values[window][cut] }, isRetrained: calibrated)
      }
    }
    warnings = sculptingWarnings()
  }
}

extension SearchResult.Measurement {
  /// Counts pseudo-experiments of the same window and cut.
  fileprivate mutating func calibrate(with null: [Double?], isRetrained: Bool) throws {
    calibratedPValue = nil
    calibratedSignificance = nil
    nullMeanSignificance = nil
    nullSignificanceSpread = nil
    guard isRetrained else { return }
    let pValue = try GlobalPValue.extrapolated(
      observed: LocalSignificances.statistic(localSignificance),
      pseudoExperiments: null.map(LocalSignificances.statistic),
      method: NullDistribution.Method.retrain.rawValue)
    calibratedPValue = pValue
    calibratedSignificance = pValue.significance
    let values = null.compactMap(\.self)
    guard values.count >= 2 else { return }
    let mean = values.reduce(0, +) / Double(values.count)
    nullMeanSignificance = mean
    nullSignificanceSpread =
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
  }
}

extension SearchRecord {
  /// Compares with pseudo-data, and writes these and the result.
  ///
  /// - Throws: What ``SearchResult/calibrate(with:)`` throws, or an error of the folder.
  public mutating func calibrate(with null: NullDistribution, into folder: RunFolder) throws {
    try calibrate(with: null)
    try folder.write(try JSONEncoder.readable.encode(null), as: "pseudo-experiments.json")
    try write(into: folder)
  }

  /// Compares the record's result with pseudo-data and keeps what its figure shows.
  public mutating func calibrate(with null: NullDistribution) throws {
    try result.calibrate(with: null)
    nullSearches = NullSearches(
      observed: result.significances.largest, pseudoExperiments: null.searches.map(\.largest))
  }
}
