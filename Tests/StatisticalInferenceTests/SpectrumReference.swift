import Foundation
import StatisticalInference
import Testing

/// Reference fits and tests: Validation/spectra.py (iminuit and scipy), which names their versions.
struct SpectrumReference: Decodable {
  struct Fit: Decodable {
    let function: SpectrumFunction
    let deviance: Double
    let parameters: [Double]
    /// `nil` if a coefficient is at its bound.
    let uncertainties: [Double]?
    let expected: [Double]
  }
  struct Spectrum: Decodable {
    let edges: [Double]
    let counts: [Double]
    let mask: [Double]
    let functions: [Fit]
  }
  struct Tests: Decodable {
    let chainDeviances: [Double]
    let likelihoodRatio: [Double]
    let fTest: [Double]
    /// Rows of √n D and probability.
    let kolmogorov: [[Double]]
    /// Distance and p-value of the masked dijet4 fit.
    let kolmogorovSmirnov: [Double]
    /// Rows of above, below, runs and probability.
    let runs: [[Double]]
    /// Rows of F, its degrees of freedom and probability.
    let f: [[Double]]
  }
  struct Envelope: Decodable {
    let functions: [SpectrumFunction]
    let best: SpectrumFunction
    let value: Double
    let low: Double
    let high: Double
    let signal: [Double]
  }
  struct Spurious: Decodable {
    let truth: [Double]
    let function: SpectrumFunction
    let events: Double
    let uncertainty: Double
  }
  struct Published: Decodable {
    let file: String
    let counts: String
    let fit: String?
    let publishedChi2: Double?
    let deviances: [String: Double]
  }
  let collisionEnergy: Double
  let edges: [Double]
  let counts: [Double]
  let mask: [Double]
  let functions: [Fit]
  let narrow: Spectrum
  let tests: Tests
  let envelope: Envelope
  let spurious: Spurious
  let published: [Published]

  static func load() throws -> SpectrumReference {
    let url = try #require(
      Bundle.module.url(forResource: "spectra", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(SpectrumReference.self, from: Data(contentsOf: url))
  }

  var spectrum: Histogram {
    get throws { try Histogram(edges: edges, counts: counts) }
  }
  var wide: Spectrum { Spectrum(edges: edges, counts: counts, mask: mask, functions: functions) }
}
