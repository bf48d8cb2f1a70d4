internal import Foundation

/// Integrates exp(f) for a concave f and returns the logarithm of the integral.
///
/// The peak is found by golden section, the range where f lies within 40 of it by bisection, and
/// that range is integrated in panels on both sides of the peak, all relative to the peak: the
/// integral may be far outside the range of a double. Relative error below 1e-9 for smooth f.
///
/// - Parameters:
///   - support: Where f is defined; outside, the integrand is 0.
///   - peakBracket: A part of the support that holds the maximum of f.
///   - logIntegrand: f, concave, finite inside the support except possibly at its lower end.
/// - Returns: ln ∫ exp(f(x)) dx over the support.
public func logIntegralOfLogConcave(
  over support: ClosedRange<Double>, peakBracket: ClosedRange<Double>,
  _ logIntegrand: (Double) -> Double
) -> Double {
  var low = peakBracket.lowerBound
  var high = peakBracket.upperBound
  let golden = (5.0.squareRoot() - 1) / 2
  for _ in 0..<80 where high - low > 1e-12 * max(abs(low), abs(high)) {
    let left = high - golden * (high - low)
    let right = low + golden * (high - low)
    if logIntegrand(left) < logIntegrand(right) { low = left } else { high = right }
  }
  let peak = (low + high) / 2
  let height = logIntegrand(peak)
  guard height.isFinite else { return -.infinity }

  func edge(towards end: Double) -> Double {
    if logIntegrand(end) > height - 40 { return end }
    var inside = peak
    var outside = end
    for _ in 0..<60 {
      let middle = (inside + outside) / 2
      if logIntegrand(middle) > height - 40 { inside = middle } else { outside = middle }
    }
    return outside
  }

  let rule = GaussLegendre(count: 16)
  let panels = 12
  var sum = 0.0
  for (from, to) in [
    (edge(towards: support.lowerBound), peak), (peak, edge(towards: support.upperBound)),
  ]
  where to > from {
    for panel in 0..<panels {
      let step = (to - from) / Double(panels)
      let start = from + step * Double(panel)
      guard start + step > start else { continue }
      for (x, weight) in rule.nodes(on: start..<(start + step)) {
        sum += weight * exp(logIntegrand(x) - height)
      }
    }
  }
  return height + log(sum)
}
