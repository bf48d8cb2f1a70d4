internal import Foundation
internal import NumericalCore

/// An expected number of events with its standard deviation.
public struct Expectation: Sendable, Hashable {
  public let count: Double
  public let uncertainty: Double
}

/// A smooth function fitted to the mass spectrum outside the masked ranges.
///
/// Poisson likelihood of the function's integrals over bins, maximised by Fisher scoring in an
/// orthonormal basis. With weighted events each bin's count and expectation are divided by
/// Σw² / Σw of the bin (scaled Poisson distribution, Bohm and Zech, arXiv:1309.1287).
public struct BackgroundFit: Sendable {
  public let function: SpectrumFunction
  /// √s in GeV.
  public let collisionEnergy: Double
  /// Bin edges of the fitted spectrum in GeV, shape `[bins + 1]`.
  public let edges: [Double]
  /// Whether each bin took part in the fit, shape `[bins]`.
  public let isUsed: [Bool]
  /// The function's ln p0, p1 and so on, p0 in events per GeV.
  public let parameters: [Double]
  /// Covariance of the parameters, shape `[n][n]`.
  public let covariance: [[Double]]
  /// Expected events in every bin, masked ones too, shape `[bins]`.
  public let expected: [Expectation]
  /// `nil` if there are too few events for a single degree of freedom.
  public let goodnessOfFit: GoodnessOfFit?
  /// -2 ln of the likelihood over that of the saturated model.
  public let deviance: Double
  /// Estimated distance to the maximum in units of ln L.
  public let estimatedDistance: Double
  public let iterations: Int

  let basis: SpectrumBasis
  let coefficients: [Double]
  private let coefficientCovariance: SymmetricMatrix

  /// Fits a spectrum.
  ///
  /// A bin that overlaps a masked range takes no part.
  ///
  /// - Parameters:
  ///   - spectrum: Counts of the whole fit range.
  ///   - function: What to fit.
  ///   - masks: Ranges to leave out, in GeV: the signal region.
  ///   - collisionEnergy: √s in GeV, above the last edge.
  /// - Throws: ``BackgroundFitError``; there is no result of a fit that did not converge.
  public init(
    _ spectrum: Histogram, function: SpectrumFunction, excluding masks: [Range<Double>],
    collisionEnergy: Double
  ) throws(BackgroundFitError) {
    guard spectrum.range.lowerBound > 0, spectrum.range.upperBound < collisionEnergy else {
      throw .outsideFunction(range: spectrum.range, collisionEnergy: collisionEnergy)
    }
    let isUsed = (0..<spectrum.binCount).map { bin in
      !masks.contains { $0.overlaps(spectrum.range(ofBin: bin)) }
    }
    let used = isUsed.indices.filter { isUsed[$0] }
    let populated = used.count { spectrum.counts[$0] > 0 }
    guard populated > 0 else { throw .emptySpectrum }
    guard populated > function.parameterCount else {
      throw .tooFewBins(populated: populated, parameters: function.parameterCount)
    }

    let centers = used.map { (spectrum.edges[$0] + spectrum.edges[$0 + 1]) / 2 }
    let weights = used.map { spectrum.counts[$0] + 0.5 }
    guard
      let basis = SpectrumBasis(
        function, collisionEnergy: collisionEnergy, masses: centers, weights: weights)
    else { throw .tooFewBins(populated: populated, parameters: function.parameterCount) }

    let integrals = SpectrumIntegrals(basis, edges: spectrum.edges)
    let scales = spectrum.varianceScales
    let scoring = FisherScoring(
      counts: used.map { spectrum.counts[$0] }, scales: used.map { scales[$0] },
      bounds: [ClosedRange<Double>](
        repeating: -.greatestFiniteMagnitude ... .greatestFiniteMagnitude, count: basis.count))
    var everyBin = Prediction(bins: spectrum.binCount, parameterCount: basis.count)
    let solution = scoring.maximise(
      from: Self.start(spectrum, bins: used, centers: centers, weights: weights, basis: basis)
    ) { coefficients, prediction in
      integrals.evaluate(coefficients, into: &everyBin)
      for (row, bin) in used.enumerated() {
        prediction.counts[row] = everyBin.counts[bin]
        for k in 0..<basis.count {
          prediction.jacobian[row * basis.count + k] = everyBin.jacobian[bin * basis.count + k]
        }
      }
    }
    guard let solution, solution.converged else {
      throw .notConverged(
        estimatedDistance: solution?.estimatedDistance, iterations: solution?.iterations ?? 0)
    }
    guard let inverse = solution.information.cholesky()?.inverse else { throw .indeterminate }

    integrals.evaluate(solution.parameters, into: &everyBin)
    let expected = (0..<spectrum.binCount).map { bin in
      let gradient = (0..<basis.count).map { everyBin.jacobian[bin * basis.count + $0] }
      return Expectation(
        count: everyBin.counts[bin], uncertainty: inverse.quadraticForm(gradient).squareRoot())
    }
    let (parameters, jacobian) = basis.parameters(of: solution.parameters)
    let covariance = inverse.transformed(by: jacobian).rows
    guard expected.allSatisfy({ $0.count > 0 && $0.count.isFinite && $0.uncertainty.isFinite }),
      parameters.allSatisfy({ $0.isFinite }), covariance.joined().allSatisfy({ $0.isFinite })
    else { throw .indeterminate }

    self.function = function
    self.collisionEnergy = collisionEnergy
    self.basis = basis
    self.isUsed = isUsed
    self.expected = expected
    self.parameters = parameters
    self.covariance = covariance
    edges = spectrum.edges
    coefficients = solution.parameters
    coefficientCovariance = inverse
    deviance = 2 * solution.halfDeviance
    estimatedDistance = solution.estimatedDistance
    iterations = solution.iterations
    goodnessOfFit = GoodnessOfFit(
      observed: spectrum.counts, expected: expected.map(\.count), scales: scales, isUsed: isUsed,
      parameterCount: basis.count)
  }

  /// Integrates the function over a mass range.
  ///
  /// Only the part of the range inside the fitted spectrum counts. The standard deviation is that
  /// of the integral, from the full covariance of the fit.
  public func expected(in range: Range<Double>) -> Expectation {
    let clipped = range.clamped(to: edges[0]..<edges[edges.count - 1])
    guard !clipped.isEmpty else { return Expectation(count: 0, uncertainty: 0) }
    let integral = SpectrumIntegrals(basis, edges: [clipped.lowerBound, clipped.upperBound])
    var prediction = Prediction(bins: 1, parameterCount: basis.count)
    integral.evaluate(coefficients, into: &prediction)
    return Expectation(
      count: prediction.counts[0],
      uncertainty: coefficientCovariance.quadraticForm(prediction.jacobian).squareRoot())
  }

  /// Computes dN/dm in events per GeV.
  public func density(at dijetMass: Double) -> Double {
    exp(zip(coefficients, basis.values(at: dijetMass)).reduce(0) { $0 + $1.0 * $1.1 })
  }

  /// A straight-line fit to the logarithms of the counts, with half an event added to each.
  private static func start(
    _ spectrum: Histogram, bins: [Int], centers: [Double], weights: [Double], basis: SpectrumBasis
  ) -> [Double] {
    var normal = SymmetricMatrix(zeros: basis.count)
    var right = [Double](repeating: 0, count: basis.count)
    for (row, bin) in bins.enumerated() {
      let values = basis.values(at: centers[row])
      let width = spectrum.edges[bin + 1] - spectrum.edges[bin]
      let logDensity = log((spectrum.counts[bin] + 0.5) / width)
      for i in 0..<basis.count {
        right[i] += weights[row] * values[i] * logDensity
        for j in 0...i { normal[i, j] += weights[row] * values[i] * values[j] }
      }
    }
    return normal.cholesky()?.solve(right) ?? right.map { _ in 0 }
  }
}

/// Why a background fit has no result.
public enum BackgroundFitError: Error, Hashable {
  case emptySpectrum
  case tooFewBins(populated: Int, parameters: Int)
  case outsideFunction(range: Range<Double>, collisionEnergy: Double)
  /// The distance is `nil` if the fit could not start.
  case notConverged(estimatedDistance: Double?, iterations: Int)
  /// The data leave a combination of parameters undetermined.
  case indeterminate
}

extension BackgroundFitError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .emptySpectrum: "there are no events outside the signal region"
    case .tooFewBins(let populated, let parameters):
      "\(populated) bins with events outside the signal region, for \(parameters) parameters"
    case .outsideFunction(let range, let energy):
      "the spectrum from \(range.lowerBound) to \(range.upperBound) GeV is not between 0 and "
        + "the collision energy of \(energy) GeV; check units and sqrtS"
    case .notConverged(let distance, let iterations):
      "did not converge in \(iterations) iterations"
        + (distance.map { ", estimated distance \($0)" } ?? "")
    case .indeterminate: "the data leave a combination of parameters undetermined"
    }
  }
}
