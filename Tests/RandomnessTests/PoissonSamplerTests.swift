import Foundation
import Randomness
import Testing

struct PoissonSamplerTests {
  /// Pearson's chi-square of 200,000 draws against the probabilities, bins of 50 or more expected.
  @Test(arguments: [0.3, 9.9, 10.0, 14.5, 80, 3000, 2e6])
  func `Counts follow the Poisson distribution`(mean: Double) {
    var generator = Seed(12).child("\(mean)").makeGenerator()
    let sampler = PoissonSampler(mean: mean)
    let draws = 200_000
    // Groups of neighbouring counts about a tenth of a standard deviation wide.
    let width = max(1, (mean.squareRoot() / 10).rounded())
    var observed: [Double: Double] = [:]
    for _ in 0..<draws {
      observed[(sampler.draw(with: &generator) / width).rounded(.down), default: 0] += 1
    }
    let reach = 9 * mean.squareRoot() + 20
    let low = max(0, ((mean - reach) / width).rounded(.down))
    let high = ((mean + reach) / width).rounded(.down)
    var chi2 = 0.0
    var degrees = -1.0
    var pending = (observed: 0.0, expected: 0.0)
    for group in stride(from: low, through: high, by: 1) {
      for k in stride(from: group * width, to: (group + 1) * width, by: 1) {
        pending.expected += Double(draws) * exp(k * log(mean) - mean - lgamma(k + 1))
      }
      pending.observed += observed[group] ?? 0
      if pending.expected >= 50 {
        chi2 += pow(pending.observed - pending.expected, 2) / pending.expected
        degrees += 1
        pending = (0, 0)
      }
    }
    #expect(degrees >= 2)
    // Four standard deviations of a chi-square.
    #expect(abs(chi2 - degrees) < 4 * (2 * degrees).squareRoot(), "\(chi2) for \(degrees)")
  }

  @Test func `A mean of 0 gives 0`() {
    var generator = Seed(1).makeGenerator()
    #expect(PoissonSampler(mean: 0).draw(with: &generator) == 0)
  }
}
