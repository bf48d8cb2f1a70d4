internal import Foundation
internal import NumericalCore
internal import Randomness

/// The most powerful test of a reference against one given alternative, on counts in bins.
///
/// t = 2 ln of the ratio of Poisson likelihoods, arXiv:1912.12155, eqs. (8) and (11): the bins of a
/// search, or so many narrow bins of one variable that the sum over them is the sum over events. No
/// search can have a larger significance, so its median is the ideal significance of a signal.
public struct NeymanPearsonTest: Sendable, Hashable {
  /// Expected events of each bin under the reference, shape `[bins]`, all > 0.
  public let reference: [Double]
  /// Expected events of each bin under the alternative, shape `[bins]`, all > 0.
  public let alternative: [Double]
  /// 2 ln of alternative over reference, what an event adds to the statistic.
  private let steps: [Double]
  /// 2 (N(R) - N(NP)), the statistic without events.
  private let constant: Double

  /// Checks the expectations.
  ///
  /// - Throws: ``NeymanPearsonError`` unless both have the same number of bins, at least one, and
  ///   all are finite and > 0; or if they are equal.
  public init(reference: [Double], alternative: [Double]) throws(NeymanPearsonError) {
    guard reference.count == alternative.count, !reference.isEmpty else {
      throw .wrongBinCount(alternative.count, expected: reference.count)
    }
    for (bin, pair) in zip(reference, alternative).enumerated() {
      guard pair.0.isFinite, pair.0 > 0, pair.1.isFinite, pair.1 > 0 else {
        throw .invalidExpectation(bin: bin, reference: pair.0, alternative: pair.1)
      }
    }
    guard reference != alternative else { throw .equalHypotheses }
    self.reference = reference
    self.alternative = alternative
    steps = zip(reference, alternative).map { 2 * log($1 / $0) }
    constant = zip(reference, alternative).reduce(0) { $0 + 2 * ($1.0 - $1.1) }
  }

  /// Computes t of observed counts; large where the alternative fits better.
  ///
  /// - Parameter observed: Counts >= 0, shape `[bins]`.
  /// - Returns: A finite number.
  /// - Throws: ``NeymanPearsonError`` for another number of bins or bad counts.
  public func statistic(observed: [Double]) throws(NeymanPearsonError) -> Double {
    guard observed.count == steps.count else {
      throw .wrongBinCount(observed.count, expected: steps.count)
    }
    if let bin = observed.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw .invalidCount(bin: bin, value: observed[bin])
    }
    return zip(steps, observed).reduce(constant) { $0 + $1.0 * $1.1 }
  }

  /// Runs pseudo-experiments of the reference.
  ///
  /// - Returns: Their test statistics, in order.
  public func referenceStatistics(_ pseudoExperiments: PseudoExperiments) -> [Double] {
    statistics(of: reference, pseudoExperiments)
  }

  /// Runs pseudo-experiments of the alternative.
  ///
  /// - Returns: Their test statistics, in order.
  public func alternativeStatistics(_ pseudoExperiments: PseudoExperiments) -> [Double] {
    statistics(of: alternative, pseudoExperiments)
  }

  /// Finds the median significance under the alternative, however large it is.
  ///
  /// The tail of the reference comes from the same pseudo-experiments, each with the weight
  /// exp(-t / 2), the ratio of its probabilities: P(t >= t₀ | R) = E[exp(-t / 2) (t >= t₀) | NP].
  /// Pseudo-experiments of the reference would have to be more than 1 / p.
  ///
  /// - Parameter pseudoExperiments: At least ``IdealSignificance/blocks`` of them; 10,000 give an
  ///   error of about 0.02.
  /// - Returns: The median with its error.
  /// - Throws: ``NeymanPearsonError``.
  public func medianSignificance(
    _ pseudoExperiments: PseudoExperiments
  ) throws(NeymanPearsonError) -> IdealSignificance {
    let blocks = IdealSignificance.blocks
    guard pseudoExperiments.count >= blocks else {
      throw .tooFewPseudoExperiments(pseudoExperiments.count, needed: blocks)
    }
    let all = alternativeStatistics(pseudoExperiments)
    let size = all.count / blocks
    let values = (0..<blocks).map {
      Self.medianTail(all[($0 * size)..<(($0 + 1) * size)]).significance
    }
    let mean = values.reduce(0, +) / Double(blocks)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(blocks - 1)
    let whole = Self.medianTail(all[...])
    return IdealSignificance(
      medianStatistic: whole.median, log10PValue: whole.logPValue / log(10),
      significance: whole.significance, uncertainty: (variance / Double(blocks)).squareRoot())
  }

  private static func medianTail(
    _ statistics: ArraySlice<Double>
  ) -> (median: Double, logPValue: Double, significance: Double) {
    let sorted = statistics.sorted()
    let median = sorted[sorted.count / 2]
    let sum = sorted.reduce(0) { $1 >= median ? $0 + exp((median - $1) / 2) : $0 }
    // Never above ln ½ by more than the fluctuation of the sum, but a logarithm of 0 is no tail.
    let logPValue = min(log(sum / Double(sorted.count)) - median / 2, -Double.ulpOfOne)
    return (median, logPValue, NormalDistribution.quantile(logSurvival: logPValue))
  }

  private func statistics(
    of expected: [Double], _ pseudoExperiments: PseudoExperiments
  ) -> [Double] {
    let samplers = expected.map(PoissonSampler.init(mean:))
    return pseudoExperiments.map(workspace: {}) { _, generator in
      var value = constant
      for bin in steps.indices { value += steps[bin] * samplers[bin].draw(with: &generator) }
      return value
    }
  }
}

/// The significance that the best possible test would have in half of all experiments.
public struct IdealSignificance: Sendable, Hashable, Codable {
  /// Parts of the pseudo-experiments whose spread gives the error.
  public static let blocks = 10

  /// The median of t under the alternative.
  public let medianStatistic: Double
  /// The decimal logarithm of the reference's probability of that t or more.
  public let log10PValue: Double
  /// One-sided, in standard deviations.
  public let significance: Double
  /// Standard deviation of the significance from the number of pseudo-experiments.
  public let uncertainty: Double
}

/// Why there is no test of these two hypotheses.
public enum NeymanPearsonError: Error, Hashable {
  case wrongBinCount(Int, expected: Int)
  case invalidExpectation(bin: Int, reference: Double, alternative: Double)
  case equalHypotheses
  case invalidCount(bin: Int, value: Double)
  case tooFewPseudoExperiments(Int, needed: Int)
}

extension NeymanPearsonError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .wrongBinCount(let count, let expected):
      "\(count) bins were given where \(expected) are needed, at least one"
    case .invalidExpectation(let bin, let reference, let alternative):
      "bin \(bin) expects \(reference) reference and \(alternative) alternative events; both must "
        + "be finite and > 0: merge empty bins with their neighbours"
    case .equalHypotheses: "reference and alternative are equal; nothing tells them apart"
    case .invalidCount(let bin, let value):
      "bin \(bin) holds \(value) events; counts are finite and not negative"
    case .tooFewPseudoExperiments(let count, let needed):
      "\(count) pseudo-experiments give no median with an error; run at least \(needed)"
    }
  }
}
