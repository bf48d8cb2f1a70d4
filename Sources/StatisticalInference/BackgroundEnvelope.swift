/// Several functions that may all be the background, profiled as a discrete nuisance parameter.
///
/// -2 ln L is minimised over the functions too, with a penalty for each parameter, so that an
/// interval covers the choice of the function as well (Dauncey, Kenzie, Wardle and Davies,
/// arXiv:1408.6865).
public struct BackgroundEnvelope: Sendable {
  /// A number of events with its 68 % interval.
  public struct Interval: Sendable, Hashable {
    public let value: Double
    public let low: Double
    public let high: Double
    /// The function of the best fit.
    public let function: SpectrumFunction
  }

  /// The functions that converged, in the order given.
  public let fits: [BackgroundFit]
  /// Why others have no fit.
  public let rejections: [BackgroundChoice.Rejection]
  /// Added to -2 ln L for each parameter: 1 in the paper's recommendation, 2 in Akaike's criterion.
  public let penalty: Double
  /// The fit with the smallest penalised deviance.
  public let best: BackgroundFit

  /// Fits all functions; `nil` if none has a fit.
  ///
  /// - Parameters:
  ///   - spectrum: Counts of the whole fit range.
  ///   - functions: Those of which any may be true.
  ///   - masks: Ranges to leave out, in GeV.
  ///   - collisionEnergy: √s in GeV.
  ///   - penalty: For each parameter.
  public init?(
    _ spectrum: Histogram, functions: [SpectrumFunction], excluding masks: [Range<Double>],
    collisionEnergy: Double, penalty: Double = 1
  ) {
    var fits: [BackgroundFit] = []
    var rejections: [BackgroundChoice.Rejection] = []
    for function in functions {
      do throws(BackgroundFitError) {
        fits.append(
          try BackgroundFit(
            spectrum, function: function, excluding: masks, collisionEnergy: collisionEnergy))
      } catch {
        rejections.append(.init(function: function, reason: .failed(error)))
      }
    }
    func criterion(_ fit: BackgroundFit) -> Double {
      fit.deviance + penalty * Double(fit.function.parameterCount)
    }
    guard let best = fits.min(by: { criterion($0) < criterion($1) }) else { return nil }
    self.fits = fits
    self.rejections = rejections
    self.penalty = penalty
    self.best = best
  }

  /// The penalised deviance of a fit.
  public func criterion(_ fit: BackgroundFit) -> Double {
    fit.deviance + penalty * Double(fit.function.parameterCount)
  }

  /// Background events in a mass range, over all functions.
  ///
  /// Each function's likelihood is a parabola around its own expectation; the interval is where the
  /// lowest of the parabolas is at most 1 above the best fit.
  public func expected(in range: Range<Double>) -> Interval {
    let lowest = criterion(best)
    let middle = best.expected(in: range)
    var low = middle.count - middle.uncertainty
    var high = middle.count + middle.uncertainty
    for fit in fits {
      let room = 1 - (criterion(fit) - lowest)
      guard room >= 0 else { continue }
      let expectation = fit.expected(in: range)
      low = min(low, expectation.count - expectation.uncertainty * room.squareRoot())
      high = max(high, expectation.count + expectation.uncertainty * room.squareRoot())
    }
    return Interval(value: middle.count, low: low, high: high, function: best.function)
  }

  /// Signal events of a known shape, with every function's parameters and the function profiled.
  ///
  /// All bins take part, masked ones too.
  ///
  /// - Parameter signal: Signal events per bin for one event in all, shape `[bins]`.
  /// - Returns: The best number of events, and where the profile is at most 1 above its minimum.
  /// - Throws: ``BackgroundFitError`` if a function that converged alone does not with a signal.
  public func signalEvents(_ signal: [Double]) throws(BackgroundFitError) -> Interval {
    var free: [(background: BackgroundFit, fit: SignalYieldFit, criterion: Double)] = []
    for background in fits {
      let fit = try SignalYieldFit(background.spectrum, background: background, signal: signal)
      free.append(
        (
          background, fit,
          fit.deviance + penalty * Double(background.function.parameterCount)
        ))
    }
    let best = free.min { $0.criterion < $1.criterion } ?? free[0]
    var low = best.fit.events
    var high = best.fit.events
    for candidate in free {
      let room = 1 - (candidate.criterion - best.criterion)
      guard room >= 0 else { continue }
      for side in [-1.0, 1] {
        let end = try candidate.fit.end(
          candidate.background, signal: signal, side: side, rise: room)
        low = min(low, end)
        high = max(high, end)
      }
    }
    return Interval(
      value: best.fit.events, low: low, high: high, function: best.background.function)
  }
}

extension SignalYieldFit {
  /// Finds where the profiled deviance is a given amount above its minimum.
  fileprivate func end(
    _ background: BackgroundFit, signal: [Double], side: Double, rise: Double
  ) throws(BackgroundFitError) -> Double {
    var step = side * uncertainty * rise.squareRoot()
    // Secant steps on the root of the rise, which is nearly a straight line.
    for _ in 0..<20 {
      let held = try SignalYieldFit(
        background.spectrum, background: background, signal: signal, fixedEvents: events + step)
      let found = max(1e-12, held.deviance - deviance)
      let factor = (rise / found).squareRoot()
      if abs(factor - 1) < 1e-6 { break }
      step *= min(2, max(0.5, factor))
    }
    return events + step
  }
}
