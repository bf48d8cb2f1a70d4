internal import Randomness

/// Counts of a scan and the memory that it uses again and again.
struct ScanWorkspace: Sendable {
  /// Contents of each bin.
  var counts: [Double]
  /// Their cumulative sums.
  var cumulative: [Double]
  /// The same where counts are whole numbers.
  var wholeCumulative: [Int]
  /// -ln p of each window.
  var statistics: [Double]

  init(_ sums: WindowSums) {
    counts = [Double](repeating: 0, count: sums.rows * sums.columns)
    cumulative = [Double](repeating: 0, count: sums.cumulativeCount)
    wholeCumulative = [Int](repeating: 0, count: sums.cumulativeCount)
    statistics = [Double](repeating: 0, count: sums.corners.count)
  }
}

/// What one window of a scan found.
struct LocalTest: Sendable {
  var observed: Double
  var expected: Double
  /// `nil` for a background taken as known.
  var uncertainty: Double?
  /// What the reference was multiplied with.
  var scale = 1.0
  /// -ln p.
  var statistic: Double
}

/// How the windows of one channel are compared with background, in data and pseudo-experiments.
protocol WindowTest: Sendable {
  var sums: WindowSums { get }
  /// How pseudo-experiments are made, in words.
  var method: String { get }

  /// Draws counts that background alone would give.
  func draw(into workspace: inout ScanWorkspace, with generator: inout SplitMix64)

  /// Computes -ln p of all windows.
  ///
  /// - Returns: Whether it could; if not, all are 0.
  func test(_ workspace: inout ScanWorkspace) -> Bool

  /// Finds the first window with the largest -ln p; `nil` if there is no test.
  func peak(_ workspace: inout ScanWorkspace) -> ScanPeak?

  /// Tests all windows of the data, whose counts may be fractions.
  func tests(of counts: [Double]) -> [LocalTest]
}

extension WindowTest {
  func peak(_ workspace: inout ScanWorkspace) -> ScanPeak? {
    guard test(&workspace) else { return nil }
    var peak = ScanPeak()
    for (window, statistic) in workspace.statistics.enumerated() {
      peak.consider(statistic, at: window)
    }
    return peak
  }
}

/// Windows against a background that is known.
struct KnownBackgroundTest: WindowTest {
  let sums: WindowSums
  let direction: BumpDirection
  let method = "Poisson counts of the reference"
  private let expected: [Double]
  private let table: PoissonTailTable
  private let samplers: [PoissonSampler]

  init(_ sums: WindowSums, direction: BumpDirection, expected bins: [Double]) {
    self.sums = sums
    self.direction = direction
    expected = sums.sums(of: bins).map { max(0, $0) }
    table = PoissonTailTable(expected: expected, direction: direction)
    samplers = bins.map { PoissonSampler(mean: $0) }
  }

  func draw(into workspace: inout ScanWorkspace, with generator: inout SplitMix64) {
    samplers.draw(into: &workspace, with: &generator)
  }

  func test(_ workspace: inout ScanWorkspace) -> Bool {
    sums.accumulate(workspace.counts, into: &workspace.wholeCumulative)
    table.forEach(sums, workspace.wholeCumulative) { workspace.statistics[$0] = $1 }
    return true
  }

  func peak(_ workspace: inout ScanWorkspace) -> ScanPeak? {
    sums.accumulate(workspace.counts, into: &workspace.wholeCumulative)
    var peak = ScanPeak()
    table.forEach(sums, workspace.wholeCumulative) { peak.consider($1, at: $0) }
    return peak
  }

  func tests(of counts: [Double]) -> [LocalTest] {
    zip(sums.sums(of: counts), expected).map {
      LocalTest(
        observed: $0, expected: $1,
        statistic: direction.statistic(observed: $0, expected: $1))
    }
  }
}

/// Windows against a shape scaled to the data outside of each.
struct SidebandNormalisedTest: WindowTest {
  let sums: WindowSums
  let direction: BumpDirection
  let method = "Poisson counts of the reference, scaled to sidebands like the data"
  private let expected: [Double]
  /// Each window's reference over that of its sidebands, which are never empty.
  private let ratios: [Double]
  /// The bins that count for the scale.
  private let isPopulated: [Bool]
  /// Of the reference scaled to all of the data.
  private let samplers: [PoissonSampler]

  init(
    _ sums: WindowSums, direction: BumpDirection, shape: [Double], isPopulated: [Bool],
    data: [Double]
  ) {
    self.sums = sums
    self.direction = direction
    self.isPopulated = isPopulated
    expected = sums.sums(of: shape).map { max(0, $0) }
    let totalExpected = shape.reduce(0, +)
    ratios = expected.map { $0 / (totalExpected - $0) }
    let scale =
      zip(data, isPopulated).reduce(0) { $0 + ($1.1 ? $1.0 : 0) } / totalExpected
    samplers = shape.map { PoissonSampler(mean: $0 * scale) }
  }

  func draw(into workspace: inout ScanWorkspace, with generator: inout SplitMix64) {
    samplers.draw(into: &workspace, with: &generator)
  }

  private func total(_ counts: [Double]) -> Double {
    var sum = 0.0
    for bin in counts.indices where isPopulated[bin] { sum += counts[bin] }
    return sum
  }

  func test(_ workspace: inout ScanWorkspace) -> Bool {
    sums.accumulate(workspace.counts, into: &workspace.cumulative)
    let total = total(workspace.counts)
    for (window, corners) in sums.corners.enumerated() {
      let observed = WindowSums.sum(corners, workspace.cumulative)
      workspace.statistics[window] = direction.statistic(
        observed: observed, expected: ratios[window] * (total - observed))
    }
    return true
  }

  func peak(_ workspace: inout ScanWorkspace) -> ScanPeak? {
    sums.accumulate(workspace.counts, into: &workspace.cumulative)
    let total = total(workspace.counts)
    return direction.peak(&workspace, sums) { window, observed in
      ratios[window] * (total - observed)
    }
  }

  func tests(of counts: [Double]) -> [LocalTest] {
    let total = total(counts)
    return sums.sums(of: counts).enumerated().map { window, observed in
      let background = ratios[window] * (total - observed)
      return LocalTest(
        observed: observed, expected: background,
        scale: expected[window] > 0 ? background / expected[window] : 1,
        statistic: direction.statistic(observed: observed, expected: background))
    }
  }
}

extension [PoissonSampler] {
  func draw(into workspace: inout ScanWorkspace, with generator: inout SplitMix64) {
    for bin in indices { workspace.counts[bin] = self[bin].draw(with: &generator) }
  }
}

extension BumpDirection {
  /// Finds the largest -ln p without computing that of every window.
  ///
  /// Half of a count's Poisson deviance D limits its -ln p (``halfDevianceNeeded(for:)``), and
  /// (n - b)² / 2b of an excess, (n - b)² / 2n of a deficit, limit D. Most windows are ruled out by
  /// the last, once the most promising one is known.
  ///
  /// - Parameters:
  ///   - workspace: Whole counts and their cumulative sums.
  ///   - sums: The windows.
  ///   - expected: The background of a window, from its index and its count.
  /// - Returns: One of the windows with the largest statistic.
  func peak(
    _ workspace: inout ScanWorkspace, _ sums: WindowSums, expected: (Int, Double) -> Double
  ) -> ScanPeak {
    var promising: Int?
    var largest = 0.0
    for (window, corners) in sums.corners.enumerated() {
      let observed = WindowSums.sum(corners, workspace.cumulative)
      let background = expected(window, observed)
      let difference = self == .excess ? observed - background : background - observed
      let limit =
        difference > 0 && background > 0
        ? difference * difference / (2 * (self == .excess ? background : observed)) : 0
      workspace.statistics[window] = limit
      if limit > largest {
        largest = limit
        promising = window
      }
    }
    var peak = ScanPeak()
    guard let promising else { return peak }
    var needed = 0.0
    func evaluate(_ window: Int) {
      let observed = WindowSums.sum(sums.corners[window], workspace.cumulative)
      let background = expected(window, observed)
      guard poissonHalfDeviance(observed: observed, expected: background) > needed else { return }
      peak.consider(statistic(observed: observed, expected: background), at: window)
      needed = Self.halfDevianceNeeded(for: peak.statistic)
    }
    evaluate(promising)
    for window in sums.corners.indices where workspace.statistics[window] > needed {
      if window != promising { evaluate(window) }
    }
    return peak
  }
}
