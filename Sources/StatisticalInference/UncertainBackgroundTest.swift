internal import NumericalCore
internal import Randomness

/// Windows against a background whose bins have a covariance.
struct UncertainBackgroundTest: WindowTest {
  let sums: WindowSums
  let direction: BumpDirection
  let method = "Poisson counts of references drawn from their covariance"
  private let bins: [Double]
  private let expected: [Double]
  private let uncertainties: [Double]
  /// Independent variations by one standard deviation, shape `[modes][bins]`.
  private let modes: [[Double]]

  /// Prepares the windows' errors.
  ///
  /// - Parameters:
  ///   - sums: The windows.
  ///   - direction: What to look for.
  ///   - bins: Background of each bin.
  ///   - covariance: Of the bins, symmetric.
  /// - Throws: ``BumpHunterError/invalidCovariance`` if it has a negative variance.
  init(
    _ sums: WindowSums, direction: BumpDirection, expected bins: [Double], covariance: [[Double]]
  ) throws(BumpHunterError) {
    self.sums = sums
    self.direction = direction
    self.bins = bins
    expected = sums.sums(of: bins).map { max(0, $0) }
    let eigen = SymmetricEigen(covariance)
    let largest = max(0, eigen.values[0])
    // Rounding leaves small negative ones.
    guard eigen.values.allSatisfy({ $0 >= -1e-9 * largest }) else { throw .invalidCovariance }
    let modes = zip(eigen.values, eigen.vectors).compactMap { value, vector in
      value > 1e-12 * largest ? vector.map { $0 * value.squareRoot() } : nil
    }
    self.modes = modes
    var variances = [Double](repeating: 0, count: sums.corners.count)
    for mode in modes {
      for (window, change) in sums.sums(of: mode).enumerated() {
        variances[window] += change * change
      }
    }
    uncertainties = variances.map { $0.squareRoot() }
  }

  func draw(into workspace: inout ScanWorkspace, with generator: inout SplitMix64) {
    workspace.counts = bins
    for mode in modes {
      let shift = generator.normal()
      for bin in bins.indices { workspace.counts[bin] += shift * mode[bin] }
    }
    for bin in bins.indices {
      workspace.counts[bin] = PoissonSampler(mean: max(0, workspace.counts[bin]))
        .draw(with: &generator)
    }
  }

  func test(_ workspace: inout ScanWorkspace) -> Bool {
    sums.accumulate(workspace.counts, into: &workspace.cumulative)
    for (window, corners) in sums.corners.enumerated() {
      workspace.statistics[window] = direction.statistic(
        observed: WindowSums.sum(corners, workspace.cumulative), expected: expected[window],
        uncertainty: uncertainties[window])
    }
    return true
  }

  func tests(of counts: [Double]) -> [LocalTest] {
    sums.sums(of: counts).enumerated().map { window, observed in
      LocalTest(
        observed: observed, expected: expected[window], uncertainty: uncertainties[window],
        statistic: direction.statistic(
          observed: observed, expected: expected[window], uncertainty: uncertainties[window]))
    }
  }
}
