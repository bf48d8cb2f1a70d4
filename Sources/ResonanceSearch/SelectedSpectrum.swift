import AnomalyMethods
import EventModel
import StatisticalInference

/// A mass spectrum after a cut with the background fitted outside the signal region.
struct SelectedSpectrum {
  /// The bins of the fit, which has the same edges: all, or those that shorter sidebands leave.
  let histogram: Histogram
  /// The bins of the plan's whole fit range.
  let whole: Histogram
  let signalRegion: Range<Double>
  /// What the fit leaves out: the signal region and what the plan adds to it on each side.
  let mask: Range<Double>
  let background: BackgroundChoice
  /// Why earlier functions, or longer sidebands, were not used; `nil` if the first were.
  let remark: String?

  /// Fits a spectrum as the plan says.
  ///
  /// - Parameters:
  ///   - spectrum: Counts in the bins of the plan's whole fit range.
  ///   - signalRegion: Of one of the plan's windows.
  ///   - plan: The search.
  /// - Throws: ``PlanError`` naming the key.
  init(_ spectrum: Histogram, signalRegion: Range<Double>, plan: SearchPlan) throws(PlanError) {
    whole = spectrum
    self.signalRegion = signalRegion
    mask = try plan.mask(of: signalRegion)
    let judged = try plan.judgedRanges(of: signalRegion)
    switch plan.fit.procedure {
    case .first:
      background = fitBackground(
        spectrum, functions: plan.fit.functions, excluding: [mask], collisionEnergy: plan.sqrtS,
        minimumPValue: plan.fit.minimumPValue,
        minimumEventsPerParameter: plan.fit.minimumEventsPerParameter, judgedIn: judged)
      remark = background.remark
    case .atlas:
      let choice = SidebandChoice(
        spectrum, functions: plan.fit.functions, excluding: mask, collisionEnergy: plan.sqrtS,
        minimumPValue: plan.fit.minimumPValue, step: plan.fit.sidebandStep,
        minimumEventsPerParameter: plan.fit.minimumEventsPerParameter, judgedIn: judged)
      background = choice.choice
      remark = choice.remark
    }
    histogram = background.fit?.spectrum ?? spectrum
  }

  /// The background expected in the signal region; `nil` if no function describes the spectrum.
  var expected: Expectation? { background.fit?.expected(in: signalRegion) }

  /// The count in the signal region against the fit; `nil` if no function describes the spectrum.
  func counting() throws -> CountingExperiment? {
    guard let expected else { return nil }
    let scale = histogram.varianceScale
    return try CountingExperiment(
      observed: histogram.count(in: signalRegion) / scale, background: expected.count / scale,
      backgroundUncertainty: expected.uncertainty / scale)
  }
}

extension PreparedEvents {
  /// The spectrum of some events in the bins of a window's fit: those of the plan, split at the
  /// ends of the signal region, so that their counts add up to that of the signal region.
  func spectrum(of rows: [Int], window: MassWindow) throws -> Histogram {
    try Histogram(
      edges: fitBinning.split(at: window.signalRegion.bounds).edges,
      masses: rows.map { table.dijetMass[$0] },
      weights: table.weights.map { weights in rows.map { weights[$0] } })
  }
}
