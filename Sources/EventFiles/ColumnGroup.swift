/// A table in an HDF5 file as a group of one-dimensional datasets, one a column.
///
/// What h5py writes for `group["mass"] = masses`, and the groups of hepfile
/// (https://hepfile.readthedocs.io): there an attribute `counter` of the group names a dataset that
/// says how many objects each event has. Where every event has the same number of them, an event is
/// a row, with the columns `pt1`, `pt2` and so on.
public struct ColumnGroup {
  /// Columns in alphabetical order, the order in which HDF5 gives them.
  public let columnNames: [String]
  public let rowCount: Int
  /// Objects an event; 1 without a counter.
  public let objectsPerEvent: Int
  private let datasets: [HDF5Dataset]

  /// Finds the columns of a group.
  ///
  /// - Parameters:
  ///   - file: An open HDF5 file.
  ///   - group: The group's path; "/" is the file itself.
  /// - Throws: ``FileError``: there is no such group, it holds something other than columns of
  ///   numbers of one length, or its events have different numbers of objects.
  public init(_ file: HDF5File, group: String) throws(FileError) {
    let root = group.split(separator: "/").map { "/" + $0 }.joined()
    let place = root.isEmpty ? "/" : root
    func unlike(_ reason: String) -> FileError {
      .malformed(file: file.path, object: place, reason: reason)
    }
    let names = try file.children(of: place)
    guard !names.isEmpty else {
      throw unlike("a group with one array a column is expected, this holds no arrays")
    }
    let counter = file.textAttribute("counter", of: place)
    var arrays: [HDF5Dataset] = []
    for name in names where !isCounter(name, counter) {
      guard file.isDataset("\(root)/\(name)") else {
        throw unlike(
          "'\(name)' in it is a group, columns are arrays; a group of columns is named by its "
            + "key, such as '\(root.dropFirst())\(root.isEmpty ? "" : "/")\(name)'")
      }
      let array = try file.dataset("\(root)/\(name)")
      try array.requireColumn(ofLength: arrays.first?.rowCount)
      arrays.append(array)
    }
    guard let length = arrays.first?.rowCount else {
      throw unlike("it holds its counter and no columns")
    }
    let objects = try counter.map { (name) throws(FileError) in
      try Self.objects(in: file, counter: name, length: length, error: unlike)
    }
    datasets = arrays
    objectsPerEvent = objects ?? 1
    rowCount = length / objectsPerEvent
    columnNames = arrays.flatMap { [objectsPerEvent] array in
      let name = String(array.object.dropFirst(root.count + 1))
      return objectsPerEvent == 1 ? [name] : (1...objectsPerEvent).map { "\(name)\($0)" }
    }
  }

  /// Reads all columns.
  ///
  /// - Returns: Values by column, shape `[columnNames.count][rowCount]`.
  /// - Throws: ``FileError``.
  public func columns() throws(FileError) -> [[Double]] {
    var columns: [[Double]] = []
    for dataset in datasets {
      let values = try dataset.doubles()
      for object in 0..<objectsPerEvent {
        columns.append(
          stride(from: object, to: values.count, by: objectsPerEvent).map { values[$0] })
      }
    }
    return columns
  }

  /// The number of objects that every event has.
  private static func objects(
    in file: HDF5File, counter: String, length: Int, error: (String) -> FileError
  ) throws(FileError) -> Int {
    let counts = try file.dataset(counter).integers()
    guard let fewest = counts.min(), let most = counts.max(), fewest == most else {
      throw error(
        "its events have between \(counts.min() ?? 0) and \(counts.max() ?? 0) objects each "
          + "('\(counter)'); a table needs the same number in every event")
    }
    let objects = Int(clamping: most)
    guard objects >= 1 else { throw error("its events have no objects ('\(counter)')") }
    let (expected, overflow) = objects.multipliedReportingOverflow(by: counts.count)
    guard !overflow, expected == length else {
      throw error(
        "'\(counter)' counts \(counts.count) events of \(objects) objects, the columns have length "
          + "\(length)")
    }
    return objects
  }
}

/// Whether a dataset is the counter of its group, which hepfile names by its path.
private func isCounter(_ name: String, _ counter: String?) -> Bool {
  counter?.split(separator: "/").last.map(String.init) == name
}

extension HDF5Dataset {
  /// Checks that this is a column of numbers, as long as the others.
  fileprivate func requireColumn(ofLength length: Int?) throws(FileError) {
    switch elementKind {
    case .floatingPoint, .integer, .boolean: break
    case .text, .other: throw wrongType(expected: "a column of numbers")
    }
    guard shape.count == 1, length == nil || shape == [length] else {
      throw .wrongShape(
        file: file.path, object: object,
        expected: length.map { "a column of length \($0), like the one before it," }
          ?? "a column (one dimension)", found: shape)
    }
  }
}
