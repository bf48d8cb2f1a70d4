internal import Foundation
internal import NumericalCore
public import Randomness

/// Tests of a fit that see what a chi-square does not.
public struct FitQuality: Sendable, Hashable {
  /// A test statistic and the probability of a value at least as bad.
  public struct Test: Sendable, Hashable {
    public let value: Double
    /// `nil` for a test that counts none.
    public let degreesOfFreedom: Int?
    public let pValue: Double
  }

  /// Poisson deviance over all bins that took part; `nil` without a degree of freedom.
  ///
  /// Its p-value is that of a chi-square: too small or too large where few events are expected in
  /// many bins.
  public let deviance: Test?
  /// Pearson's chi-square, as ``GoodnessOfFit``.
  public let chi2: Test?
  /// Largest distance between the cumulative distributions (Kolmogorov and Smirnov).
  ///
  /// As a fraction of the events. Its p-value is the asymptotic one for unbinned data and a function
  /// that was not fitted: an upper bound here.
  public let kolmogorovSmirnov: Test
  /// Runs of neighbours on the same side of the fit (Wald and Wolfowitz).
  ///
  /// Few runs mean a wrong shape: the p-value is the exact probability of as many or fewer. Bins are
  /// merged as for the chi-square, because one with 0.1 events expected is nearly always below the
  /// fit.
  public let runs: Test

  init(_ fit: BackgroundFit) {
    let spectrum = fit.spectrum
    let scales = spectrum.varianceScales
    let used = fit.isUsed.indices.filter { fit.isUsed[$0] }
    let freedom = used.count - fit.function.parameterCount
    deviance =
      freedom > 0
      ? Test(
        value: fit.deviance, degreesOfFreedom: freedom,
        pValue: ChiSquareDistribution.survival(fit.deviance, degreesOfFreedom: freedom)) : nil
    chi2 = fit.goodnessOfFit.map {
      Test(value: $0.chi2, degreesOfFreedom: $0.degreesOfFreedom, pValue: $0.pValue)
    }
    kolmogorovSmirnov = Self.kolmogorovSmirnov(
      observed: used.map { spectrum.counts[$0] / scales[$0] },
      expected: used.map { fit.expected[$0].count / scales[$0] })
    runs = Self.runs(
      BinGroup.groups(
        observed: spectrum.counts, expected: fit.expected.map(\.count), scales: scales,
        isUsed: fit.isUsed
      ).map { $0.observed > $0.expected })
  }

  private static func kolmogorovSmirnov(observed: [Double], expected: [Double]) -> Test {
    let events = observed.reduce(0, +)
    let total = expected.reduce(0, +)
    var distance = 0.0
    var data = 0.0
    var fit = 0.0
    for (n, mu) in zip(observed, expected) {
      data += n / events
      fit += mu / total
      distance = max(distance, abs(data - fit))
    }
    return Test(
      value: distance, degreesOfFreedom: nil,
      pValue: kolmogorovSurvival(events.squareRoot() * distance))
  }

  /// Computes the probability of a Kolmogorov statistic √n D at least as large, for n to infinity.
  ///
  /// 2 Σ (-1)^(k-1) exp(-2 k² x²); below 1 by Jacobi's transformation of the same series.
  package static func kolmogorovSurvival(_ x: Double) -> Double {
    guard x > 0.04 else { return 1 }
    if x < 1 {
      let sum = (1...20).reduce(0.0) {
        let odd = Double(2 * $1 - 1)
        return $0 + exp(-odd * odd * .pi * .pi / (8 * x * x))
      }
      return 1 - (2 * .pi).squareRoot() / x * sum
    }
    return (1...20).reduce(0.0) {
      let k = Double($1)
      return $0 + ($1 % 2 == 1 ? 2 : -2) * exp(-2 * k * k * x * x)
    }
  }

  /// Counts runs of equal signs and computes the probability of as many or fewer.
  package static func runs(_ isAbove: [Bool]) -> Test {
    let above = isAbove.count { $0 }
    let below = isAbove.count - above
    let runs = 1 + zip(isAbove, isAbove.dropFirst()).count { $0 != $1 }
    guard above > 0, below > 0 else {
      return Test(value: Double(runs), degreesOfFreedom: nil, pValue: 1)
    }
    func logChoose(_ n: Int, _ k: Int) -> Double {
      guard (0...n).contains(k) else { return -.infinity }
      return logGamma(Double(n + 1)) - logGamma(Double(k + 1)) - logGamma(Double(n - k + 1))
    }
    let all = logChoose(above + below, above)
    var sum = 0.0
    for count in 2...max(2, runs) {
      let half = count / 2
      if count % 2 == 0 {
        sum += 2 * exp(logChoose(above - 1, half - 1) + logChoose(below - 1, half - 1) - all)
      } else {
        sum += exp(logChoose(above - 1, half) + logChoose(below - 1, half - 1) - all)
        sum += exp(logChoose(above - 1, half - 1) + logChoose(below - 1, half) - all)
      }
    }
    return Test(value: Double(runs), degreesOfFreedom: nil, pValue: min(1, sum))
  }
}

extension BackgroundFit {
  /// Tests of this fit.
  public var quality: FitQuality { FitQuality(self) }

  /// Draws pseudo-data from this fit: Poisson counts, scaled where the events are weighted.
  ///
  /// - Parameter generator: Where random numbers come from.
  /// - Returns: Counts in every bin, masked ones too.
  public func pseudoData(with generator: inout SplitMix64) -> Histogram {
    let counts = zip(expected, spectrum.varianceScales).map {
      $1 * PoissonSampler(mean: $0.count / $1).draw(with: &generator)
    }
    return spectrum.replacing(counts: counts)
  }

  /// p-values of this fit's tests from fits to pseudo-data drawn from it.
  public struct CalibratedQuality: Sendable, Hashable {
    /// (k + 1) / (n + 1) with k pseudo-experiments at least as bad; `nil` as in ``FitQuality``.
    public let deviance: Double?
    public let chi2: Double?
    public let kolmogorovSmirnov: Double
    public let runs: Double
    /// Fits that converged, n.
    public let pseudoExperiments: Int
    /// Pseudo-experiments without a fit; they count neither way.
    public let failures: Int
  }

  /// Repeats the fit on pseudo-data.
  ///
  /// This makes the p-values right for few events per bin, for bins and for fitted parameters.
  public func calibratedQuality(_ experiments: PseudoExperiments) -> CalibratedQuality {
    let data = quality
    let drawn = experiments.map(workspace: {}) { _, generator in
      // The same treatment as of data: a fit that fails gives no test.
      (try? refitted(to: pseudoData(with: &generator)))?.quality
    }.compactMap { $0 }
    func pValue(_ isWorse: (FitQuality) -> Bool) -> Double {
      Double(drawn.count(where: isWorse) + 1) / Double(drawn.count + 1)
    }
    return CalibratedQuality(
      deviance: data.deviance.map { test in
        pValue { ($0.deviance?.value ?? 0) >= test.value }
      },
      // Merged bins differ in number, so that probabilities are compared.
      chi2: data.chi2.map { test in pValue { ($0.chi2?.pValue ?? 1) <= test.pValue } },
      kolmogorovSmirnov: pValue { $0.kolmogorovSmirnov.value >= data.kolmogorovSmirnov.value },
      runs: pValue { $0.runs.pValue <= data.runs.pValue },
      pseudoExperiments: drawn.count, failures: experiments.count - drawn.count)
  }
}
