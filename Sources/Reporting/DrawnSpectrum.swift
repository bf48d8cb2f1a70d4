import ResonanceSearch

/// The width of bin that a figure's counts are given for.
///
/// Bins of one width of which some were split, at the ends of a signal region, are all drawn in
/// events per whole bin; with other bins every count stands for itself.
package struct BinUnit {
  /// In GeV; `nil` if bins have different widths.
  package let width: Double?
  /// What each bin's count is multiplied by, shape `[bins]`.
  package let factors: [Double]

  package init(edges: [Double]) {
    let widths = zip(edges, edges.dropFirst()).map { $1 - $0 }
    let largest = widths.max() ?? 0
    let whole = widths.count { $0 > largest * (1 - 1e-6) }
    if largest > 0, 2 * whole > widths.count {
      width = largest
      factors = widths.map { $0 > largest * (1 - 1e-6) ? 1 : largest / $0 }
    } else {
      width = nil
      factors = widths.map { _ in 1 }
    }
  }

  /// "Events / 100 GeV".
  var title: RichText {
    width.map { RichText(verbatim: "Events / \(count($0)) GeV") } ?? "Events / bin"
  }
}

extension SearchRecord.Spectrum {
  /// The bins that the fit describes, as far as there are numbers.
  var fittedBins: Range<Int> {
    let bins = min(expected?.count ?? 0, max(edges.count - 1, 0))
    guard let range = fittedRangeGeV, range.count == 2 else { return 0..<bins }
    let inside = (0..<bins).filter { edges[$0] >= range[0] && edges[$0 + 1] <= range[1] }
    guard let first = inside.first, let last = inside.last else { return 0..<0 }
    return first..<last + 1
  }

  /// The bins inside the signal region.
  var signalRegionBins: Range<Int> {
    guard signalRegionGeV.count == 2, edges.count == counts.count + 1 else { return 0..<0 }
    let inside = counts.indices.filter {
      edges[$0] >= signalRegionGeV[0] && edges[$0 + 1] <= signalRegionGeV[1]
    }
    guard let first = inside.first, let last = inside.last else { return 0..<0 }
    return first..<last + 1
  }

  /// The significance of each bin that has a count and a fit, shape `[bins]`.
  var pulls: [Double?] {
    let fitted = fittedBins
    return counts.indices.map { bin in
      guard let count = counts[bin], fitted.contains(bin), let expected = expected?[safe: bin]
      else { return nil }
      return binSignificance(
        count: count, expected: expected, uncertainty: expectedUncertainty?[safe: bin] ?? 0,
        weightScale: weightScale ?? 1)
    }
  }

  /// Counts with their error bars, in a unit of bin width.
  func dataPoints(_ bins: Range<Int>, unit: BinUnit) -> [Panel.Point] {
    bins.compactMap { bin in
      guard let count = counts[safe: bin] ?? nil, bin + 1 < edges.count, count > 0
      else { return nil }
      let interval = poissonInterval(count, weightScale: weightScale ?? 1)
      let factor = unit.factors[bin]
      return Panel.Point(
        (edges[bin] + edges[bin + 1]) / 2, factor * count, low: factor * interval.low,
        high: factor * interval.high)
    }
  }

  /// Draws the fit with its band over some bins, in a unit of bin width.
  func drawFit(
    _ bins: Range<Int>, unit: BinUnit, isFine: Bool, style: SeriesStyle, width: Double,
    in panel: inout Panel
  ) {
    let bins = bins.clamped(to: fittedBins)
    guard let expected, !bins.isEmpty else { return }
    let edges = Array(edges[bins.lowerBound...bins.upperBound])
    let values = bins.map { unit.factors[$0] * expected[$0] }
    if let uncertainty = expectedUncertainty, uncertainty.count == expected.count {
      let errors = bins.map { unit.factors[$0] * uncertainty[$0] }
      panel.stepBand(
        edges: edges, low: zip(values, errors).map { $0 - $1 },
        high: zip(values, errors).map { $0 + $1 }, fill: style.colour)
    }
    panel.histogram(edges: edges, values: values, isFine: isFine, style: style, width: width)
  }
}
