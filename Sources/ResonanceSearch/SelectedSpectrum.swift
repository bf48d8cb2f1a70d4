import AnomalyMethods
import EventModel
import StatisticalInference

/// A mass spectrum after a cut with the background fitted outside the signal region.
struct SelectedSpectrum {
  let histogram: Histogram
  let signalRegion: Range<Double>
  /// What the fit leaves out: the signal region and the plan's margin on each side.
  let mask: Range<Double>
  let background: BackgroundChoice

  init(_ histogram: Histogram, signalRegion: Range<Double>, plan: SearchPlan) {
    self.histogram = histogram
    self.signalRegion = signalRegion
    let margin = plan.fit.maskMargin
    mask = signalRegion.lowerBound - margin..<signalRegion.upperBound + margin
    background = fitBackground(
      histogram, functions: plan.fit.functions, excluding: [mask], collisionEnergy: plan.sqrtS,
      minimumPValue: plan.fit.minimumPValue,
      minimumEventsPerParameter: plan.fit.minimumEventsPerParameter)
  }

  /// The count in the signal region against the fit; `nil` if no function describes the spectrum.
  func counting() throws -> CountingExperiment? {
    guard let fit = background.fit else { return nil }
    let expected = fit.expected(in: signalRegion)
    let scale = histogram.varianceScale
    return try CountingExperiment(
      observed: histogram.count(in: signalRegion) / scale, background: expected.count / scale,
      backgroundUncertainty: expected.uncertainty / scale)
  }
}

extension PreparedEvents {
  /// The spectrum of some events in the bins of the fit.
  func spectrum(of rows: [Int]) throws -> Histogram {
    try Histogram(
      edges: fitBinning.edges, masses: rows.map { table.dijetMass[$0] },
      weights: table.weights.map { weights in rows.map { weights[$0] } })
  }
}
