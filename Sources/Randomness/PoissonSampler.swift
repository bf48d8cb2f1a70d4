internal import Foundation

/// A Poisson distribution prepared for many draws, at a cost that does not grow with the mean.
///
/// Transformed rejection with squeeze (algorithm PTRS of W. Hörmann, Insurance: Mathematics and
/// Economics 12 (1993) 39) for means of 10 and more, products of uniforms below.
public struct PoissonSampler: Sendable {
  public let mean: Double
  /// Constants of the hat function, in the paper's letters.
  private let a: Double
  private let b: Double
  private let logInverseAlpha: Double
  private let vr: Double
  private let logMean: Double

  /// Precondition: the mean is finite and not negative.
  public init(mean: Double) {
    precondition(mean >= 0 && mean.isFinite, "a Poisson mean must be finite and >= 0, got \(mean)")
    self.mean = mean
    let root = mean.squareRoot()
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    vr = 0.9277 - 3.6224 / (b - 2)
    logInverseAlpha = mean < 10 ? 0 : log(1.1239 + 1.1328 / (b - 3.4))
    logMean = mean < 10 ? 0 : log(mean)
  }

  /// Draws a count.
  ///
  /// - Parameter generator: Where uniform numbers come from; how many are used varies.
  /// - Returns: A whole number.
  @inlinable
  public func draw(with generator: inout SplitMix64) -> Double {
    mean < 10
      ? Double(generator.poisson(mean: mean)) : drawByRejection(with: &generator)
  }

  @usableFromInline
  func drawByRejection(with generator: inout SplitMix64) -> Double {
    while true {
      let u = generator.uniform() - 0.5
      let v = generator.uniform()
      let us = 0.5 - abs(u)
      let k = ((2 * a / us + b) * u + mean + 0.43).rounded(.down)
      if us >= 0.07, v <= vr { return k }
      if k < 0 || (us < 0.013 && v > us) { continue }
      let logHat = log(v) + logInverseAlpha - log(a / (us * us) + b)
      if logHat <= k * logMean - mean - Self.logFactorial(k) { return k }
    }
  }

  /// Computes ln k! to 1e-10 by Stirling's series from 10 on, by multiplication below.
  private static func logFactorial(_ k: Double) -> Double {
    guard k >= 10 else {
      var product = 1.0
      var factor = k
      while factor > 1 {
        product *= factor
        factor -= 1
      }
      return log(product)
    }
    let x = k + 1
    let inverseSquare = 1 / (x * x)
    let series =
      (1.0 / 12 - inverseSquare * (1.0 / 360 - inverseSquare * (1.0 / 1260 - inverseSquare / 1680)))
      / x
    return (x - 0.5) * log(x) - x + 0.5 * log(2 * .pi) + series
  }
}
