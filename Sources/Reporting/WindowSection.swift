import ResonanceSearch

/// One signal region on the page: its counts, spectra, efficiency map and selected events.
struct WindowSection: Sendable {
  let window: SearchResult.Window
  let result: SearchResult
  let spectra: Figure?
  /// The spectrum with the smallest p-value of this window, with the fitted signal.
  let best: Figure?
  /// What each cut does to the shape of the spectrum.
  let sculpting: Figure?
  let maps: [Figure]
  let substructure: [Figure]

  init(_ window: SearchResult.Window, record: SearchRecord) {
    self.window = window
    result = record.result
    let own = record.spectra.filter { $0.window == window.index }
    spectra = .spectra(own, plan: record.plan)
    sculpting = .sculpting(own, plan: record.plan)
    let strongest = Self.strongest(window, result: record.result)
    best = own.first { $0.efficiency == strongest?.efficiency }
      .map { .spectrum($0, plan: record.plan) }
    maps = record.efficiencyMaps.filter { $0.window == window.index }
      .map { .efficiencyMap($0, among: record.efficiencyMaps, plan: record.plan) }
    substructure = record.substructure.filter { $0.window == window.index }
      .flatMap { Figure.substructure($0, plan: record.plan) }
  }

  var figures: [Figure] { [spectra, best, sculpting].compactMap(\.self) + maps + substructure }

  /// The section, unfolded or not, without the figure that the page shows above already.
  func html(isOpen: Bool, shownAbove: String?) -> String {
    """
    <details id="window-\(window.index)"\(isOpen ? " open" : "")>
    <summary><span class="mass">\(regionText(window.signalRegionGeV)) GeV</span>\
    <span class="brief">\(brief)</span></summary>
    \(measurementTable(window, result: result))\
    \(dependence)
    <div class="grid">
    <div class="part spectra">
    \([spectra, best, sculpting].compactMap(\.self).filter { $0.name != shownAbove }.map(figureElement).joined())\
    </div>
    <div class="part events">
    \((maps + substructure).map(figureElement).joined())</div>
    </div>
    </details>

    """
  }

  /// What the score knows of the mass, below the table of the cuts.
  private var dependence: String {
    guard let found = window.massDependence else { return "" }
    return """
      <p class="remark">Score against <i>m</i><sub>JJ</sub> over the fit range (ranks): distance \
      correlation \(fixed(found.distanceCorrelation, 3)) \
      (by chance \(fixed(found.distanceCorrelationExpected, 3)), <i>p</i> \
      \(found.distanceCorrelationPValue > 0.01 ? "= " : "≤ ")\
      \(fixed(found.distanceCorrelationPValue, 2))), mutual information \
      \(fixed(found.mutualInformation, 4)) nats (by chance \
      \(fixed(found.mutualInformationExpected, 4))).</p>
      """
  }

  private var brief: String {
    let sidebands = window.sidebandsGeV.map(regionText).joined(separator: ", ")
    let place = "window \(window.index)" + (sidebands.isEmpty ? "" : ", sidebands \(sidebands)")
    if result.blind { return "\(place): withheld" }
    guard let strongest = Self.strongest(window, result: result),
      let z = strongest.localSignificance
    else { return "\(place): no usable fit" }
    return
      "\(place): largest \(significance(z))σ, \(cutHeading(strongest.efficiency).lowercasedStart)"
  }

  private static func strongest(_ window: SearchResult.Window, result: SearchResult)
    -> SearchResult.Measurement?
  {
    if result.blind { return window.efficiencies.last }
    return window.efficiencies.filter(\.isQuotable)
      .min { ($0.log10LocalPValue ?? 0) < ($1.log10LocalPValue ?? 0) }
  }
}

extension String {
  /// "no cut" of "No cut"; a tag is left alone.
  fileprivate var lowercasedStart: String { prefix(1).lowercased() + dropFirst() }
}
