import Foundation
public import NeuralNetworks
import NumericalCore
public import StatisticalInference

/// A network fitted to one data set as the discriminant of another: arXiv:1912.12155, section 5.
///
/// Data that the network has not seen are counted above a cut on f, chosen on the reference and
/// the network alone, before the new data are looked at. The count has no look-elsewhere effect:
/// a tension of the first data set that was a fluctuation does not come back.
public struct LearnedDiscriminant: Sendable, Hashable, Codable {
  /// Its output is f(x) = ln n(x|fit) / n(x|R).
  public let network: DenseNetwork
  /// Events with a larger f are counted.
  public let threshold: Double

  /// Takes a cut as it is.
  public init(network: DenseNetwork, threshold: Double) {
    self.network = network
    self.threshold = threshold
  }

  /// Chooses the cut that would be the most significant if the network were right.
  ///
  /// - Parameters:
  ///   - network: A fitted one.
  ///   - comparison: What it was fitted to; only its reference is looked at.
  ///   - fewestEvents: Reference events that stay above the cut, at least.
  /// - Throws: ``LearnedDiscriminantError/noExcess`` if the network expects more events than the
  ///   reference above no cut; `NetworkError`.
  public init(
    network: DenseNetwork, chosenFor comparison: SampleComparison, fewestEvents: Int = 20
  ) throws {
    let logRatios = try network.predict(comparison.reference).map { Double($0) }
    let weights = comparison.expectedOfReferenceEvents
    let order = logRatios.indices.sorted { logRatios[$0] > logRatios[$1] }
    var (expected, learned) = (0.0, 0.0)
    var best: (significance: Double, threshold: Double)?
    for (place, (row, next)) in zip(order, order.dropFirst()).enumerated() {
      expected += weights[row]
      learned += weights[row] * exp(logRatios[row])
      guard place + 1 >= fewestEvents, logRatios[next] < logRatios[row], learned > expected else {
        continue
      }
      let significance = DiscrepantRegion.strength(expected: expected, learned: learned)
      if significance > best?.significance ?? 0 {
        best = (significance, (logRatios[row] + logRatios[next]) / 2)
      }
    }
    guard let best else { throw LearnedDiscriminantError.noExcess }
    self.init(network: network, threshold: best.threshold)
  }

  /// Events above the cut.
  public struct Count: Sendable, Hashable, Codable {
    /// Expected from the reference.
    public let expected: Double
    /// Standard deviation of ``expected`` because the reference sample is finite.
    public let expectedUncertainty: Double
    /// Data events.
    public let observed: Int
    /// Of that many data events or more.
    public let pValue: TailProbability
  }

  /// Counts independent data.
  ///
  /// The number of reference events above the cut is a measurement of the expectation: given the
  /// sum of both counts, that of data is binomial, exactly so for a reference without weights
  /// (Przyborowski & Wilenski, Biometrika 31 (1940) 313; as the "on/off" problem of astronomy).
  /// With weights their effective number stands for the count.
  ///
  /// - Parameter comparison: The network's columns; neither its data nor, best, its reference were
  ///   fitted.
  /// - Returns: Counts with the p-value.
  /// - Throws: ``LearnedDiscriminantError`` or `NetworkError`.
  public func count(in comparison: SampleComparison) throws -> Count {
    func logRatios(_ sample: [[Float]]) throws -> [Double] {
      guard sample.count == network.architecture.inputs else {
        throw LearnedDiscriminantError.columnCount(
          sample.count, inputs: network.architecture.inputs)
      }
      return try network.predict(sample).map { Double($0) }
    }
    let kept = zip(try logRatios(comparison.reference), comparison.expectedOfReferenceEvents)
      .filter { $0.0 > threshold }.map(\.1)
    let expected = kept.reduce(0, +)
    let variance = kept.reduce(0) { $0 + $1 * $1 }
    guard expected > 0 else { throw LearnedDiscriminantError.noReferenceAbove(threshold) }
    let observed = try logRatios(comparison.data).count { $0 > threshold }
    // As many effective reference events, each worth so many expected ones.
    let (events, worth) = (expected * expected / variance, variance / expected)
    let logPValue =
      observed == 0
      ? 0 : IncompleteBeta.logLower(Double(observed), events + 1, worth / (1 + worth))
    return Count(
      expected: expected, expectedUncertainty: variance.squareRoot(), observed: observed,
      pValue: TailProbability(logValue: logPValue))
  }
}

/// Why a network is no discriminant.
public enum LearnedDiscriminantError: Error, Sendable, Equatable {
  case noExcess
  case columnCount(Int, inputs: Int)
  case noReferenceAbove(Double)
}

extension LearnedDiscriminantError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noExcess:
      "the fitted network expects more events than the reference above no cut on its output: there "
        + "is no excess to look for in other data"
    case .columnCount(let columns, let inputs):
      "the network takes \(inputs) columns and the samples have \(columns): compare the columns that "
        + "it was fitted to"
    case .noReferenceAbove(let threshold):
      "no reference event has a learned log ratio above \(threshold), so nothing is expected there: "
        + "give a larger reference sample or a lower cut"
    }
  }
}
