import AnomalyMethods
import Foundation
import NumericalCore
import Randomness
import StatisticalInference

/// How much a method's score knows of m_JJ, over the whole fit range.
///
/// Both measures compare ranks: that of the score in its fold (scores of two folds do not compare)
/// and that of m_JJ, so neither the score's scale nor the falling spectrum matters. All events of
/// the fit range count, those of the signal region too: a resonance worth searching for is a small
/// part of them. Background that is mostly elsewhere in the features at high mass gives a dependence
/// that is real and harmless; one that leaves the shape of the selected spectrum
/// (``MassSculpting``) beyond the fit is not.
public struct MassDependence: Sendable, Hashable, Codable {
  /// Events that were compared for the distance correlation: at most 2,000, chosen by a hash.
  public var events: Int
  /// In [0, 1]; ``DistanceCorrelation`` of the two ranks.
  public var distanceCorrelation: Double
  /// What it is on average without dependence, and how often it is as large by chance, from 99
  /// permutations: the p-value is at least 0.01.
  public var distanceCorrelationExpected: Double
  public var distanceCorrelationPValue: Double
  /// Of the tenths of the score and the tenths of m_JJ, all events counted, in nats.
  public var mutualInformation: Double
  /// What it is on average without dependence, and its p-value: 2 N I is a chi-square of 81 degrees.
  public var mutualInformationExpected: Double
  public var mutualInformationPValue: Double

  private static let sampleSize = 2_000
  private static let permutations = 99
  private static let parts = 10

  /// Compares; `nil` with fewer than 100 scored events.
  ///
  /// - Parameters:
  ///   - table: Scores of a window; events of folds without models are left out.
  ///   - dijetMass: In GeV, one an event.
  ///   - identifiers: One an event.
  ///   - seed: Root of the choice and the permutations.
  init?(_ table: ScoreTable, dijetMass: [Double], identifiers: [Int64], seed: Seed) {
    let scored = dijetMass.indices.filter { table.keptFrom[$0] != nil }
    guard scored.count >= 100 else { return nil }
    // The rank of the score is that of the cut which just keeps the event.
    let scores = Self.ranks(scored.map { table.keptFrom[$0] ?? 1 })
    let masses = Self.ranks(scored.map { dijetMass[$0] })

    let chosen = seed.child("choice").order(of: scored.map { identifiers[$0] })
      .prefix(Self.sampleSize)
    guard
      let correlation = DistanceCorrelation(
        chosen.map { scores[$0] }, chosen.map { masses[$0] })
    else { return nil }
    let test = correlation.permutationTest(
      count: Self.permutations, seed: seed.child("permutations"))
    events = chosen.count
    distanceCorrelation = correlation.value
    distanceCorrelationExpected = test.expected
    distanceCorrelationPValue = test.pValue

    let count = Double(scored.count)
    let degrees = (Self.parts - 1) * (Self.parts - 1)
    mutualInformation = Self.mutualInformation(scores, masses)
    mutualInformationExpected = Double(degrees) / (2 * count)
    mutualInformationPValue = ChiSquareDistribution.survival(
      2 * count * mutualInformation, degreesOfFreedom: degrees)
  }

  /// Places in ascending order over their number, in [0, 1); equal values keep their order.
  package static func ranks(_ values: [Double]) -> [Double] {
    var ranks = [Double](repeating: 0, count: values.count)
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    for (place, index) in order.enumerated() {
      ranks[index] = Double(place) / Double(values.count)
    }
    return ranks
  }

  /// Σ p_ij ln(p_ij / (p_i p_j)) over the cells of ten equal parts of two ranks in [0, 1).
  package static func mutualInformation(_ x: [Double], _ y: [Double]) -> Double {
    var cells = [Double](repeating: 0, count: parts * parts)
    var (rows, columns) = (
      [Double](repeating: 0, count: parts), [Double](repeating: 0, count: parts)
    )
    for (x, y) in zip(x, y) {
      let (row, column) = (Int(x * Double(parts)), Int(y * Double(parts)))
      cells[row * parts + column] += 1
      rows[row] += 1
      columns[column] += 1
    }
    let count = Double(x.count)
    let sum = cells.indices.reduce(0.0) { sum, cell in
      let n = cells[cell]
      guard n > 0 else { return sum }
      return sum + n / count * log(n * count / (rows[cell / parts] * columns[cell % parts]))
    }
    // A rounding error below zero is none.
    return max(sum, 0)
  }
}
