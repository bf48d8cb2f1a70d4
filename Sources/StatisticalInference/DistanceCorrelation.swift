public import Randomness

/// How strongly two numbers of each event depend on each other, in whatever way.
///
/// The distance correlation of Székely, Rizzo and Bakirov (Ann. Statist. 35 (2007) 2769,
/// arXiv:0803.4101): dCor = √(dCov²(x, y) / √(dCov²(x, x) dCov²(y, y))) with the V-statistic
/// dCov² = mean(a b) + mean(a) mean(b) - 2 mean_i(a_i b_i) of the distances a = |x_i - x_j| and
/// b = |y_i - y_j|, where a_i and b_i are means over j. It is 0 for independent and 1 for
/// proportional numbers, and never quite 0 for a finite sample: compare with
/// ``permutationTest(count:seed:)``. O(n log n), from sums over the events in the order of x (Huo
/// and Székely, arXiv:1410.1503).
public struct DistanceCorrelation: Sendable {
  /// In [0, 1].
  public let value: Double
  private let x: Distances
  private let y: Distances

  /// What the same numbers give when their pairs are mixed.
  public struct PermutationTest: Sendable, Hashable {
    /// Mean distance correlation of the mixed pairs: what no dependence looks like.
    public let expected: Double
    /// (k + 1) / (count + 1), where k of them reach the value of the true pairs.
    public let pValue: Double
  }

  /// Measures; `nil` if one of the two numbers is the same for all events.
  ///
  /// - Parameters:
  ///   - x: One finite number an event.
  ///   - y: As many.
  public init?(_ x: [Double], _ y: [Double]) {
    precondition(x.count == y.count, "two numbers an event")
    self.x = Distances(x)
    self.y = Distances(y)
    guard self.x.variance > 0, self.y.variance > 0 else { return nil }
    value = Self.correlation(self.x, self.y, partners: self.x.order)
  }

  /// Mixes the pairs `count` times.
  ///
  /// - Parameters:
  ///   - count: At least 1.
  ///   - seed: Root of the permutations.
  /// - Returns: The mean and the p-value of the true pairs.
  public func permutationTest(count: Int, seed: Seed) -> PermutationTest {
    precondition(count >= 1, "a test needs permutations")
    var generator = seed.makeGenerator()
    let mixed = (0..<count).map { _ in
      Self.correlation(x, y, partners: generator.permutation(of: y.values.count))
    }
    return PermutationTest(
      expected: mixed.reduce(0, +) / Double(count),
      pValue: Double(mixed.count { $0 >= value } + 1) / Double(count + 1))
  }

  // `partners`: the event whose y belongs to the smallest x, the next one, ...
  private static func correlation(_ x: Distances, _ y: Distances, partners: [Int]) -> Double {
    let covariance = covariance(x, y, partners: partners)
    // A rounding error below zero is no dependence.
    return (max(covariance, 0) / (x.variance * y.variance).squareRoot()).squareRoot()
  }

  private static func covariance(_ x: Distances, _ y: Distances, partners: [Int]) -> Double {
    let count = Double(partners.count)
    var products = 0.0
    var means = 0.0
    // Sums over the events before this one in x, all of them and those of smaller y.
    var all = PairSums()
    var smaller = PrefixSums(count: partners.count)
    for (event, partner) in zip(x.order, partners) {
      let (own, other) = (x.values[event], y.values[partner])
      // Σ (x - x_k)|y - y_k| = 2 Σ_{smaller y} (x - x_k)(y - y_k) - Σ_{all} (x - x_k)(y - y_k).
      products +=
        2 * smaller.sums(below: y.rank[partner]).products(own, other) - all.products(own, other)
      smaller.add(own, other, at: y.rank[partner])
      all.add(own, other)
      means += x.means[event] * y.means[partner]
    }
    return 2 * products / (count * count) + x.mean * y.mean - 2 * means / count
  }

  /// The distances of one number between all events, as far as sums need them.
  private struct Distances: Sendable {
    /// Minus their mean, which no distance feels and rounding does.
    let values: [Double]
    /// Events in ascending order of value, and each event's place in it.
    let order: [Int]
    let rank: [Int]
    /// Mean distance of each event to all, and of all.
    let means: [Double]
    let mean: Double
    /// dCov² of the number with itself.
    let variance: Double

    init(_ numbers: [Double]) {
      let count = Double(max(numbers.count, 1))
      let centre = numbers.reduce(0, +) / count
      let values = numbers.map { $0 - centre }
      let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
      var rank = [Int](repeating: 0, count: values.count)
      var means = [Double](repeating: 0, count: values.count)
      let total = values.reduce(0, +)
      var below = 0.0
      for (place, event) in order.enumerated() {
        rank[event] = place
        let lower = values[event] * Double(place) - below
        below += values[event]
        let upper = total - below - values[event] * Double(values.count - place - 1)
        means[event] = (lower + upper) / count
      }
      let mean = means.reduce(0, +) / count
      // The mean of (x_i - x_j)² is twice that of x², as the mean is 0.
      let squares = 2 * values.reduce(0) { $0 + $1 * $1 } / count
      let variance = squares + mean * mean - 2 * means.reduce(0) { $0 + $1 * $1 } / count
      // Equal values leave rounding behind.
      self.variance = numbers.min() == numbers.max() ? 0 : max(variance, 0)
      (self.values, self.order, self.rank) = (values, order, rank)
      (self.means, self.mean) = (means, mean)
    }
  }

  /// Number, sums and sum of products of some pairs.
  private struct PairSums: Sendable {
    var count = 0.0
    var x = 0.0
    var y = 0.0
    var xy = 0.0

    mutating func add(_ x: Double, _ y: Double) {
      count += 1
      self.x += x
      self.y += y
      xy += x * y
    }

    /// Σ (x - x_k)(y - y_k).
    func products(_ x: Double, _ y: Double) -> Double {
      count * x * y - x * self.y - y * self.x + xy
    }
  }

  /// Sums of the pairs below a rank, each added in O(log n) (Fenwick's tree).
  private struct PrefixSums: Sendable {
    private var nodes: [PairSums]

    init(count: Int) {
      nodes = [PairSums](repeating: PairSums(), count: count + 1)
    }

    mutating func add(_ x: Double, _ y: Double, at rank: Int) {
      var node = rank + 1
      while node < nodes.count {
        nodes[node].add(x, y)
        node += node & -node
      }
    }

    func sums(below rank: Int) -> PairSums {
      var sums = PairSums()
      var node = rank
      while node > 0 {
        sums.count += nodes[node].count
        sums.x += nodes[node].x
        sums.y += nodes[node].y
        sums.xy += nodes[node].xy
        node -= node & -node
      }
      return sums
    }
  }
}
