internal import Foundation
internal import NumericalCore

/// The probability that background alone gives a test statistic as large as the observed one.
///
/// From k of n pseudo-experiments at or above the observed value it is (k + 1) / (n + 1), which is
/// never 0 and on average not below the truth, with the Clopper-Pearson interval of k of n. Where
/// no pseudo-experiment reaches the observed value, ``extrapolated(observed:pseudoExperiments:method:level:)``
/// goes on with a fit to their tail, and says so.
public struct GlobalPValue: Sendable, Hashable, Codable {
  /// The level of an interval unless another is asked for.
  public static let defaultLevel = 0.68

  /// Between 0 and 1, without the ends unless every pseudo-experiment exceeds: then 1.
  public let value: Double
  /// Lower end of the interval; 0 if it was counted and nothing exceeds.
  public let low: Double
  public let high: Double
  /// Confidence level of the interval.
  public let level: Double
  public let pseudoExperiments: Int
  /// Pseudo-experiments at or above the observed value, k.
  public let exceeding: Int
  /// How the pseudo-experiments were made, in words.
  public let method: String
  /// Whether the value comes from a fit to the tail.
  public let extrapolated: Bool
  /// The fit that the value comes from; `nil` unless it is extrapolated.
  public let tail: ExponentialTail?
  /// Why an extrapolation that was asked for was not made.
  public let remark: String?

  /// Counts pseudo-experiments; never extrapolates.
  ///
  /// - Parameters:
  ///   - observed: The test statistic of the data; larger means less like background.
  ///   - pseudoExperiments: That of every pseudo-experiment.
  ///   - method: How they were made.
  ///   - level: Confidence level of the interval.
  /// - Throws: ``GlobalPValueError``.
  public init(
    observed: Double, pseudoExperiments: [Double], method: String,
    level: Double = GlobalPValue.defaultLevel
  ) throws(GlobalPValueError) {
    if let index = pseudoExperiments.firstIndex(where: { !$0.isFinite }) {
      throw .invalidStatistic(pseudoExperiment: index, value: pseudoExperiments[index])
    }
    guard observed.isFinite else {
      throw .invalidStatistic(pseudoExperiment: nil, value: observed)
    }
    try self.init(
      exceeding: pseudoExperiments.count { $0 >= observed }, of: pseudoExperiments.count,
      method: method, level: level)
  }

  /// Takes k of n as they were counted.
  ///
  /// - Throws: ``GlobalPValueError``.
  public init(
    exceeding: Int, of pseudoExperiments: Int, method: String,
    level: Double = GlobalPValue.defaultLevel
  ) throws(GlobalPValueError) {
    try self.init(
      exceeding: exceeding, of: pseudoExperiments, method: method, level: level, remark: nil)
  }

  private init(
    exceeding: Int, of pseudoExperiments: Int, method: String, level: Double, remark: String?
  ) throws(GlobalPValueError) {
    guard pseudoExperiments > 0, (0...pseudoExperiments).contains(exceeding) else {
      throw .invalidCount(exceeding, of: pseudoExperiments)
    }
    guard level > 0, level < 1 else { throw .invalidLevel(level) }
    let interval = BinomialInterval(
      successes: exceeding, trials: pseudoExperiments, level: level)
    value = Double(exceeding + 1) / Double(pseudoExperiments + 1)
    low = interval.low
    high = interval.high
    self.level = level
    self.pseudoExperiments = pseudoExperiments
    self.exceeding = exceeding
    self.method = method
    self.remark = remark
    extrapolated = false
    tail = nil
  }

  private init(_ counted: GlobalPValue, observed: Double, tail: ExponentialTail) {
    let (logValue, uncertainty) = tail.logSurvival(at: observed)
    let reach =
      uncertainty * NormalDistribution.quantile(logSurvival: log((1 - counted.level) / 2))
    // Looking in many places makes no excess rarer than it is in one, and a double ends somewhere.
    let smallest = max(exp(-observed), Double.leastNormalMagnitude)
    value = max(exp(logValue), smallest)
    low = max(exp(logValue - reach), smallest)
    // That no pseudo-experiment exceeds is a limit, too.
    high = max(value, min(exp(logValue + reach), counted.high))
    level = counted.level
    pseudoExperiments = counted.pseudoExperiments
    exceeding = counted.exceeding
    method = counted.method
    remark = nil
    extrapolated = true
    self.tail = tail
  }

  /// Counts pseudo-experiments, and extrapolates their tail if none reaches the observed value.
  ///
  /// The tail is an ``ExponentialTail``. If it cannot be fitted, the counted value stays and
  /// ``remark`` says why. A value is not extrapolated below the local p-value exp(-observed).
  ///
  /// - Parameters:
  ///   - observed: The test statistic of the data: -ln of its smallest local p-value.
  ///   - pseudoExperiments: That of every pseudo-experiment.
  ///   - method: How they were made.
  ///   - level: Confidence level of the interval.
  /// - Returns: A value with ``extrapolated`` set only if a fit was needed and possible.
  /// - Throws: ``GlobalPValueError``.
  public static func extrapolated(
    observed: Double, pseudoExperiments: [Double], method: String,
    level: Double = GlobalPValue.defaultLevel
  ) throws(GlobalPValueError) -> GlobalPValue {
    let counted = try GlobalPValue(
      observed: observed, pseudoExperiments: pseudoExperiments, method: method, level: level)
    guard counted.exceeding == 0 else { return counted }
    do throws(ExponentialTailError) {
      return GlobalPValue(
        counted, observed: observed, tail: try ExponentialTail(pseudoExperiments))
    } catch {
      return try GlobalPValue(
        exceeding: 0, of: pseudoExperiments.count, method: method, level: level,
        remark: "not extrapolated: \(error)")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case value, low, high, level, pseudoExperiments, exceeding, method, extrapolated, tail, remark
    case significance, significanceLow, significanceHigh
  }

  /// Writes what is stored and the significances that follow from it; `null` where there is none.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(value, forKey: .value)
    try container.encode(low, forKey: .low)
    try container.encode(high, forKey: .high)
    try container.encode(level, forKey: .level)
    try container.encode(pseudoExperiments, forKey: .pseudoExperiments)
    try container.encode(exceeding, forKey: .exceeding)
    try container.encode(method, forKey: .method)
    try container.encode(extrapolated, forKey: .extrapolated)
    try container.encode(tail, forKey: .tail)
    try container.encode(remark, forKey: .remark)
    try container.encode(significance, forKey: .significance)
    try container.encode(significanceInterval.low, forKey: .significanceLow)
    try container.encode(significanceInterval.high, forKey: .significanceHigh)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    value = try container.decode(Double.self, forKey: .value)
    low = try container.decode(Double.self, forKey: .low)
    high = try container.decode(Double.self, forKey: .high)
    level = try container.decode(Double.self, forKey: .level)
    pseudoExperiments = try container.decode(Int.self, forKey: .pseudoExperiments)
    exceeding = try container.decode(Int.self, forKey: .exceeding)
    method = try container.decode(String.self, forKey: .method)
    extrapolated = try container.decode(Bool.self, forKey: .extrapolated)
    tail = try container.decodeIfPresent(ExponentialTail.self, forKey: .tail)
    remark = try container.decodeIfPresent(String.self, forKey: .remark)
  }

  /// Φ⁻¹(1 - p) in standard deviations, negative for p > 1/2; `nil` for p = 1.
  public var significance: Double? { Self.significance(value) }

  /// The significances at the ends of the interval; `nil` where the end is 0 or 1.
  public var significanceInterval: (low: Double?, high: Double?) {
    (Self.significance(high), Self.significance(low))
  }

  private static func significance(_ probability: Double) -> Double? {
    probability > 0 && probability < 1
      ? NormalDistribution.quantile(logSurvival: log(probability)) : nil
  }
}

/// Why there is no global p-value.
public enum GlobalPValueError: Error, Hashable {
  case invalidCount(Int, of: Int)
  case invalidLevel(Double)
  /// The data's if `pseudoExperiment` is `nil`.
  case invalidStatistic(pseudoExperiment: Int?, value: Double)
}

extension GlobalPValueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidCount(let count, let total):
      "\(count) of \(total) pseudo-experiments give no p-value; run at least one"
    case .invalidLevel(let level):
      "a confidence level of \(level) is not between 0 and 1; 0.68 is usual"
    case .invalidStatistic(let index, let value):
      "the test statistic of \(index.map { "pseudo-experiment \($0)" } ?? "the data") is \(value); "
        + "it must be finite"
    }
  }
}
