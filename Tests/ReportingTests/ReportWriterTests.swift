import Foundation
import Reporting
import ResonanceSearch
import Testing

struct ReportWriterTests {
  @Test func `A report leaves a page and three files for each figure`() throws {
    let folder = try TemporaryFolder()
    let record = SyntheticRecord().make()
    let start = ContinuousClock.now
    let files = try writeReport(record, to: folder.url)
    print("report written in \(ContinuousClock.now - start), \(files.figures.count) files")
    let figures = ReportPage(record).figures
    for figure in figures {
      for kind in ["svg", "csv"] + (files.remarks.isEmpty ? ["pdf"] : []) {
        let file = folder.url.appending(path: "figures/\(figure.name).\(kind)")
        #expect(try Data(contentsOf: file).count > 40, "\(file.lastPathComponent)")
      }
    }
    let kinds = files.remarks.isEmpty ? 3 : 2
    #expect(files.figures.count == kinds * figures.count)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appending(path: "figures").path)
    #expect(names.count == files.figures.count, "nothing half-written stays behind")
  }
}

/// A folder that is removed with its last user; `OVERDENSITY_KEEP` names one to look at instead.
final class TemporaryFolder {
  let url: URL
  private let isKept: Bool

  init() throws {
    if let kept = ProcessInfo.processInfo.environment["OVERDENSITY_KEEP"] {
      url = URL(filePath: kept)
      isKept = true
    } else {
      url = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID().uuidString)")
      isKept = false
    }
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    if !isKept { try? FileManager.default.removeItem(at: url) }
  }
}
