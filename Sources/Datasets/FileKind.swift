public import EventFiles

/// What a file of events holds, found from its content and not from its name.
public enum FileKind: Sendable, Hashable {
  /// 700 x (pT, eta, phi) an event, zero padded, in a pandas frame; with the truth label as column
  /// 2101 in research and development files, without in black boxes.
  case particles(rows: Int, columns: Int)
  /// A pandas frame with named columns.
  case pandasFeatures(rows: Int, columnNames: [String])
  /// A group of an HDF5 file with one array a column; "/" is the file itself.
  case columns(group: String)
  /// A feature file that this program wrote.
  case overdensityFeatures
  case csv
  case numPy

  public var holdsParticles: Bool {
    if case .particles = self { true } else { false }
  }

  public var title: String {
    switch self {
    case .particles(_, RawEventReader.labelledColumns):
      "particles with truth labels (LHC Olympics R&D layout, HDF5)"
    case .particles: "particles (LHC Olympics black box layout, HDF5)"
    case .pandasFeatures: "jet features (pandas frame, HDF5)"
    case .columns: "columns (one array each, HDF5)"
    case .overdensityFeatures: "jet features (overdensity's own layout, HDF5)"
    case .csv: "jet features (CSV)"
    case .numPy: "jet features (NumPy)"
    }
  }
}

/// Finds out what a file of events holds.
///
/// - Parameters:
///   - path: The file.
///   - key: The key of the pandas frame or group of columns; a file that is nothing but columns
///     needs none.
/// - Returns: The kind of file.
/// - Throws: ``FileError``: no such file, not HDF5 in spite of its name, nothing under the key, or
///   a frame of numbered columns that are not 2100 or 2101.
public func detectKind(of path: String, key: String = "df") throws(FileError) -> FileKind {
  switch try FileSignature(of: path) {
  case .numPy: return .numPy
  case .none:
    let isNamedHDF5 = [".h5", ".hdf5", ".hdf"].contains { path.lowercased().hasSuffix($0) }
    if isNamedHDF5 { throw .notHDF5(file: path) }
    return .csv
  case .hdf5:
    let file = try HDF5File(reading: path)
    if FeatureFile.isFeatureFile(file) { return .overdensityFeatures }
    if let group = try columnGroup(in: file, key: key) { return .columns(group: group) }
    let frame = try PandasFrame(file, key: key)
    guard frame.hasNumberedColumns else {
      return .pandasFeatures(rows: frame.rowCount, columnNames: frame.columnNames)
    }
    let columns = frame.columnNames.count
    guard [RawEventReader.unlabelledColumns, RawEventReader.labelledColumns].contains(columns)
    else {
      throw .wrongShape(
        file: path, object: "/\(key)",
        expected: "N x 2101 (700 x (pT, eta, phi) and the label) or N x 2100 (no label)",
        found: [frame.rowCount, columns])
    }
    return .particles(rows: frame.rowCount, columns: columns)
  }
}

/// The group of columns that a key names; `nil` if it names a pandas frame or nothing.
private func columnGroup(in file: HDF5File, key: String) throws(FileError) -> String? {
  let group = "/" + key.split(separator: "/").joined(separator: "/")
  if group == "/" { return group }
  if file.contains(group) {
    let isFrame =
      file.textAttribute("pandas_type", of: group) != nil || file.contains(group + "/axis0")
    return isFrame ? nil : group
  }
  // The default key is no user's word: a file that is nothing but columns needs no other.
  let objects = try file.children()
  return key == TableOptions().key && !objects.isEmpty && objects.allSatisfy(file.isDataset)
    ? "/" : nil
}
