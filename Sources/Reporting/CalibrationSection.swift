import Foundation
import ResonanceSearch
import StatisticalInference

/// What the global p-value rests on; empty for a search that was not calibrated.
func calibrationSection(_ result: SearchResult) -> String {
  guard let calibration = result.calibration, let global = result.globalPValue else { return "" }
  let source =
    calibration.nullSource.map { "null source <code>\(xmlEscaped($0))</code>" }
    ?? "Poisson fluctuations of the fitted spectra"
  let interval =
    "\(probability(log10: log10(max(global.low, 1e-300))).html) to "
    + probability(log10: log10(global.high)).html
  return """
    <section id="calibration">
    <h2>Global p-value</h2>
    <p>\(calibration.pseudoExperiments) searches without a signal (method \
    <code>\(xmlEscaped(calibration.method))</code>, \(source)), \(global.exceeding) of them with as \
    small a local <i>p</i> as the data: <i>p</i>\u{A0}=\u{A0}\(probability(log10: log10(global.value)).html)\
    , \(percentage(global.level)) interval \(global.low > 0 ? interval : "up to \(probability(log10: log10(global.high)).html)")\
    \(global.extrapolated ? ", extrapolated by an exponential tail" : "").\
    \(global.remark.map { " (\(xmlEscaped($0)).)" } ?? "")</p>
    <p>What must hold:</p>
    <ul>
    \(calibration.assumptions.map { "<li>\(xmlEscaped($0))</li>" }.joined(separator: "\n"))
    </ul>
    </section>
    """
}
