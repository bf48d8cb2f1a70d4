/// Sums of bins over many rectangles, each from four cumulative sums.
///
/// A spectrum is a grid of one row.
struct WindowSums: Sendable {
  /// Where a rectangle's corners are among the cumulative sums: its sum is the first minus the
  /// second minus the third plus the fourth.
  struct Corners: Sendable {
    let added: (Int32, Int32)
    let subtracted: (Int32, Int32)
  }

  let rows: Int
  let columns: Int
  let corners: [Corners]

  var cumulativeCount: Int { (rows + 1) * (columns + 1) }

  init(rows: Int, columns: Int, windows: [BinRectangle]) {
    self.rows = rows
    self.columns = columns
    func index(_ row: Int, _ column: Int) -> Int32 { Int32(row * (columns + 1) + column) }
    corners = windows.map { window in
      let (top, bottom) = (window.rows.lowerBound, window.rows.upperBound)
      let (left, right) = (window.columns.lowerBound, window.columns.upperBound)
      return Corners(
        added: (index(bottom, right), index(top, left)),
        subtracted: (index(bottom, left), index(top, right)))
    }
  }

  /// Adds up the bins above and to the left of each corner of the grid.
  ///
  /// - Parameters:
  ///   - bins: Contents row after row, shape `[rows * columns]`.
  ///   - cumulative: Overwritten, shape `[(rows + 1) * (columns + 1)]`; zeros in its first row and
  ///     column stay.
  func accumulate(_ bins: [Double], into cumulative: inout [Double]) {
    accumulate(bins, into: &cumulative) { $0 }
  }

  /// Adds up whole numbers in the same way.
  func accumulate(_ bins: [Double], into cumulative: inout [Int]) {
    accumulate(bins, into: &cumulative) { Int($0) }
  }

  @inline(__always)
  private func accumulate<Number: Numeric>(
    _ bins: [Double], into cumulative: inout [Number], _ convert: (Double) -> Number
  ) {
    for row in 0..<rows {
      var sum: Number = 0
      let above = row * (columns + 1)
      for column in 0..<columns {
        sum += convert(bins[row * columns + column])
        cumulative[above + columns + 2 + column] = cumulative[above + column + 1] + sum
      }
    }
  }

  /// The sum over each window.
  func sums(of bins: [Double]) -> [Double] {
    var cumulative = [Double](repeating: 0, count: cumulativeCount)
    accumulate(bins, into: &cumulative)
    return corners.map { Self.sum($0, cumulative) }
  }

  @inline(__always)
  static func sum(_ corners: Corners, _ cumulative: [Double]) -> Double {
    cumulative[Int(corners.added.0)] - cumulative[Int(corners.subtracted.0)]
      - cumulative[Int(corners.subtracted.1)] + cumulative[Int(corners.added.1)]
  }
}
