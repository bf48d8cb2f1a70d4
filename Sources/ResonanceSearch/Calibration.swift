import Foundation
public import StatisticalInference

extension SearchResult {
  /// A p-value counted on pseudo-experiments.
  public struct EmpiricalPValue: Sendable, Hashable, Codable {
    /// (k + 1) / (n + 1), or from the tail fit.
    public var value: Double
    /// Ends of the interval of confidence level `level`.
    public var low: Double
    public var high: Double
    public var level: Double
    public var pseudoExperiments: Int
    /// Pseudo-experiments at or above the data, k.
    public var exceeding: Int
    /// `retrain` or `spectrum`.
    public var method: String
    /// Whether the value comes from a fit to the tail.
    public var extrapolated: Bool
    /// The fit to the tail of -ln p; `nil` unless extrapolated.
    @Nullable public var tail: ExponentialTail?
    /// Why an extrapolation was not made; `nil` if none was needed or it was.
    @Nullable public var remark: String?

    init(_ pValue: GlobalPValue) {
      value = pValue.value
      low = pValue.low
      high = pValue.high
      level = pValue.level
      pseudoExperiments = pValue.pseudoExperiments
      exceeding = pValue.exceeding
      method = pValue.method
      extrapolated = pValue.extrapolated
      tail = pValue.tail
      remark = pValue.remark
    }
  }

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
    globalPValue = EmpiricalPValue(global)
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
    calibratedPValue = SearchResult.EmpiricalPValue(pValue)
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
  /// Compares the record's result with pseudo-data and keeps what its figure shows.
  public mutating func calibrate(with null: NullDistribution) throws {
    try result.calibrate(with: null)
    nullSearches = NullSearches(
      observed: result.significances.largest, pseudoExperiments: null.searches.map(\.largest))
  }
}
