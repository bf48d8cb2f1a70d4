import Reporting
import ResonanceSearch
import Testing

struct ResultTableTests {
  @Test func `The table is ASCII, aligned, and ends with the largest excess`() {
    var result = SyntheticRecord(failed: [[1, 0.1]]).make().result
    result.windows = Array(result.windows[1...3])
    #expect(
      resultTable(result) == """
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
