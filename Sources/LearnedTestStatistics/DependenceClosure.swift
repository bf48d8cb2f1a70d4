import NumericalCore

/// How well the nominal sample, reweighted by a learned dependence, looks like the alternative one.
///
/// On events that took no part in the learning, in one column, in bins of equal nominal content.
/// Samples made of the same events fluctuate together: chi2 then comes out smaller than the bins.
public struct DependenceClosure: Sendable, Hashable, Codable {
  public let name: String
  public let direction: VariedSample.Role
  public let bins: Int
  /// Sum of squared differences of the normalised contents over their variances.
  public let chi2: Double
  /// The same for the nominal sample as it is: how far apart the samples are.
  public let chi2WithoutReweighting: Double
  /// Probability of a larger ``chi2`` for independent samples, with a degree of freedom less than
  /// bins.
  public let pValue: Double

  static let mostBins = 20

  init(
    name: String, direction: VariedSample.Role, nominal: VariedSample, alternative: VariedSample,
    column: Int, ratios: [Double]
  ) {
    let sorted = nominal.columns[column].sorted()
    let quantiles = (1..<Self.mostBins).map { sorted[$0 * sorted.count / Self.mostBins] }
    let edges = Set(quantiles).sorted()
    func contents(_ sample: VariedSample, _ ratios: [Double]?) -> [(sum: Double, square: Double)] {
      var contents = Array(repeating: (sum: 0.0, square: 0.0), count: edges.count + 1)
      for (row, weight) in sample.weights(summingTo: 1).enumerated() {
        let value = sample.columns[column][row]
        let bin = edges.firstIndex { value < $0 } ?? edges.count
        let weight = Double(weight) * (ratios?[row] ?? 1)
        contents[bin].sum += weight
        contents[bin].square += weight * weight
      }
      return contents
    }
    let alternatives = contents(alternative, nil)
    func chi2(_ ratios: [Double]?) -> Double {
      zip(contents(nominal, ratios), alternatives).reduce(0) { sum, pair in
        let variance = pair.0.square + pair.1.square
        let difference = pair.0.sum - pair.1.sum
        return variance > 0 ? sum + difference * difference / variance : sum
      }
    }
    self.name = name
    self.direction = direction
    bins = edges.count + 1
    self.chi2 = chi2(ratios)
    chi2WithoutReweighting = chi2(nil)
    pValue = ChiSquareDistribution.survival(self.chi2, degreesOfFreedom: max(1, bins - 1))
  }
}
