internal import Foundation

/// The signal that a background function finds at one mass where there is none.
public struct SpuriousSignal: Sendable, Hashable {
  /// In GeV.
  public let mass: Double
  /// Events fitted to the true background itself, without fluctuations.
  public let events: Double
  /// Their standard deviation in a fit of the data's size.
  public let uncertainty: Double
  /// Mean over pseudo-experiments of fitted events over their error; `nil` without any.
  public let meanPull: Double?
  /// Standard deviation of that mean.
  public let meanPullUncertainty: Double?
  /// Standard deviation of the pulls: 1 if errors are right.
  public let pullWidth: Double?
  /// Pseudo-experiments without a fit.
  public let failures: Int

  /// Bias in units of the error; experiments ask for less than 0.2 to 0.5.
  public var relativeBias: Double { events / uncertainty }
}

/// Measures the bias of a background function against mass on data without signal.
///
/// - Parameters:
///   - function: The function under test.
///   - truth: The background to draw from; another function, or it tests nothing but its errors.
///   - masses: Where to look, in GeV.
///   - signal: Gives the signal events per bin at a mass, for one event in all.
///   - experiments: Fits to pseudo-data at every mass, all masses to the same data; `nil` for the
///     fit to the true background alone.
/// - Returns: One entry for each mass.
/// - Throws: ``BackgroundFitError`` if the function cannot be fitted to the true background.
public func spuriousSignals(
  of function: SpectrumFunction, truth: BackgroundFit, masses: [Double],
  signal: (_ mass: Double) -> [Double], experiments: PseudoExperiments?
) throws(BackgroundFitError) -> [SpuriousSignal] {
  let asimov = truth.spectrum.replacing(counts: truth.expected.map(\.count))
  let start = try BackgroundFit(
    asimov, function: function, excluding: [], collisionEnergy: truth.collisionEnergy)
  let templates = masses.map(signal)
  // One row of pulls for each pseudo-experiment.
  let rows: [[Double?]] =
    experiments?.map(workspace: {}) { _, generator -> [Double?] in
      let data = truth.pseudoData(with: &generator)
      return templates.map { template -> Double? in
        let fit = try? SignalYieldFit(data, background: start, signal: template)
        return fit.map { $0.events / $0.uncertainty }
      }
    } ?? []
  var results: [SpuriousSignal] = []
  for (index, template) in templates.enumerated() {
    let fit = try SignalYieldFit(asimov, background: start, signal: template)
    let pulls = rows.compactMap { $0[index] }
    let count = Double(pulls.count)
    let mean = pulls.reduce(0, +) / count
    let squares = pulls.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    let width = (squares / (count - 1)).squareRoot()
    results.append(
      SpuriousSignal(
        mass: masses[index], events: fit.events, uncertainty: fit.uncertainty,
        meanPull: count > 1 ? mean : nil,
        meanPullUncertainty: count > 1 ? width / count.squareRoot() : nil,
        pullWidth: count > 1 ? width : nil,
        failures: rows.count - pulls.count))
  }
  return results
}
