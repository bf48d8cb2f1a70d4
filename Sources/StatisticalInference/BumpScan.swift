internal import Foundation
internal import NumericalCore

/// What a scan found in every window of the data.
///
/// `Region` is a range of bins of a ``Histogram`` or a rectangle of bins of a ``Histogram2D``.
public struct BumpScan<Region: Sendable & Hashable>: Sendable, Hashable {
  /// One window and its counts.
  public struct Window: Sendable, Hashable {
    /// Bins of the window.
    public let region: Region
    /// Events of the data.
    public let observed: Double
    /// Background events, after any scaling.
    public let expected: Double
    /// Standard deviation of the background; `nil` where it counts as known.
    public let uncertainty: Double?
    /// What the reference was multiplied with; 1 unless it is normalised to sidebands.
    public let scale: Double
    /// The test statistic t = -ln p >= 0 of the window.
    public let statistic: Double

    /// p of this window alone; 1 on the other side of the expectation.
    public var localPValue: Double { exp(-statistic) }
    /// Φ⁻¹(1 - p) in standard deviations; `nil` for p = 1.
    public var localSignificance: Double? {
      statistic > 0 ? NormalDistribution.quantile(logSurvival: -statistic) : nil
    }
    /// Observed minus expected events.
    public var difference: Double { observed - expected }
  }

  /// All windows in the order of the scan.
  public let windows: [Window]
  /// The first window of the smallest p-value; `nil` if no window has one below 1.
  public let best: Window?
  /// -ln of the smallest p-value; 0 if no window has one below 1.
  public let statistic: Double

  init(regions: [Region], tests: [LocalTest]) {
    windows = zip(regions, tests).map { region, test in
      Window(
        region: region, observed: test.observed, expected: test.expected,
        uncertainty: test.uncertainty, scale: test.scale, statistic: test.statistic)
    }
    var peak = ScanPeak()
    for (index, test) in tests.enumerated() { peak.consider(test.statistic, at: index) }
    statistic = peak.statistic
    best = peak.window.map { [windows] in windows[$0] }
  }
}

/// The scans of the data in one or several channels and how often background does as well.
public struct BumpHunt<Region: Sendable & Hashable>: Sendable, Hashable {
  /// The scan of each channel's data.
  public let scans: [BumpScan<Region>]
  /// The windows of the answer, one for each channel; empty if there is none.
  public let best: [BumpScan<Region>.Window]
  /// The test statistic of the data, all channels together.
  public let statistic: Double
  /// Of all pseudo-experiments in the order of their numbers.
  public let nullStatistics: [Double]
  /// Pseudo-experiments without a converged fit, whose statistic is 0.
  public let failedFits: Int
  public let globalPValue: GlobalPValue
}
