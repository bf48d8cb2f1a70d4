import Datasets
import Foundation
import Randomness
import StatisticalInference

/// What a search made for a signal of the dimuon problem would see: arXiv:1912.12155, section 4.1.
struct DimuonReferenceSignificance: Sendable, Hashable, Codable {
  /// Median, in standard deviations.
  let significance: Double
  /// Standard deviation from the number of pseudo-experiments; 0 for a formula.
  let uncertainty: Double
  /// How it was found, in words.
  let method: String

  /// Bins of Table 3, in GeV.
  private static let edges: [Double] = [
    60, 148, 296, 444, 592, 740, 888, 1241, 1594, 1947, 2300,
  ]

  /// Counts in the best mass window, or compares likelihoods in mass bins.
  ///
  /// Eq. (9) for a Z' and eq. (11) with the bins of Table 3 for a contact interaction; before the selection and with the true momentum scale: what there is to be seen.
  ///
  /// - Parameters:
  ///   - signal: The signal.
  ///   - events: Simulated events.
  ///   - expected: N(R).
  ///   - seed: Of the pseudo-experiments of eq. (11).
  ///   - jobs: How many of them run at once.
  /// - Returns: `nil` without a signal.
  /// - Throws: What keeps the formula from a value.
  static func of(
    _ signal: DimuonSignal, events: DimuonEvents, expected: Double, seed: Seed, jobs: Int
  ) throws -> Self? {
    let background = events.standardModel
    switch signal {
    case .none:
      return nil
    case .zPrime(let mass, let count):
      let sample = try events.zPrime(mass)
      let center = Double(mass)
      let tail = try PowerLawTail(
        masses: background.masses, weights: background.weights,
        range: 0.65 * center..<1.6 * center)
      let window = try CountingWindow.mostSignificant(
        signalMasses: sample.masses, signal: count, background: expected,
        backgroundFraction: tail.fraction(in:))
      let (low, high) = (Int(window.range.lowerBound), Int(window.range.upperBound))
      return Self(
        significance: try window.significance(signal: count, background: expected),
        uncertainty: 0, method: "counting in \(low)-\(high) GeV, eq. (9)")
    case .contact(let coupling):
      guard let contact = events.contact, let weights = background.weights else {
        throw DimuonError.noContactWeights
      }
      let yields = try QuadraticYields(
        edges: edges, values: background.masses, weights: weights, linear: contact.linear,
        quadratic: contact.quadratic)
      let ideal = try yields.test(coupling: coupling, expectedEvents: expected)
        .medianSignificance(PseudoExperiments(count: 20_000, seed: seed, jobs: jobs))
      return Self(
        significance: ideal.significance, uncertainty: ideal.uncertainty,
        method: "likelihood ratio in ten mass bins, eq. (11)")
    }
  }
}
