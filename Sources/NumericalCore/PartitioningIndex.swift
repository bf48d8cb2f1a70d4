extension RandomAccessCollection {
  /// The first index from which on a condition holds that holds for no element before.
  ///
  /// By bisection: O(ln n) for a random-access collection. `endIndex` if it holds for none.
  @inlinable
  public func partitioningIndex(where isInSecond: (Element) -> Bool) -> Index {
    var low = startIndex
    var distance = count
    while distance > 0 {
      let half = distance / 2
      let middle = index(low, offsetBy: half)
      if isInSecond(self[middle]) {
        distance = half
      } else {
        low = index(after: middle)
        distance -= half + 1
      }
    }
    return low
  }
}
