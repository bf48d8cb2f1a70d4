internal import Foundation
internal import NumericalCore

/// Maximises a Poisson likelihood of binned counts by damped Fisher scoring within bounds.
///
/// Newton's method with the expected in place of the observed second derivatives, which is always
/// positive semi-definite, and Levenberg's damping where a full step does not improve.
struct FisherScoring {
  /// Observed counts of the bins that take part.
  var counts: [Double]
  /// Variance over expectation of each count; 1 for unweighted events.
  var scales: [Double]
  /// Allowed values of each parameter; equal ends fix it.
  var bounds: [ClosedRange<Double>]
  /// Parameters with a Gaussian of width 1 around a centre as a further factor of the likelihood.
  var constraints: [(parameter: Int, centre: Double)] = []
  /// Stop when the estimated distance to the maximum, in units of ln L, is below this.
  var tolerance = 1e-10
  var maximumIterations = 300

  struct Solution {
    var parameters: [Double]
    /// Expected second derivatives of -ln L in all parameters, also in fixed ones.
    var information: SymmetricMatrix
    /// ln L of the saturated model minus ln L: half the deviance.
    var halfDeviance: Double
    var estimatedDistance: Double
    var iterations: Int
    var converged: Bool
    /// Parameters that are fixed or that the data push against a bound.
    var isHeld: [Bool]

    /// Inverse of the information in the parameters that are not held, 0 for those that are.
    ///
    /// `nil` if the data leave a combination of them undetermined.
    var covariance: SymmetricMatrix? {
      if !isHeld.contains(true) { return information.cholesky()?.inverse }
      let free = isHeld.indices.filter { !isHeld[$0] }
      guard let inverse = information.restricted(to: free).cholesky()?.inverse else { return nil }
      var result = SymmetricMatrix(zeros: isHeld.count)
      for (a, i) in free.enumerated() {
        for (b, j) in free.enumerated() where b <= a { result[i, j] = inverse[a, b] }
      }
      return result
    }
  }

  private struct State {
    var halfDeviance: Double
    var gradient: [Double]
    var information: SymmetricMatrix
  }

  /// Evaluates -ln L and its derivatives; `nil` where an expectation is negative or not finite.
  private func state(_ prediction: Prediction, at parameters: [Double]) -> State? {
    let count = bounds.count
    var value = 0.0
    var gradient = [Double](repeating: 0, count: count)
    var triangle = [Double](repeating: 0, count: count * count)
    let isValid = prediction.jacobian.withUnsafeBufferPointer { jacobian in
      gradient.withUnsafeMutableBufferPointer { gradient in
        triangle.withUnsafeMutableBufferPointer { triangle in
          for bin in counts.indices {
            let expected = prediction.counts[bin]
            let observed = counts[bin]
            guard expected > 0, expected.isFinite else { return false }
            let inverseScale = 1 / scales[bin]
            value += inverseScale * poissonHalfDeviance(observed: observed, expected: expected)
            let slope = inverseScale * (1 - observed / expected)
            let row = bin * count
            for i in 0..<count {
              let derivative = jacobian[row + i]
              if derivative == 0 { continue }
              gradient[i] += slope * derivative
              let factor = inverseScale * derivative / expected
              for j in 0...i { triangle[i * count + j] += factor * jacobian[row + j] }
            }
          }
          return true
        }
      }
    }
    guard isValid else { return nil }
    var information = SymmetricMatrix(count: count, lowerTriangle: triangle)
    for (parameter, centre) in constraints {
      let pull = parameters[parameter] - centre
      value += 0.5 * pull * pull
      gradient[parameter] += pull
      information[parameter, parameter] += 1
    }
    guard value.isFinite else { return nil }
    return State(halfDeviance: value, gradient: gradient, information: information)
  }

  /// Computes second derivatives of -ln L as observed, from differences of the gradient.
  ///
  /// - Parameters:
  ///   - solution: Where to differentiate.
  ///   - free: The parameters to differentiate by, in the order of the result.
  ///   - steps: A small step for each of these; it may cross a bound.
  ///   - predict: As in ``maximise(from:_:)``.
  /// - Returns: `nil` where the prediction is not valid on both sides.
  func observedInformation(
    at solution: Solution, free: [Int], steps: [Double],
    _ predict: ([Double], inout Prediction) -> Void
  ) -> SymmetricMatrix? {
    var prediction = Prediction(bins: counts.count, parameterCount: bounds.count)
    var rows: [[Double]] = []
    for (i, step) in zip(free, steps) {
      var gradients: [[Double]] = []
      for side in [-1.0, 1] {
        var moved = solution.parameters
        moved[i] += side * step
        predict(moved, &prediction)
        guard let state = state(prediction, at: moved) else { return nil }
        gradients.append(free.map { state.gradient[$0] })
      }
      rows.append(zip(gradients[0], gradients[1]).map { ($1 - $0) / (2 * step) })
    }
    var result = SymmetricMatrix(zeros: free.count)
    for a in free.indices {
      for b in 0...a { result[a, b] = (rows[a][b] + rows[b][a]) / 2 }
    }
    return result
  }

  /// Runs from a start inside the bounds.
  ///
  /// - Returns: `nil` if the start itself predicts no valid counts.
  func maximise(
    from start: [Double], _ predict: ([Double], inout Prediction) -> Void
  ) -> Solution? {
    let count = bounds.count
    var parameters = zip(start, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }
    var prediction = Prediction(bins: counts.count, parameterCount: count)
    predict(parameters, &prediction)
    guard var current = state(prediction, at: parameters) else { return nil }
    var damping = 0.0
    var rejections = 0.0
    var distance = Double.infinity
    var isHeld = [Bool](repeating: false, count: count)

    for iteration in 1...maximumIterations {
      isHeld = (0..<count).map { i in
        bounds[i].lowerBound == bounds[i].upperBound
          || (parameters[i] == bounds[i].lowerBound && current.gradient[i] > 0)
          || (parameters[i] == bounds[i].upperBound && current.gradient[i] < 0)
      }
      let free = (0..<count).filter { !isHeld[$0] && current.information[$0, $0] > 0 }
      let information = current.information.restricted(to: free)
      let gradient = free.map { current.gradient[$0] }
      let fullStep = information.cholesky()?.solve(gradient)
      if let fullStep {
        // Always with the undamped step: a short step alone does not mean that the end is near.
        distance = 0.5 * zip(fullStep, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      }
      var step = damping == 0 ? fullStep : nil
      while step == nil && damping < 1e12 {
        var matrix = information
        for i in free.indices { matrix[i, i] *= 1 + damping }
        step = matrix.cholesky()?.solve(gradient)
        if step == nil { damping = max(1e-6, damping * 10) }
      }
      guard let step else { break }
      var proposal = parameters
      for (change, i) in zip(step, free) {
        proposal[i] = min(max(parameters[i] - change, bounds[i].lowerBound), bounds[i].upperBound)
      }
      let moved = free.map { parameters[$0] - proposal[$0] }
      let promised =
        zip(moved, gradient).reduce(0) { $0 + $1.0 * $1.1 } - 0.5 * information.quadraticForm(moved)
      predict(proposal, &prediction)
      let next = state(prediction, at: proposal)
      let rounding = 1e-13 * (1 + current.halfDeviance)
      if let next, next.halfDeviance <= current.halfDeviance + rounding {
        let gain =
          promised > 0 ? max(0, (current.halfDeviance - next.halfDeviance) / promised) : 0
        parameters = proposal
        current = next
        // Nielsen's rule: the better the prediction, the smaller the next damping.
        if gain < 0.5, damping == 0 {
          damping = 0.3
        } else {
          damping *= max(1.0 / 3, 1 - pow(2 * min(gain, 1) - 1, 3))
          if damping < 1e-3 { damping = 0 }
        }
        rejections = 0
      } else if distance > tolerance {
        rejections += 1
        damping = max(0.1, damping * pow(2, rejections))
        if damping > 1e12 { break }
        continue
      }
      if distance < tolerance {
        return Solution(
          parameters: parameters, information: current.information,
          halfDeviance: current.halfDeviance, estimatedDistance: distance, iterations: iteration,
          converged: true, isHeld: isHeld)
      }
    }
    return Solution(
      parameters: parameters, information: current.information, halfDeviance: current.halfDeviance,
      estimatedDistance: distance, iterations: maximumIterations, converged: false, isHeld: isHeld)
  }
}
