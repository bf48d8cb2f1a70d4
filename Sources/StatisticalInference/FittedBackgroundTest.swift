internal import Foundation
internal import NumericalCore
internal import Randomness

/// Windows of a spectrum against a function that is fitted to every spectrum anew.
struct FittedBackgroundTest: WindowTest {
  let sums: WindowSums
  let direction: BumpDirection
  let method = "Poisson counts of the fit to the data, each fitted again"
  private let windows: [Range<Int>]
  private let uncertainty: BumpReference.FitUncertainty
  /// The fit to the data, from which those to pseudo-experiments start.
  private let fit: BackgroundFit
  private let integrals: SpectrumIntegrals
  private let samplers: [PoissonSampler]

  /// Takes the fit to the data.
  init(
    _ sums: WindowSums, windows: [Range<Int>], direction: BumpDirection, fit: BackgroundFit,
    uncertainty: BumpReference.FitUncertainty
  ) {
    self.sums = sums
    self.windows = windows
    self.direction = direction
    self.fit = fit
    self.uncertainty = uncertainty
    integrals = SpectrumIntegrals(fit.basis, edges: fit.edges)
    samplers = fit.expected.map { PoissonSampler(mean: $0.count) }
  }

  func draw(into workspace: inout ScanWorkspace, with generator: inout SplitMix64) {
    samplers.draw(into: &workspace, with: &generator)
  }

  private func refit(_ counts: [Double]) -> BackgroundFit? {
    guard let spectrum = try? Histogram(edges: fit.edges, counts: counts) else { return nil }
    return try? fit.refitted(to: spectrum)
  }

  func test(_ workspace: inout ScanWorkspace) -> Bool {
    guard let fit = refit(workspace.counts) else { return false }
    let tests = tests(of: workspace.counts, fit)
    for (window, test) in tests.enumerated() { workspace.statistics[window] = test.statistic }
    return true
  }

  func tests(of counts: [Double]) -> [LocalTest] {
    counts == fit.spectrum.counts
      ? tests(of: counts, fit) : refit(counts).map { tests(of: counts, $0) } ?? []
  }

  /// Only the p-values that may be smaller than those before, where the fit counts as known.
  func peak(_ workspace: inout ScanWorkspace) -> ScanPeak? {
    guard let fit = refit(workspace.counts) else { return nil }
    switch uncertainty {
    case .ignored:
      sums.accumulate(workspace.counts, into: &workspace.cumulative)
      let expected = sums.sums(of: fit.expected.map(\.count))
      return direction.peak(&workspace, sums) { window, _ in expected[window] }
    case .profiled:
      var peak = ScanPeak()
      for (window, test) in tests(of: workspace.counts, fit).enumerated() {
        peak.consider(test.statistic, at: window)
      }
      return peak
    }
  }

  private func tests(of counts: [Double], _ fit: BackgroundFit) -> [LocalTest] {
    switch uncertainty {
    case .ignored:
      return zip(sums.sums(of: counts), sums.sums(of: fit.expected.map(\.count))).map {
        LocalTest(
          observed: $0, expected: $1,
          statistic: direction.statistic(observed: $0, expected: $1))
      }
    case .profiled:
      let rest = FitWithoutWindow(fit, integrals, counts: counts)
      return windows.map { rest.test($0, direction: direction) }
    }
  }
}

/// What the rest of a spectrum says about one window of it.
///
/// A fit to all bins is at the maximum of its likelihood. Without a window's bins ln L has the
/// gradient -Σ (n - μ) ∂μ / μ and the information I - Σ ∂μ ∂μᵀ / μ, sums over the window, so that
/// one step of Fisher scoring gives the fit to the other bins and its covariance.
private struct FitWithoutWindow {
  private let counts: [Double]
  private let expected: [Double]
  private let isUsed: [Bool]
  /// ∂ ln μ of each bin by the coefficients of the fit's basis, shape `[bins][parameters]`.
  private let slopes: [[Double]]
  private let information: SymmetricMatrix

  init(_ fit: BackgroundFit, _ integrals: SpectrumIntegrals, counts: [Double]) {
    let parameters = fit.basis.count
    var prediction = Prediction(bins: counts.count, parameterCount: parameters)
    integrals.evaluate(fit.coefficients, into: &prediction)
    var information = SymmetricMatrix(zeros: parameters)
    var slopes: [[Double]] = []
    for bin in counts.indices {
      let slope = (0..<parameters).map {
        prediction.jacobian[bin * parameters + $0] / prediction.counts[bin]
      }
      slopes.append(slope)
      if fit.isUsed[bin] { information.add(slope, weight: prediction.counts[bin]) }
    }
    self.counts = counts
    self.slopes = slopes
    self.information = information
    expected = prediction.counts
    isUsed = fit.isUsed
  }

  /// Compares a window with the fit to the other bins; p = 1 if these cannot determine it.
  func test(_ window: Range<Int>, direction: BumpDirection) -> LocalTest {
    let observed = window.reduce(0) { $0 + counts[$1] }
    var rest = information
    var gradient = [Double](repeating: 0, count: information.count)
    for bin in window where isUsed[bin] {
      rest.add(slopes[bin], weight: -expected[bin])
      for k in gradient.indices {
        gradient[k] -= (counts[bin] - expected[bin]) * slopes[bin][k]
      }
    }
    guard let factor = rest.cholesky() else {
      return LocalTest(
        observed: observed, expected: window.reduce(0) { $0 + expected[$1] }, statistic: 0)
    }
    let step = factor.solve(gradient)
    var background = 0.0
    var derivative = [Double](repeating: 0, count: gradient.count)
    for bin in window {
      // ln μ is nearly linear in the coefficients; so μ stays positive.
      let mean = expected[bin] * exp(zip(slopes[bin], step).reduce(0) { $0 + $1.0 * $1.1 })
      background += mean
      for k in derivative.indices { derivative[k] += mean * slopes[bin][k] }
    }
    let uncertainty = zip(derivative, factor.solve(derivative)).reduce(0) { $0 + $1.0 * $1.1 }
      .squareRoot()
    return LocalTest(
      observed: observed, expected: background, uncertainty: uncertainty,
      statistic: direction.statistic(
        observed: observed, expected: background, uncertainty: uncertainty))
  }
}

extension SymmetricMatrix {
  /// Adds a weight times v vᵀ.
  fileprivate mutating func add(_ vector: [Double], weight: Double) {
    for i in 0..<count {
      for j in 0...i { self[i, j] += weight * vector[i] * vector[j] }
    }
  }
}
