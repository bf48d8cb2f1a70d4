import EventFiles
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import StatisticalInference
import Testing

/// The folder of data that is not ours to ship, if the environment names one.
private let publicData = ProcessInfo.processInfo.environment["OVERDENSITY_DATA"]

/// Muon pairs that CMS measured in 2010 (CERN Open Data, record 700).
@Suite(
  .enabled(
    if: publicData != nil, "OVERDENSITY_DATA names no folder, so no CMS dimuons are read"
  ))
struct CMSDimuonTests {
  /// Logarithms of the mass in GeV, of the leading transverse momentum, and the second one's.
  private let columns: [[Float]]
  private let isOppositeSign: [Bool]

  init() throws {
    let path =
      (publicData ?? "") + "/public/cms_leptons/cms_record700_MuRun2010B_dimuons_100k.hdf5"
    let muons = try ColumnGroup(HDF5File(reading: path), group: "muons")
    let values = try muons.columns()
    func column(_ name: String) throws -> [Double] {
      values[try #require(muons.columnNames.firstIndex(of: name))]
    }
    func pair(_ name: String) throws -> (first: [Double], second: [Double]) {
      (try column(name + "1"), try column(name + "2"))
    }
    let (e, px, py, pz, q) = (
      try pair("e"), try pair("px"), try pair("py"), try pair("pz"), try pair("q")
    )
    isOppositeSign = zip(q.first, q.second).map { $0 * $1 < 0 }
    let masses = (0..<muons.rowCount).map { row in
      func sum(_ component: (first: [Double], second: [Double])) -> Double {
        component.first[row] + component.second[row]
      }
      return (sum(e) * sum(e) - sum(px) * sum(px) - sum(py) * sum(py) - sum(pz) * sum(pz))
        .squareRoot()
    }
    let momenta = (
      zip(px.first, py.first).map { hypot($0, $1) }, zip(px.second, py.second).map { hypot($0, $1) }
    )
    columns = [
      masses.map { Float(log($0)) }, zip(momenta.0, momenta.1).map { Float(log(max($0, $1))) },
      zip(momenta.0, momenta.1).map { Float(log(min($0, $1))) },
    ]
  }

  @Test func `One half against the other is no tension`() throws {
    let (reference, data) = ((0..<3_000).map { 2 * $0 }, (0..<750).map { 2 * $0 + 1 })
    func events(_ rows: [Int]) -> [[Float]] { columns.map { column in rows.map { column[$0] } } }
    let comparison = try SampleComparison(
      names: ["ln mass", "ln pt1", "ln pt2"], reference: events(reference), data: events(data),
      expected: Double(data.count))
    var minimisation = GlobalMinimisation()
    minimisation.searches = 1
    let nplm = try NPLM(
      network: NPLMNetwork("3-2-1"), clipping: 1.5, scaling: .standardise,
      minimisation: .global(minimisation))
    let pseudoData = PseudoData.permutation(testsCount: false)
    let null = try RepeatedTest("null", nplm, count: 100, seed: Seed(1)) { seed in
      try pseudoData.comparison(like: comparison, seed: seed)
    }.values(jobs: 2)
    let observed = try nplm.value(of: comparison, seed: Seed(2))
    let pValues = NPLMPValues(
      observed: observed, pseudoExperiments: null, parameters: nplm.network.parameterCount)
    let counted = try #require(pValues.pseudoExperiments)
    #expect(counted.probability.value > 0.01, "\(observed) among \(null)")
    #expect(try #require(pValues.fitted).probability.value > 0.01)
  }

  /// What a network learns of the mass in opposite-sign against same-sign pairs, shapes only.
  private func learned(
    massesAbove low: Double, network: String, searches: Int
  ) throws -> (fit: NPLMFit, ratio: LearnedRatio, region: DiscrepantRegion?) {
    func logMasses(oppositeSign: Bool, first: Int) -> [Float] {
      zip(columns[0], isOppositeSign).filter { $0.1 == oppositeSign }.prefix(first)
        .map(\.0).filter { exp(Double($0)) > low }
    }
    let (data, reference) = (
      logMasses(oppositeSign: true, first: 20_000), logMasses(oppositeSign: false, first: 30_000)
    )
    // No clipping smaller than this lets the network follow a peak of 0.05 GeV at 3.1 GeV.
    let nplm = try NPLM(
      network: NPLMNetwork(network), clipping: 100, scaling: .standardise,
      minimisation: .global(GlobalMinimisation(searches: searches)))
    let fit = try nplm.fit(
      SampleComparison(
        names: ["ln mass"], reference: [reference], data: [data], expected: Double(data.count)),
      seed: Seed(1))
    let logRatios = try fit.network.predict([reference])
    let weights = reference.map { _ in Double(data.count) / Double(reference.count) }
    let (referenceMasses, dataMasses) = (reference.map { exp($0) }, data.map { exp($0) })
    return (
      fit,
      LearnedRatio(
        "mass", isInput: false, reference: referenceMasses, data: dataMasses, weights: weights,
        logRatios: logRatios),
      DiscrepantRegion(
        names: ["mass"], reference: [referenceMasses], data: [dataMasses], weights: weights,
        logRatios: logRatios)
    )
  }

  /// Whether the learned ratio is largest in the bin of a mass, of all bins within a factor of it.
  private func isPeak(_ mass: Double, of ratio: LearnedRatio, within factor: Double) -> Bool {
    let heights = zip(ratio.learned, ratio.expected).map { $0 / $1 }
    guard let peak = ratio.edges.dropLast().lastIndex(where: { $0 <= mass }) else { return false }
    return heights.indices.allSatisfy { bin in
      bin == peak || heights[bin] < heights[peak]
        || abs(log(ratio.edges[bin] / ratio.edges[peak])) > log(factor)
    }
  }

  @Test func `Opposite against same sign is a tension at the J-psi and the Z`() throws {
    let (fit, ratio, region) = try learned(massesAbove: 0, network: "1-8-1", searches: 2)
    let pValues = NPLMPValues(observed: fit.testStatistic, pseudoExperiments: [], parameters: 25)
    #expect(try #require(pValues.chi2.probability.significance) > 30)
    #expect(isPeak(3.097, of: ratio, within: 2))
    #expect(isPeak(91.19, of: ratio, within: 100))
    let cut = try #require(region?.cuts.first)
    #expect((3.0..<3.097).contains(try #require(cut.low)), "\(cut)")
    #expect((3.097..<3.2).contains(try #require(cut.high)), "\(cut)")
  }

  @Test func `Above 5 GeV opposite against same sign is a tension at the Upsilon and the Z`() throws
  {
    let (fit, ratio, _) = try learned(massesAbove: 5, network: "1-6-1", searches: 3)
    let pValues = NPLMPValues(observed: fit.testStatistic, pseudoExperiments: [], parameters: 19)
    #expect(try #require(pValues.chi2.probability.significance) > 20)
    #expect(isPeak(9.46, of: ratio, within: 1.8))
    #expect(isPeak(91.19, of: ratio, within: 100))
  }
}
