internal import NumericalCore

/// Signal events of a known shape on a background function, fitted to all bins together.
///
/// The number of events may be negative, so that its mean over pseudo-experiments shows a bias, and
/// the background's parameters are free. A number so negative that a bin would expect less than
/// nothing is out of reach.
public struct SignalYieldFit: Sendable {
  /// Signal events in the whole template.
  public let events: Double
  /// Standard deviation, from the expected second derivatives of the likelihood.
  public let uncertainty: Double
  /// -2 ln of the likelihood over that of the saturated model.
  public let deviance: Double

  let coefficients: [Double]

  /// Fits a spectrum.
  ///
  /// - Parameters:
  ///   - spectrum: Counts in the bins of the background.
  ///   - background: Which function, and where it starts.
  ///   - signal: Signal events per bin for one event in all, shape `[bins]`.
  ///   - fixedEvents: Holds the number of events, for profiles.
  /// - Throws: ``BackgroundFitError``.
  public init(
    _ spectrum: Histogram, background: BackgroundFit, signal: [Double], fixedEvents: Double? = nil
  ) throws(BackgroundFitError) {
    guard spectrum.edges == background.edges, signal.count == spectrum.binCount else {
      throw .otherBinning
    }
    let integrals = SpectrumIntegrals(background.basis, edges: spectrum.edges)
    let count = integrals.count
    let unbounded = -Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    let scoring = FisherScoring(
      counts: spectrum.counts, scales: spectrum.varianceScales,
      bounds: background.basis.bounds + [fixedEvents.map { $0...$0 } ?? unbounded])
    let solution = scoring.maximise(
      from: background.coefficients + [fixedEvents ?? 0]
    ) { parameters, prediction in
      integrals.evaluate(parameters, into: &prediction)
      for bin in signal.indices {
        prediction.counts[bin] += parameters[count] * signal[bin]
        prediction.jacobian[bin * (count + 1) + count] = signal[bin]
      }
    }
    guard let solution, solution.converged else {
      throw .notConverged(
        estimatedDistance: solution?.estimatedDistance, iterations: solution?.iterations ?? 0)
    }
    guard let covariance = solution.covariance else { throw .indeterminate }
    events = solution.parameters[count]
    uncertainty = covariance[count, count].squareRoot()
    deviance = 2 * solution.halfDeviance
    coefficients = Array(solution.parameters.prefix(count))
  }
}
