import EventFiles
import Execution
import Foundation
import Randomness

/// What is uncertain about a reference, as it is given: nothing has been learned yet.
public struct ReferenceUncertainties: Sendable, Hashable {
  /// Relative uncertainty of the number of expected events; `nil` if it is known.
  public let normalisation: Double?
  public let variations: [Variation]

  public static let none = ReferenceUncertainties()

  /// The reference model with something shifted, up and down, as two samples.
  public struct Variation: Sendable, Hashable {
    public let name: String
    public let up: VariedSample
    public let down: VariedSample
    /// Sigmas between the nominal sample and each of these.
    public let shift: Double

    public init(_ name: String, up: VariedSample, down: VariedSample, shift: Double = 1) {
      self.name = name
      self.up = up
      self.down = down
      self.shift = shift
    }
  }

  private init() {
    normalisation = nil
    variations = []
  }

  /// Joins uncertainties that are independent of each other.
  ///
  /// - Throws: ``NuisanceError/badNormalisation(_:_:)``, ``NuisanceError/repeatedName(_:)``.
  public init(
    normalisation: Double? = nil, variations: [Variation] = []
  ) throws(NuisanceError) {
    self.normalisation = normalisation
    self.variations = variations
    _ = try normalisation.map(Self.normalisation)
    guard Set(names).count == names.count else { throw .repeatedName(names) }
  }

  /// Of the nuisances, in their order.
  public var names: [String] {
    (normalisation == nil ? [] : [Self.normalisationName]) + variations.map(\.name)
  }

  public var isEmpty: Bool { names.isEmpty }

  private static let normalisationName = "normalisation"

  private static func normalisation(_ relative: Double) throws(NuisanceError) -> Nuisance {
    try Nuisance(normalisationName, .normalisation(relative: relative))
  }

  /// What a result depends on besides the files, by name.
  var key: [String: String] {
    var key = normalisation.map { ["normalisationUncertainty": "\($0)"] } ?? [:]
    if !variations.isEmpty {
      key["variations"] = variations.map { variation in
        "\(variation.name) at \(variation.shift) sigma, yields \(variation.up.relativeYield) and "
          + "\(variation.down.relativeYield)"
      }.joined(separator: "; ")
    }
    return key
  }

  /// Checks that every variation can be learned beside a nominal sample.
  func check(nominal: VariedSample, columns: Int) throws(NuisanceError) {
    for variation in variations {
      do {
        try LearnedDependence.check(
          nominal: nominal, up: variation.up, down: variation.down, columns: columns,
          shift: variation.shift)
      } catch {
        throw .inVariation(variation.name, error)
      }
    }
  }

  /// Learns every variation, a unit each; ``nuisances(learned:)`` takes what they give.
  func learning(nominal: VariedSample, columns: [String], seed: Seed) -> [WorkUnit] {
    variations.enumerated().map { index, variation in
      WorkUnit(label: "dependence-\(index)") { isCancelled in
        try JSONEncoder.sorted.encode(
          LearnedDependence(
            nominal: nominal, up: variation.up, down: variation.down, names: columns,
            shift: variation.shift, seed: seed.child("dependence-\(variation.name)"),
            isCancelled: isCancelled))
      }
    }
  }

  func nuisances(learned: [Data]) throws -> [Nuisance] {
    try [normalisation.map(Self.normalisation)].compactMap(\.self)
      + zip(variations, learned).map { variation, data in
        try Nuisance(
          variation.name, .shape(JSONDecoder().decode(LearnedDependence.self, from: data)))
      }
  }

  /// Yields that are rather another number of generated events than an effect.
  var warnings: [String] {
    variations.flatMap { variation in
      [("up", variation.up), ("down", variation.down)].compactMap { role, sample in
        let yield = sample.relativeYield
        guard abs(log(yield)) > log(Self.largestYield) else { return nil }
        return "The \(role) sample of '\(variation.name)' has \(rounded(yield)) times the "
          + "reference's events, taken for what the variation does; if other numbers of events were "
          + "generated, give weights or take the shapes alone."
      }
    }
  }

  private static let largestYield = 1.5
}
