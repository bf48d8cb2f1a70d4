public import EventFiles

/// What a file of events holds, found from its content and not from its name.
public enum FileKind: Sendable, Hashable {
  /// 700 x (pT, eta, phi) an event, zero padded, in a pandas frame; with the truth label as column
  /// 2101 in research and development files, without in black boxes.
  case particles(rows: Int, columns: Int)
  /// A pandas frame with named columns.
  case pandasFeatures(rows: Int, columnNames: [String])
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
///   - key: The key of the pandas frame, if it is one.
/// - Returns: The kind of file.
/// - Throws: ``FileError``: no such file, not HDF5 in spite of its name, no frame under the key, or
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
