import EventFiles
import Foundation
import Reporting
import ResonanceSearch
import Testing

struct ReportWriterTests {
  @Test func `A report leaves a page and three files for each figure`() throws {
    let folder = try TemporaryFolder()
    var record = SyntheticRecord().make()
    record.result.windows = Array(record.result.windows[2...3])
    let files = try writeReport(record, to: folder.url)
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

  @Test func `A second report replaces the first, byte for byte the same`() throws {
    let folder = try TemporaryFolder(isKept: false)
    var record = SyntheticRecord(scatterPoints: 50).make()
    record.result.windows = Array(record.result.windows.prefix(1))
    let files = try writeReport(record, to: folder.url)
    let contents = { try (files.figures + [files.page]).map { try Data(contentsOf: $0) } }
    let first = try contents()
    #expect(try writeReport(record, to: folder.url) == files)
    #expect(try contents() == first)
  }

  @Test func `A file in the way of the folder is named`() throws {
    let folder = try TemporaryFolder(isKept: false)
    let blocked = folder.url.appending(path: "run")
    try Data().write(to: blocked)
    let error = try #require(throws: FileError.self) {
      try writeReport(SyntheticRecord().make(), to: blocked)
    }
    #expect("\(error)".contains(blocked.path))
    #expect("\(error)".contains("another place"))
  }

  @Test func `A folder in the way of the page is named`() throws {
    let folder = try TemporaryFolder(isKept: false)
    let page = folder.url.appending(path: "report.html/content")
    try FileManager.default.createDirectory(at: page, withIntermediateDirectories: true)
    var record = SyntheticRecord().make()
    record.result.windows = []
    let error = try #require(throws: FileError.self) {
      try writeReport(record, to: folder.url)
    }
    guard case .notWritable(let path, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(path.hasSuffix("report.html"))
  }

  @Test func `Without a converter the PDF files are left out and a remark says so`() throws {
    let folder = try TemporaryFolder(isKept: false)
    let drawing = folder.url.appending(path: "a.svg")
    try Data("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".utf8).write(to: drawing)
    let conversion = convertToPDF([drawing], searchPath: folder.url.path)
    #expect(conversion.files.isEmpty)
    #expect(conversion.remarks.count == 1)
    #expect(conversion.remarks[0].contains("librsvg2-bin"))
  }

  @Test func `A drawing that cannot be converted costs its PDF only`() throws {
    let folder = try TemporaryFolder(isKept: false)
    let converter = folder.url.appending(path: "rsvg-convert")
    try Data("#!/bin/sh\ncase \"$5\" in *good.svg) cp \"$5\" \"$4\";; *) exit 1;; esac\n".utf8)
      .write(to: converter)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: converter.path)
    let drawings = ["good", "bad"].map { folder.url.appending(path: "\($0).svg") }
    for drawing in drawings { try Data("x".utf8).write(to: drawing) }
    let conversion = convertToPDF(
      drawings, searchPath: "\(folder.url.path):/usr/bin:/bin")
    #expect(conversion.files.map(\.lastPathComponent) == ["good.pdf"])
    #expect(conversion.remarks == ["PDF figures are missing: rsvg-convert failed on bad.svg."])
  }
}

/// A folder that is removed with its last user; `OVERDENSITY_KEEP` names one to look at instead.
final class TemporaryFolder {
  let url: URL
  private let isKept: Bool

  init(isKept: Bool = true) throws {
    if isKept, let kept = ProcessInfo.processInfo.environment["OVERDENSITY_KEEP"] {
      url = URL(filePath: kept)
      self.isKept = true
    } else {
      url = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID().uuidString)")
      self.isKept = false
    }
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    if !isKept { try? FileManager.default.removeItem(at: url) }
  }
}
