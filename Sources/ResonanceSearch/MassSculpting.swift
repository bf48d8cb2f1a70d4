public import EventFiles
import Foundation
import NumericalCore
package import StatisticalInference

/// Whether a selection changes the shape of the mass spectrum outside the signal region.
///
/// Pearson's chi-square of the selected counts against a constant efficiency: in each group of bins
/// n events before the cut leave ε n ± √(ε (1 - ε) n) after it. A smooth change is what the fit is
/// for; ``exceedsFit`` says whether the fit is at its end.
public struct MassSculpting: Sendable, Hashable, Codable {
  public var chi2: Double
  /// Groups of bins minus one.
  public var ndf: Int
  public var pValue: Double
  /// The largest efficiency of a group over the smallest.
  @Nullable public var efficiencyRatio: Double?

  /// Compares; `nil` if fewer than two groups of at least 5 expected events are left.
  package init?(selected: Histogram, of unselected: Histogram, outside mask: Range<Double>) {
    let used = (0..<selected.binCount).filter { !mask.overlaps(selected.range(ofBin: $0)) }
    let scale = selected.varianceScale
    let chosen = used.map { selected.counts[$0] / scale }
    let all = used.map { unselected.counts[$0] / scale }
    let (chosenSum, allSum) = (chosen.reduce(0, +), all.reduce(0, +))
    guard allSum > 0, chosenSum > 0, chosenSum < allSum else { return nil }
    let efficiency = chosenSum / allSum
    var groups: [(selected: Double, all: Double)] = []
    var open = (selected: 0.0, all: 0.0)
    for (chosen, all) in zip(chosen, all) {
      open = (open.selected + chosen, open.all + all)
      if open.all * min(efficiency, 1 - efficiency) >= 5 {
        groups.append(open)
        open = (0, 0)
      }
    }
    if let last = groups.popLast() {
      groups.append((last.selected + open.selected, last.all + open.all))
    }
    guard groups.count >= 2 else { return nil }
    chi2 = groups.reduce(0) { sum, group in
      let difference = group.selected - efficiency * group.all
      return sum + difference * difference / (efficiency * (1 - efficiency) * group.all)
    }
    ndf = groups.count - 1
    pValue = ChiSquareDistribution.survival(chi2, degreesOfFreedom: ndf)
    let efficiencies = groups.map { $0.selected / $0.all }
    efficiencyRatio = efficiencies.min().flatMap { low in
      low > 0 ? efficiencies.max().map { $0 / low } : nil
    }
  }
}

extension SearchResult {
  /// Sculpting is named below this p-value of its test.
  static let sculptingThreshold = 1e-3
  /// Mean significance without a signal beyond which a fit cannot follow its selection.
  static let biasThreshold = 1.0

  /// What must be said with the answer: cuts whose background the fit cannot follow.
  ///
  /// Two signs: the cut changes the shape of the spectrum and no declared function describes what
  /// is left; or, once calibrated, pseudo-data without a signal have a significance of more than
  /// ``biasThreshold`` on average.
  func sculptingWarnings() -> [String] {
    windows.flatMap { window in
      window.efficiencies.compactMap { cut -> String? in
        let place =
          "window \(window.index) at efficiency \(cut.efficiency)"
        if let bias = cut.nullMeanSignificance, abs(bias) > Self.biasThreshold {
          return
            "The selection sculpts the background beyond its fit in \(place): without a signal "
            + "the significance is \((bias * 10).rounded() / 10) on average."
        }
        if let sculpting = cut.sculpting, sculpting.pValue < Self.sculptingThreshold,
          cut.fit?.converged == false
        {
          return "The selection sculpts the background beyond its fit in \(place): the spectrum "
            + "changes shape (chi2/ndf \((sculpting.chi2 * 10).rounded() / 10)/\(sculpting.ndf)) "
            + "and no declared function describes it."
        }
        return nil
      }
    }
  }
}
