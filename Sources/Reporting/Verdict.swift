import Foundation
public import ResonanceSearch
import StatisticalInference

/// The answer of a search in one sentence.
///
/// Says which excess is largest, where and how significant; from 3 and 5 standard deviations on
/// the words change, the number is always there. A significance is "nominal" until p-values are
/// calibrated; once there is a global p-value it decides the words. Warnings stand at the end.
public func verdict(_ result: SearchResult) -> RichText {
  let answer = answer(result)
  guard !result.warnings.isEmpty else { return answer }
  let (first, more) = (result.warnings[0], result.warnings.count - 1)
  return answer
    + RichText(
      verbatim: " Warning: \(first)" + (more > 0 ? " (\(more) more below.)" : ""))
}

private func answer(_ result: SearchResult) -> RichText {
  if result.blind {
    return
      "The search is blind: what the signal regions hold was withheld, so no excess is quoted."
  }
  let measurements = result.windows.flatMap(\.efficiencies)
  guard !measurements.isEmpty else { return "Nothing was searched: the plan has no signal region." }
  guard let best = result.bestExcess else {
    return RichText(
      markup: "Nothing is quoted: none of the \(measurements.count) background fits could be used.")
  }
  guard best.localSignificance > 0 else {
    return RichText(
      markup: "Nothing stands out: no signal region holds more events than expected"
        + " (\(looks(measurements)) looked at).")
  }
  let size = "\(significance(best.localSignificance))σ"
  let p = probability(log10: best.log10LocalPValue).markup
  let kind =
    result.globalPValue != nil
    ? "nominal" : result.calibrated ? "local" : "nominal, not calibrated"
  let quoted = "\(size) (\(kind), *p*\u{A0}=\u{A0}\(p))"
  let place = placeAndCount(best, in: result)
  let global = globalSentence(result)
  // Where no pseudo-experiment reaches the data, the global value is only a bound.
  let decisive =
    isBound(result) ? best.localSignificance : result.globalSignificance ?? best.localSignificance
  switch decisive {
  case 5...:
    return RichText(markup: "There is an excess of \(quoted) \(place).\(global)")
  case 3..<5:
    return RichText(
      markup: "The largest excess is \(quoted) \(place): worth a second look, no discovery."
        + global)
  default:
    return RichText(
      markup: "Nothing stands out above 3σ: the largest of \(looks(measurements)) is"
        + " \(quoted) \(place).\(global)")
  }
}

/// Whether the data lie beyond all pseudo-experiments, with no fit to their tail.
private func isBound(_ result: SearchResult) -> Bool {
  result.globalPValue.map { $0.exceeding == 0 && !$0.extrapolated } ?? false
}

/// What the excess is worth after all windows and cuts; empty without a global p-value.
private func globalSentence(_ result: SearchResult) -> String {
  guard let global = result.globalPValue else { return "" }
  let p = probability(log10: log10(global.value)).markup
  let size = result.globalSignificance.map { "\(significance($0))σ" } ?? "0σ"
  let name =
    global.method == NullDistribution.Method.spectrum.rawValue
    ? " Globally (approximate, networks frozen)" : " Globally"
  if isBound(result) {
    return "\(name) it is at least \(size) (*p*\u{A0}≤\u{A0}\(p)): none of"
      + " \(global.pseudoExperiments) searches without a signal finds as much."
  }
  let origin =
    global.extrapolated
    ? "extrapolated from the tail of \(global.pseudoExperiments) searches without a signal,"
      + " 68\u{A0}% interval \(probability(log10: log10(global.low)).markup) to"
      + " \(probability(log10: log10(global.high)).markup)"
    : "\(global.exceeding) of \(global.pseudoExperiments) searches without a signal find as much"
  return "\(name) it is \(size) (*p*\u{A0}=\u{A0}\(p): \(origin))."
}

private func looks(_ measurements: [SearchResult.Measurement]) -> String {
  let quoted = measurements.count { $0.isQuotable }
  return "\(quoted) count\(quoted == 1 ? "" : "s")"
}

private func placeAndCount(_ best: SearchResult.Excess, in result: SearchResult) -> String {
  var text =
    best.massGeV.map { "at a mass of \(measured($0, best.massUncertaintyGeV))\u{A0}GeV" }
    ?? "around \(count(best.windowCenterGeV))\u{A0}GeV"
  let window = result.windows.first { $0.index == best.window }
  let measurement = window?.efficiencies.first { $0.efficiency == best.efficiency }
  if let window, let observed = measurement?.observed, let expected = measurement?.expected {
    text +=
      ", with \(count(observed)) events between \(massRange(window.signalRegionGeV)) GeV where"
      + " \(measured(expected, measurement?.expectedUncertainty)) are expected,"
      + (best.efficiency >= 1
        ? " without any cut" : " among the \(percentage(best.efficiency)) most signal-like")
  }
  return text
}

/// "3200 and 3800" of a region's edges.
private func massRange(_ region: [Double]) -> String {
  region.map { fixed($0, 0) }.joined(separator: " and ")
}

/// What `calibrated: false` means, in plain words; `nil` if p-values are calibrated.
func calibrationNote(_ result: SearchResult) -> RichText? {
  guard !result.calibrated else { return nil }
  if result.globalPValue != nil {
    return RichText(
      markup: """
        The global *p*-value is approximate: the networks were frozen and only the spectra \
        fluctuated. What a training makes of a fluctuation is missing, so it is too small after a \
        learned cut. Calibrate with retrained searches to quote one.
        """)
  }
  return RichText(
    markup: """
      *p*-values and significances after a learned cut are nominal: they were not calibrated on \
      pseudo-data without signal. The classifiers of the folds learn from each other's test \
      events, so the folds' excesses are correlated, and such local *p*-values are not uniform \
      where there is no signal: small ones come up too often. They are also local: nothing \
      accounts for the number of windows and cuts that were looked at.
      """)
}

extension SearchResult.Measurement {
  /// Whether the count may be quoted: there is a p-value and it rests on a fit that converged.
  var isQuotable: Bool { log10LocalPValue != nil && fit?.converged != false }

  /// Why there is nothing to quote.
  var remark: String {
    if let remark = fit?.remark { return remark }
    if fit?.converged == false { return "the background fit did not converge" }
    return fit == nil ? "there is no background fit" : "there is no p-value"
  }
}
