import AnomalyMethods
import EventModel
import Foundation
import StatisticalInference

/// The selected mass spectrum of one window and one cut, and what it says.
struct MeasuredCut {
  let measurement: SearchResult.Measurement
  let spectrum: SearchRecord.Spectrum

  /// Counts, fits and compares.
  ///
  /// A spectrum that no declared function describes gives p = 1 (contracts of a search: the same
  /// rule for data and pseudo-data), with the reasons in the fit's remark.
  ///
  /// - Parameters:
  ///   - rows: Selected events of the table.
  ///   - efficiency: The cut that selected them.
  ///   - window: The mass hypothesis and its index.
  ///   - prepared: The events.
  ///   - unselected: The spectrum before the cut; `nil` tests no sculpting.
  ///   - plan: The search.
  ///   - blind: Whether the signal region's counts stay unknown.
  /// - Throws: An error about the spectrum.
  init(
    rows: [Int], efficiency: Double, window: (index: Int, window: MassWindow),
    prepared: PreparedEvents, unselected: Histogram?, plan: SearchPlan, blind: Bool
  ) throws {
    let signalRegion = window.window.signalRegion
    let spectra = try SelectedSpectra(
      rows: rows, window: window.window, prepared: prepared, plan: plan)
    let selected = spectra.merged
    let (histogram, choice) = (selected.histogram, selected.background)

    var measurement = SearchResult.Measurement(efficiency: efficiency)
    let observed = histogram.count(in: signalRegion)
    measurement.observed = blind ? nil : observed
    measurement.fit = Self.describe(spectra, plan: plan)
    measurement.simultaneousSpectra = spectra.isSimultaneous ? spectra.fitted.count : nil
    let expected = spectra.expected
    measurement.expected = expected?.count
    measurement.expectedUncertainty = expected?.uncertainty
    var signal: [Double]?
    if !blind {
      try Self.count(spectra, into: &measurement)
      signal = choice.fit.flatMap {
        Self.fitSignal(histogram, on: $0, in: signalRegion, into: &measurement)
      }
    }
    measurement.sculpting = unselected.flatMap {
      MassSculpting(selected: selected.whole, of: $0, outside: selected.mask)
    }
    self.measurement = measurement
    spectrum = Self.describe(
      selected, signal: signal, window: window.index, efficiency: efficiency, blind: blind)
  }

  /// Every bin of the plan's fit range; beyond shorter sidebands the fit is continued.
  private static func describe(
    _ selected: SelectedSpectrum, signal: [Double]?, window: Int, efficiency: Double, blind: Bool
  ) -> SearchRecord.Spectrum {
    let (whole, fit) = (selected.whole, selected.background.fit)
    let isPart = selected.histogram.binCount < whole.binCount
    let expected = fit.map { isPart ? $0.continued(overBins: whole.edges) : $0.expected }
    let first = whole.edges.firstIndex(of: selected.histogram.edges[0]) ?? 0
    let allSignal = signal.map { signal in
      (0..<whole.binCount).map {
        signal.indices.contains($0 - first) ? signal[$0 - first] : 0
      }
    }
    return SearchRecord.Spectrum(
      window: window, efficiency: efficiency, edges: whole.edges,
      counts: whole.counts.enumerated().map { bin, count in
        blind && whole.range(ofBin: bin).overlaps(selected.signalRegion) ? nil : count
      },
      expected: expected?.map(\.count), expectedUncertainty: expected?.map(\.uncertainty),
      signal: allSignal, signalRegionGeV: selected.signalRegion.bounds,
      weightScale: whole.sumsOfSquaredWeights == nil ? nil : whole.varianceScale,
      fittedRangeGeV: isPart ? selected.histogram.range.bounds : nil)
  }

  /// p = 1 where a spectrum has no fit.
  private static func count(
    _ spectra: SelectedSpectra, into measurement: inout SearchResult.Measurement
  ) throws {
    guard let counting = try spectra.counting() else {
      measurement.localPValue = 1
      measurement.log10LocalPValue = 0
      return
    }
    measurement.localSignificance = counting.localSignificance
    measurement.localPValue = counting.localPValue
    measurement.log10LocalPValue = counting.log10LocalPValue
    measurement.marginalPValue = try counting.total.marginalPValue
  }

  private static func fitSignal(
    _ histogram: Histogram, on background: BackgroundFit, in signalRegion: Range<Double>,
    into measurement: inout SearchResult.Measurement
  ) -> [Double]? {
    // A failed fit leaves the values out; the count above stands on its own.
    guard
      let fit = try? SignalPlusBackgroundFit(
        histogram, background: background, massRange: signalRegion, width: resolution)
    else { return nil }
    measurement.signalEvents = fit.signalEvents
    measurement.signalEventsUncertainty = fit.signalEventsUncertainty
    // A mean at the end of its range has no error, and is no measurement of a mass.
    if let uncertainty = fit.massUncertainty {
      measurement.massGeV = fit.mass
      measurement.massUncertaintyGeV = uncertainty
    }
    return fit.signalPerBin
  }

  /// Widths of a narrow resonance after the detector, relative to its mass.
  private static let resolution = SignalWidth.free(0.015...0.06)

  private static func describe(
    _ spectra: SelectedSpectra, plan: SearchPlan
  ) -> SearchResult.Fit {
    guard let fit = spectra.merged.background.fit else {
      return SearchResult.Fit(
        function: plan.fit.functions.last?.rawValue ?? "", parameters: [], covariance: [],
        chi2: nil, ndf: nil, pValue: nil, converged: false, remark: spectra.remark)
    }
    return SearchResult.Fit(
      function: fit.function.rawValue, parameters: fit.parameters, covariance: fit.covariance,
      chi2: fit.goodnessOfFit?.chi2, ndf: fit.goodnessOfFit?.degreesOfFreedom,
      pValue: fit.goodnessOfFit?.pValue, converged: spectra.hasFit,
      remark: spectra.remark)
  }
}
