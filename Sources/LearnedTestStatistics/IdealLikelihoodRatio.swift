import Foundation
public import Randomness

/// The test that no other beats: it knows both hypotheses.
///
/// t = 2 ln [ exp(-N(NP)) / exp(-N(R)) prod n(x|NP) / n(x|R) ], "Learning Multivariate New
/// Physics", arXiv:1912.12155, eq. (8). By the lemma of Neyman and Pearson it is the most powerful
/// one at any false-positive rate; the reference sample is not looked at.
public struct IdealLikelihoodRatio: TestStatistic {
  /// Expected events under the alternative, N(NP).
  public let expectedWithSignal: Double
  /// ln [ n(x|NP) / n(x|R) ] of an event, shape `[columns]`: densities of expected events.
  public let logDensityRatio: @Sendable (_ event: [Float]) -> Double

  public init(
    expectedWithSignal: Double, logDensityRatio: @escaping @Sendable (_ event: [Float]) -> Double
  ) {
    self.expectedWithSignal = expectedWithSignal
    self.logDensityRatio = logDensityRatio
  }

  public func value(
    of comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool
  ) throws -> Double {
    2 * (try logRatios(comparison.data).reduce(0, +) - (expectedWithSignal - comparison.expected))
  }

  /// Computes the median significance of data that follow the alternative: the ideal one.
  ///
  /// t is a compound Poisson variable. Its tail beyond its mean under the alternative follows from
  /// the saddle-point formula of Lugannani and Rice (in Barndorff-Nielsen's form), whose saddle
  /// point lies at 1 there: Z = w + ln(u / w) / w with w² twice the Kullback-Leibler distance of the
  /// two processes, the expected sum of r + e^-r - 1 for log ratios r, and u² that of r². Right at
  /// any significance, unlike a count of pseudo-experiments. That mean and median differ a little
  /// is neglected; it moves Z by about a hundredth.
  ///
  /// - Parameter alternative: Many events of the alternative, shape `[columns][events]`, whose
  ///   averages stand for expectations: with n events Z has a relative error of about 0.7 / √n where
  ///   the two hypotheses differ a little everywhere, more where few events tell them apart.
  /// - Returns: One-sided, in standard deviations.
  /// - Throws: ``IdealLikelihoodRatioError`` if a log ratio is not finite or all are 0.
  public func medianSignificance(alternative: [[Float]]) throws -> Double {
    let ratios = try logRatios(alternative)
    func expectedSum(_ term: (Double) -> Double) -> Double {
      expectedWithSignal * ratios.reduce(0) { $0 + term($1) } / Double(ratios.count)
    }
    let distance = expectedSum { $0 + expm1(-$0) }
    guard distance > 0 else { throw IdealLikelihoodRatioError.noDifference }
    let w = (2 * distance).squareRoot()
    return w + log(expectedSum { $0 * $0 }.squareRoot() / w) / w
  }

  private func logRatios(_ columns: [[Float]]) throws(IdealLikelihoodRatioError) -> [Double] {
    var ratios: [Double] = []
    for row in (columns.first ?? []).indices {
      let ratio = logDensityRatio(columns.map { $0[row] })
      guard ratio.isFinite else { throw .notFinite(row: row, value: ratio) }
      ratios.append(ratio)
    }
    return ratios
  }
}

/// Why the ideal test has no value.
public enum IdealLikelihoodRatioError: Error, Sendable, Equatable {
  case notFinite(row: Int, value: Double)
  case noDifference
}

extension IdealLikelihoodRatioError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite(let row, let value):
      "the density ratio of event \(row) is \(value) as a logarithm: it lies where one hypothesis "
        + "predicts nothing, remove such events first"
    case .noDifference:
      "the events of the alternative do not differ from the reference: give more of them, or "
        + "another density ratio"
    }
  }
}
