import EventModel
import Learners
import Randomness

/// Which events one jet's score tags as signal-like and as background-like.
public struct Tagging: Sendable, Hashable, Codable {
  /// The fraction of highest scores, before any cut on the dijet mass.
  public var signalLike: Double
  /// The fraction of lowest scores.
  public var backgroundLike: Double

  /// Takes fractions of the events (their weight); together they are at most 1.
  public init(signalLike: Double, backgroundLike: Double = 0.4) {
    self.signalLike = signalLike
    self.backgroundLike = backgroundLike
  }

  func check() throws(TaggingError) {
    guard signalLike > 0, backgroundLike > 0, signalLike + backgroundLike <= 1 else {
      throw .badFractions(self)
    }
  }

  /// Tags events by a score; those in between, or signal-like where no signal may be, get no tag.
  ///
  /// Ties are broken by a hash of the identifier. Both tagged samples have half of the weight.
  func tagged(
    _ events: EventSlice, by tagger: any EventScorer, mayBeSignalLike: [Bool],
    selecting selection: FeatureSelection, seed: Seed
  ) throws -> MixedSamples {
    let scores = try tagger.scores(events)
    let weights = events.weights
    let tieBreaker = seed.child("ties")
    let ranked = events.identifiers.enumerated()
      .map { (score: scores[$0.offset], hash: tieBreaker.hash(of: $0.element), at: $0.offset) }
      .sorted { ($0.score, $0.hash, $0.at) < ($1.score, $1.hash, $1.at) }
    let total = weights.reduce(0, +)
    var (signal, background): ([Int], [Int]) = ([], [])
    var below = 0.0
    for event in ranked {
      let (low, high) = (below / total, (below + weights[event.at]) / total)
      below += weights[event.at]
      // The rank k of n is k/n: the slack keeps round-off from losing the last event.
      if high <= backgroundLike * (1 + 1e-12) {
        background.append(event.at)
      } else if low >= 1 - signalLike * (1 + 1e-12), mayBeSignalLike[event.at] {
        signal.append(event.at)
      }
    }
    let own = try selection.applied(to: events)
    return MixedSamples(
      positive: WeightedEvents(own[signal]), negative: WeightedEvents(own[background]))
  }
}

/// Why events cannot be tagged.
public enum TaggingError: Error, Equatable {
  case noIteration
  case badFractions(Tagging)
}

extension TaggingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noIteration:
      "Tag N' Train needs at least one iteration"
    case .badFractions(let tagging):
      "\(tagging.signalLike) of the events signal-like and \(tagging.backgroundLike) "
        + "background-like were asked for: both must be above 0 and together at most 1"
    }
  }
}
