import EventModel
import StatisticalInference

/// Signal events in the bins of the fitted spectrum, for one event of the signal file.
struct SignalYield: Sendable {
  /// Shape `[bins]`.
  var perEvent: [Double]
  var variations: [(name: String, up: [Double], down: [Double]?)]
  /// Passing fraction of the file's events, and of how many it was measured.
  var fraction: Double { perEvent.reduce(0, +) }
  let events: Double
}

/// The limit on a signal in one selected spectrum, with all background parameters free.
struct SelectedLimit: Sendable {
  let limit: UpperLimit?
  let function: String?
  /// Why there is no limit, or why an earlier declared function was not used.
  let remark: String?

  /// Fits the spectrum and sets the limit in events of the signal file.
  ///
  /// A signal without a limit (no function describes the spectrum, no signal passes, a fit fails)
  /// is a result too, with its reason. Throws ``PlanError``.
  init(
    _ counts: Histogram, signal: SignalYield, window: MassWindow, plan: SearchPlan,
    confidenceLevel: Double
  ) throws(PlanError) {
    let spectrum = try SelectedSpectrum(counts, signalRegion: window.signalRegion, plan: plan)
    guard let background = spectrum.background.fit else {
      limit = nil
      function = nil
      remark = spectrum.remark
      return
    }
    function = background.function.rawValue
    do throws(SignalStrengthError) {
      let channel = try SignalStrengthModel.Channel(
        signal: signal.perEvent.cropped(from: counts, to: spectrum.histogram),
        background: .function(background),
        variations: signal.nuisances(from: counts, to: spectrum.histogram),
        spectrum: spectrum.histogram)
      let likelihood = try ProfileLikelihood(
        SignalStrengthModel(channel), counts: spectrum.histogram.counts)
      limit = try AsymptoticLimits(likelihood).upperLimit(confidenceLevel: confidenceLevel)
      remark = spectrum.remark
    } catch {
      limit = nil
      remark = "\(error)"
    }
  }
}

extension SignalYield {
  /// Variations of the yield, and the error that the number of simulated events leaves.
  fileprivate func nuisances(from counts: Histogram, to fitted: Histogram) -> [SignalVariation] {
    let nominal = perEvent.cropped(from: counts, to: fitted)
    let statistics =
      fraction > 0 && fraction < 1 && events > 0
      ? [
        SignalVariation(
          name: "signal statistics", nominal: nominal,
          relative: ((1 - fraction) / (fraction * events)).squareRoot())
      ] : []
    return variations.map { name, up, down in
      let up = up.cropped(from: counts, to: fitted)
      guard let down = down?.cropped(from: counts, to: fitted) else {
        return SignalVariation(name: name, nominal: nominal, shifted: up)
      }
      return SignalVariation(name: name, up: up, down: down)
    } + statistics
  }
}

extension [Double] {
  /// The values of the bins that a fit took from a spectrum.
  fileprivate func cropped(from counts: Histogram, to fitted: Histogram) -> [Double] {
    let first = counts.edges.firstIndex(of: fitted.edges[0]) ?? 0
    return Array(self[first..<first + fitted.binCount])
  }
}
