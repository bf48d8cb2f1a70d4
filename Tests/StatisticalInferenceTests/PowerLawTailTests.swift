import Foundation
import Randomness
import StatisticalInference
import Testing

struct PowerLawTailTests {
  /// Masses that fall as m^-k above 100 GeV, by inversion.
  private func masses(_ exponent: Double, _ count: Int) -> [Double] {
    var generator = Seed(4).makeGenerator()
    return (0..<count).map { _ in 100 * pow(1 - generator.uniform(), 1 / (1 - exponent)) }
  }

  @Test(arguments: [1.5, 3, 5.5]) func `The exponent is found, cut off or not`(k: Double) throws {
    let tail = try PowerLawTail(masses: masses(k, 50_000), range: 150..<450)
    let inside = pow(1.5, 1 - k) - pow(4.5, 1 - k)
    #expect(abs(tail.fraction - inside) < 5 * (inside / 50_000).squareRoot())
    // A standard error of 1 / (√n times the deviation of ln m), which is below 0.32 here.
    #expect(abs(tail.exponent - k) < 5 / (0.2 * (50_000 * inside).squareRoot()))
    let window = pow(2.78, 1 - k) - pow(3.22, 1 - k)
    #expect(abs(tail.fraction(in: 278..<322) / window - 1) < 0.06)
  }

  @Test func `Weights count, and parts add up`() throws {
    let values = masses(3, 20_000)
    let doubled = try PowerLawTail(
      masses: values + values, weights: values.map { _ in 0.5 } + values.map { _ in 1.5 },
      range: 150..<450)
    let plain = try PowerLawTail(masses: values, range: 150..<450)
    #expect(abs(doubled.exponent - plain.exponent) < 1e-9)
    #expect(abs(doubled.fraction - plain.fraction) < 1e-12)
    let parts = plain.fraction(in: 150..<200) + plain.fraction(in: 200..<450)
    #expect(abs(parts - plain.fraction) < 1e-12)
  }

  @Test func `A spectrum of equal bins in ln m has exponent 1`() throws {
    let tail = try PowerLawTail(
      masses: (0..<1000).map { 100 * exp((Double($0) + 0.5) / 1000) }, range: 100..<(100 * exp(1)))
    #expect(abs(tail.exponent - 1) < 1e-9)
    #expect(abs(tail.fraction(in: 100..<(100 * exp(0.25))) - 0.25) < 1e-9)
  }

  @Test func `An empty range is refused`() {
    #expect(throws: PowerLawTailError.tooFewEvents(1, 200..<300)) {
      try PowerLawTail(masses: [100, 250], range: 200..<300)
    }
    #expect(throws: PowerLawTailError.badRange(0..<300)) {
      try PowerLawTail(masses: [100, 250], range: 0..<300)
    }
  }
}
