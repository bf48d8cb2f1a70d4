import EventModel
import Randomness

/// How the events that a method may see are split into training and validation.
public enum ValidationScheme: Sendable, Hashable, Codable {
  /// Each of `folds` parts is the validation sample once, with `restarts` trainings each, of which
  /// the best on validation is kept (LHC Olympics section 4.1: 4 and 3).
  case crossValidation(folds: Int, restarts: Int)
  /// `members` times a new random split, one part in `parts` being the validation sample.
  case randomSplits(members: Int, parts: Int)

  /// Members of the ensemble that results.
  public var memberCount: Int {
    switch self {
    case .crossValidation(let folds, _): folds
    case .randomSplits(let members, _): members
    }
  }

  public var restarts: Int {
    switch self {
    case .crossValidation(_, let restarts): restarts
    case .randomSplits: 1
    }
  }

  /// Splits events for one member of the ensemble, with every stratum shared out equally.
  ///
  /// - Parameters:
  ///   - member: Index of the member.
  ///   - identifiers: One number an event; copies of an event stay together.
  ///   - strata: One stratum an event.
  ///   - seed: Seed of the fit.
  /// - Returns: Positions of the training and of the validation events, ascending.
  func split(
    member: Int, identifiers: [Int64], strata: [Int], seed: Seed
  ) -> (training: [Int], validation: [Int]) {
    let assignment: [Int]
    let heldOut: Int
    switch self {
    case .crossValidation(let folds, _):
      assignment = stratifiedParts(
        identifiers: identifiers, strata: strata, count: folds, seed: seed.child("inner-folds"))
      heldOut = member
    case .randomSplits(_, let parts):
      assignment = stratifiedParts(
        identifiers: identifiers, strata: strata, count: parts,
        seed: seed.child("split-\(member)"))
      heldOut = 0
    }
    return (
      assignment.indices.filter { assignment[$0] != heldOut },
      assignment.indices.filter { assignment[$0] == heldOut }
    )
  }
}
