import Reporting
import Testing

/// Numbers that figures derive from a record, against Validation/report_numbers.py (scipy 1.17.1).
struct DerivedNumberTests {
  @Test(arguments: [
    (10.0, 5.0, 0.0, 1.965437257), (117, 13.5, 1, 16.109369561), (0, 3, 0.5, -2.397915762),
    (2133, 1782, 44, 5.585030188), (3, 0.2, 0.1, 3.067253185), (90, 100, 0, -1.017402173),
  ])
  func `A bin's significance is the signed root of its profile likelihood`(
    count: Double, expected: Double, uncertainty: Double, reference: Double
  ) throws {
    let z = try #require(
      binSignificance(count: count, expected: expected, uncertainty: uncertainty))
    // The reference's minimiser stops at 1e-8 of its parameter.
    #expect(abs(z - reference) < 1e-6)
  }

  @Test func `Events of weight two say as much as half as many of weight one`() throws {
    let one = try #require(binSignificance(count: 117, expected: 90, uncertainty: 4))
    let two = try #require(
      binSignificance(count: 234, expected: 180, uncertainty: 8, weightScale: 2))
    #expect(abs(one - two) < 1e-12)
    let interval = poissonInterval(10)
    let weighted = poissonInterval(20, weightScale: 2)
    #expect(abs(weighted.low - 2 * interval.low) < 1e-12)
    #expect(abs(weighted.high - 2 * interval.high) < 1e-12)
  }

  @Test(arguments: [(1.0, 0.0, 1.0), (-1, 1, 1), (1, .nan, 1), (1, 1, -1), (1, 1, .infinity)])
  func `A bin without a meaning has no significance`(
    count: Double, expected: Double, uncertainty: Double
  ) {
    #expect(binSignificance(count: count, expected: expected, uncertainty: uncertainty) == nil)
  }

  @Test(arguments: [
    (0.0, 0.0, 1.841022), (1, 0.172754, 3.299527), (3, 1.367295, 5.918186),
    (10, 6.891306, 14.266950), (100, 90.016745, 111.033361),
  ])
  func `Error bars are Poisson intervals to the stated 1.5 %`(
    count: Double, low: Double, high: Double
  ) {
    let interval = poissonInterval(count)
    #expect(abs(interval.low - low) <= 0.015 * low)
    #expect(abs(interval.high - high) <= 0.015 * high)
  }

  @Test(arguments: [
    (0.0, -0.301029995664), (1, -0.799545541492), (5, -6.54264567239), (29, -184.482832449),
    (31, -210.569400932), (46, -461.545614621), (120, -3129.39857104),
  ])
  func `Lines of whole sigmas lie at their one-sided tail`(sigma: Double, reference: Double) {
    #expect(abs(log10TailProbability(sigma) - reference) < 1e-6)
  }
}
