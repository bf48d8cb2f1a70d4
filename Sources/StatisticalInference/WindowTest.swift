internal import Randomness

/// Counts of a scan and the memory that it uses again and again.
struct ScanWorkspace: Sendable {
  /// Contents of each bin.
  var counts: [Double]
  /// Their cumulative sums.
  var cumulative: [Double]
  /// -ln p of each window.
  var statistics: [Double]

  init(_ sums: WindowSums) {
    counts = [Double](repeating: 0, count: sums.rows * sums.columns)
    cumulative = [Double](repeating: 0, count: sums.cumulativeCount)
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
    sums.accumulate(workspace.counts, into: &workspace.cumulative)
    table.forEach(sums, workspace.cumulative) { workspace.statistics[$0] = $1 }
    return true
  }

  func peak(_ workspace: inout ScanWorkspace) -> ScanPeak? {
    sums.accumulate(workspace.counts, into: &workspace.cumulative)
    var peak = ScanPeak()
    table.forEach(sums, workspace.cumulative) { peak.consider($1, at: $0) }
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
  private let totalExpected: Double
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
    totalExpected = shape.reduce(0, +)
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

  /// What the reference of a window is multiplied with; its sidebands are never empty.
  private func scale(_ window: Int, observed: Double, total: Double) -> Double {
    (total - observed) / (totalExpected - expected[window])
  }

  func test(_ workspace: inout ScanWorkspace) -> Bool {
    sums.accumulate(workspace.counts, into: &workspace.cumulative)
    let total = total(workspace.counts)
    for (window, corners) in sums.corners.enumerated() {
      let observed = WindowSums.sum(corners, workspace.cumulative)
      workspace.statistics[window] = direction.statistic(
        observed: observed,
        expected: expected[window] * scale(window, observed: observed, total: total))
    }
    return true
  }

  /// Computes only the p-values that may be smaller than those before.
  func peak(_ workspace: inout ScanWorkspace) -> ScanPeak? {
    sums.accumulate(workspace.counts, into: &workspace.cumulative)
    let total = total(workspace.counts)
    var screen = PeakScreen(direction: direction)
    for (window, corners) in sums.corners.enumerated() {
      let observed = WindowSums.sum(corners, workspace.cumulative)
      screen.consider(
        observed: observed,
        expected: expected[window] * scale(window, observed: observed, total: total), at: window)
    }
    return screen.peak
  }

  func tests(of counts: [Double]) -> [LocalTest] {
    let total = total(counts)
    return sums.sums(of: counts).enumerated().map { window, observed in
      let scale = scale(window, observed: observed, total: total)
      let expected = expected[window] * scale
      return LocalTest(
        observed: observed, expected: expected, scale: scale,
        statistic: direction.statistic(observed: observed, expected: expected))
    }
  }
}

extension [PoissonSampler] {
  func draw(into workspace: inout ScanWorkspace, with generator: inout SplitMix64) {
    for bin in indices { workspace.counts[bin] = self[bin].draw(with: &generator) }
  }
}

/// Finds the largest -ln p among windows without computing that of every window.
struct PeakScreen {
  let direction: BumpDirection
  private(set) var peak = ScanPeak()
  private var needed = 0.0

  init(direction: BumpDirection) {
    self.direction = direction
  }

  /// Takes a whole number of events into account.
  @inline(__always)
  mutating func consider(observed: Double, expected: Double, at window: Int) {
    let difference = direction == .excess ? observed - expected : expected - observed
    guard difference > 0, expected > 0 else { return }
    // Half the deviance is at most this.
    let bound = difference * difference / (2 * (direction == .excess ? expected : observed))
    guard bound > needed else { return }
    evaluate(observed: observed, expected: expected, at: window)
  }

  private mutating func evaluate(observed: Double, expected: Double, at window: Int) {
    guard poissonHalfDeviance(observed: observed, expected: expected) > needed else { return }
    let before = peak.statistic
    peak.consider(
      direction.statistic(observed: observed, expected: expected), at: window)
    if peak.statistic > before {
      needed = BumpDirection.halfDevianceNeeded(for: peak.statistic)
    }
  }
}
