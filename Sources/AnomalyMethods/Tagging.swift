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
  /// Ties are broken by a hash of the identifier.
  func tagged(
    _ events: EventSlice, by tagger: any EventScorer, mayBeSignalLike: [Bool], seed: Seed
  ) throws -> TaggedEvents {
    let scores = try tagger.scores(events)
    let weights = events.weights
    let tieBreaker = seed.child("ties")
    let ranked = events.identifiers.enumerated()
      .map { (score: scores[$0.offset], hash: tieBreaker.hash(of: $0.element), at: $0.offset) }
      .sorted { ($0.score, $0.hash, $0.at) < ($1.score, $1.hash, $1.at) }
    let total = weights.reduce(0, +)
    var chosen: [Int] = []
    var isSignalLike: [Bool] = []
    var below = 0.0
    for event in ranked {
      let (low, high) = (below / total, (below + weights[event.at]) / total)
      below += weights[event.at]
      // The rank k of n is k/n: the slack keeps round-off from losing the last event.
      let isSignal = low >= 1 - signalLike * (1 + 1e-12)
      guard isSignal ? mayBeSignalLike[event.at] : high <= backgroundLike * (1 + 1e-12) else {
        continue
      }
      chosen.append(event.at)
      isSignalLike.append(isSignal)
    }
    return TaggedEvents(events: events[chosen], isSignalLike: isSignalLike)
  }
}

/// Events with one of two tags each.
struct TaggedEvents {
  let events: EventSlice
  let isSignalLike: [Bool]

  func selecting(_ selection: FeatureSelection) throws -> TaggedEvents {
    TaggedEvents(events: try selection.applied(to: events), isSignalLike: isSignalLike)
  }

  /// Signal-like against background-like events of equal total weight, of mean weight 1.
  func contrast(at positions: [Int]) throws(TaggingError) -> Contrast {
    let half = Double(positions.count) / 2
    func sample(_ tag: Bool) throws(TaggingError) -> WeightedEvents {
      let own = events[positions.filter { isSignalLike[$0] == tag }]
      let weights = own.weights
      let total = weights.reduce(0, +)
      guard total > 0 else {
        throw .tooFewEvents(
          signalLike: isSignalLike.count { $0 }, backgroundLike: isSignalLike.count { !$0 })
      }
      return WeightedEvents(own, weights: weights.map { $0 * half / total })
    }
    return Contrast(positive: try sample(true), negative: try sample(false))
  }
}

/// Why events cannot be tagged.
public enum TaggingError: Error, Equatable {
  case noIteration
  case badFractions(Tagging)
  /// A split into training and validation leaves one of the tags without events.
  case tooFewEvents(signalLike: Int, backgroundLike: Int)
}

extension TaggingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noIteration:
      "Tag N' Train needs at least one iteration"
    case .badFractions(let tagging):
      "\(tagging.signalLike) of the events signal-like and \(tagging.backgroundLike) "
        + "background-like were asked for: both must be above 0 and together at most 1"
    case .tooFewEvents(let signalLike, let backgroundLike):
      "\(signalLike) events are tagged as signal-like and \(backgroundLike) as background-like, too "
        + "few to split them into training and validation: use more events, larger fractions or "
        + "a wider signal region"
    }
  }
}
