import Evaluation
import Testing

struct WindowEvaluationTests {
  /// A hundred background events with scores 0 ..< 100 and ten signal events with scores 90.5 and
  /// up, all in the signal region, and as many outside it with reversed scores.
  func evaluate(_ range: Range<Double>) throws -> WindowEvaluation {
    let scores = (0..<100).map(Double.init) + (0..<10).map { 90.5 + Double($0) }
    let isSignal = (0..<110).map { $0 >= 100 }
    return try WindowEvaluation(
      index: 2, signalRegion: range,
      dijetMass: [Double](repeating: 3_500, count: 110) + [Double](repeating: 5_000, count: 110),
      scores: scores + scores.map { -$0 }, truth: TruthLabels(isSignal: isSignal + isSignal))
  }

  @Test func `Only events of the signal region count`() throws {
    let evaluation = try evaluate(3_000..<4_000)
    #expect(evaluation.signalEvents == 10 && evaluation.backgroundEvents == 100)
    // Signal k lies above 91 + k background events, of 100.
    let expected = (0..<10).reduce(0.0) { $0 + Double(91 + $1) } / 1_000
    #expect(abs(try #require(evaluation.areaUnderCurve) - expected) < 1e-12)
    let reversed = try #require(try evaluate(4_500..<6_000).areaUnderCurve)
    #expect(abs(reversed - (1 - expected)) < 1e-12)
  }

  @Test func `Improvements are quoted above a floor of 25 background events`() throws {
    let evaluation = try evaluate(3_000..<4_000)
    #expect(evaluation.floor == 0.25)
    let maximum = try #require(evaluation.maximum)
    #expect(maximum.backgroundEfficiency == 0.25 && maximum.significanceImprovement == 2)
    #expect(evaluation.atBackgroundEfficiency.isEmpty)
    #expect(try #require(evaluation.atHalfSignal).backgroundEvents == 25)
  }

  @Test func `A region without signal has counts and no curve`() throws {
    let evaluation = try WindowEvaluation(
      index: 0, signalRegion: 0..<10, dijetMass: [1, 2, 20], scores: [1, 2, 3],
      truth: TruthLabels(isSignal: [false, false, true]))
    #expect(evaluation.backgroundEvents == 2 && evaluation.signalEvents == 0)
    #expect(evaluation.areaUnderCurve == nil && evaluation.maximum == nil)
  }

  @Test func `Lengths that differ are refused`() {
    #expect(
      throws: EvaluationError.lengthMismatch(what: "scores", expected: 2, found: 1)
    ) {
      try WindowEvaluation(
        index: 0, signalRegion: 0..<10, dijetMass: [1, 2], scores: [1],
        truth: TruthLabels(isSignal: [false, true]))
    }
  }
}

struct SpreadTests {
  /// Reference: numpy 2 `quantile([...], [0.5, 0.16, 0.84])`, its default method.
  @Test func `Quantiles interpolate as numpy's`() throws {
    let spread = try #require(Spread([5, 1, 3, 2, 10]))
    #expect(spread.median == 3 && spread.count == 5)
    #expect(abs(spread.low - 1.64) < 1e-12 && abs(spread.high - 6.8) < 1e-12)
    #expect(Spread([4])?.low == 4 && Spread([4])?.high == 4)
    #expect(Spread([]) == nil)
  }
}
