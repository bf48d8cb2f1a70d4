internal import Foundation
internal import NumericalCore

/// Counts with backgrounds of their own that share one signal: one likelihood, one p-value.
///
/// The product of the likelihoods of ``CountingExperiment/localSignificance``, in which experiment i
/// has w_i μ signal events. A single experiment gives its own significance.
public struct SimultaneousCounting: SignificanceTest, Sendable, Hashable {
  /// At least one.
  public let experiments: [CountingExperiment]
  /// Fraction w_i > 0 of the signal in each experiment, shape `[experiments]`, of sum 1.
  public let signalFractions: [Double]

  /// Takes the counts; `nil` without any, or unless each has an exposure above 0.
  ///
  /// - Parameters:
  ///   - experiments: Independent counts.
  ///   - exposures: What their signal is in proportion to, > 0, shape `[experiments]`.
  public init?(_ experiments: [CountingExperiment], exposures: [Double]) {
    let total = exposures.reduce(0, +)
    guard !experiments.isEmpty, exposures.count == experiments.count, total.isFinite,
      exposures.allSatisfy({ $0 > 0 })
    else { return nil }
    self.experiments = experiments
    signalFractions = exposures.map { $0 / total }
  }

  /// One count.
  public init(_ experiment: CountingExperiment) {
    experiments = [experiment]
    signalFractions = [1]
  }

  /// The sum of all counts against the sum of the backgrounds, whose errors are independent.
  public var total: CountingExperiment {
    get throws(CountingExperimentError) {
      try CountingExperiment(
        observed: experiments.reduce(0) { $0 + $1.observed },
        background: experiments.reduce(0) { $0 + $1.background },
        backgroundUncertainty: experiments.reduce(0) {
          $0 + $1.backgroundUncertainty * $1.backgroundUncertainty
        }.squareRoot())
    }
  }

  /// Signal events at the maximum of the likelihood, in all experiments together.
  ///
  /// Negative for a deficit; where no signal fits both it and a background without error, the
  /// smallest for which there is a likelihood.
  public var signalEvents: Double {
    // Half the derivative of -2 ln L grows with μ. Each experiment's is zero where its count is
    // expected, so that of their sum is between the outermost of these.
    let zeros = zip(experiments, signalFractions).map { ($0.observed - $0.background) / $1 }
    var low = zeros.min() ?? 0
    var high = zeros.max() ?? 0
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if slope(at: middle) < 0 { low = middle } else { high = middle }
    }
    return high
  }

  /// The signed root Z = sign(μ̂) √q₀ of the profile likelihood, in standard deviations.
  public var localSignificance: Double {
    if experiments.count == 1 { return experiments[0].localSignificance }
    let signal = signalEvents
    let q = deviance(at: 0) - deviance(at: signal)
    return (signal < 0 ? -1 : 1) * max(q, 0).squareRoot()
  }

  private func deviance(at signal: Double) -> Double {
    zip(experiments, signalFractions).reduce(0) {
      $0 + $1.0.profile(signal: signal * $1.1).deviance
    }
  }

  private func slope(at signal: Double) -> Double {
    zip(experiments, signalFractions).reduce(0) { sum, part in
      let (experiment, fraction) = part
      // Without an error of the background there is no likelihood below zero expected events.
      let isPossible =
        experiment.backgroundUncertainty > 0 || experiment.background + signal * fraction > 0
      return sum
        + (isPossible ? fraction * experiment.profile(signal: signal * fraction).slope : -.infinity)
    }
  }
}
