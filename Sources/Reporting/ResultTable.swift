import Foundation
public import ResonanceSearch
import StatisticalInference

/// A search's counts for the terminal, in ASCII.
///
/// One line per signal region, one column per cut with the significance and the p-value; the
/// largest excess is marked and stands below. A count without a usable fit reads `no fit`, a withheld one `blind`.
public func resultTable(_ result: SearchResult) -> String {
  let efficiencies = Set(result.windows.flatMap { $0.efficiencies.map(\.efficiency) }).sorted(by: >)
  var rows: [[String]] = []
  for window in result.windows {
    let region = window.signalRegionGeV.map { fixed($0, 0) }.joined(separator: " - ")
    let cells = efficiencies.map { efficiency -> String in
      guard let measurement = window.efficiencies.first(where: { $0.efficiency == efficiency })
      else { return "" }
      let isBest =
        result.bestExcess?.window == window.index && result.bestExcess?.efficiency == efficiency
      return cell(measurement, blind: result.blind) + (isBest ? " <" : "  ")
    }
    rows.append(["\(window.index)", region] + cells)
  }
  var lines = textTable(
    header: [
      ["", "signal region"] + efficiencies.map { cutName($0) + "  " },
      ["window", "[GeV]"] + efficiencies.map { _ in "Z        p  " },
    ], rows: rows)
  if !result.windows.isEmpty {
    let nominal =
      result.globalPValue != nil ? ", nominal" : result.calibrated ? "" : ", not calibrated"
    lines.append("")
    lines.append(
      "Z in standard deviations and local p-value\(nominal)")
  }
  lines.append(bestLine(result))
  if let global = result.globalPValue, !result.blind {
    lines.append(globalLine(global, significance: result.globalSignificance))
  }
  lines += result.warnings.map { "WARNING: \(ascii($0))" }
  return lines.joined(separator: "\n") + "\n"
}

private func cell(_ measurement: SearchResult.Measurement, blind: Bool) -> String {
  guard measurement.isQuotable, let z = measurement.localSignificance,
    let exponent = measurement.log10LocalPValue
  else { return blind ? "blind" : "no fit" }
  let p = asciiProbability(log10: exponent)
  return ascii(significance(z)) + String(repeating: " ", count: max(1, 9 - p.count)) + p
}

private func bestLine(_ result: SearchResult) -> String {
  guard let best = result.bestExcess, !result.blind else { return ascii(verdict(result).plain) }
  let mass =
    best.massGeV.map { "mass \(measured($0, best.massUncertaintyGeV)) GeV" }
    ?? "around \(count(best.windowCenterGeV)) GeV"
  return ascii(
    "Largest excess: Z = \(significance(best.localSignificance)), "
      + "p = \(asciiProbability(log10: best.log10LocalPValue)), window \(best.window), "
      + "\(best.efficiency >= 1 ? "no cut" : "efficiency \(percentage(best.efficiency))"), \(mass)")
}

private func globalLine(
  _ global: GlobalPValue, significance z: Double?
) -> String {
  let isBound = global.exceeding == 0 && !global.extrapolated
  return ascii(
    "Global: p \(isBound ? "<=" : "=") \(asciiProbability(log10: log10(global.value)))"
      + (z.map { ", Z \(isBound ? ">=" : "=") \(significance($0))" } ?? "")
      + ", \(global.exceeding) of \(global.pseudoExperiments) searches without a signal find as "
      + "much (\(global.method)"
      + (global.extrapolated
        ? ", extrapolated: 68 % interval \(asciiProbability(log10: log10(global.low))) to "
          + asciiProbability(log10: log10(global.high)) : "") + ")")
}
