import Foundation
import LearnedTestStatistics
import NumericalCore
import Testing

struct NPLMTuningTests {
  /// Values of t that follow a chi-square distribution as exactly as their number allows.
  private func trial(clipping: Double, degreesOfFreedom: Double) throws -> NPLMTrial {
    let values = (0..<200).map { number in
      ChiSquareDistribution.quantile(
        logSurvival: log((Double(number) + 0.5) / 200), degreesOfFreedom: degreesOfFreedom)
    }
    return NPLMTrial(
      try NPLMNetwork("1-2-1"), clipping: clipping, testStatistics: values, confirmed: nil,
      evolution: nil)
  }

  private func decision(_ trials: [NPLMTrial]) -> NPLMTuningResult {
    NPLMTuningResult(
      columns: ["x"], expected: 400, minimisation: .global(), scaling: .paper,
      pseudoExperiments: 200, pseudoData: "", trials: trials, inputs: [], seed: 1, version: "",
      instructionSet: "")
  }

  @Test func `The largest clipping that passes is chosen`() throws {
    let result = decision([
      try trial(clipping: 1, degreesOfFreedom: 4.6), try trial(clipping: 2, degreesOfFreedom: 7),
      try trial(clipping: 3, degreesOfFreedom: 7), try trial(clipping: 4, degreesOfFreedom: 10),
    ])
    #expect(result.choice?.clipping == 3)
  }

  @Test func `Where none passes, a clipping in between is proposed`() throws {
    let result = decision([
      try trial(clipping: 1, degreesOfFreedom: 5), try trial(clipping: 3, degreesOfFreedom: 10),
    ])
    #expect(result.choice == nil)
    // Seven parameters: two fifths of the way.
    #expect(result.decision[0].hasSuffix("Try 1.8."), "\(result.decision[0])")
    // And how far off the nearest is, however improbable.
    #expect(!result.decision[0].contains("p = 0 "), "\(result.decision[0])")
    let beyond = decision([try trial(clipping: 1, degreesOfFreedom: 12)])
    #expect(!beyond.decision[0].contains("Try"))
  }
}
