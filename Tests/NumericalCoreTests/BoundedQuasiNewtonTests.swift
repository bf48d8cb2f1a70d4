import NumericalCore
import Testing

struct BoundedQuasiNewtonTests {
  /// Rosenbrock's valley in n dimensions: the only minimum is 0 at (1, 1, ...).
  private static func valley(_ x: [Double], _ gradient: inout [Double]) -> Double {
    var sum = 0.0
    for i in x.indices { gradient[i] = 0 }
    for i in 0..<(x.count - 1) {
      let rise = x[i + 1] - x[i] * x[i]
      sum += 100 * rise * rise + (1 - x[i]) * (1 - x[i])
      gradient[i] += -400 * rise * x[i] - 2 * (1 - x[i])
      gradient[i + 1] += 200 * rise
    }
    return sum
  }

  @Test func `Finds the minimum of a curved valley`() {
    let minimum = BoundedQuasiNewton(relativeTolerance: 1e-14, gradientTolerance: 1e-8)
      .minimise(from: [-1.2, 1, -0.5, 0.3, 1.9], within: -2...2, Self.valley)
    #expect(minimum.isConverged)
    #expect(minimum.value < 1e-12)
    for x in minimum.position { #expect(abs(x - 1) < 1e-6) }
  }

  /// Reference: Validation/minimiser.py (scipy 1.17.1, SLSQP, another algorithm).
  @Test func `Ends on the bounds where the minimum lies outside`() {
    let minimum = BoundedQuasiNewton(relativeTolerance: 1e-14, gradientTolerance: 1e-8)
      .minimise(from: [-1.2, 1, -0.5], within: -2...0.8, Self.valley)
    let reference = [0.8, 0.643_564_36, 0.414_175_08]
    for (x, reference) in zip(minimum.position, reference) { #expect(abs(x - reference) < 1e-6) }
    #expect(abs(minimum.value - 0.168_316_831_683_168_24) < 1e-9)
  }

  @Test func `Every variable has bounds of its own`() {
    let minimum = BoundedQuasiNewton(relativeTolerance: 1e-14, gradientTolerance: 1e-8)
      .minimise(from: [-30, 8, 20], within: [-1...3, 7...9, -50...4]) { x, gradient in
        for i in 0..<3 { gradient[i] = 2 * (x[i] - 5) }
        return x.reduce(0) { $0 + ($1 - 5) * ($1 - 5) }
      }
    #expect(minimum.isConverged)
    #expect(minimum.position == [3, 7, 4])
    #expect(minimum.value == 9)
  }

  @Test func `Gives up after as many evaluations as allowed, with the best point so far`() {
    var lowest = Double.infinity
    let minimum = BoundedQuasiNewton(maximumEvaluations: 7)
      .minimise(from: [-1.2, 1], within: -2...2) { x, gradient in
        let value = Self.valley(x, &gradient)
        lowest = min(lowest, value)
        return value
      }
    #expect(minimum.evaluations == 7)
    #expect(!minimum.isConverged)
    #expect(minimum.value == lowest)
  }

  @Test func `Moves a start outside the bounds onto them`() {
    let minimum = BoundedQuasiNewton().minimise(from: [50, -50], within: -1...1) { x, gradient in
      #expect(x.allSatisfy { (-1...1).contains($0) })
      for i in x.indices { gradient[i] = 2 * x[i] }
      return x[0] * x[0] + x[1] * x[1]
    }
    #expect(minimum.value < 1e-9)
  }
}
