/// This program's own file of jet features: one array a column.
///
/// Documentation/feature-files.md describes the layout for other programs. Energies are in GeV.
public struct FeatureFile: Sendable {
  static let formatName = "overdensity features"
  static let formatVersion = 1

  /// How many bits a number keeps.
  public enum Precision: Sendable {
    case single, double
  }

  /// Names with values, in order; all of equal length.
  public var columns: [(name: String, values: [Double])]
  /// One weight an event, or `nil` if every event counts once.
  public var weights: [Double]?
  /// 1 for signal, 0 for background, one an event; `nil` if not known.
  public var labels: [UInt8]?
  /// A number that names each event; `nil` for its row.
  public var identifiers: [Int64]?
  /// The file that the features were made from, without its folder.
  public var sourceName: String?
  /// SHA-256 digest of that file.
  public var sourceDigest: String?
  /// What a program keeps beside the events, up to 60 KB of text; `nil` for nothing.
  public var note: String?

  public var rowCount: Int { columns.first?.values.count ?? 0 }

  public init(
    columns: [(name: String, values: [Double])], weights: [Double]? = nil,
    labels: [UInt8]? = nil, identifiers: [Int64]? = nil, sourceName: String? = nil,
    sourceDigest: String? = nil, note: String? = nil
  ) {
    self.columns = columns
    self.weights = weights
    self.labels = labels
    self.identifiers = identifiers
    self.sourceName = sourceName
    self.sourceDigest = sourceDigest
    self.note = note
  }

  /// Whether an HDF5 file says that it has this layout.
  public static func isFeatureFile(_ file: HDF5File) -> Bool {
    file.textAttribute("format") == formatName
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - group: Where in it the events lie: "/", or for events beside these the path of a group.
  /// - Throws: ``FileError``; for a newer version of the layout too.
  public init(reading path: String, group: String = "/") throws(FileError) {
    let file = try HDF5File(reading: path)
    let root = Self.prefix(group)
    guard file.textAttribute("format", of: group) == Self.formatName else {
      throw .malformed(
        file: path, object: group, reason: "its attribute 'format' is not '\(Self.formatName)'")
    }
    let version = file.integerAttribute("formatVersion", of: group)
    guard let version, (1...Self.formatVersion).contains(version) else {
      throw .malformed(
        file: path, object: group,
        reason: "its format version is \(version.map { "\($0)" } ?? "missing"), this program "
          + "knows version \(Self.formatVersion)")
    }
    guard file.textAttribute("units", of: group) == "GeV" else {
      throw .malformed(file: path, object: group, reason: "its attribute 'units' is not 'GeV'")
    }
    let stored = try file.children(of: "\(root)/columns")
    let names =
      file.textAttribute("columnNames", of: group)?.split(separator: " ").map(String.init) ?? stored
    guard names.sorted() == stored.sorted() else {
      throw .malformed(
        file: path, object: "\(root)/columns",
        reason: "attribute 'columnNames' lists other names than the group holds")
    }
    columns = []
    var rows: Int?
    func read(_ object: String) throws(FileError) -> HDF5Dataset {
      let dataset = try file.dataset(object)
      let expected = rows ?? dataset.rowCount
      guard dataset.shape == [expected] else {
        throw .wrongShape(file: path, object: object, expected: "\(expected)", found: dataset.shape)
      }
      rows = expected
      return dataset
    }
    for name in names { columns.append((name, try read("\(root)/columns/\(name)").doubles())) }
    if file.contains("\(root)/weight") { weights = try read("\(root)/weight").doubles() }
    if file.contains("\(root)/identifier") {
      identifiers = try read("\(root)/identifier").integers()
    }
    if file.contains("\(root)/label") {
      let values = try read("\(root)/label").integers()
      guard values.allSatisfy({ (0...255).contains($0) }) else {
        throw .malformed(file: path, object: "/label", reason: "labels are 0 or 1")
      }
      labels = values.map { UInt8($0) }
    }
    sourceName = file.textAttribute("sourceName", of: group)
    sourceDigest = file.textAttribute("sourceSha256", of: group)
    note = file.textAttribute("note", of: group)
  }

  /// The path of a group as the beginning of paths in it.
  private static func prefix(_ group: String) -> String { group == "/" ? "" : group }

  /// Writes the file in one step.
  ///
  /// - Parameters:
  ///   - path: Where it goes; an old file is replaced.
  ///   - precision: How columns are stored; weights always in double precision.
  ///   - beside: Other events with the paths of their groups, such as "/simulation".
  /// - Throws: ``FileError/notWritable(file:reason:)``, also for a column name with a space or a
  ///   slash, which the layout has no place for.
  public func write(
    to path: String, precision: Precision = .double,
    beside: [(group: String, events: FeatureFile)] = []
  ) throws {
    let parts = [("/", self)] + beside
    if let name = parts.flatMap(\.1.columns).map(\.name).first(where: {
      $0.contains { " /".contains($0) } || $0.isEmpty
    }) {
      throw FileError.notWritable(
        file: path, reason: "the column name '\(name)' is empty or has a space or a slash")
    }
    try HDF5Output.write(to: path) { file in
      for (group, events) in parts { try events.write(into: file, group, precision: precision) }
    }
  }

  /// The arrays make the group, which then takes its attributes.
  private func write(into file: HDF5Output, _ group: String, precision: Precision) throws {
    let root = Self.prefix(group)
    for (name, values) in columns {
      let object = "\(root)/columns/\(name)"
      switch precision {
      case .double: try file.write(values, shape: [values.count], to: object)
      case .single:
        try file.write(values.map { Float($0) }, shape: [values.count], to: object)
      }
    }
    if let weights { try file.write(weights, shape: [weights.count], to: "\(root)/weight") }
    if let labels { try file.write(labels, shape: [labels.count], to: "\(root)/label") }
    if let identifiers {
      try file.write(identifiers, shape: [identifiers.count], to: "\(root)/identifier")
    }
    try file.setAttribute("format", to: Self.formatName, of: group)
    try file.setAttribute("formatVersion", to: Self.formatVersion, of: group)
    try file.setAttribute("units", to: "GeV", of: group)
    try file.setAttribute(
      "columnNames", to: columns.map(\.name).joined(separator: " "), of: group)
    if let sourceName { try file.setAttribute("sourceName", to: sourceName, of: group) }
    if let sourceDigest { try file.setAttribute("sourceSha256", to: sourceDigest, of: group) }
    if let note { try file.setAttribute("note", to: note, of: group) }
  }
}
