import Foundation

// Fixed algorithms: the standard library's `random(in:using:)` and `shuffle(using:)` do not promise
// the same numbers from one release to the next, and a recorded seed must.
extension SplitMix64 {
  /// Draws from the uniform distribution on [0, 1), 53 bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Draws an integer below `bound` without bias (Lemire, arXiv:1805.10941).
  ///
  /// `bound`, the number of possible values, is at least 1.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound >= 1, "a range of \(bound) values is empty")
    let range = UInt64(bound)
    let floor = (0 &- range) % range
    while true {
      let product = next().multipliedFullWidth(by: range)
      if product.low >= floor { return Int(product.high) }
    }
  }

  /// Draws from the standard normal distribution (Box-Muller).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }

  /// Draws from the exponential distribution of mean 1.
  public mutating func exponential() -> Double {
    -log(1 - uniform())
  }

  /// Draws a Poisson count.
  ///
  /// Products of uniforms, with the mean cut into parts of at most 30 (a sum of Poisson counts is
  /// Poisson), so the cost grows with the mean.
  ///
  /// The mean must be finite and not negative.
  public mutating func poisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean.isFinite, "a Poisson mean must be finite and >= 0, got \(mean)")
    var total = 0
    var remaining = mean
    while remaining > 0 {
      let part = min(remaining, 30)
      remaining -= part
      let limit = exp(-part)
      var product = uniform()
      while product > limit {
        total += 1
        product *= uniform()
      }
    }
    return total
  }

  /// Draws a permutation of 0 ..< count (Fisher-Yates).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(i, integer(below: i + 1))
    }
    return order
  }

  /// Draws `chosen` different numbers out of 0 ..< count, in random order (part of Fisher-Yates).
  public mutating func sample(_ chosen: Int, of count: Int) -> [Int] {
    precondition((0...count).contains(chosen), "cannot draw \(chosen) of \(count)")
    var order = Array(0..<count)
    for i in 0..<chosen { order.swapAt(i, i + integer(below: count - i)) }
    return Array(order.prefix(chosen))
  }
}
