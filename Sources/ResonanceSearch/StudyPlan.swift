public import AnomalyMethods

/// A grid of searches: variants and settings of a search plan, amounts of signal, and seeds.
///
/// Written as a YAML file (`Documentation/studies.md`). Equal plans and data give equal results,
/// with any number of jobs.
public struct StudyPlan: Sendable, Hashable {
  /// How much signal is injected into the data.
  public enum Injection: Sendable, Hashable {
    case events(Int)
    /// Signal over background in the study's signal region.
    case signalToBackground(Double)
  }

  /// One search plan of the grid.
  public struct Variant: Sendable, Hashable {
    /// Unique in the study; for tables and figures.
    public let name: String
    /// Key paths with their values as written, in the plan's order.
    public let settings: [Setting]
    public let plan: SearchPlan
    /// What is compared with the methods, its trees with the plan's settings; `nil` for a search.
    public let reference: ReferenceLine?
  }

  /// A key of the search plan with the value that the study gives it.
  public struct Setting: Sendable, Hashable {
    /// Such as `fit.subdivisions`.
    public let keyPath: String
    public let value: String
  }

  /// What tables and figures call the study.
  public var title = ""
  /// File of data or background events: a path relative to the plan's folder, or the name of an
  /// embedded sample after `embedded:`; `nil` if the command gives it.
  public var data: String?
  /// File of signal events, likewise.
  public var signal: String?
  /// File of simulated background, likewise, for variants whose method learns from it.
  public var simulation: String?
  /// How many of the data's events each seed draws for itself; `nil` for all of them.
  public var dataEvents: Int?
  /// How many of the simulated events each seed draws for itself; `nil` for all of them.
  public var simulationEvents: Int?
  /// Where signal over background is counted, and whose centre selects the compared windows; GeV.
  public var signalRegion: Range<Double>?
  public var seeds: [UInt64] = [1]
  /// Searches of pseudo-data that give each search its global p-value; `nil` for none.
  public var pseudoExperiments: Int?
  /// `nil`: nothing is injected, the data are searched as they are.
  public var injections: [Injection]?
  public var variants: [Variant]

  /// One search of the grid.
  public struct Point: Sendable, Hashable {
    public let variant: Variant
    public let injection: Injection?
    public let seed: UInt64
    /// Name of the run's folder, unique in the study.
    public let label: String
  }

  /// Whether no other amount of its kind is larger.
  public func isStrongest(_ injection: Injection?) -> Bool {
    (injections ?? []).allSatisfy { other in
      switch (injection, other) {
      case (.events(let own), .events(let other)): own >= other
      case (.signalToBackground(let own), .signalToBackground(let other)): own >= other
      default: true
      }
    }
  }

  /// Every search, injection by injection, then seed by seed: neighbours share their events.
  public var points: [Point] {
    let injections: [Injection?] = self.injections ?? [nil]
    return injections.flatMap { injection in
      seeds.flatMap { seed in
        variants.map { variant in
          let parts = [
            fileName(variant.name), injection.map { fileName($0.name) }, "seed-\(seed)",
          ]
          return Point(
            variant: variant, injection: injection, seed: seed,
            label: parts.compactMap(\.self).joined(separator: "."))
        }
      }
    }
  }
}

extension StudyPlan.Injection {
  /// Whether no event is injected.
  public var isNothing: Bool {
    switch self {
    case .events(let count): count == 0
    case .signalToBackground(let ratio): ratio == 0
    }
  }

  /// "500 events" or "S/B 0.002".
  public var name: String {
    switch self {
    case .events(let count): "\(count) events"
    case .signalToBackground(let ratio): "S/B \(SearchPlan.short(ratio))"
    }
  }
}

/// A text with everything but letters, digits, dots and signs replaced by a dash.
func fileName(_ text: String) -> String {
  let kept = text.map { character in
    character.isASCII && (character.isLetter || character.isNumber || "._+-".contains(character))
      ? character : "-"
  }
  return String(kept).split(separator: "-").joined(separator: "-")
}
