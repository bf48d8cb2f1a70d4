public import EventModel

/// Why a learner cannot learn from, or a model cannot score, the events it was given.
public enum LearnerError: Error, Equatable {
  public enum Sample: String, Sendable {
    case positive, negative, reconstructed
  }

  case emptySample(Sample)
  case badWeight(Sample, position: Int, value: Double)
  case featureMismatch(expected: [Feature], found: [Feature])
  case noFeatures
  case noMembers
  /// A setting of the learner is outside its range.
  case badSetting(name: String, value: String, allowed: String)
  /// Features without spread leave fewer directions than were asked for.
  case tooFewComponents(asked: Int, available: Int)
  /// A model gave training events a score that is NaN or infinite.
  case scoreNotFinite
  /// A feature that describes neither jet, where each jet is looked at alone.
  case withoutObject(Feature)
  /// None of the features describes this jet.
  case emptyObject(JetObject, features: [Feature])
  /// A training produced a number that is not finite.
  case diverged(round: Int)
}

extension LearnerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .emptySample(let sample):
      "the \(sample.rawValue) sample has no event with weight: widen its region"
    case .badWeight(let sample, let position, let value):
      "event \(position) of the \(sample.rawValue) sample has the weight \(value): weights must be "
        + "finite and not negative"
    case .featureMismatch(let expected, let found):
      "the model expects the features \(Self.list(expected)), but the events have "
        + Self.list(found)
    case .noFeatures:
      "the events have no features to learn from"
    case .noMembers:
      "an ensemble needs at least one member"
    case .badSetting(let name, let value, let allowed):
      "\(name) is \(value), but must be \(allowed)"
    case .tooFewComponents(let asked, let available):
      "\(asked) principal components were asked for, but the features allow at most \(available)"
    case .scoreNotFinite:
      "a model gave an event it learned from a score that is not finite: its training diverged"
    case .withoutObject(let feature):
      "the feature \(feature.rawValue) describes neither of the two jets, but each jet is looked "
        + "at alone: choose a set of jet observables"
    case .emptyObject(let object, let features):
      "no feature of \(Self.list(features)) describes the \(object.rawValue) jet, but each jet is "
        + "looked at alone: choose a set with observables of both"
    case .diverged(let round):
      "the training diverged in round \(round): lower the learning rate"
    }
  }

  private static func list(_ features: [Feature]) -> String {
    features.map(\.rawValue).joined(separator: " ")
  }
}
