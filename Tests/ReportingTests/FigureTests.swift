import Foundation
import Reporting
import ResonanceSearch
import Testing

struct FigureTests {
  @Test(arguments: [
    SyntheticRecord(), SyntheticRecord(blind: true), SyntheticRecord(signalEvents: 0),
    SyntheticRecord(failed: [[3, 0.01], [3, 0.002], [0, 1]]),
    SyntheticRecord(
      label: "A & B <\"'quoted'\"> with a name far too long for one line of a figure"),
  ])
  func `Every drawing is well-formed and its numbers are finite`(synthetic: SyntheticRecord) throws
  {
    let page = ReportPage(synthetic.make())
    #expect(page.figures.count >= 41)
    for figure in page.figures {
      let check = XMLCheck(figure.svg)
      #expect(check.problem == nil, "\(figure.name)")
      #expect(Set(check.ids).count == check.ids.count, "\(figure.name)")
      #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"), "\(figure.name)")
    }
  }

  @Test func `A figure's bytes are the same each time`() {
    let first = ReportPage(SyntheticRecord().make()).figures.map(\.svg)
    let second = ReportPage(SyntheticRecord().make()).figures.map(\.svg)
    #expect(first == second)
  }

  @Test func `Text from a plan reaches the figures as text, not as XML`() {
    let check = XMLCheck(figure("p-values", of: SyntheticRecord(label: "A&B <run> 'x'")).svg)
    #expect(check.texts.contains("A&B <run> 'x'"))
    #expect(check.texts.contains { $0.contains("13\u{A0}TeV") || $0.contains("13 TeV") })
    #expect(check.texts.contains { $0.contains("100 fb−1") })
  }

  @Test func `The table of the scan holds the record's numbers`() throws {
    let record = SyntheticRecord(failed: [[2, 0.01]]).make()
    let figure = try #require(ReportPage(record).figures.first { $0.name == "p-values" })
    let rows = csvRows(figure.table.csv)
    #expect(rows.count == 1 + record.result.windows.count)
    let column = try #require(rows[0].firstIndex(of: "log10p(1 %)"))
    for (window, row) in zip(record.result.windows, rows.dropFirst()) {
      #expect(Double(row[0]) == window.signalRegionGeV[0])
      let measurement = window.efficiencies.first { $0.efficiency == 0.01 }
      #expect(Double(row[column]) == measurement?.log10LocalPValue)
      #expect(row[column].isEmpty == (window.index == 2))
    }
  }

  @Test func `The table of a spectrum holds the record's numbers`() throws {
    let record = SyntheticRecord(blind: true).make()
    let figure = try #require(ReportPage(record).figures.first { $0.name == "spectra-window-4" })
    let rows = csvRows(figure.table.csv)
    let spectrum = try #require(
      record.spectra.first { $0.window == 4 && $0.efficiency == 0.1 })
    let observed = try #require(rows[0].firstIndex(of: "observed(10 %)"))
    let expected = try #require(rows[0].firstIndex(of: "expected(10 %)"))
    for (bin, row) in rows.dropFirst().enumerated() {
      #expect(Double(row[0]) == spectrum.edges[bin])
      #expect(Double(row[observed]) == spectrum.counts[bin])
      #expect(Double(row[expected]) == spectrum.expected?[bin])
    }
    #expect(rows.dropFirst().count { $0[observed].isEmpty } == 3)
  }

  @Test func `Signal regions side by side hold every event of theirs once`() throws {
    let record = SyntheticRecord().make()
    let figure = try #require(
      ReportPage(record).figures.first { $0.name == "signal-regions-cut-0.1" })
    let rows = csvRows(figure.table.csv)
    let column = { (name: String) in try #require(rows[0].firstIndex(of: name)) }
    let (window, observed) = try (column("window"), column("observed"))
    let (low, high) = try (column("binLowGeV"), column("binHighGeV"))
    // Of overlapping windows of three bins every third.
    #expect(Set(rows.dropFirst().map { Double($0[window]) }) == [0, 3, 6, 9])
    for (row, next) in zip(rows.dropFirst(), rows.dropFirst(2)) {
      #expect(Double(row[high]) == Double(next[low]))
    }
    for index in [0, 3, 6, 9] {
      let own = record.result.windows[index]
      let counted = rows.dropFirst().filter { Double($0[window]) == Double(index) }
        .reduce(0) { $0 + (Double($1[observed]) ?? 0) }
      #expect(counted == own.efficiencies.first { $0.efficiency == 0.1 }?.observed)
    }
    #expect(figure.caption.plain.contains("overlapping"))
    #expect(!ReportPage(record).figures.contains { $0.name == "signal-regions-cut-0.5" })
  }

  @Test func `Bins split at a signal region are drawn in events per whole bin`() {
    let unit = BinUnit(edges: [0, 100, 140, 200, 300, 400])
    #expect(unit.width == 100)
    for (factor, expected) in zip(unit.factors, [1, 2.5, 100 / 60.0, 1, 1] as [Double]) {
      #expect(abs(factor - expected) < 1e-12)
    }
    let other = BinUnit(edges: [1, 2, 4, 8])
    #expect(other.width == nil && other.factors == [1, 1, 1])
  }

  @Test func `A fit is drawn and compared only where it was made`() throws {
    var record = SyntheticRecord().make()
    let index = try #require(
      record.spectra.firstIndex { $0.window == 4 && $0.efficiency == 0.1 })
    let edges = record.spectra[index].edges
    record.spectra[index].fittedRangeGeV = [edges[2], edges[10]]
    let figure = try #require(
      ReportPage(record).figures.first { $0.name == "spectra-window-4" })
    let rows = csvRows(figure.table.csv)
    let column = try #require(rows[0].firstIndex(of: "significance(10 %)"))
    for (bin, row) in rows.dropFirst().enumerated() {
      #expect(row[column].isEmpty == !(2..<10).contains(bin))
    }
  }

  @Test func `Withheld bins are hatched and have no points`() {
    let open = XMLCheck(figure("spectra-window-4", of: SyntheticRecord()).svg)
    let blind = XMLCheck(figure("spectra-window-4", of: SyntheticRecord(blind: true)).svg)
    #expect(!open.texts.contains("Withheld"))
    #expect(blind.texts.contains("Withheld"))
  }

  @Test func `A failed fit is marked in the scan and never drawn as a p-value`() throws {
    let failed = SyntheticRecord(failed: [[3, 0.002]])
    var record = failed.make()
    #expect(XMLCheck(figure("p-values", of: failed).svg).texts.contains("No usable fit"))
    // A record may carry p = 1 beside a fit that did not converge: still nothing is quoted.
    let index = try #require(
      record.result.windows[3].efficiencies.firstIndex { $0.efficiency == 0.002 })
    record.result.windows[3].efficiencies[index].log10LocalPValue = 0
    record.result.windows[3].efficiencies[index].localPValue = 1
    let scan = try #require(ReportPage(record).figures.first { $0.name == "p-values" })
    let rows = csvRows(scan.table.csv)
    let column = try #require(rows[0].firstIndex(of: "log10p(0.2 %)"))
    #expect(rows[4][column].isEmpty)
  }

  @Test func `A spectrum without a fit says so in its strip`() {
    let failed = XMLCheck(
      figure("spectra-window-3", of: SyntheticRecord(failed: [[3, 0.1], [3, 0.002]])).svg)
    #expect(failed.texts.count { $0 == "No usable fit" } == 2)
    let open = XMLCheck(figure("spectra-window-3", of: SyntheticRecord()).svg)
    #expect(!open.texts.contains("No usable fit"))
  }

  @Test func `The maps of all windows share one scale of colours`() {
    // Window 0 holds no signal: its own cells would not need the scale's dark end.
    let quiet = XMLCheck(figure("efficiency-map-window-0", of: SyntheticRecord()).svg)
    let loud = XMLCheck(figure("efficiency-map-window-3", of: SyntheticRecord()).svg)
    let labels = { (check: XMLCheck) in
      check.texts.filter { $0.hasPrefix("10−") || $0.hasPrefix("0.") }
    }
    #expect(labels(loud).count >= 2)
    #expect(labels(quiet) == labels(loud))
  }

  @Test func `Significances beyond double precision are drawn`() throws {
    var record = SyntheticRecord().make()
    record.result.windows[3].efficiencies[3].log10LocalPValue = -480
    record.result.windows[3].efficiencies[3].localPValue = 0
    record.result.windows[3].efficiencies[3].localSignificance = 46.9
    let scan = try #require(ReportPage(record).figures.first { $0.name == "p-values" })
    let check = XMLCheck(scan.svg)
    #expect(check.problem == nil)
    #expect(check.texts.contains("10−400"))
    #expect(check.texts.contains("40σ"))
  }

  @Test func `A record without windows, spectra or events still makes a page`() {
    var record = SyntheticRecord().make()
    record.result.windows = []
    record.result.bestExcess = nil
    record.spectra = []
    record.efficiencyMaps = []
    record.substructure = []
    let page = ReportPage(record)
    #expect(page.figures.map(\.name) == ["p-values"])
    #expect(page.figures.allSatisfy { XMLCheck($0.svg).problem == nil })
    #expect(page.html().contains("Nothing was searched"))
  }

  @Test func `Rows of unequal length are drawn as far as they go`() {
    var record = SyntheticRecord().make()
    for index in record.spectra.indices {
      record.spectra[index].expected?.removeLast(3)
      record.spectra[index].counts.removeLast()
    }
    record.efficiencyMaps[0].efficiency.removeLast(5)
    record.efficiencyMaps[0].efficiency[2] = [0.5, .nan, nil]
    record.substructure[0].panels[0].allX = []
    record.substructure[0].panels[0].selectedY[0] = .infinity
    for figure in ReportPage(record).figures {
      #expect(XMLCheck(figure.svg).problem == nil)
      #expect(!figure.table.csv.contains("nan"))
    }
  }

  private func figure(_ name: String, of synthetic: SyntheticRecord) -> Figure {
    let figures = ReportPage(synthetic.make()).figures
    return figures.first { $0.name == name } ?? figures[0]
  }
}

func csvRows(_ csv: String) -> [[String]] {
  csv.split(separator: "\n").map { line in
    line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}
