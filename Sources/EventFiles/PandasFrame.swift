/// A table that pandas wrote with `to_hdf(..., format="fixed")`, its default.
///
/// pandas stores columns of equal type together in a block, so the columns' order is that of
/// `axis0`, not that of the blocks, and a label can be in another block than the observables.
public struct PandasFrame {
  public let key: String
  /// Column names in the frame's order; integer names are written in decimal.
  public let columnNames: [String]
  /// Whether the columns are numbered, as in files of particles.
  public let hasNumberedColumns: Bool
  public let rowCount: Int
  private let file: HDF5File
  private let blocks: [Block]

  private struct Block {
    let values: HDF5Dataset
    /// Position in the frame of each of the block's columns.
    let positions: [Int]
    let rowCount: Int
  }

  /// Finds a frame in a file.
  ///
  /// - Parameters:
  ///   - file: An open HDF5 file.
  ///   - key: The key that was given to `to_hdf`.
  /// - Throws: ``FileError/objectNotFound(file:object:nearest:)`` if there is no such key, and
  ///   ``FileError/malformed(file:object:reason:)`` if it is no frame in fixed format.
  public init(_ file: HDF5File, key: String = "df") throws(FileError) {
    let root = "/" + key.split(separator: "/").joined(separator: "/")
    guard root != "/", file.contains(root) else { throw file.notFound(root) }
    if file.textAttribute("pandas_type", of: root) == "frame_table" {
      throw .malformed(
        file: file.path, object: root,
        reason: "the frame is in pandas' format=\"table\"; write it with format=\"fixed\"")
    }
    guard file.contains(root + "/axis0"), file.contains(root + "/block0_values") else {
      let present = try file.children(of: root)
      throw .malformed(
        file: file.path, object: root,
        reason: "a pandas frame has axis0 and block0_values, this has "
          + (present.isEmpty ? "no children" : present.joined(separator: " ")))
    }
    self.file = file
    self.key = key
    let axis = try file.dataset(root + "/axis0")
    hasNumberedColumns = axis.elementKind == .integer
    columnNames = try Self.names(in: axis)
    let positions = Dictionary(
      columnNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    guard positions.count == columnNames.count else {
      throw .malformed(
        file: file.path, object: root + "/axis0", reason: "a column name appears twice")
    }
    var blocks: [Block] = []
    while file.contains("\(root)/block\(blocks.count)_values") {
      let values = try file.dataset("\(root)/block\(blocks.count)_values")
      let names = try Self.names(in: file.dataset("\(root)/block\(blocks.count)_items"))
      if case .other(let found) = values.elementKind {
        throw .wrongType(
          file: file.path, object: values.object + " (column \(names.joined(separator: ", ")))",
          expected: "numbers", found: found)
      }
      // A block without rows is stored as a single number with its true shape in an attribute.
      let isEmpty = file.textAttribute("value_type", of: values.object) != nil
      guard isEmpty || (values.shape.count == 2 && values.shape[1] == names.count) else {
        throw .wrongShape(
          file: file.path, object: values.object, expected: "rows x \(names.count)",
          found: values.shape)
      }
      var own: [Int] = []
      for name in names {
        guard let position = positions[name] else {
          throw .malformed(
            file: file.path, object: values.object, reason: "its column '\(name)' is not in axis0")
        }
        own.append(position)
      }
      blocks.append(
        Block(values: values, positions: own, rowCount: isEmpty ? 0 : values.rowCount))
    }
    rowCount = blocks[0].rowCount
    for block in blocks where block.rowCount != rowCount {
      throw .wrongShape(
        file: file.path, object: block.values.object,
        expected: "\(rowCount) x \(block.positions.count)", found: block.values.shape)
    }
    guard Set(blocks.flatMap(\.positions)).count == columnNames.count else {
      throw .malformed(
        file: file.path, object: root, reason: "some columns of axis0 are in no block")
    }
    self.blocks = blocks
  }

  /// Reads all columns.
  ///
  /// - Returns: Values by column, shape `[columnNames.count][rowCount]`.
  /// - Throws: ``FileError``, also for a column that does not hold numbers.
  public func columns() throws(FileError) -> [[Double]] {
    var columns = [[Double]](repeating: [], count: columnNames.count)
    for column in columns.indices { columns[column].reserveCapacity(rowCount) }
    let slice = 16_384
    for first in stride(from: 0, to: rowCount, by: slice) {
      let rows = first..<min(first + slice, rowCount)
      for block in blocks {
        let values = try block.values.doubles(rows: rows)
        let width = block.positions.count
        for (offset, position) in block.positions.enumerated() {
          columns[position].append(
            contentsOf: rows.indices.lazy.map { values[($0 - first) * width + offset] })
        }
      }
    }
    return columns
  }

  /// Reads some rows.
  ///
  /// - Returns: Values in row-major order with columns in the frame's order, shape
  ///   `[rows.count, columnNames.count]`.
  /// - Throws: ``FileError``, also for a column that does not hold numbers.
  public func values(rows: Range<Int>) throws(FileError) -> [Double] {
    let width = columnNames.count
    if blocks.count == 1, blocks[0].positions == Array(0..<width) {
      return try blocks[0].values.doubles(rows: rows)
    }
    var result = [Double](repeating: 0, count: rows.count * width)
    for block in blocks {
      let values = try block.values.doubles(rows: rows)
      for row in 0..<rows.count {
        for (offset, position) in block.positions.enumerated() {
          result[row * width + position] = values[row * block.positions.count + offset]
        }
      }
    }
    return result
  }

  private static func names(in axis: HDF5Dataset) throws(FileError) -> [String] {
    guard axis.shape.count == 1 else {
      throw .wrongShape(
        file: axis.file.path, object: axis.object, expected: "one name a column", found: axis.shape)
    }
    return axis.elementKind == .integer
      ? try axis.integers().map { String($0) } : try axis.texts()
  }
}
