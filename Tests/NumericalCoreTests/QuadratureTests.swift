import Foundation
import NumericalCore
import Testing

struct QuadratureTests {
  @Test(arguments: [1, 2, 3, 5, 8, 16])
  func `n points integrate polynomials of degree 2n - 1 and not of degree 2n`(count: Int) {
    let rule = GaussLegendre(count: count)
    func integral(degree: Int) -> Double {
      rule.nodes(on: 1..<3).reduce(0) { $0 + $1.weight * pow($1.point - 2, Double(degree)) }
    }
    for degree in 0..<(2 * count) {
      let exact = degree % 2 == 0 ? 2 / Double(degree + 1) : 0
      #expect(abs(integral(degree: degree) - exact) < 1e-14)
    }
    // The error of the next power is known: it is larger than rounding up to eight points.
    if count <= 8 {
      #expect(abs(integral(degree: 2 * count) - 2 / Double(2 * count + 1)) > 1e-6)
    }
  }

  @Test(arguments: [(0.0, 1.0), (-1000, 1), (5, 1e-6), (700, 30)])
  func `A Gaussian far outside the range of a double integrates to its norm`(
    offset: Double, width: Double
  ) {
    let computed = logIntegralOfLogConcave(over: -1e4...1e4, peakBracket: -100...100) {
      offset - 0.5 * pow(($0 - 3) / width, 2)
    }
    #expect(abs(computed - (offset + log(width * (2 * Double.pi).squareRoot()))) < 1e-10)
  }

  @Test func `A peak at the edge of the support counts its half only`() {
    let computed = logIntegralOfLogConcave(over: 0...50, peakBracket: 0...10) { -$0 }
    #expect(abs(computed) < 1e-10)
  }
}
