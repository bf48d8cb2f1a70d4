internal import Foundation
public import Randomness

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
///   - pseudoExperiments: How many at each mass; 0 for the fit to the true background alone.
///   - seed: Pseudo-experiment k has the child seed "k"; all masses see the same ones.
/// - Returns: One entry for each mass.
/// - Throws: ``BackgroundFitError`` if the function cannot be fitted to the true background.
public func spuriousSignals(
  of function: SpectrumFunction, truth: BackgroundFit, masses: [Double],
  signal: (_ mass: Double) -> [Double], pseudoExperiments: Int, seed: Seed
) throws(BackgroundFitError) -> [SpuriousSignal] {
  let asimov = truth.spectrum.replacing(counts: truth.expected.map(\.count))
  let start = try BackgroundFit(
    asimov, function: function, excluding: [], collisionEnergy: truth.collisionEnergy)
  let templates = masses.map(signal)
  var pulls = [[Double]](repeating: [], count: masses.count)
  for experiment in 0..<pseudoExperiments {
    var generator = seed.child("\(experiment)").makeGenerator()
    let data = truth.pseudoData(with: &generator)
    for (index, template) in templates.enumerated() {
      guard let fit = try? SignalYieldFit(data, background: start, signal: template) else {
        continue
      }
      pulls[index].append(fit.events / fit.uncertainty)
    }
  }
  var results: [SpuriousSignal] = []
  for (index, template) in templates.enumerated() {
    let fit = try SignalYieldFit(asimov, background: start, signal: template)
    let count = Double(pulls[index].count)
    let mean = pulls[index].reduce(0, +) / count
    let width = (pulls[index].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1))
      .squareRoot()
    results.append(
      SpuriousSignal(
        mass: masses[index], events: fit.events, uncertainty: fit.uncertainty,
        meanPull: count > 1 ? mean : nil,
        meanPullUncertainty: count > 1 ? width / count.squareRoot() : nil,
        pullWidth: count > 1 ? width : nil,
        failures: pseudoExperiments - pulls[index].count))
  }
  return results
}
