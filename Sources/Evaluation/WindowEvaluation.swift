/// How well the scores of one mass window separate signal from background in its signal region.
public struct WindowEvaluation: Sendable, Encodable {
  /// SIC at one cut, with its binomial error.
  public struct Point: Sendable, Hashable, Encodable {
    public let backgroundEfficiency: Double
    public let signalEfficiency: Double
    public let significanceImprovement: Double
    public let uncertainty: Double
    public let backgroundEvents: Int

    init(_ value: SignificanceImprovement.Value) {
      backgroundEfficiency = value.backgroundEfficiency
      signalEfficiency = value.signalEfficiency
      significanceImprovement = value.improvement
      uncertainty = value.uncertainty
      backgroundEvents = value.backgroundCount
    }
  }

  public let index: Int
  /// Lower and upper edge in GeV.
  public let signalRegionGeV: [Double]
  public let signalEvents: Int
  public let backgroundEvents: Int
  /// `nil` where the signal region holds only one kind of events.
  public let areaUnderCurve: Double?
  /// The lowest background efficiency quoted; `nil` without curve or with fewer than 25 background
  /// events.
  public let floor: Double?
  public let maximum: Point?
  public let atBackgroundEfficiency: [Point]
  /// The tightest cut that keeps half of the signal (LHC Olympics, arXiv:2101.08320, Figure 41).
  public let atHalfSignal: Point?

  /// The quoted cut next below a background efficiency.
  ///
  /// - Parameter efficiency: 0.1, 0.01 or 0.001.
  /// - Returns: `nil` if there is none within a fifth of it: one far below is no answer.
  public func point(nearBackgroundEfficiency efficiency: Double) -> Point? {
    atBackgroundEfficiency.last { abs($0.backgroundEfficiency / efficiency - 1) < 0.2 }
  }

  public private(set) var roc: ROCCurve?
  public private(set) var improvement: SignificanceImprovement?

  /// The numbers alone: curves hold a point an event.
  public func withoutCurves() -> WindowEvaluation {
    var copy = self
    (copy.roc, copy.improvement) = (nil, nil)
    return copy
  }

  private enum CodingKeys: CodingKey {
    case index, signalRegionGeV, signalEvents, backgroundEvents, areaUnderCurve, floor, maximum
    case atBackgroundEfficiency, atHalfSignal
  }

  /// Compares scores with labels, among the events of the signal region.
  ///
  /// - Parameters:
  ///   - index: The window's number in its plan.
  ///   - signalRegion: In GeV.
  ///   - dijetMass: In GeV, one an event.
  ///   - scores: Comparable over all events, larger = more signal-like, one an event.
  ///   - truth: One label an event.
  /// - Throws: ``EvaluationError``.
  public init(
    index: Int, signalRegion: Range<Double>, dijetMass: [Double], scores: [Double],
    truth: TruthLabels
  ) throws(EvaluationError) {
    guard dijetMass.count == truth.count, scores.count == truth.count else {
      throw .lengthMismatch(
        what: "scores", expected: truth.count, found: min(scores.count, dijetMass.count))
    }
    let inside = dijetMass.indices.filter { signalRegion.contains(dijetMass[$0]) }
    let kinds = truth.selecting(rows: inside)
    self.index = index
    signalRegionGeV = [signalRegion.lowerBound, signalRegion.upperBound]
    signalEvents = kinds.signalCount
    backgroundEvents = kinds.backgroundCount
    guard kinds.signalCount > 0, kinds.backgroundCount > 0 else {
      (roc, improvement, areaUnderCurve, floor, maximum) = (nil, nil, nil, nil, nil)
      (atBackgroundEfficiency, atHalfSignal) = ([], nil)
      return
    }
    let roc = try ROCCurve(scores: inside.map { scores[$0] }, truth: kinds)
    let improvement = kinds.backgroundCount >= 25 ? try SignificanceImprovement(roc) : nil
    self.roc = roc
    self.improvement = improvement
    areaUnderCurve = roc.areaUnderCurve
    floor = improvement?.floor
    maximum = improvement.map { Point($0.maximum) }
    atBackgroundEfficiency = [0.1, 0.01, 0.001].compactMap {
      improvement?.value(atBackgroundEfficiency: $0).map(Point.init)
    }
    atHalfSignal = improvement?.curve.first { $0.signalEfficiency >= 0.5 }.map(Point.init)
  }
}
