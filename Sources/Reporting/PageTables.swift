import Foundation
import ResonanceSearch
import StatisticalInference

/// Significance of every window and cut.
func significanceTable(_ result: SearchResult) -> String {
  let efficiencies = Set(result.windows.flatMap { $0.efficiencies.map(\.efficiency) }).sorted(by: >)
  guard !efficiencies.isEmpty else { return "" }
  var html = "<div class=\"scroll\"><table>\n<thead><tr><th>Signal region [GeV]</th>"
  for efficiency in efficiencies { html += "<th>\(cutHeading(efficiency))</th>" }
  html += "</tr></thead>\n<tbody>\n"
  for window in result.windows {
    html +=
      "<tr><td><a href=\"#window-\(window.index)\">\(regionText(window.signalRegionGeV))</a></td>"
    for efficiency in efficiencies {
      let measurement = window.efficiencies.first { $0.efficiency == efficiency }
      html += significanceCell(measurement, window: window.index, result: result)
    }
    html += "</tr>\n"
  }
  // Calibrated values stand beside the nominal ones in the windows' tables.
  let nominal = result.calibrated && result.globalPValue == nil ? "Local" : "Nominal local"
  html += """
    </tbody></table></div>
    <p class="missing">\(nominal) significance in standard deviations; negative for a deficit. \
    Shaded from 3 and from 5, the largest excess framed.</p>

    """
  return html
}

private func significanceCell(
  _ measurement: SearchResult.Measurement?, window: Int, result: SearchResult
) -> String {
  guard let measurement else { return "<td></td>" }
  guard measurement.isQuotable, let z = measurement.localSignificance else {
    return "<td class=\"missing\">\(result.blind ? "withheld" : "no fit")</td>"
  }
  var classes: [String] = []
  // Shaded as printed: a 4.97 reads 5.0.
  let printed = (z * 10).rounded() / 10
  if printed >= 5 { classes.append("high") } else if printed >= 3 { classes.append("low") }
  if let best = result.bestExcess, best.window == window,
    best.efficiency == measurement.efficiency
  {
    classes.append("best")
  }
  let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
  return "<td\(attribute)>\(significance(z))</td>"
}

/// Every number of a window, one row a cut.
func measurementTable(_ window: SearchResult.Window, result: SearchResult) -> String {
  let isCalibrated = window.efficiencies.contains { $0.calibratedPValue != nil }
  let p = result.calibrated && !isCalibrated ? "<i>p</i>" : "<i>p</i> (nominal)"
  let calibrated =
    isCalibrated ? "<th><i>p</i> (calibrated)</th><th>Null <i>Z</i></th>" : ""
  var html = """
    <div class="scroll"><table>
    <thead><tr><th>Cut</th><th>Observed</th><th>Expected</th><th><i>Z</i></th><th>\(p)</th>\
    \(calibrated)<th>Marginal <i>p</i></th><th>Signal events</th><th>Mass [GeV]</th>\
    <th><i>χ</i><sup>2</sup>/ndf (<i>p</i>)</th><th>Shape <i>p</i></th><th class="text">Fit</th></tr></thead>
    <tbody>

    """
  for measurement in window.efficiencies {
    html += "<tr><td>\(cutHeading(measurement.efficiency))</td>"
    html += "<td>\(observedText(measurement, blind: result.blind))</td>"
    if measurement.fit?.converged == false || (!measurement.isQuotable && !result.blind) {
      html += String(repeating: "<td>–</td>", count: isCalibrated ? 10 : 8)
      html += "<td class=\"text missing\">Not quoted: \(xmlEscaped(measurement.remark))</td></tr>\n"
      continue
    }
    let cells = [
      measurement.expected.map { measured($0, measurement.expectedUncertainty) },
      measurement.localSignificance.map(significance),
      measurement.log10LocalPValue.map { probability(log10: $0).html },
    ]
    let calibration = [
      measurement.calibratedPValue.map(calibratedText),
      measurement.nullMeanSignificance.map { measured($0, measurement.nullSignificanceSpread) },
    ]
    let others = [
      measurement.marginalPValue.map(probabilityText),
      measurement.signalEvents.map { measured($0, measurement.signalEventsUncertainty) },
      measurement.massGeV.map { measured($0, measurement.massUncertaintyGeV) },
      goodnessOfFit(measurement.fit),
      measurement.sculpting.map { probabilityText($0.pValue) },
    ]
    for cell in cells + (isCalibrated ? calibration : []) + others {
      html += "<td>\(cell ?? "–")</td>"
    }
    html +=
      "<td class=\"text\">\(measurement.fit.map { xmlEscaped($0.function) } ?? "–")</td></tr>\n"
  }
  return html + "</tbody></table></div>\n" + simultaneousNote(window) + fitRemarks(window)
}

/// Which spectra the numbers are from, where figures do not show them.
private func simultaneousNote(_ window: SearchResult.Window) -> String {
  guard let count = window.efficiencies.compactMap(\.simultaneousSpectra).first else { return "" }
  return """
    <p class="remark">Each of the \(count) folds has a spectrum and a fitted background of its own; \
    <i>Z</i> is of the one signal in all of them. Expected events are their sum; signal events, mass, \
    <i>χ</i><sup>2</sup> and figures are of the merged spectrum.</p>

    """
}

/// A counted p-value; a bound where no pseudo-experiment reaches the data.
private func calibratedText(_ p: GlobalPValue) -> String {
  (p.exceeding == 0 && !p.extrapolated ? "≤ " : "") + probability(log10: log10(p.value)).html
}

/// Why earlier functions were passed over, below the table: a cell has no room for a sentence.
private func fitRemarks(_ window: SearchResult.Window) -> String {
  let remarks = window.efficiencies.compactMap { measurement -> String? in
    guard let fit = measurement.fit, fit.converged, let remark = fit.remark else { return nil }
    return "\(cutHeading(measurement.efficiency)): \(xmlEscaped(fit.function)) was used; "
      + xmlEscaped(remark) + "."
  }
  guard !remarks.isEmpty else { return "" }
  return "<p class=\"remark\">" + remarks.joined(separator: "<br>") + "</p>\n"
}

/// "No cut" or "ε = 1 %".
func cutHeading(_ efficiency: Double) -> String {
  efficiency >= 1 ? "No cut" : "<i>ε</i>\u{A0}=\u{A0}\(percentage(efficiency))"
}

func regionText(_ region: [Double]) -> String {
  region.map { fixed($0, 0) }.joined(separator: "–")
}

private func observedText(_ measurement: SearchResult.Measurement, blind: Bool) -> String {
  measurement.observed.map(count)
    ?? "<span class=\"missing\">\(blind ? "withheld" : "–")</span>"
}

private func probabilityText(_ p: Double) -> String {
  // The smallest double is 5e-324: a zero is a number that did not fit.
  p > 0 ? probability(log10: log10(p)).html : "&lt; 10<sup>−308</sup>"
}

private func goodnessOfFit(_ fit: SearchResult.Fit?) -> String? {
  guard let fit, let chi2 = fit.chi2, let ndf = fit.ndf else { return nil }
  return "\(fixed(chi2, 1))/\(ndf)" + (fit.pValue.map { " (\(fixed($0, 2)))" } ?? "")
}
