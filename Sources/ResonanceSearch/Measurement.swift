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
    let selected = try SelectedSpectrum(
      prepared.spectrum(of: rows), signalRegion: signalRegion, plan: plan)
    let (histogram, choice) = (selected.histogram, selected.background)

    var measurement = SearchResult.Measurement(efficiency: efficiency)
    let observed = histogram.count(in: signalRegion)
    measurement.observed = blind ? nil : observed
    measurement.fit = Self.describe(choice, plan: plan)
    var signal: [Double]?
    if let fit = choice.fit {
      let expected = fit.expected(in: signalRegion)
      measurement.expected = expected.count
      measurement.expectedUncertainty = expected.uncertainty
      if !blind {
        if let counting = try selected.counting() {
          measurement.localSignificance = counting.localSignificance
          measurement.localPValue = counting.localPValue
          measurement.log10LocalPValue = counting.log10LocalPValue
          measurement.marginalPValue = counting.marginalPValue
        }
        signal = Self.fitSignal(histogram, on: fit, in: signalRegion, into: &measurement)
      }
    } else if !blind {
      measurement.localPValue = 1
      measurement.log10LocalPValue = 0
    }
    measurement.sculpting = unselected.flatMap {
      MassSculpting(selected: histogram, of: $0, outside: selected.mask)
    }
    self.measurement = measurement
    spectrum = SearchRecord.Spectrum(
      window: window.index, efficiency: efficiency, edges: histogram.edges,
      counts: histogram.counts.enumerated().map { bin, count in
        blind && histogram.range(ofBin: bin).overlaps(signalRegion) ? nil : count
      },
      expected: choice.fit?.expected.map(\.count),
      expectedUncertainty: choice.fit?.expected.map(\.uncertainty), signal: signal,
      signalRegionGeV: [signalRegion.lowerBound, signalRegion.upperBound],
      weightScale: histogram.sumsOfSquaredWeights == nil ? nil : histogram.varianceScale)
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
    _ choice: BackgroundChoice, plan: SearchPlan
  ) -> SearchResult.Fit {
    guard let fit = choice.fit else {
      return SearchResult.Fit(
        function: plan.fit.functions.last?.rawValue ?? "", parameters: [], covariance: [],
        chi2: nil, ndf: nil, pValue: nil, converged: false, remark: choice.remark)
    }
    return SearchResult.Fit(
      function: fit.function.rawValue, parameters: fit.parameters, covariance: fit.covariance,
      chi2: fit.goodnessOfFit?.chi2, ndf: fit.goodnessOfFit?.degreesOfFreedom,
      pValue: fit.goodnessOfFit?.pValue, converged: true, remark: choice.remark)
  }
}
