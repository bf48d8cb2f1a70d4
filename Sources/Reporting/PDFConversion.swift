package import Foundation

/// Makes a PDF beside each SVG with `rsvg-convert`, two at a time.
///
/// A figure that cannot be converted costs its PDF and a remark, never the report.
///
/// - Parameters:
///   - drawings: SVG files; each PDF gets the same name.
///   - searchPath: Folders to look for the converter in, separated by colons.
/// - Returns: The files made, and remarks on those that are missing.
package func convertToPDF(
  _ drawings: [URL],
  searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
) -> (files: [URL], remarks: [String]) {
  guard !drawings.isEmpty else { return ([], []) }
  guard let converter = executable(named: "rsvg-convert", searchPath: searchPath) else {
    return (
      [],
      ["PDF figures are missing: rsvg-convert is not on the PATH (Debian package librsvg2-bin)."]
    )
  }
  var files: [URL] = []
  var failed: [String] = []
  var running: [(process: Process, drawing: URL, partial: URL)] = []
  func finishOldest() {
    let (process, drawing, partial) = running.removeFirst()
    process.waitUntilExit()
    let pdf = drawing.deletingPathExtension().appendingPathExtension("pdf")
    // Renamed when complete, like every other file.
    if process.terminationStatus == 0, rename(partial.path, pdf.path) == 0 {
      files.append(pdf)
    } else {
      try? FileManager.default.removeItem(at: partial)
      failed.append(drawing.lastPathComponent)
    }
  }
  for drawing in drawings {
    if running.count == 2 { finishOldest() }
    let partial = drawing.deletingPathExtension().appendingPathExtension("pdf.partial")
    let process = Process()
    process.executableURL = converter
    process.arguments = ["--format", "pdf", "--output", partial.path, drawing.path]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    // The same bytes on any day: cairo writes this as the date of creation.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["SOURCE_DATE_EPOCH": "0"], uniquingKeysWith: { _, new in new })
    do {
      try process.run()
      running.append((process, drawing, partial))
    } catch {
      failed.append(drawing.lastPathComponent)
    }
  }
  while !running.isEmpty { finishOldest() }
  guard !failed.isEmpty else { return (files, []) }
  return (
    files,
    ["PDF figures are missing: rsvg-convert failed on \(failed.joined(separator: ", "))."]
  )
}

/// The first executable file of a name in a list of folders.
private func executable(named name: String, searchPath: String) -> URL? {
  searchPath.split(separator: ":").lazy
    .map { URL(filePath: String($0)).appending(path: name) }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}
