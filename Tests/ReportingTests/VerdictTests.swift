import Reporting
import ResonanceSearch
import Testing

struct VerdictTests {
  @Test func `A large excess is told with its size, place and counts`() {
    #expect(
      text(excess(8.3, exponent: -16.29))
        == "There is an excess of 8.3σ (nominal, not calibrated, p = 5.1×10−17) at a mass of"
        + " 3512 ± 14 GeV, with 251 events between 3200 and 3800 GeV where 98.3 ± 6.2 are expected,"
        + " among the 1 % most signal-like.")
  }

  @Test func `A middling excess is no discovery`() {
    #expect(
      text(excess(3.4, exponent: -3.472))
        == "The largest excess is 3.4σ (nominal, not calibrated, p = 3.4×10−4) at a mass of"
        + " 3512 ± 14 GeV, with 251 events between 3200 and 3800 GeV where 98.3 ± 6.2 are expected,"
        + " among the 1 % most signal-like: worth a second look, no discovery.")
  }

  @Test func `A small excess is nothing`() {
    var result = excess(2.1, exponent: -1.748)
    result.bestExcess?.massGeV = nil
    result.windows[0].efficiencies[0].expected = nil
    #expect(
      text(result)
        == "Nothing stands out above 3σ: the largest of 1 count is 2.1σ (nominal, not calibrated,"
        + " p = 0.018) around 3500 GeV.")
  }

  @Test func `Deficits everywhere are nothing`() {
    #expect(
      text(excess(-0.4, exponent: -0.18))
        == "Nothing stands out: no signal region holds more events than expected (1 count looked"
        + " at).")
  }

  @Test func `A global p-value stands in the answer and decides its words`() throws {
    var result = excess(3.4, exponent: -3.472)
    let null = { (values: [Double]) in
      NullDistribution(
        method: .retrain, source: .donors, assumptions: [],
        searches: values.map { LocalSignificances([[$0]]) })
    }
    result.windows[0].efficiencies[0].localSignificance = 3.4
    try result.calibrate(with: null((0..<99).map { $0 < 31 ? 3.5 : -1.5 }))
    #expect(text(result).hasPrefix("Nothing stands out above 3σ: the largest of 1 count is 3.4σ"))
    #expect(
      text(result).hasSuffix(
        "Globally it is 0.5σ (p = 0.32: 31 of 99 searches without a signal find as much)."))
    try result.calibrate(with: null((0..<99).map { 0.01 * Double($0) }))
    #expect(
      text(result).contains("worth a second look, no discovery. Globally it is at least 2.3σ"))
    #expect(text(result).contains("(p ≤ 0.010): none of 99 searches"))
  }

  @Test func `A selection that sculpts warns in the answer itself`() {
    var result = excess(3.4, exponent: -3.472)
    result.warnings = ["The selection sculpts.", "And again."]
    #expect(text(result).hasSuffix("no discovery. Warning: The selection sculpts. (1 more below.)"))
  }

  @Test func `Calibrated p-values are local, not nominal`() {
    var result = excess(8.3, exponent: -16.29)
    result.calibrated = true
    #expect(text(result).contains("8.3σ (local, p = 5.1×10−17)"))
  }

  @Test func `A blind search tells nothing, even if the record holds more`() {
    var result = excess(8.3, exponent: -16.29)
    result.blind = true
    #expect(
      text(result)
        == "The search is blind: what the signal regions hold was withheld, so no excess is quoted."
    )
  }

  @Test func `Without a usable fit nothing is quoted`() {
    var result = excess(8.3, exponent: -16.29)
    result.bestExcess = nil
    #expect(text(result) == "Nothing is quoted: none of the 1 background fits could be used.")
    result.windows = []
    #expect(text(result) == "Nothing was searched: the plan has no signal region.")
  }

  private func text(_ result: SearchResult) -> String {
    verdict(result).plain.replacing("\u{A0}", with: " ")
  }

  private func excess(_ z: Double, exponent: Double) -> SearchResult {
    var measurement = SearchResult.Measurement(efficiency: 0.01)
    measurement.observed = 251
    measurement.expected = 98.3
    measurement.expectedUncertainty = 6.2
    measurement.localSignificance = z
    measurement.log10LocalPValue = exponent
    var result = SyntheticRecord().make().result
    result.windows = [
      .init(
        index: 4, signalRegionGeV: [3200, 3800], sidebandsGeV: [], efficiencies: [measurement])
    ]
    result.bestExcess = .init(
      window: 4, efficiency: 0.01, massGeV: 3512.3, massUncertaintyGeV: 14.2,
      windowCenterGeV: 3500, localPValue: 0, log10LocalPValue: exponent, localSignificance: z)
    return result
  }
}
