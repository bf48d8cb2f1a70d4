import EventFiles

/// A file's columns under this program's names, nothing checked and in the file's own unit.
struct FeatureTable {
  var columns: [(name: String, values: [Double])]
  var identifiers: [Int64]?

  var rowCount: Int { columns.first?.values.count ?? 0 }
  var names: [String] { columns.map(\.name) }

  subscript(name: String) -> [Double]? {
    columns.first { $0.name == name }?.values
  }

  /// Reads a file; `keepsNames` leaves the names of other layouts as they are.
  init(
    reading path: String, kind: FileKind, options: ReadOptions, keepsNames: Bool = false
  ) throws {
    let names: [String]
    let values: [[Double]]
    switch kind {
    case .particles:
      throw DatasetError.particlesNotFeatures(file: path)
    case .pandasFeatures:
      let frame = try PandasFrame(HDF5File(reading: path), key: options.key)
      (names, values) = (frame.columnNames, try frame.columns())
    case .columns(let group):
      let columns = try ColumnGroup(HDF5File(reading: path), group: group)
      (names, values) = (columns.columnNames, try columns.columns())
    case .overdensityFeatures:
      let file = try FeatureFile(reading: path)
      columns = file.columns
      if let weights = file.weights { columns.append(("weight", weights)) }
      if let labels = file.labels { columns.append(("label", labels.map { Double($0) })) }
      identifiers = file.identifiers
      return
    case .csv:
      let table = try CSVTable(reading: path)
      (names, values) = (table.columnNames, table.columns)
    case .numPy:
      let array = try NumPyArray(reading: path)
      guard let columns = options.columns else {
        throw DatasetError.namesNeeded(file: path, columns: array.columnCount)
      }
      (names, values) = (columns, array.columns)
    }
    let chosen = options.columns ?? names
    guard chosen.count == values.count else {
      throw DatasetError.wrongNameCount(file: path, names: chosen.count, columns: values.count)
    }
    // A name that the options refer to stays as it is in the file.
    let kept = [options.labelColumn, options.weightColumn].compactMap { $0 }
    columns = zip(chosen, values).map { name, values in
      (keepsNames || kept.contains(name) ? name : canonicalColumnName(name), values)
    }
  }
}
