/// How many signal and background events pass a cut on the score, for every possible cut.
///
/// Events of equal score pass together, so a curve with ties has fewer points and no point depends
/// on the order of events.
public struct ROCCurve: Sendable, Hashable {
  /// What passes a cut at a score or above.
  public struct Point: Sendable, Hashable {
    /// The cut: events with this score or a larger one pass.
    public let threshold: Double
    /// Fraction of the signal's weight that passes, in [0, 1].
    public let signalEfficiency: Double
    /// Fraction of the background's weight that passes, in [0, 1].
    public let backgroundEfficiency: Double
    /// Number of events that pass, weights aside.
    public let signalCount: Int
    public let backgroundCount: Int
  }

  /// From the tightest cut to the loosest, which passes all events; "no event" is left out.
  public let points: [Point]
  public let signalCount: Int
  public let backgroundCount: Int

  /// Counts what passes.
  ///
  /// - Parameters:
  ///   - scores: One score an event, larger = more signal-like, finite.
  ///   - truth: One label an event.
  ///   - weights: One weight an event, finite and not negative; `nil` if every event counts once.
  /// - Throws: ``EvaluationError``.
  public init(
    scores: [Double], truth: TruthLabels, weights: [Double]? = nil
  ) throws(EvaluationError) {
    guard scores.count == truth.count else {
      throw .lengthMismatch(what: "scores", expected: truth.count, found: scores.count)
    }
    if let weights {
      guard weights.count == truth.count else {
        throw .lengthMismatch(what: "weights", expected: truth.count, found: weights.count)
      }
      if let row = weights.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
        throw .badValue(what: "weight", row: row, value: weights[row])
      }
    }
    if let row = scores.firstIndex(where: { !$0.isFinite }) {
      throw .badValue(what: "score", row: row, value: scores[row])
    }
    signalCount = truth.signalCount
    backgroundCount = truth.backgroundCount
    var total = Tally()
    for row in scores.indices {
      total.add(isSignal: truth.isSignal[row], weight: weights?[row] ?? 1)
    }
    guard total.signal > 0 else { throw .noEvents(isSignal: true) }
    guard total.background > 0 else { throw .noEvents(isSignal: false) }

    let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
    var points: [Point] = []
    var passed = Tally()
    for (position, row) in order.enumerated() {
      passed.add(isSignal: truth.isSignal[row], weight: weights?[row] ?? 1)
      let isLastOfTie =
        position + 1 == order.count || scores[order[position + 1]] != scores[row]
      guard isLastOfTie else { continue }
      points.append(
        Point(
          threshold: scores[row], signalEfficiency: passed.signal / total.signal,
          backgroundEfficiency: passed.background / total.background,
          signalCount: passed.signalCount, backgroundCount: passed.backgroundCount))
    }
    self.points = points
  }

  /// The probability that a signal event scores above a background event; a tie counts half.
  ///
  /// Trapezoids between the points, which is exact with ties. 0.5 for scores that know nothing.
  public var areaUnderCurve: Double {
    var area = 0.0
    var (signal, background) = (0.0, 0.0)
    for point in points {
      area +=
        (point.backgroundEfficiency - background) * (point.signalEfficiency + signal) / 2
      (signal, background) = (point.signalEfficiency, point.backgroundEfficiency)
    }
    return area
  }

  /// The point that a cut at a background efficiency reaches without going above it.
  ///
  /// - Parameter backgroundEfficiency: The largest efficiency allowed.
  /// - Returns: The loosest cut whose efficiency does not exceed it; `nil` if even the tightest does.
  public func point(atBackgroundEfficiency backgroundEfficiency: Double) -> Point? {
    // A rounding error in a sum of weights must not lose a point that is exactly at the value.
    let limit = backgroundEfficiency * (1 + 1e-12)
    return points.last { $0.backgroundEfficiency <= limit }
  }

  private struct Tally {
    var signal = 0.0
    var background = 0.0
    var signalCount = 0
    var backgroundCount = 0

    mutating func add(isSignal: Bool, weight: Double) {
      if isSignal {
        signal += weight
        signalCount += 1
      } else {
        background += weight
        backgroundCount += 1
      }
    }
  }
}

/// Why scores and labels cannot be evaluated.
public enum EvaluationError: Error, Sendable, Equatable {
  case lengthMismatch(what: String, expected: Int, found: Int)
  case badValue(what: String, row: Int, value: Double)
  case noEvents(isSignal: Bool)
  /// No cut keeps as many background events as the floor asks for.
  case tooFewBackgroundEvents(found: Int, needed: Int)
}

extension EvaluationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .lengthMismatch(let what, let expected, let found):
      "there are \(found) \(what) for \(expected) truth labels"
    case .badValue(let what, let row, let value):
      "the \(what) of event \(row) is \(value)"
    case .noEvents(let isSignal):
      "there is no \(isSignal ? "signal" : "background") event (of non-zero weight) to evaluate on"
    case .tooFewBackgroundEvents(let found, let needed):
      "there are only \(found) background events, and a significance improvement is quoted where "
        + "at least \(needed) pass the cut"
    }
  }
}
