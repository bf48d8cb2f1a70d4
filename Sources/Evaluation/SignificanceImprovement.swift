/// By what factor a cut on the score raises the significance: SIC = ε_S / √ε_B.
///
/// LHC Olympics paper, section 3.1. At a vanishing background efficiency the curve is noise, so
/// nothing is quoted where fewer than `minimumBackgroundCount` background events pass.
public struct SignificanceImprovement: Sendable, Hashable {
  /// The improvement at one cut.
  public struct Value: Sendable, Hashable {
    public let backgroundEfficiency: Double
    public let signalEfficiency: Double
    /// ε_S / √ε_B.
    public let improvement: Double
    /// Standard deviation of the improvement from the finite number of events, both binomial.
    public let uncertainty: Double
    /// Number of background events that pass.
    public let backgroundCount: Int
  }

  /// Largest to smallest purity: ascending background efficiency, from the floor to 1.
  public let curve: [Value]
  /// How many background events must pass.
  public let minimumBackgroundCount: Int
  /// The lowest background efficiency quoted; print it beside every number.
  public let floor: Double

  /// Takes the improvement at every cut of a curve above the floor.
  ///
  /// - Parameters:
  ///   - roc: Efficiencies among the events of the signal region.
  ///   - minimumBackgroundCount: Background events that must pass for a value to be quoted.
  /// - Throws: ``EvaluationError/tooFewBackgroundEvents(found:needed:)``.
  public init(_ roc: ROCCurve, minimumBackgroundCount: Int = 25) throws(EvaluationError) {
    curve = roc.points.filter {
      $0.backgroundCount >= max(minimumBackgroundCount, 1) && $0.backgroundEfficiency > 0
    }.map { point in
      let improvement = point.signalEfficiency / point.backgroundEfficiency.squareRoot()
      func relativeVariance(_ efficiency: Double, passed: Int) -> Double {
        passed > 0 ? max(1 - efficiency, 0) / Double(passed) : 0
      }
      let variance =
        relativeVariance(point.signalEfficiency, passed: point.signalCount)
        + relativeVariance(point.backgroundEfficiency, passed: point.backgroundCount) / 4
      return Value(
        backgroundEfficiency: point.backgroundEfficiency,
        signalEfficiency: point.signalEfficiency, improvement: improvement,
        uncertainty: improvement * variance.squareRoot(), backgroundCount: point.backgroundCount)
    }
    guard let first = curve.first else {
      throw .tooFewBackgroundEvents(found: roc.backgroundCount, needed: minimumBackgroundCount)
    }
    self.minimumBackgroundCount = minimumBackgroundCount
    floor = first.backgroundEfficiency
  }

  /// The best cut; of equal ones the tightest.
  public var maximum: Value {
    curve.dropFirst().reduce(curve[0]) { $1.improvement > $0.improvement ? $1 : $0 }
  }

  /// The loosest cut that does not exceed a background efficiency; `nil` below the floor.
  public func value(atBackgroundEfficiency backgroundEfficiency: Double) -> Value? {
    curve.last { $0.backgroundEfficiency <= backgroundEfficiency * (1 + 1e-12) }
  }
}
