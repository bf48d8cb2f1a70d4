internal import Foundation
internal import NumericalCore

/// The standard deviation of the signal's Gaussian over its mean.
public enum SignalWidth: Sendable, Hashable {
  case fixed(Double)
  case free(ClosedRange<Double>)

  var range: ClosedRange<Double> {
    switch self {
    case .fixed(let width): width...width
    case .free(let range): range
    }
  }
}

/// A Gaussian signal on the background function, fitted to all bins together.
///
/// Poisson likelihood of the integrals over all bins, the signal region too, with the parameters of
/// the background free again. The number of signal events is not negative: with a deficit
/// everywhere in the mass range it is 0 and there is no mass. The maximum is searched from a grid
/// of masses and widths. Errors are Gaussian ones, from the observed second derivatives of the
/// likelihood; from the expected ones where those are not positive or the number of events is 0.
/// Without a signal the largest fluctuation in the mass range is fitted, so the number of events is
/// then about one and a half of its errors, not zero.
public struct SignalPlusBackgroundFit: Sendable {
  /// Mean of the Gaussian in GeV; `nil` without an excess.
  public let mass: Double?
  /// Standard deviation of the mass in GeV; `nil` without an excess, or if the mass is at an end
  /// of its range.
  public let massUncertainty: Double?
  /// Standard deviation of the Gaussian over its mean.
  public let relativeWidth: Double
  /// Events in the whole Gaussian, at least 0.
  public let signalEvents: Double
  public let signalEventsUncertainty: Double
  /// Signal events per bin, shape `[bins]`.
  public let signalPerBin: [Double]
  /// Background events per bin as refitted beside the signal, shape `[bins]`.
  public let backgroundPerBin: [Double]
  /// Estimated distance to the maximum in units of ln L.
  public let estimatedDistance: Double

  /// Fits a spectrum.
  ///
  /// - Parameters:
  ///   - spectrum: The counts that the background was fitted to.
  ///   - background: Where to start, and which function to use.
  ///   - massRange: Allowed means of the Gaussian in GeV, inside the spectrum.
  ///   - width: Allowed standard deviations over the mean.
  /// - Throws: ``SignalPlusBackgroundFitError``.
  public init(
    _ spectrum: Histogram, background: BackgroundFit, massRange: Range<Double>,
    width: SignalWidth
  ) throws(SignalPlusBackgroundFitError) {
    guard spectrum.edges == background.edges else { throw .otherBinning }
    let widths = width.range
    guard massRange.clamped(to: spectrum.range) == massRange, !massRange.isEmpty,
      widths.lowerBound > 0, widths.upperBound < 1
    else { throw .invalidRange(mass: massRange, width: widths) }

    let model = SignalModel(
      integrals: SpectrumIntegrals(background.basis, edges: spectrum.edges), edges: spectrum.edges)
    let count = model.parameterCount
    let scales = spectrum.varianceScales
    let unbounded = -Double.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    var scoring = FisherScoring(
      counts: spectrum.counts, scales: scales,
      bounds: background.basis.bounds
        + [ClosedRange<Double>](repeating: unbounded, count: count - background.basis.count))
    scoring.bounds[model.yield] = 0 ... .greatestFiniteMagnitude

    // Mass and width on a grid, everything else free: the best of these is near the maximum.
    var best: FisherScoring.Solution?
    for trialWidth in Self.trials(widths, count: 3) {
      let steps = Int(
        (2 * log(massRange.upperBound / massRange.lowerBound) / trialWidth).rounded(.up))
      for mass in Self.trials(
        massRange.lowerBound...massRange.upperBound, count: min(max(steps, 5), 41))
      {
        scoring.bounds[model.mass] = mass...mass
        scoring.bounds[model.width] = trialWidth...trialWidth
        let yield = max(1, spectrum.count(in: massRange) - background.expected(in: massRange).count)
        let solution = scoring.maximise(
          from: background.coefficients + [yield, mass, trialWidth], model.predict)
        guard let solution, solution.converged else { continue }
        if best.map({ solution.halfDeviance < $0.halfDeviance - 1e-9 }) ?? true { best = solution }
      }
    }
    guard var solution = best else { throw .notConverged(estimatedDistance: nil) }
    if solution.parameters[model.yield] > 0 {
      scoring.bounds[model.mass] = massRange.lowerBound...massRange.upperBound
      scoring.bounds[model.width] = widths
      let refined = scoring.maximise(from: solution.parameters, model.predict)
      guard let refined, refined.converged else {
        throw .notConverged(estimatedDistance: refined?.estimatedDistance)
      }
      solution = refined
    }

    // The yield's error includes a yield at its bound; mass and width count where they are free.
    let hasSignal = solution.parameters[model.yield] > 0
    let free = (0..<count).filter { index in
      switch index {
      case model.mass, model.width: hasSignal && !solution.isHeld[index]
      case model.yield: true
      default: !solution.isHeld[index]
      }
    }
    guard var covariance = solution.information.restricted(to: free).cholesky()?.inverse,
      let yieldRow = free.firstIndex(of: model.yield)
    else { throw .indeterminate }
    let steps = free.indices.map { 1e-3 * covariance[$0, $0].squareRoot() }
    if hasSignal,
      let observed = scoring.observedInformation(
        at: solution, free: free, steps: steps, model.predict),
      let inverse = observed.cholesky()?.inverse
    {
      covariance = inverse
    }

    var prediction = Prediction(bins: spectrum.binCount, parameterCount: count)
    model.predict(solution.parameters, &prediction)
    let events = solution.parameters[model.yield]
    signalPerBin = (0..<spectrum.binCount).map {
      events * prediction.jacobian[$0 * count + model.yield]
    }
    backgroundPerBin = zip(prediction.counts, signalPerBin).map { $0 - $1 }
    signalEvents = events
    signalEventsUncertainty = covariance[yieldRow, yieldRow].squareRoot()
    relativeWidth = solution.parameters[model.width]
    mass = hasSignal ? solution.parameters[model.mass] : nil
    massUncertainty = free.firstIndex(of: model.mass).map { covariance[$0, $0].squareRoot() }
    estimatedDistance = solution.estimatedDistance
  }

  private static func trials(_ range: ClosedRange<Double>, count: Int) -> [Double] {
    guard range.lowerBound < range.upperBound else { return [range.lowerBound] }
    let ratio = range.upperBound / range.lowerBound
    return (0..<count).map {
      range.lowerBound * pow(ratio, (Double($0) + 0.5) / Double(count))
    }
  }
}

/// Background plus a Gaussian; parameters: the background's, yield, mean, width over mean.
private struct SignalModel {
  let integrals: SpectrumIntegrals
  let edges: [Double]

  var yield: Int { integrals.count }
  var mass: Int { integrals.count + 1 }
  var width: Int { integrals.count + 2 }
  var parameterCount: Int { integrals.count + 3 }

  func predict(_ parameters: [Double], _ prediction: inout Prediction) {
    integrals.evaluate(parameters, into: &prediction)
    let (events, mean, relativeWidth) = (parameters[yield], parameters[mass], parameters[width])
    /// Φ(x) at an edge, and its derivatives with respect to mean and width.
    func terms(_ edge: Double) -> (value: Double, byMean: Double, byWidth: Double) {
      let x = (edge - mean) / (relativeWidth * mean)
      let density = exp(-0.5 * x * x) / (2 * .pi).squareRoot()
      return (
        0.5 * erfc(-x * 0.5.squareRoot()), -density * edge / (relativeWidth * mean * mean),
        -density * x / relativeWidth
      )
    }
    var low = terms(edges[0])
    for bin in prediction.counts.indices {
      let high = terms(edges[bin + 1])
      let row = bin * parameterCount
      prediction.counts[bin] += events * (high.value - low.value)
      prediction.jacobian[row + yield] = high.value - low.value
      prediction.jacobian[row + mass] = events * (high.byMean - low.byMean)
      prediction.jacobian[row + width] = events * (high.byWidth - low.byWidth)
      low = high
    }
  }
}

/// Why a signal-plus-background fit has no result.
public enum SignalPlusBackgroundFitError: Error, Hashable {
  case otherBinning
  case invalidRange(mass: Range<Double>, width: ClosedRange<Double>)
  /// The distance is `nil` if no fit of the grid converged.
  case notConverged(estimatedDistance: Double?)
  /// The data leave a combination of parameters undetermined.
  case indeterminate
}

extension SignalPlusBackgroundFitError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .otherBinning: "the background was fitted to a spectrum with other bin edges"
    case .invalidRange(let mass, let width):
      "the mass range \(mass) GeV must lie inside the spectrum, the width range \(width) between "
        + "0 and 1"
    case .notConverged(let distance):
      "the signal fit did not converge"
        + (distance.map { ", estimated distance \($0)" } ?? "")
    case .indeterminate: "the data leave a combination of parameters undetermined"
    }
  }
}
