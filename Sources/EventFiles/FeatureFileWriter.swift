import Foundation

/// Writes a ``FeatureFile`` of any length, some events at a time.
///
/// Memory is that of one chunk of each column. The file appears under its name complete or not at
/// all; its bytes depend on its content only, not on how the events were cut into pieces.
public final class FeatureFileWriter {
  private let path: String
  /// The path with links followed.
  private let place: String
  private let temporary: String
  private let rowCount: Int
  private let file: HDF5Output
  private let columns: [HDF5Handle]
  /// Values that do not fill a chunk yet, a column each.
  private var waiting: [[Double]]
  private var written = 0
  private let chunkRows = HDF5Output.chunkRows(rowBytes: MemoryLayout<Double>.stride)

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: Where it goes; an old file is replaced when this one is complete.
  ///   - columnNames: Names of the columns, in order.
  ///   - rowCount: How many events there will be.
  ///   - sourceName: The file that the features are made from, without its folder.
  ///   - sourceDigest: SHA-256 digest of that file.
  /// - Throws: ``FileError/notWritable(file:reason:)``.
  public init(
    writingTo path: String, columnNames: [String], rowCount: Int, sourceName: String? = nil,
    sourceDigest: String? = nil
  ) throws(FileError) {
    // A link stays a link; what goes to a device is made elsewhere.
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let folder =
      isDeviceOrPipe(path)
      ? FileManager.default.temporaryDirectory : place.deletingLastPathComponent()
    Self.removeRemains(of: place.lastPathComponent, in: folder)
    let temporary = folder.appendingPathComponent(
      Self.temporaryName(of: place.lastPathComponent, process: getpid())
    ).path
    // Better now than when all the work is done.
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder),
      isFolder.boolValue
    {
      throw .notWritable(file: path, reason: String(cString: strerror(EISDIR)))
    }
    // HDF5's own words for a folder that is not there or not writable fill a page.
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0, close(descriptor) == 0 else {
      throw .notWritable(file: path, reason: String(cString: strerror(errno)))
    }
    do throws(FileError) {
      file = try HDF5Output(growingAt: temporary, for: path)
      try file.setAttribute("format", to: FeatureFile.formatName)
      try file.setAttribute("formatVersion", to: FeatureFile.formatVersion)
      try file.setAttribute("units", to: "GeV")
      try file.setAttribute("columnNames", to: columnNames.joined(separator: " "))
      if let sourceName { try file.setAttribute("sourceName", to: sourceName) }
      if let sourceDigest { try file.setAttribute("sourceSha256", to: sourceDigest) }
      var columns: [HDF5Handle] = []
      for name in columnNames {
        columns.append(try file.makeColumn(count: rowCount, at: "/columns/\(name)"))
      }
      self.columns = columns
    } catch {
      unlink(temporary)
      throw error
    }
    self.path = path
    self.place = place.path
    self.temporary = temporary
    self.rowCount = rowCount
    waiting = [[Double]](repeating: [], count: columnNames.count)
  }

  deinit {
    // Nothing to remove after `finish`: the file has its name then.
    unlink(temporary)
  }

  /// Adds one event.
  ///
  /// - Parameter values: A value for each column.
  /// - Throws: ``FileError/notWritable(file:reason:)``.
  public func append(_ values: some Collection<Double>) throws(FileError) {
    precondition(values.count == columns.count, "\(values.count) values, \(columns.count) columns")
    for (column, value) in zip(waiting.indices, values) { waiting[column].append(value) }
    if waiting[0].count == chunkRows { try writeWaiting() }
  }

  /// Completes the file and gives it its name.
  ///
  /// - Parameter labels: 1 for signal, 0 for background, one an event; `nil` if not known.
  /// - Throws: ``FileError/notWritable(file:reason:)``.
  public func finish(labels: [UInt8]?) throws(FileError) {
    try writeWaiting()
    precondition(written == rowCount, "\(written) events of \(rowCount)")
    if let labels { try file.write(labels, shape: [labels.count], to: "/label") }
    try file.flush()
    if isDeviceOrPipe(path) {
      try copyToDevice()
    } else if rename(temporary, place) != 0 {
      throw .notWritable(file: path, reason: String(cString: strerror(errno)))
    }
  }

  private func writeWaiting() throws(FileError) {
    guard let count = waiting.first?.count, count > 0 else { return }
    for column in columns.indices {
      try file.write(waiting[column], at: written, in: columns[column])
      waiting[column].removeAll(keepingCapacity: true)
    }
    written += count
  }

  private func copyToDevice() throws(FileError) {
    let content: Data
    do {
      content = try Data(contentsOf: URL(fileURLWithPath: temporary), options: .mappedIfSafe)
    } catch {
      throw .notWritable(file: path, reason: error.localizedDescription)
    }
    try writeAtomically(content, to: path)
  }

  private static func temporaryName(of file: String, process: pid_t) -> String {
    ".\(file).\(process).partial"
  }

  /// Removes what programs left behind that were killed while they wrote the same file.
  private static func removeRemains(of file: String, in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(".\(file).") && name.hasSuffix(".partial") {
      let process = name.dropFirst(file.count + 2).dropLast(".partial".count)
      if let process = pid_t(process), kill(process, 0) != 0, errno == ESRCH {
        unlink(folder.appendingPathComponent(name).path)
      }
    }
  }
}
