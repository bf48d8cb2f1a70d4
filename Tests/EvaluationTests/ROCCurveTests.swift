import Evaluation
import Testing

/// Reference: Validation/roc.py (scikit-learn 1.9.1), which describes the sample.
struct ROCCurveTests {
  static let truth = TruthLabels(isSignal: (0..<2000).map { $0 % 5 == 0 })
  static let scores: [Double] = (0..<2000).map { i in
    let shift = i % 5 == 0 ? 300 : 0
    return Double(((i * 7919) % 1009 + shift) / 4) / 100
  }
  static let weights: [Double] = (0..<2000).map { 0.5 + Double($0 % 7) / 4 }

  static func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * max(abs(b), 1) }

  @Test func `Points and area agree with scikit-learn, ties included`() throws {
    let roc = try ROCCurve(scores: Self.scores, truth: Self.truth)
    #expect(roc.points.count == 318)
    #expect(Self.isClose(roc.areaUnderCurve, 0.752_156_25))
    #expect(roc.points[0].threshold == 3.27)
    #expect(roc.points[0].signalEfficiency == 0.0025)
    #expect(roc.points[50].backgroundEfficiency == 0)
    #expect(Self.isClose(roc.points[100].backgroundEfficiency, 0.139375))
    #expect(Self.isClose(roc.points[100].signalEfficiency, 0.4325))
    #expect(roc.points[317].backgroundCount == 1600)
  }

  @Test func `Weighted points and area agree with scikit-learn`() throws {
    let roc = try ROCCurve(scores: Self.scores, truth: Self.truth, weights: Self.weights)
    #expect(Self.isClose(roc.areaUnderCurve, 0.755_216_658_446_033_7))
    #expect(Self.isClose(roc.points[100].backgroundEfficiency, 0.138_909_727_431_857_98))
    #expect(Self.isClose(roc.points[100].signalEfficiency, 0.440_160_240_360_540_8))
  }

  @Test func `The significance improvement agrees, with its floor`() throws {
    let improvement = try SignificanceImprovement(ROCCurve(scores: Self.scores, truth: Self.truth))
    #expect(Self.isClose(improvement.floor, 0.016875))
    #expect(Self.isClose(improvement.maximum.improvement, 2.405_626_121_623_440_5))
    #expect(Self.isClose(improvement.maximum.backgroundEfficiency, 0.016875))
    #expect(improvement.maximum.backgroundCount == 27)
    let fixed = try #require(improvement.value(atBackgroundEfficiency: 0.1))
    #expect(Self.isClose(fixed.improvement, 1.253_021_505_434_667_6))
    #expect(Self.isClose(fixed.backgroundEfficiency, 0.099375))
    #expect(improvement.value(atBackgroundEfficiency: 0.01) == nil)
    let weighted = try SignificanceImprovement(
      ROCCurve(scores: Self.scores, truth: Self.truth, weights: Self.weights))
    #expect(Self.isClose(weighted.floor, 0.016_379_094_773_693_422))
    #expect(Self.isClose(weighted.maximum.improvement, 2.433_701_848_055_770_6))
  }

  @Test func `The order of events does not matter`() throws {
    let rows = (0..<2000).map { ($0 * 1237 + 11) % 2000 }
    let shuffled = try ROCCurve(
      scores: rows.map { Self.scores[$0] }, truth: Self.truth.selecting(rows: rows))
    #expect(try shuffled == ROCCurve(scores: Self.scores, truth: Self.truth))
  }

  @Test func `Scores that know nothing have area one half and improvement one`() throws {
    let roc = try ROCCurve(scores: [Double](repeating: 7, count: 2000), truth: Self.truth)
    #expect(roc.points.count == 1)
    #expect(roc.areaUnderCurve == 0.5)
    let improvement = try SignificanceImprovement(roc)
    #expect(improvement.maximum.improvement == 1)
    #expect(improvement.maximum.uncertainty == 0)
    #expect(improvement.floor == 1)
  }

  /// 40 of 100 signal and 25 of 10,000 background events: relative errors
  /// √(0.6/40) of ε_S and √(0.9975/25) of ε_B, half of which enters.
  @Test func `The uncertainty is binomial`() throws {
    let scores = (0..<10_100).map { $0 < 40 || (100..<125).contains($0) ? 1.0 : 0.0 }
    let truth = TruthLabels(isSignal: (0..<10_100).map { $0 < 100 })
    let best = try SignificanceImprovement(ROCCurve(scores: scores, truth: truth)).maximum
    #expect(Self.isClose(best.improvement, 0.4 / 0.05))
    let expected = 8 * (0.6 / 40 + 0.9975 / 25 / 4).squareRoot()
    #expect(Self.isClose(best.uncertainty, expected))
  }

  @Test func `A cut at a given background efficiency does not exceed it`() throws {
    let roc = try ROCCurve(scores: Self.scores, truth: Self.truth)
    for efficiency in [0.01, 0.139375, 0.5, 1] {
      let point = try #require(roc.point(atBackgroundEfficiency: efficiency))
      #expect(point.backgroundEfficiency <= efficiency)
    }
    #expect(roc.point(atBackgroundEfficiency: 0.139375) == roc.points[100])
  }

  @Test func `Bad input is an error`() throws {
    let truth = TruthLabels(isSignal: [true, false])
    #expect(throws: EvaluationError.lengthMismatch(what: "scores", expected: 2, found: 1)) {
      try ROCCurve(scores: [1], truth: truth)
    }
    #expect(throws: EvaluationError.badValue(what: "score", row: 1, value: .infinity)) {
      try ROCCurve(scores: [1, .infinity], truth: truth)
    }
    #expect(throws: EvaluationError.badValue(what: "weight", row: 0, value: -1)) {
      try ROCCurve(scores: [1, 2], truth: truth, weights: [-1, 1])
    }
    #expect(throws: EvaluationError.noEvents(isSignal: true)) {
      try ROCCurve(scores: [1, 2], truth: TruthLabels(isSignal: [false, false]))
    }
    #expect(throws: EvaluationError.noEvents(isSignal: false)) {
      try ROCCurve(scores: [1, 2], truth: TruthLabels(isSignal: [true, true]))
    }
    #expect(throws: EvaluationError.tooFewBackgroundEvents(found: 1, needed: 25)) {
      try SignificanceImprovement(ROCCurve(scores: [1, 2], truth: truth))
    }
  }
}

struct TruthLabelsTests {
  @Test func `Ones are signal and zeros background`() throws {
    let labels = try TruthLabels(values: [0, 1, 1])
    #expect(labels.isSignal == [false, true, true])
    #expect(labels.signalCount == 2)
    #expect(labels.backgroundCount == 1)
    #expect(labels.selecting(rows: [2, 0]).isSignal == [true, false])
  }

  @Test(arguments: [2.0, -1, 0.5, .nan])
  func `Any other number is an error with its row`(value: Double) {
    let error = #expect(throws: TruthLabelsError.self) { try TruthLabels(values: [0, value]) }
    #expect(error?.description.contains("row 1 is \(value)") == true)
  }
}
