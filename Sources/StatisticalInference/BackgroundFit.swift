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
/// orthonormal basis; the covariance is the inverse of the expected second derivatives. With
/// weighted events each bin's count and expectation are divided by Σw² / Σw of the bin (scaled
/// Poisson distribution, Bohm and Zech, arXiv:1309.1287).
public struct BackgroundFit: Sendable {
  public let function: SpectrumFunction
  /// √s in GeV.
  public let collisionEnergy: Double
  /// Bin edges of the fitted spectrum in GeV, shape `[bins + 1]`.
  public let edges: [Double]
  /// Whether each bin took part in the fit, shape `[bins]`.
  public let isUsed: [Bool]
  /// In the order of the function's names, p0 in events per GeV; every ξ of ATLAS functions is 0.
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

  /// What was fitted.
  public let spectrum: Histogram
  /// Whether the data push a parameter against its bound, shape `[n]`: such a parameter has no error.
  public let isHeld: [Bool]

  let coefficients: [Double]
  var basis: SpectrumBasis { model.basis }
  private let model: Model
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
    let model = try Model(
      spectrum, function: function, excluding: masks, collisionEnergy: collisionEnergy)
    try self.init(spectrum, model: model, start: model.start(spectrum))
  }

  /// Fits the same function to other counts in the same bins, starting from this fit.
  ///
  /// Several times faster than a fit from nothing: for pseudo-experiments.
  ///
  /// - Throws: ``BackgroundFitError``, also for a spectrum with other edges.
  public func refitted(to spectrum: Histogram) throws(BackgroundFitError) -> BackgroundFit {
    guard spectrum.edges == edges else { throw .otherBinning }
    try model.check(spectrum)
    return try BackgroundFit(spectrum, model: model, start: coefficients)
  }

  private init(_ spectrum: Histogram, model: Model, start: [Double]) throws(BackgroundFitError) {
    let basis = model.basis
    let count = basis.count
    let scales = spectrum.varianceScales
    let scoring = FisherScoring(
      counts: model.used.map { spectrum.counts[$0] }, scales: model.used.map { scales[$0] },
      bounds: basis.bounds)
    let solution = scoring.maximise(from: start, model.usedIntegrals.evaluate)
    guard let solution, solution.converged else {
      throw .notConverged(
        estimatedDistance: solution?.estimatedDistance, iterations: solution?.iterations ?? 0)
    }
    guard let inverse = solution.covariance else { throw .indeterminate }

    var everyBin = Prediction(bins: spectrum.binCount, parameterCount: count)
    model.integrals.evaluate(solution.parameters, into: &everyBin)
    let variances = inverse.quadraticForms(everyBin.jacobian)
    let expected = zip(everyBin.counts, variances).map {
      Expectation(count: $0, uncertainty: $1.squareRoot())
    }
    let (parameters, jacobian) = basis.parameters(of: solution.parameters)
    let covariance = inverse.transformed(by: jacobian).rows
    guard expected.allSatisfy({ $0.count > 0 && $0.count.isFinite && $0.uncertainty.isFinite }),
      parameters.allSatisfy({ $0.isFinite }),
      covariance.allSatisfy({ $0.allSatisfy { $0.isFinite } })
    else { throw .indeterminate }

    self.model = model
    self.spectrum = spectrum
    self.expected = expected
    self.parameters = parameters
    self.covariance = covariance
    function = basis.function
    collisionEnergy = basis.collisionEnergy
    isUsed = model.isUsed
    isHeld = basis.isLinear ? solution.isHeld : solution.isHeld.map { _ in false }
    edges = spectrum.edges
    coefficients = solution.parameters
    coefficientCovariance = inverse
    deviance = 2 * solution.halfDeviance
    estimatedDistance = solution.estimatedDistance
    iterations = solution.iterations
    goodnessOfFit = GoodnessOfFit(
      observed: spectrum.counts, expected: everyBin.counts, scales: scales, isUsed: isUsed,
      parameterCount: count)
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

  /// Integrates the function over bins that may lie beyond the fitted spectrum.
  ///
  /// Beyond it the function is continued: for drawing and for pseudo-data, never for a p-value.
  ///
  /// - Parameter edges: Ascending edges in GeV, above 0 and below √s, shape `[bins + 1]`.
  /// - Returns: Shape `[bins]`.
  public func continued(overBins edges: [Double]) -> [Expectation] {
    var prediction = Prediction(bins: max(edges.count - 1, 0), parameterCount: basis.count)
    SpectrumIntegrals(basis, edges: edges).evaluate(coefficients, into: &prediction)
    return zip(prediction.counts, coefficientCovariance.quadraticForms(prediction.jacobian)).map {
      Expectation(count: $0, uncertainty: $1.squareRoot())
    }
  }

  /// Compares counts with the fit in some ranges, whether the fit saw them or not.
  ///
  /// No parameter is counted, and the error of the fit is none of the counts': right for a few bins
  /// of many, or for bins that were left out of a fit much more precise than they are.
  ///
  /// - Parameter ranges: In GeV; bins that lie in one of them are taken.
  /// - Returns: `nil` if fewer than 5 events are expected there.
  public func goodnessOfFit(in ranges: [Range<Double>]) -> GoodnessOfFit? {
    GoodnessOfFit(
      observed: spectrum.counts, expected: expected.map(\.count), scales: spectrum.varianceScales,
      isUsed: (0..<spectrum.binCount).map { bin in
        let range = spectrum.range(ofBin: bin)
        return ranges.contains { $0.clamped(to: range) == range }
      }, parameterCount: 0)
  }

  /// The covariance of the expected events of some bins, shape `[bins.count][bins.count]`.
  func covariance(ofBins bins: [Int]) -> [[Double]] {
    var prediction = Prediction(bins: edges.count - 1, parameterCount: basis.count)
    SpectrumIntegrals(basis, edges: edges).evaluate(coefficients, into: &prediction)
    let jacobian = bins.map { bin in
      (0..<basis.count).map { prediction.jacobian[bin * basis.count + $0] }
    }
    return coefficientCovariance.transformed(by: jacobian).rows
  }

  /// Computes dN/dm in events per GeV.
  public func density(at dijetMass: Double) -> Double { basis.density(at: dijetMass, coefficients) }
}

extension BackgroundFit {
  /// A function on the bins of a spectrum, prepared for fits of any counts in them.
  fileprivate struct Model: Sendable {
    let basis: SpectrumBasis
    let isUsed: [Bool]
    /// The bins that take part.
    let used: [Int]
    let integrals: SpectrumIntegrals
    let usedIntegrals: SpectrumIntegrals

    init(
      _ spectrum: Histogram, function: SpectrumFunction, excluding masks: [Range<Double>],
      collisionEnergy: Double
    ) throws(BackgroundFitError) {
      guard spectrum.range.lowerBound > 0, spectrum.range.upperBound < collisionEnergy else {
        throw .outsideFunction(range: spectrum.range, collisionEnergy: collisionEnergy)
      }
      let edges = spectrum.edges
      let isUsed =
        masks.isEmpty
        ? [Bool](repeating: true, count: spectrum.binCount)
        : (0..<spectrum.binCount).map { bin in
          !masks.contains { $0.overlaps(spectrum.range(ofBin: bin)) }
        }
      let used = isUsed.indices.filter { isUsed[$0] }
      try Self.check(spectrum, used: used, parameterCount: function.parameterCount)
      guard
        let basis = SpectrumBasis(
          function, collisionEnergy: collisionEnergy, range: spectrum.range,
          masses: used.map { (edges[$0] + edges[$0 + 1]) / 2 },
          weights: used.map { spectrum.counts[$0] + 0.5 })
      else { throw .indeterminate }
      self.basis = basis
      self.isUsed = isUsed
      self.used = used
      integrals = SpectrumIntegrals(basis, edges: edges)
      usedIntegrals =
        used.count == isUsed.count
        ? integrals : SpectrumIntegrals(basis, bins: used.map { (edges[$0], edges[$0 + 1]) })
    }

    func check(_ spectrum: Histogram) throws(BackgroundFitError) {
      try Self.check(spectrum, used: used, parameterCount: basis.count)
    }

    private static func check(
      _ spectrum: Histogram, used: [Int], parameterCount: Int
    ) throws(BackgroundFitError) {
      let populated = used.count { spectrum.counts[$0] > 0 }
      guard populated > 0 else { throw .emptySpectrum }
      guard populated > parameterCount else {
        throw .tooFewBins(populated: populated, parameters: parameterCount)
      }
    }

    /// Where a fit starts.
    ///
    /// A straight-line fit to the logarithms of the counts, with half an event added to each; for
    /// Bernstein polynomials the densities where each has its maximum.
    func start(_ spectrum: Histogram) -> [Double] {
      let edges = spectrum.edges
      func density(_ bin: Int) -> Double {
        (spectrum.counts[bin] + 0.5) / (edges[bin + 1] - edges[bin])
      }
      if basis.isLinear {
        return (0..<basis.count).map { k in
          let range = spectrum.range
          let mass =
            range.lowerBound
            + Double(k) / Double(basis.count - 1) * (range.upperBound - range.lowerBound)
          return density(used.last { edges[$0] <= mass } ?? used[0])
        }
      }
      let count = basis.count
      var normal = [Double](repeating: 0, count: count * count)
      var right = [Double](repeating: 0, count: count)
      let values = basis.values(at: used.map { (edges[$0] + edges[$0 + 1]) / 2 })
      for (row, bin) in used.enumerated() {
        let weight = spectrum.counts[bin] + 0.5
        let first = row * count
        let logDensity = log(density(bin))
        for i in 0..<count {
          right[i] += weight * values[first + i] * logDensity
          for j in 0...i {
            normal[i * count + j] += weight * values[first + i] * values[first + j]
          }
        }
      }
      let factor = SymmetricMatrix(count: count, lowerTriangle: normal).cholesky()
      return factor?.solve(right) ?? right.map { _ in 0 }
    }
  }
}

/// Why a background fit has no result.
public enum BackgroundFitError: Error, Hashable {
  case emptySpectrum
  /// The counts are those of other bins than the fit that they should be compared with.
  case otherBinning
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
    case .otherBinning: "the spectrum has other bin edges than the one fitted first"
    case .tooFewBins(let populated, let parameters):
      "\(populated) bins with events outside the signal region, for \(parameters) parameters"
    case .outsideFunction(let range, let energy):
      "the spectrum from \(range.lowerBound) to \(range.upperBound) GeV is not between 0 and "
        + "the collision energy of \(energy) GeV; check units and sqrtS"
    case .notConverged(let distance, let iterations):
      "did not converge in \(iterations) iterations"
        + (distance.map { ", estimated distance \($0)" } ?? "")
    case .indeterminate:
      "the data leave a combination of parameters undetermined; take a function with fewer"
    }
  }
}
