import Reporting
import ResonanceSearch
import Testing

struct ResultTableTests {
  @Test func `The table is ASCII, aligned, and ends with the largest excess`() {
    var result = SyntheticRecord(failed: [[1, 0.1]]).make().result
    result.windows = Array(result.windows[1...3])
    #expect(
      resultTable(result) == """
                signal region         no cut            10 %              1 %            0.2 %
        window          [GeV]     Z        p      Z        p       Z        p       Z        p
        ----------------------------------------------------------------------------------------
             1    2834 - 3491   0.3     0.38          no fit    -0.3     0.62    -1.5     0.93
             2    3038 - 3743  -0.3     0.62    5.0  3.2e-07    10.1  2.5e-24    13.9  2.7e-44
             3    3257 - 4012   2.2    0.014    6.0  9.5e-10    12.9  1.8e-38    16.6  2.0e-62 <

        Z in standard deviations and local p-value, not calibrated
        Largest excess: Z = 16.6, p = 2.0e-62, window 3, efficiency 0.2 %, mass 3512 +- 14 GeV

        """)
  }

  @Test(arguments: [
    SyntheticRecord(blind: true), SyntheticRecord(signalEvents: 0), SyntheticRecord(label: "é"),
  ])
  func `Every outcome fits a terminal`(synthetic: SyntheticRecord) {
    let table = resultTable(synthetic.make().result)
    #expect(table.allSatisfy { $0.isASCII })
    let lines: [Substring] = table.split(separator: "\n")
    #expect(lines.dropLast().allSatisfy { $0.count <= 100 })
    #expect(synthetic.blind == table.contains("blind"))
  }
}
