import EventFiles
import Foundation
import LearnedTestStatistics
import Reporting
import Testing

/// Made-up results of a test of data against a reference, in the form of `nplm.json`.
struct SyntheticNPLM: Encodable {
  let schemaVersion = NPLMResult.schemaVersion
  var testStatistic: Double
  let network = "2-5-1"
  let clipping = 1.35
  let parameters = 21
  var expected = 1000.0
  var observed = 1040
  let testsCount = true
  var optimizer = Search()
  @Nullable var nuisances: FittedNuisances?
  var pValues: NPLMPValues
  @Nullable var chiSquareCompatibility: ChiSquareCompatibility?
  var pseudoExperiments: PseudoExperiments
  var columns = ["pT1", "eta1"]
  let scaling = InputScaling.paper
  var ratios: [LearnedRatio]
  @Nullable var discrepantRegion: DiscrepantRegion?
  var warnings: [String] = []
  var inputs: [ComparedSamples.Source] = [
    .init(
      role: "reference", name: "reference.h5", sha256: String(repeating: "ab", count: 32),
      events: 400),
    .init(role: "data", name: "data.h5", sha256: String(repeating: "cd", count: 32), events: 1040),
  ]
  let seed: UInt64 = 7
  let version = "1.2.3"
  let instructionSet = "avx2"
  let fittedNetwork = FittedNetwork()

  struct Search: Encodable {
    var name = "global"
    var starts = 2
    var foundDeepest = 2
    let descents = 24
    let evaluations = 5000
  }

  struct PseudoExperiments: Encodable {
    let method = "permutations of the pooled samples, Poisson counts"
    var testStatistics: [Double]
    let confirmed = 3
  }

  struct FittedNetwork: Encodable {
    struct Layer: Encodable {
      let units: Int
      let activation: String
    }
    struct Architecture: Encodable {
      let inputs = 2
      let layers = [Layer(units: 5, activation: "sigmoid"), Layer(units: 1, activation: "linear")]
    }
    struct Standardisation: Encodable {
      let means = [0, 0]
      let scales = [1, 1]
    }
    let architecture = Architecture()
    let parameters = [Int](repeating: 1, count: 21)
    let standardisation = Standardisation()
  }

  /// Makes data of a test statistic among pseudo-experiments that follow a chi-square distribution.
  init(testStatistic: Double, count: Int, degreesOfFreedom: Int = 21) {
    var noise = Noise(state: 5)
    let values = (0..<count).map { _ in
      (0..<degreesOfFreedom).reduce(0.0) { sum, _ in
        let z = noise.normal()
        return sum + z * z
      }
    }
    self.testStatistic = testStatistic
    pValues = NPLMPValues(
      observed: testStatistic, pseudoExperiments: values, parameters: parameters)
    chiSquareCompatibility = ChiSquareCompatibility(
      values, degreesOfFreedom: Double(parameters))
    pseudoExperiments = PseudoExperiments(testStatistics: values)
    let reference = (0..<400).map { _ in Float(noise.normal()) }
    let data = (0..<100).map { _ in Float(noise.normal()) }
    let weights = [Double](repeating: 2.5, count: 400)
    let logRatios = reference.map { max(0, 0.5 * $0) }
    func ratio(_ name: String, isInput: Bool, _ change: (Float) -> Float) -> LearnedRatio {
      LearnedRatio(
        name, isInput: isInput, reference: reference.map(change), data: data.map(change),
        weights: weights, logRatios: logRatios)
    }
    ratios = [
      ratio("mass", isInput: false) { exp(1.2 * $0) }, ratio("pT1", isInput: true) { $0 },
      ratio("eta1", isInput: true) { -$0 },
    ]
    discrepantRegion = DiscrepantRegion(
      names: ["pT1"], reference: [reference], data: [data], weights: weights, logRatios: logRatios)
  }

  func make() throws -> NPLMResult {
    try JSONDecoder().decode(NPLMResult.self, from: JSONEncoder.readable.encode(self))
  }
}

extension Figure {
  /// The numbers of a column of the table behind the figure.
  func column(_ name: String) throws -> [Double] {
    try #require(table.columns.first { $0.name == name }).values.compactMap(\.self)
  }
}
