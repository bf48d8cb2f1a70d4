import EventFiles
import EventModel

/// Named columns of a file as they stand there: no units, no renaming, no physics.
public struct PlainTable: Sendable {
  /// The file's name without its folder.
  public let name: String
  public let sha256: String
  public let names: [String]
  private let columns: [String: [Double]]
  private let path: String

  public var rowCount: Int { columns[names[0]]?.count ?? 0 }

  init(path: String, columns: [(name: String, values: [Double])]) throws {
    guard let first = columns.first, !first.values.isEmpty else {
      throw DatasetError.noEvents(file: path)
    }
    var byName: [String: [Double]] = [:]
    for (name, values) in columns {
      guard byName.updateValue(values, forKey: name) == nil else {
        throw DatasetError.badEvents(file: path, .repeatedColumn(name))
      }
    }
    self.path = path
    self.columns = byName
    names = columns.map(\.name)
    name = path.split(separator: "/").last.map(String.init) ?? path
    sha256 = try EventFiles.sha256(ofFile: path)
  }

  /// The values of a column, shape `[rowCount]`.
  ///
  /// - Throws: ``DatasetError`` if there is none of that name, or a value is not finite.
  public func values(of name: String) throws(DatasetError) -> [Double] {
    guard let values = columns[name] else {
      throw .noSuchColumn(
        file: path, column: name, role: "the comparison",
        nearest: nearestNames(to: name, among: names))
    }
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw .badEvents(file: path, .notFinite(column: name, row: row, value: values[row]))
    }
    return values
  }
}

/// How to read a plain table.
public struct TableOptions: Sendable, Hashable {
  /// Key of the pandas frame or group of columns in an HDF5 file.
  public var key: String
  /// Names of the columns of a `.npy` table, which has none of its own.
  public var names: [String]?

  public init(key: String = "df", names: [String]? = nil) {
    self.key = key
    self.names = names
  }
}

/// Reads a table of any kind: pandas frame, group of columns, our own feature file, CSV or
/// NumPy.
///
/// - Parameters:
///   - path: The file.
///   - options: Key and names.
/// - Returns: Its columns under their own names.
/// - Throws: ``FileError`` or ``DatasetError``; a file of particles is refused.
public func readTable(at path: String, options: TableOptions = TableOptions()) throws -> PlainTable
{
  let kind = try detectKind(of: path, key: options.key)
  let table = try FeatureTable(
    reading: path, kind: kind,
    options: ReadOptions(columns: kind == .numPy ? options.names : nil, key: options.key),
    keepsNames: true)
  return try PlainTable(path: path, columns: table.columns)
}
