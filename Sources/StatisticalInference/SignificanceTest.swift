internal import Foundation
internal import NumericalCore

/// A test that finds a significance Z, from which its p-value follows.
public protocol SignificanceTest {
  /// In standard deviations, one-sided; negative for a deficit.
  var localSignificance: Double { get }
}

extension SignificanceTest {
  /// Φ(-Z) of the local significance; smaller than a double can hold beyond 37 σ.
  public var localPValue: Double { NormalDistribution.survival(localSignificance) }

  /// The decimal logarithm of the local p-value, right at any significance.
  public var log10LocalPValue: Double {
    NormalDistribution.logSurvival(localSignificance) / log(10)
  }
}
