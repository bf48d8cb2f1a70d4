internal import Foundation
internal import NumericalCore

/// A p-value by its logarithm, so that nothing underflows beyond 38 standard deviations.
///
/// Encoded as `value` (0 below 1e-308), `log10` and `significance`.
public struct TailProbability: Sendable, Hashable, Comparable {
  /// Natural logarithm, finite and at most 0.
  public let logValue: Double

  /// Takes a logarithm; what rounding leaves above 0 counts as 0.
  public init(logValue: Double) {
    precondition(logValue.isFinite, "the logarithm of a probability is finite, got \(logValue)")
    self.logValue = min(0, logValue)
  }

  public var value: Double { exp(logValue) }
  public var log10: Double { logValue / 2.302585092994046 }
  /// Φ⁻¹(1 - p) in standard deviations, negative for p > 1/2; `nil` for p = 1.
  public var significance: Double? {
    logValue < 0 ? NormalDistribution.quantile(logSurvival: logValue) : nil
  }

  public static func < (a: TailProbability, b: TailProbability) -> Bool { a.logValue < b.logValue }
}

extension TailProbability: Codable {
  private enum CodingKeys: String, CodingKey { case value, log10, significance }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(logValue: try container.decode(Double.self, forKey: .log10) * 2.302585092994046)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(log10, forKey: .log10)
    try container.encode(significance, forKey: .significance)
  }
}
