import EventFiles
public import Foundation
public import ResonanceSearch

/// What a report left on the disk.
public struct ReportFiles: Sendable, Hashable {
  /// The page.
  public var page: URL
  /// SVG, CSV and PDF files, sorted by name.
  public var figures: [URL]
  /// What is missing and why, such as PDF files without a converter; empty if all is there.
  public var remarks: [String]
}

/// Writes `report.html` and `figures/` with each figure as SVG, PDF and CSV.
///
/// A file is written beside its place and renamed, so that a reader never meets half of one. PDF
/// files need `rsvg-convert` on the `PATH`; without it they are left out and a remark says so.
///
/// - Parameters:
///   - record: What to report.
///   - folder: Made if it does not exist; files of the same name are replaced.
/// - Returns: The files written, and remarks on those that are missing.
/// - Throws: ``FileError`` naming what cannot be written.
@discardableResult
public func writeReport(_ record: SearchRecord, to folder: URL) throws -> ReportFiles {
  let page = ReportPage(record)
  let figures = try writeFigures(page.figures, to: folder.appending(path: "figures"))
  let file = folder.appending(path: "report.html")
  try writeAtomically(page.html(remarks: figures.remarks), to: file.path)
  return ReportFiles(page: file, figures: figures.files, remarks: figures.remarks)
}

/// Writes figures as SVG, CSV and PDF.
///
/// - Parameters:
///   - figures: With names of their own.
///   - folder: Made if it does not exist.
/// - Returns: The files, sorted by name, and remarks on those that are missing.
/// - Throws: ``FileError`` naming what cannot be written.
@discardableResult
public func writeFigures(_ figures: [Figure], to folder: URL) throws -> (
  files: [URL], remarks: [String]
) {
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  } catch {
    throw FileError.notWritable(file: folder.path, reason: reason(error))
  }
  var files: [URL] = []
  for figure in figures {
    let svg = folder.appending(path: "\(figure.name).svg")
    let csv = folder.appending(path: "\(figure.name).csv")
    try writeAtomically(figure.svg, to: svg.path)
    try writeAtomically(figure.table.csv, to: csv.path)
    files += [svg, csv]
  }
  let conversion = convertToPDF(files.filter { $0.pathExtension == "svg" })
  return ((files + conversion.files).sorted { $0.path < $1.path }, conversion.remarks)
}

private func reason(_ error: any Error) -> String {
  guard let error = error as? CocoaError else { return "\(error)" }
  switch error.code {
  case .fileWriteNoPermission: return "permission denied"
  case .fileWriteVolumeReadOnly: return "the disk is read-only"
  case .fileWriteFileExists: return "a file of that name is in the way"
  case .fileNoSuchFile, .fileReadNoSuchFile: return "its folder does not exist"
  case .fileWriteOutOfSpace: return "no space left on the disk"
  default:
    let cause = error.underlying as? POSIXError
    return cause.map { String(cString: strerror($0.code.rawValue)) } ?? error.localizedDescription
  }
}
