import Foundation
import StatisticalInference
import Testing

/// Reference fits: Validation/background_fit.py (iminuit and scipy), which names their versions.
struct FitReference: Decodable {
  struct Background: Decodable {
    let name: String
    let parameterCount: Int
    let counts: [Double]
    let mask: [Double]
    let parameters: [Double]
    let covariance: [[Double]]
    let deviance: Double
    let expected: Double
    let expectedUncertainty: Double
    let expectedUncertaintyHesse: Double
    let expectedPerBin: [Double]
  }
  struct Signal: Decodable {
    let name: String
    let parameterCount: Int
    let counts: [Double]
    let mask: [Double]
    let fixedWidth: Double?
    let deviance: Double
    let signalEvents: Double
    let signalEventsUncertainty: Double
    let mass: Double
    let massUncertainty: Double
    let relativeWidth: Double
  }
  let collisionEnergy: Double
  let edges: [Double]
  let cases: [Background]
  let signals: [Signal]

  static func load() throws -> FitReference {
    let url = try #require(
      Bundle.module.url(
        forResource: "background_fit", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(FitReference.self, from: Data(contentsOf: url))
  }

  static func function(parameterCount: Int) throws -> SpectrumFunction {
    try #require(SpectrumFunction.allCases.first { $0.parameterCount == parameterCount })
  }
}
