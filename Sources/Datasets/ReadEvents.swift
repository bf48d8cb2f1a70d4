import EventFiles
public import EventModel
public import Evaluation

/// How to read a file of events.
public struct ReadOptions: Sendable, Hashable {
  public var units: EnergyUnit
  /// Column names in order: needed for `.npy`, and otherwise a replacement of the file's own.
  public var columns: [String]?
  /// Key of the pandas frame in an HDF5 file.
  public var key: String
  /// Column with the truth label; `nil`: `label`, if there is one.
  public var labelColumn: String?
  /// Column with event weights; `nil`: `weight`, if there is one.
  public var weightColumn: String?
  /// Text file with one truth label a line, for files without labels.
  public var masterkey: String?
  /// Whether a file without truth labels is an error.
  public var requiresLabels: Bool

  public init(
    units: EnergyUnit = .gev, columns: [String]? = nil, key: String = "df",
    labelColumn: String? = nil, weightColumn: String? = nil, masterkey: String? = nil,
    requiresLabels: Bool = false
  ) {
    self.units = units
    self.columns = columns
    self.key = key
    self.labelColumn = labelColumn
    self.weightColumn = weightColumn
    self.masterkey = masterkey
    self.requiresLabels = requiresLabels
  }
}

/// Events with their truth labels kept apart.
public struct LabelledEvents: Sendable {
  public var events: EventColumns
  /// `nil` if the file has none.
  public var truth: TruthLabels?
  public var description: SourceDescription

  public init(events: EventColumns, truth: TruthLabels?, description: SourceDescription) {
    self.events = events
    self.truth = truth
    self.description = description
  }
}

/// Where events came from.
public struct SourceDescription: Sendable, Hashable, Codable {
  /// The file's name without its folder.
  public var name: String
  /// SHA-256 digest of the file in hexadecimal.
  public var sha256: String
  /// What the file turned out to be, in words.
  public var kind: String
  public var rows: Int
  public var units: EnergyUnit
  public var hasLabels: Bool

  public init(
    name: String, sha256: String, kind: String, rows: Int, units: EnergyUnit, hasLabels: Bool
  ) {
    self.name = name
    self.sha256 = sha256
    self.kind = kind
    self.rows = rows
    self.units = units
    self.hasLabels = hasLabels
  }
}

/// Reads jet features of events: pandas frames, our own feature files, CSV or NumPy tables.
///
/// The truth label, if there is one, is taken out at once and returned beside the events. All
/// energies come out in GeV. Known names of other layouts are brought to ours, and columns that
/// follow from others are added (momenta from pT, eta, phi).
///
/// - Parameters:
///   - path: The file.
///   - options: Units, names and keys.
///   - progress: Told how many bytes of the file have gone through its digest.
/// - Returns: Events, truth labels and where they came from.
/// - Throws: ``FileError`` or ``DatasetError``; also for values that are not finite, negative
///   masses, and masses that cannot be in the declared unit.
public func readEvents(
  at path: String, options: ReadOptions = ReadOptions(), progress: (_ bytes: Int) -> Void = { _ in }
) throws -> LabelledEvents {
  let kind = try detectKind(of: path, key: options.key)
  let table = try FeatureTable(reading: path, kind: kind, options: options)
  guard table.rowCount > 0 else { throw DatasetError.noEvents(file: path) }
  if let column = options.labelColumn, table[column] == nil, options.masterkey == nil {
    throw DatasetError.noSuchColumn(
      file: path, column: column, role: "the truth label",
      nearest: nearestNames(to: column, among: table.names))
  }
  if let column = options.weightColumn, table[column] == nil {
    throw DatasetError.noSuchColumn(
      file: path, column: column, role: "the event weight",
      nearest: nearestNames(to: column, among: table.names))
  }
  let labelColumn = options.labelColumn ?? "label"
  let weightColumn = options.weightColumn ?? "weight"
  let truth = try truthLabels(
    table[labelColumn], column: labelColumn, of: path, table: table, options: options)

  var columns = table.columns.filter { $0.name != labelColumn && $0.name != weightColumn }
  for index in columns.indices where isDimensionful(column: columns[index].name) {
    let factor = options.units.inGeV
    if factor != 1 { columns[index].values = columns[index].values.map { $0 * factor } }
  }
  columns += derivedColumns(from: columns)
  let events: EventColumns
  do throws(EventColumnsError) {
    try refuseNegativeMasses(in: columns)
    events = try EventColumns(
      columns, weights: table[weightColumn], identifiers: table.identifiers)
  } catch {
    throw DatasetError.badEvents(file: path, error)
  }
  try refuseImplausibleUnit(of: events, declared: options.units, file: path)
  return LabelledEvents(
    events: events, truth: truth,
    description: SourceDescription(
      name: path.split(separator: "/").last.map(String.init) ?? path,
      sha256: try sha256(ofFile: path, progress: progress), kind: kind.title, rows: events.count,
      units: options.units,
      hasLabels: truth != nil))
}

private func truthLabels(
  _ values: [Double]?, column: String, of path: String, table: FeatureTable, options: ReadOptions
) throws -> TruthLabels? {
  if let masterkey = options.masterkey {
    return try readMasterkey(at: masterkey, events: table.rowCount)
  }
  guard let values else {
    if options.requiresLabels {
      throw DatasetError.noLabels(file: path, column: column, found: table.names)
    }
    return nil
  }
  do {
    return try TruthLabels(values: values)
  } catch {
    throw DatasetError.badLabels(file: path, error)
  }
}

private func refuseNegativeMasses(
  in columns: [(name: String, values: [Double])]
) throws(EventColumnsError) {
  for (name, values) in columns {
    let isMass =
      ["mjj", "mj1", "mj2", "mj3"].contains(name) || Feature(rawValue: name)?.isMass == true
    // Down to -1e-3 GeV it is rounding (a massless jet), and counts as 0 later.
    if isMass, let row = values.firstIndex(where: { $0 < -1e-3 }) {
      throw .negativeMass(column: name, row: row, value: values[row])
    }
  }
}

private func refuseImplausibleUnit(
  of events: EventColumns, declared: EnergyUnit, file: String
) throws {
  guard let masses = try? events.dijetMass(), !masses.isEmpty else {
    return  // No dijet mass at all is found, and said, where one is needed.
  }
  let median = masses.sorted()[masses.count / 2]
  let isImplausible =
    switch declared {
    case .gev: median < 50
    case .tev: median > 100_000
    }
  if isImplausible {
    throw DatasetError.implausibleUnit(file: file, declared: declared, median: median)
  }
}
