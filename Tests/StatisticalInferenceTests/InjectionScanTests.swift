import StatisticalInference
import Testing

struct InjectionScanTests {
  static func limit(_ observed: Double, _ expected: Double) -> UpperLimit {
    UpperLimit(
      confidenceLevel: 0.95, observed: observed,
      expected: [0.5, 0.7, 1, 1.4, 2].map { $0 * expected })
  }

  /// The slides of the ATLAS search show this example: strengths of 1000, 750 and 500 events whose
  /// networks exclude 330, 750 and 3000.
  @Test func `A limit below the injected strength counts as that strength`() throws {
    let scan = InjectionScan([
      (500, [Self.limit(3_000, 3_000)]), (750, [Self.limit(750, 750)]),
      (1_000, [Self.limit(330, 330)]),
    ])
    #expect(scan.points.map(\.observed) == [3_000, 750, 1_000])
    let quoted = try #require(scan.quoted)
    #expect(quoted.strength == 750 && quoted.observed == 750)
    #expect(!quoted.isAtEndOfScan)
  }

  @Test func `The expected limit chooses the strength where the observed one is quoted`() throws {
    let scan = InjectionScan([
      (10, [Self.limit(40, 100)]), (20, [Self.limit(90, 60)]), (40, [Self.limit(50, 80)]),
    ])
    let quoted = try #require(scan.quoted)
    #expect(quoted.strength == 20)
    #expect(quoted.observed == 90)
    #expect(quoted.expected == [30, 42, 60, 84, 120])
    #expect(!quoted.isAtStrength && !quoted.isAtEndOfScan)
  }

  @Test func `The median over samplings is taken after the comparison with the strength`() throws {
    let samplings = [(10.0, 20.0), (30, 26), (70, 50)].map { Self.limit($0.0, $0.1) }
    let scan = InjectionScan([(25, samplings)])
    let point = scan.points[0]
    #expect(point.observed == 30 && point.expected == 26 && point.medianSampling == 1)
    // 25, 26 and 50: mean 101/3.
    let spread = try #require(point.expectedSpread)
    #expect(abs(spread * spread - 601.0 / 3) < 1e-9)
    let quoted = try #require(scan.quoted)
    // The band of the median network is 13, 18.2, 26, 36.4, 52; below 25 nothing is quoted.
    let up = ((36.4 - 26) * (36.4 - 26) + spread * spread).squareRoot()
    #expect(abs(quoted.expected[3] - (26 + up)) < 1e-9)
    let up2 = ((52.0 - 26) * (52 - 26) + 4 * spread * spread).squareRoot()
    #expect(abs(quoted.expected[4] - (26 + up2)) < 1e-9)
    #expect(quoted.expected[0] == 25 && quoted.expected[1] == 25 && quoted.expected[2] == 26)
    #expect(quoted.isAtEndOfScan)
  }

  @Test func `Samplings without a limit count as infinite`() {
    let one = InjectionScan([(5, [nil, Self.limit(10, 12), Self.limit(20, 30)])])
    #expect(one.points[0].expected == 30 && one.points[0].missing == 1)
    let two = InjectionScan([(5, [nil, Self.limit(10, 12), nil])])
    #expect(two.points[0].expected == nil && two.quoted == nil)
    let even = InjectionScan([(5, [nil, Self.limit(10, 12)])])
    #expect(even.points[0].expected == nil)
    let other = InjectionScan([(5, [nil, nil]), (7, [Self.limit(9, 9), Self.limit(11, 11)])])
    #expect(other.quoted?.strength == 7 && other.quoted?.observed == 10)
  }

  @Test func `An observed limit below the strength is said to be the strength`() throws {
    let quoted = try #require(InjectionScan([(50, [Self.limit(20, 80)])]).quoted)
    #expect(quoted.isAtStrength && quoted.observed == 50 && quoted.expected[2] == 80)
    #expect(quoted.expected[0] == 50)
  }

  @Test func `No injection at all is a strength like others, and no end of the scan`() throws {
    let quoted = try #require(
      InjectionScan([(0, [Self.limit(20, 15)]), (30, [Self.limit(20, 25)])]).quoted)
    #expect(quoted.strength == 0 && quoted.observed == 20)
    #expect(!quoted.isAtEndOfScan && !quoted.isAtStrength)
  }
}
