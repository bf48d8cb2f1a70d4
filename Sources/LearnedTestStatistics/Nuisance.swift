import Foundation
import Randomness

/// An imperfect knowledge of the reference: something that shifts it, known to one sigma.
///
/// The nuisance parameter nu is counted in sigmas from the nominal reference. The logarithm of the
/// reference's change, ln [n(x|nu) / n(x|0)] = a(x) nu + b(x) nu², is kept to second order as in
/// "Learning New Physics from an Imperfect Machine", arXiv:2111.13633.
public struct Nuisance: Sendable, Hashable, Codable {
  /// What the nuisance changes.
  public enum Effect: Sendable, Hashable, Codable {
    /// The number of events: by the factor (1 + relative)^nu, so that it stays positive.
    case normalisation(relative: Double)
    /// The distribution, and perhaps the number too, as learned from alternative samples.
    case shape(LearnedDependence)
  }

  public let name: String
  public let effect: Effect

  /// How far nu may move from 0 in a fit.
  public static let bound = 5.0

  /// Gives an effect a name.
  ///
  /// - Parameters:
  ///   - name: Said in results.
  ///   - effect: What one sigma does.
  /// - Throws: ``NuisanceError/badNormalisation(_:_:)`` if a relative uncertainty is not above 0.
  public init(_ name: String, _ effect: Effect) throws(NuisanceError) {
    if case .normalisation(let relative) = effect, !(relative > 0 && relative.isFinite) {
      throw .badNormalisation(name, relative)
    }
    self.name = name
    self.effect = effect
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      container.decode(String.self, forKey: .name),
      container.decode(Effect.self, forKey: .effect))
  }

  private enum CodingKeys: String, CodingKey { case name, effect }

  /// The change of the reference at given events.
  ///
  /// - Parameter columns: Shape `[columns][events]`, finite.
  /// - Returns: The coefficients a and b of every event.
  /// - Throws: ``NuisanceError/columnCount(nuisance:learned:compared:)`` or a `NetworkError`.
  public func logRatio(_ columns: [[Float]]) throws -> QuadraticLogRatio {
    switch effect {
    case .normalisation(let relative):
      let count = columns.first?.count ?? 0
      return QuadraticLogRatio(
        linear: Array(repeating: log1p(relative), count: count),
        quadratic: Array(repeating: 0, count: count))
    case .shape(let dependence):
      guard columns.count == dependence.columns.count else {
        throw NuisanceError.columnCount(
          nuisance: name, learned: dependence.columns.count, compared: columns.count)
      }
      return try dependence.logRatio(columns)
    }
  }
}

/// ln [n(x|nu) / n(x|0)] = a(x) nu + b(x) nu² at some events.
public struct QuadraticLogRatio: Sendable, Hashable {
  /// a, shape `[events]`.
  public let linear: [Double]
  /// b, shape `[events]`.
  public let quadratic: [Double]

  public init(linear: [Double], quadratic: [Double]) {
    precondition(linear.count == quadratic.count, "two coefficients an event")
    self.linear = linear
    self.quadratic = quadratic
  }

  /// ln [n(x|nu) / n(x|0)] of `count` events by several nuisances.
  static func sum(_ ratios: [QuadraticLogRatio], at nuisances: [Double], count: Int) -> [Double] {
    var sum = [Double](repeating: 0, count: count)
    for (ratio, nu) in zip(ratios, nuisances) where nu != 0 {
      for row in sum.indices { sum[row] += nu * (ratio.linear[row] + nu * ratio.quadratic[row]) }
    }
    return sum
  }
}

/// Where the auxiliary measurements of the nuisances lie, in sigmas from the nominal reference.
public enum AuxiliaryMeasurements: Sendable, Hashable, Codable {
  /// At 0: the reference was simulated at the measured values. So it is for real data.
  case nominal
  /// Drawn with unit Gaussians around true values, shape `[nuisances]`: for pseudo-experiments.
  case drawn(around: [Double])

  func values(count: Int, seed: Seed) -> [Double] {
    switch self {
    case .nominal: return Array(repeating: 0, count: count)
    case .drawn(let truth):
      var generator = seed.child("auxiliary-measurements").makeGenerator()
      return truth.map { $0 + generator.normal() }
    }
  }
}

/// Why nuisances cannot be taken into account.
public enum NuisanceError: Error, Sendable, Equatable {
  case badNormalisation(String, Double)
  case columnCount(nuisance: String, learned: Int, compared: Int)
  case measurementCount(Int, nuisances: Int)
  case badMeasurement(nuisance: String, Double)
  case badSample(VariedSample.Role, String)
  case badShift(Double)
  case badLearning(String, Double)
  case notLearned
  case repeatedName([String])
  case permutedReference
  indirect case inVariation(String, NuisanceError)
}

extension NuisanceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badNormalisation(let name, let value):
      "a relative uncertainty of \(value) for the nuisance '\(name)': give a number above 0, such "
        + "as 0.05 for five per cent"
    case .columnCount(let nuisance, let learned, let compared):
      "the nuisance '\(nuisance)' was learned on \(learned) columns and \(compared) are compared: "
        + "learn it from samples with the compared columns, in their order"
    case .measurementCount(let found, let nuisances):
      "\(found) auxiliary measurements for \(nuisances) nuisances: give one for each"
    case .badMeasurement(let nuisance, let value):
      "the auxiliary measurement of the nuisance '\(nuisance)' is \(value): give a number of sigmas "
        + "from the nominal reference, 0 where the reference was made at the measured value"
    case .badSample(let role, let fault):
      "the \(role.rawValue) sample \(fault): give columns of one length, finite values, and "
        + "weights that are not negative"
    case .badShift(let value):
      "alternative samples at ±\(value) sigma teach nothing: give the shift they were made with, "
        + "above 0 and at most \(Nuisance.bound)"
    case .badLearning(let name, let value):
      "\(name) of the networks that learn a dependence is \(value): give a finite number above 0"
    case .inVariation(let name, let error):
      "variation '\(name)': \(error)"
    case .repeatedName(let names):
      "the nuisances of a reference need names of their own, got "
        + names.joined(separator: ", ")
    case .permutedReference:
      "permutations are no pseudo-experiments of an uncertain reference: where a nuisance has moved "
        + "the data, the two samples do not follow one law, and dealing them out anew puts the "
        + "shift into the reference. Give pseudo-data, events of the nominal reference that are in "
        + "no other sample (a part of the reference put aside will do), or no pseudo-experiments, "
        + "for t and its chi-square p-value alone"
    case .notLearned:
      "no network could be fitted to the alternative samples: look at their columns for outliers"
    }
  }
}
