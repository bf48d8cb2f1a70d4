import EventModel
import Randomness

/// How the events that a method may see are split into training and validation.
public enum ValidationScheme: Sendable, Hashable, Codable {
  /// Each of `folds` parts is the validation sample once, with `restarts` trainings each, of which
  /// the best on validation is kept (LHC Olympics section 4.1: 4 and 3).
  case crossValidation(folds: Int, restarts: Int)
  /// The same, but all restarts are kept: their mean is the better answer where validation cannot
  /// tell a good one from a lucky one.
  case repeatedCrossValidation(folds: Int, restarts: Int)
  /// `members` times a new random split, one part in `parts` being the validation sample.
  case randomSplits(members: Int, parts: Int)

  /// Members of the ensemble that results.
  public var memberCount: Int {
    switch self {
    case .crossValidation(let folds, _): folds
    case .repeatedCrossValidation(let folds, let restarts): folds * restarts
    case .randomSplits(let members, _): members
    }
  }

  /// Trainings of a member, of which one is kept.
  public var restarts: Int {
    switch self {
    case .crossValidation(_, let restarts): restarts
    case .repeatedCrossValidation, .randomSplits: 1
    }
  }

  /// Splits events for every member of the ensemble, with every stratum shared out equally.
  ///
  /// - Parameters:
  ///   - identifiers: One number an event; copies of an event stay together.
  ///   - strata: One stratum an event.
  ///   - seed: Seed of the fit.
  /// - Returns: Positions of the training and of the validation events, ascending, by member.
  func splits(
    identifiers: [Int64], strata: [Int], seed: Seed
  ) -> [(training: [Int], validation: [Int])] {
    func parts(_ count: Int, _ label: String) -> [Int] {
      stratifiedParts(
        identifiers: identifiers, strata: strata, count: count, seed: seed.child(label))
    }
    func split(_ parts: [Int], holdingOut part: Int) -> (training: [Int], validation: [Int]) {
      (
        parts.indices.filter { parts[$0] != part },
        parts.indices.filter { parts[$0] == part }
      )
    }
    switch self {
    case .crossValidation(let folds, _), .repeatedCrossValidation(let folds, _):
      let parts = parts(folds, "inner-folds")
      return (0..<memberCount).map { split(parts, holdingOut: $0 % folds) }
    case .randomSplits(let members, let count):
      return (0..<members).map { split(parts(count, "split-\($0)"), holdingOut: 0) }
    }
  }
}
