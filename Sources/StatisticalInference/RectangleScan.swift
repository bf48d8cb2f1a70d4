/// Which rectangles of neighbouring bins a scan of two variables looks at.
public struct RectangleScan: Sendable, Hashable {
  /// Along the first variable.
  public var rows: WindowScan
  /// Along the second variable.
  public var columns: WindowScan

  /// Combines every width and place in one variable with every one in the other.
  public init(rows: WindowScan, columns: WindowScan) {
    self.rows = rows
    self.columns = columns
  }

  /// Lists the rectangles: by rows' width, columns' width, first row and first column.
  ///
  /// - Throws: ``BumpHunterError``.
  func windows(of data: Histogram2D) throws(BumpHunterError) -> [BinRectangle] {
    let rowWindows = try rows.windows(edges: data.rowEdges, populated: 0..<data.rowCount)
    let columnWindows = try columns.windows(
      edges: data.columnEdges, populated: 0..<data.columnCount)
    let rowWidths = rowWindows.groupedByWidth
    let columnWidths = columnWindows.groupedByWidth
    return rowWidths.flatMap { rows in
      columnWidths.flatMap { columns in
        rows.flatMap { row in columns.map { BinRectangle(rows: row, columns: $0) } }
      }
    }
  }
}

extension [Range<Int>] {
  /// Neighbours of one width together, in their order.
  fileprivate var groupedByWidth: [[Range<Int>]] {
    var groups: [[Range<Int>]] = []
    for window in self {
      if let last = groups.last?.last, last.count == window.count {
        groups[groups.count - 1].append(window)
      } else {
        groups.append([window])
      }
    }
    return groups
  }
}
