import Foundation
import Randomness
import StatisticalInference
import Testing

/// Reference: Validation/dependence.py (dcor 0.7, NumPy 2.4.6 by the plain definition).
struct DistanceCorrelationTests {
  private static let x = (0..<500).map { Double((7_919 * $0) % 1_009) / 100 }
  private static let unrelated = (0..<500).map { Double((104_729 * $0) % 997) / 500 }
  private static let y = zip(x, unrelated).map { sin($0) + $1 }

  @Test func `The value is that of dcor, with ties and far from the origin`() throws {
    func value(_ x: [Double], _ y: [Double]) throws -> Double {
      try #require(DistanceCorrelation(x, y)).value
    }
    func halves(_ values: [Double]) -> [Double] { values.map { (2 * $0).rounded(.down) / 2 } }
    #expect(abs(try value(Self.x, Self.y) - 0.2722729838510) < 1e-11)
    #expect(abs(try value(halves(Self.x), halves(Self.y)) - 0.26999987552999) < 1e-11)
    #expect(abs(try value(Self.x, Self.unrelated) - 0.01497092092787) < 1e-11)
    // The squares of 10⁶ leave six digits fewer in the differences.
    let far = try value(Self.x.map { $0 + 1e6 }, Self.y.map { -3 * $0 })
    #expect(abs(far - 0.2722729838510) < 1e-8)
  }

  @Test func `It is symmetric, and one for a line`() throws {
    let forth = try #require(DistanceCorrelation(Self.x, Self.y)).value
    let back = try #require(DistanceCorrelation(Self.y, Self.x)).value
    #expect(abs(forth - back) < 1e-12)
    let line = try #require(DistanceCorrelation(Self.x, Self.x.map { 3 - 2 * $0 })).value
    #expect(abs(line - 1) < 1e-12)
  }

  @Test func `Without a spread there is none`() {
    #expect(DistanceCorrelation([0.1, 0.1, 0.1], [1, 2, 3]) == nil)
    #expect(DistanceCorrelation([1, 2, 3], [7, 7, 7]) == nil)
    #expect(DistanceCorrelation([], []) == nil)
  }

  @Test func `Permutations find a dependence that no correlation coefficient sees`() throws {
    // y = x² on a symmetric range: the linear correlation is 0.
    let x = (0..<200).map { Double($0) - 99.5 }
    let square = try #require(DistanceCorrelation(x, x.map { $0 * $0 }))
    let test = square.permutationTest(count: 99, seed: Seed(1))
    #expect(test.pValue == 0.01)
    #expect(square.value > 3 * test.expected)
  }

  /// 200 samples: 10 ± 3 have p <= 0.05; the mean distance correlation is what mixing predicts.
  @Test func `Of independent numbers one in twenty has a p-value below 0_05`() throws {
    var generator = Seed(5).makeGenerator()
    var small = 0
    var (values, expected) = (0.0, 0.0)
    for sample in 0..<200 {
      let pairs = (0..<60).map { _ in (generator.normal(), generator.exponential()) }
      let correlation = try #require(DistanceCorrelation(pairs.map(\.0), pairs.map(\.1)))
      let test = correlation.permutationTest(count: 39, seed: Seed(6).child("\(sample)"))
      small += test.pValue <= 0.05 ? 1 : 0
      values += correlation.value / 200
      expected += test.expected / 200
    }
    #expect((1...20).contains(small))
    #expect(abs(values / expected - 1) < 0.05)
  }
}
