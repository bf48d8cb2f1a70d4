internal import Randomness

/// Searches a spectrum for the window of bins that background explains worst.
///
/// Every window has a local p-value; the test statistic is t = -ln of the smallest, and the global
/// p-value the fraction of background pseudo-experiments with t at least as large, scanned in the
/// same way (G. Choudalakis, arXiv:1101.0390). Conventions for the local p-value and the windows
/// are those of pyBumpHunter; see Documentation/bumphunter.md.
public struct BumpHunter: Sendable, Hashable {
  public var windows: WindowScan
  public var direction: BumpDirection

  public init(windows: WindowScan, direction: BumpDirection = .excess) {
    self.windows = windows
    self.direction = direction
  }

  /// Tests every window of the data; no pseudo-experiments.
  ///
  /// - Parameters:
  ///   - data: Unweighted events; counts that are no whole numbers are allowed.
  ///   - reference: What they are compared with.
  /// - Returns: All windows.
  /// - Throws: ``BumpHunterError``.
  public func scan(
    _ data: Histogram, reference: BumpReference
  ) throws(BumpHunterError) -> BumpScan<Range<Int>> {
    try ScannedChannel(data, reference: reference, windows: windows, direction: direction).scan
  }

  /// Scans the data, then as many pseudo-experiments as it takes for the global p-value.
  ///
  /// - Parameters:
  ///   - data: Unweighted events; counts that are no whole numbers are allowed.
  ///   - reference: What they are compared with.
  ///   - pseudoExperiments: How many, with which seed, on how many threads.
  /// - Returns: The same for every number of threads.
  /// - Throws: ``BumpHunterError``.
  public func hunt(
    _ data: Histogram, reference: BumpReference, pseudoExperiments: PseudoExperiments
  ) throws(BumpHunterError) -> BumpHunt<Range<Int>> {
    let channel = try ScannedChannel(
      data, reference: reference, windows: windows, direction: direction)
    return try channel.hunt(pseudoExperiments)
  }
}

/// Searches a grid of two variables for the rectangle of bins that background explains worst.
public struct BumpHunter2D: Sendable, Hashable {
  public var windows: RectangleScan
  public var direction: BumpDirection

  public init(windows: RectangleScan, direction: BumpDirection = .excess) {
    self.windows = windows
    self.direction = direction
  }

  /// Tests every window of the data; no pseudo-experiments.
  ///
  /// - Throws: ``BumpHunterError``.
  public func scan(
    _ data: Histogram2D, reference: BumpReference
  ) throws(BumpHunterError) -> BumpScan<BinRectangle> {
    try ScannedChannel(data, reference: reference, windows: windows, direction: direction).scan
  }

  /// Scans the data and pseudo-experiments as ``BumpHunter/hunt(_:reference:pseudoExperiments:)``.
  ///
  /// - Throws: ``BumpHunterError``.
  public func hunt(
    _ data: Histogram2D, reference: BumpReference, pseudoExperiments: PseudoExperiments
  ) throws(BumpHunterError) -> BumpHunt<BinRectangle> {
    let channel = try ScannedChannel(
      data, reference: reference, windows: windows, direction: direction)
    return try channel.hunt(pseudoExperiments)
  }
}

extension ScannedChannel {
  /// Runs pseudo-experiments: the largest statistic of each, `nil` where a fit failed.
  func nullStatistics(
    _ pseudoExperiments: PseudoExperiments
  ) throws(BumpHunterError) -> [Double?] {
    guard pseudoExperiments.count > 0 else {
      throw .tooFewPseudoExperiments(pseudoExperiments.count)
    }
    return pseudoExperiments.map {
      ScanWorkspace(test.sums)
    } _: { workspace, generator in
      test.draw(into: &workspace, with: &generator)
      return test.peak(&workspace)?.statistic
    }
  }

  func hunt(_ pseudoExperiments: PseudoExperiments) throws(BumpHunterError) -> BumpHunt<Region> {
    let scan = scan
    let null = try nullStatistics(pseudoExperiments)
    return try BumpHunt(
      scans: [scan], best: scan.best.map { [$0] } ?? [], statistic: scan.statistic, null: null,
      method: test.method)
  }
}

extension BumpHunt {
  /// Compares the data's statistic with pseudo-experiments'.
  ///
  /// - Throws: ``BumpHunterError``.
  init(
    scans: [BumpScan<Region>], best: [BumpScan<Region>.Window], statistic: Double,
    null: [Double?], method: String
  ) throws(BumpHunterError) {
    self.scans = scans
    self.best = best
    self.statistic = statistic
    nullStatistics = null.map { $0 ?? 0 }
    failedFits = null.count { $0 == nil }
    do throws(GlobalPValueError) {
      // The same counts in the same window are a tie, whichever way their p-value was computed.
      globalPValue = try GlobalPValue.extrapolated(
        observed: statistic * (1 - 1e-9), pseudoExperiments: nullStatistics, method: method)
    } catch { throw .globalPValue(error) }
  }
}
