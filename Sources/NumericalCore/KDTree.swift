/// Points in space, arranged so that the nearest to a place are found without looking at most.
///
/// J. L. Bentley, Communications of the ACM 18 (1975) 509: a balanced tree of boxes, each cut in
/// two halves at the median of its longest side. Exact; distances are Euclidean.
public struct KDTree: Sendable {
  public let dimensions: Int
  /// Row-major, in the order of the leaves.
  private let points: [Double]
  /// The cuts by node; the children of node i are 2i + 1 and 2i + 2.
  private let cuts: [Cut]

  private struct Cut {
    var dimension = 0
    var value = 0.0
  }

  /// Points at most in a box that is not cut any more.
  private static let leafSize = 8

  /// Arranges points.
  ///
  /// - Parameters:
  ///   - points: Coordinate d of point i at `[i * dimensions + d]`, finite.
  ///   - dimensions: At least 1.
  public init(_ points: [Double], dimensions: Int) {
    self.dimensions = dimensions
    let count = points.count / dimensions
    var order = Array(0..<count)
    var cuts: [Cut] = []
    points.withUnsafeBufferPointer { points in
      order.withUnsafeMutableBufferPointer { order in
        Self.cut(
          0, order, points: points, dimensions: dimensions, into: &cuts)
      }
    }
    self.cuts = cuts
    self.points = order.flatMap { points[($0 * dimensions)..<(($0 + 1) * dimensions)] }
  }

  public var count: Int { points.count / dimensions }

  private static func cut(
    _ node: Int, _ order: UnsafeMutableBufferPointer<Int>, points: UnsafeBufferPointer<Double>,
    dimensions: Int, into cuts: inout [Cut]
  ) {
    guard order.count > leafSize else { return }
    var longest = (dimension: 0, side: -1.0)
    for dimension in 0..<dimensions {
      var (low, high) = (Double.infinity, -Double.infinity)
      for point in order {
        low = min(low, points[point * dimensions + dimension])
        high = max(high, points[point * dimensions + dimension])
      }
      if high - low > longest.side { longest = (dimension, high - low) }
    }
    let half = order.count / 2
    partition(order, at: half) { points[$0 * dimensions + longest.dimension] }
    if cuts.count <= node {
      cuts += Array(repeating: Cut(), count: node + 1 - cuts.count)
    }
    cuts[node] = Cut(
      dimension: longest.dimension,
      value: points[order[half] * dimensions + longest.dimension])
    for (child, part) in [(2 * node + 1, order[..<half]), (2 * node + 2, order[half...])] {
      cut(
        child, UnsafeMutableBufferPointer(rebasing: part), points: points, dimensions: dimensions,
        into: &cuts)
    }
  }

  /// Moves items so that none before `position` has a larger key than any from there on.
  ///
  /// Hoare's selection, with the median of three as its pivot.
  private static func partition(
    _ items: UnsafeMutableBufferPointer<Int>, at position: Int, by key: (Int) -> Double
  ) {
    var (low, high) = (0, items.count - 1)
    while low < high {
      let (a, b, c) = (key(items[low]), key(items[(low + high) / 2]), key(items[high]))
      let pivot = max(min(a, b), min(max(a, b), c))
      var (left, right) = (low, high)
      while left <= right {
        while key(items[left]) < pivot { left += 1 }
        while key(items[right]) > pivot { right -= 1 }
        if left <= right {
          items.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if position <= right {
        high = right
      } else if position >= left {
        low = left
      } else {
        return
      }
    }
  }

  /// Finds the distances to the k-th nearest points of many places.
  ///
  /// - Parameters:
  ///   - k: 1 for the nearest, at most ``count``.
  ///   - places: Row-major as the points; for speed, neighbours near each other.
  /// - Returns: The squared distance of each place.
  public func squaredDistances(toNeighbour k: Int, of places: [Double]) -> [Double] {
    precondition((1...count).contains(k), "neighbour \(k) of \(count) points")
    return points.withUnsafeBufferPointer { points in
      places.withUnsafeBufferPointer { places in
        var search = Search(tree: self, points: points, k: k)
        return stride(from: 0, to: places.count, by: dimensions).map { first in
          search.squaredDistance(
            of: UnsafeBufferPointer(rebasing: places[first..<(first + dimensions)]))
        }
      }
    }
  }

  /// The points in the order of the boxes: near each other in space where they are in the list.
  public var places: [Double] { points }

  private struct Search {
    let tree: KDTree
    let points: UnsafeBufferPointer<Double>
    /// The k smallest squared distances so far, ascending.
    var nearest: [Double]
    /// By dimension, how far the box at hand is from the place.
    var offsets: [Double]

    init(tree: KDTree, points: UnsafeBufferPointer<Double>, k: Int) {
      self.tree = tree
      self.points = points
      nearest = Array(repeating: .infinity, count: k)
      offsets = Array(repeating: 0, count: tree.dimensions)
    }

    mutating func squaredDistance(of place: UnsafeBufferPointer<Double>) -> Double {
      for index in nearest.indices { nearest[index] = .infinity }
      for index in offsets.indices { offsets[index] = 0 }
      visit(0, 0, tree.count, squaredDistance: 0, of: place)
      return nearest[nearest.count - 1]
    }

    /// Looks at a box whose nearest corner or side is no farther than what was found.
    private mutating func visit(
      _ node: Int, _ low: Int, _ high: Int, squaredDistance: Double,
      of place: UnsafeBufferPointer<Double>
    ) {
      guard high - low > KDTree.leafSize else {
        for point in low..<high { consider(point, place) }
        return
      }
      let cut = tree.cuts[node]
      let middle = low + (high - low) / 2
      let offset = place[cut.dimension] - cut.value
      let isLeft = offset < 0
      if isLeft {
        visit(2 * node + 1, low, middle, squaredDistance: squaredDistance, of: place)
      } else {
        visit(2 * node + 2, middle, high, squaredDistance: squaredDistance, of: place)
      }
      let before = offsets[cut.dimension]
      let farther = squaredDistance - before * before + offset * offset
      guard farther < nearest[nearest.count - 1] else { return }
      offsets[cut.dimension] = offset
      if isLeft {
        visit(2 * node + 2, middle, high, squaredDistance: farther, of: place)
      } else {
        visit(2 * node + 1, low, middle, squaredDistance: farther, of: place)
      }
      offsets[cut.dimension] = before
    }

    private mutating func consider(_ point: Int, _ place: UnsafeBufferPointer<Double>) {
      var sum = 0.0
      for dimension in 0..<place.count {
        let difference = place[dimension] - points[point * place.count + dimension]
        sum += difference * difference
      }
      var slot = nearest.count - 1
      guard sum < nearest[slot] else { return }
      while slot > 0, nearest[slot - 1] > sum {
        nearest[slot] = nearest[slot - 1]
        slot -= 1
      }
      nearest[slot] = sum
    }
  }
}
