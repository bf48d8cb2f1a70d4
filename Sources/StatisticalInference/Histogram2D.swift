/// Counts of events in a grid of two variables.
public struct Histogram2D: Sendable, Hashable {
  /// Ascending edges of the first variable, shape `[rows + 1]`.
  public let rowEdges: [Double]
  /// Ascending edges of the second variable, shape `[columns + 1]`.
  public let columnEdges: [Double]
  /// Events row after row, shape `[rows * columns]`.
  public let counts: [Double]

  /// Takes counts as they are.
  ///
  /// - Throws: ``HistogramError`` for edges that do not ascend, counts of another number of bins,
  ///   or negative or non-finite contents.
  public init(
    rowEdges: [Double], columnEdges: [Double], counts: [Double]
  ) throws(HistogramError) {
    for edges in [rowEdges, columnEdges] {
      guard edges.count >= 2, edges.allSatisfy({ $0.isFinite }),
        zip(edges, edges.dropFirst()).allSatisfy(<)
      else { throw .edgesNotAscending }
    }
    let bins = (rowEdges.count - 1) * (columnEdges.count - 1)
    guard counts.count == bins else { throw .wrongBinCount(counts.count, expected: bins) }
    if let bin = counts.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw .invalidContent(bin: bin, value: counts[bin])
    }
    self.rowEdges = rowEdges
    self.columnEdges = columnEdges
    self.counts = counts
  }

  public var rowCount: Int { rowEdges.count - 1 }
  public var columnCount: Int { columnEdges.count - 1 }
}
