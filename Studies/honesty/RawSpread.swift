import AnomalyMethods
import EventModel
import Execution
import Foundation
import Learners
import NumericalCore
import Randomness
import ResonanceSearch

/// Width and tails of the nominal Z on background alone, for several ways to train.
struct RawSpread: Encodable {
  /// A way to train.
  enum Variant: String, CaseIterable, Encodable {
    case crossEarlyStopping = "cross, best epoch"
    case crossLastEpoch = "cross, last epoch"
    case sequentialEarlyStopping = "sequential, best epoch"
    case sequentialLastEpoch = "sequential, last epoch"
    case sameSample = "trained on the events it selects"
    case shiftedMasses = "cross, best epoch, m_J + 0.1 m_JJ"

    var label: String { "raw-\(Self.allCases.firstIndex(of: self) ?? 0)" }

    func plan(_ base: SearchPlan) -> SearchPlan {
      var plan = base
      switch self {
      case .crossLastEpoch: plan.network.keepBestEpoch = false
      case .sequentialEarlyStopping: plan.folds.scheme = .sequential
      case .sequentialLastEpoch:
        plan.folds.scheme = .sequential
        plan.network.keepBestEpoch = false
      case .crossEarlyStopping, .sameSample, .shiftedMasses: break
      }
      return plan
    }
  }

  struct Row: Encodable {
    let variant: Variant
    let efficiency: Double
    /// `nil`: all windows together.
    let window: Int?
    let searches: Int
    let spread: Spread
  }

  let setSize: Int
  let rows: [Row]

  init(_ samples: StudySamples, store: UnitStore, jobs: Int) throws {
    setSize = samples.settings.setSize
    // Set by set: a run that is stopped has all variants on the same sets.
    let variants = Variant.allCases
    let units = (0..<samples.settings.rawSets).flatMap { number in
      variants.map { variant in
        WorkUnit(label: "\(variant.label)-\(number)") { isCancelled in
          try JSONEncoder().encode(
            Self.search(variant, samples, number: number, isCancelled: isCancelled))
        }
      }
    }
    let found = try perform(
      units, jobs: jobs, store: store, progress: HonestyStudy.show("raw")
    ).map { try JSONDecoder().decode(LocalSignificances.self, from: $0) }
    rows = variants.enumerated().flatMap { index, variant in
      let searches = stride(from: index, to: found.count, by: variants.count).map { found[$0] }
      return samples.plan.efficiencies.enumerated().flatMap { cut, efficiency in
        let all = Row(
          variant: variant, efficiency: efficiency, window: nil, searches: searches.count,
          spread: Spread(searches.map { search in search.values.map { $0[cut] } }))
        let each = (samples.plan.mass.windows ?? []).enumerated().map { place, window in
          Row(
            variant: variant, efficiency: efficiency, window: window, searches: searches.count,
            spread: Spread(searches.map { [$0.values[place][cut]] }))
        }
        return [all] + each
      }
    }
  }

  static func search(
    _ variant: Variant, _ samples: StudySamples, number: Int, isCancelled: @Sendable () -> Bool
  ) throws -> LocalSignificances {
    let plan = variant.plan(samples.plan)
    let seed = samples.seed.child("search-\(number)")
    let events = samples.set(number)
    switch variant {
    case .sameSample:
      return try sameSample(plan.makeMethod(), events, plan: plan, seed: seed, isCancelled)
    case .shiftedMasses:
      return try LocalSignificances(
        of: shifted(events), plan: plan, seed: seed, isCancelled: isCancelled)
    default:
      return try LocalSignificances(of: events, plan: plan, seed: seed, isCancelled: isCancelled)
    }
  }

  /// Models that have seen the events they score, which no search does.
  private static func sameSample<Method: AnomalyMethod>(
    _ method: Method, _ events: EventTable, plan: SearchPlan, seed: Seed,
    _ isCancelled: @Sendable () -> Bool
  ) throws -> LocalSignificances {
    let prepared = try PreparedEvents(events, plan: plan, seed: seed)
    let all = Array(0..<prepared.table.count)
    let tables = try prepared.windows.map { index, window in
      let view = try Method.View(
        Samples(data: prepared.table), window: window, trainingRows: all)
      let scorer = try method.fit(
        view, seed: seed.child("window-\(index)"), isCancelled: isCancelled)
      return ScoreTable(
        scores: try scorer.scores(prepared.table.all).map { $0 }, folds: prepared.folds,
        identifiers: prepared.table.identifiers, weights: nil, seed: seed)
    }
    return try LocalSignificances(tables, prepared, plan: plan)
  }

  /// Both jets heavier by a tenth of the dijet mass: features that know m_JJ.
  private static func shifted(_ events: EventTable) -> EventTable {
    let columns = zip(events.features, events.columns).map { feature, column in
      switch feature {
      case .lighterJetMass, .heavierJetMass, .leadingJetMass, .subleadingJetMass:
        zip(column, events.dijetMass).map { $0 + 0.1 * Float($1) }
      default: column
      }
    }
    return events.replacing(
      dijetMass: events.dijetMass, columns: columns, identifiers: events.identifiers)
  }
}

/// Mean, width and tails of significances that should be standard normal.
struct Spread: Encodable {
  /// Values, and how many more had no fit (p = 1).
  let count: Int
  let withoutFit: Int
  let mean: Double
  let meanError: Double
  let width: Double
  let widthError: Double
  /// Fraction of all counts with a p-value below 5 % and 1 %, with errors from set to set.
  let below5Percent: Double
  let below5PercentError: Double
  let below1Percent: Double
  let below1PercentError: Double

  /// - Parameter sets: Values of one set of events each; the windows of a set overlap.
  init(_ sets: [[Double?]]) {
    let values = sets.joined().compactMap(\.self)
    count = values.count
    withoutFit = sets.reduce(0) { $0 + $1.count } - values.count
    let n = Double(max(values.count, 2))
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    self.mean = mean
    width = variance.squareRoot()
    let setMeans = sets.map { set in
      let values = set.compactMap(\.self)
      return values.isEmpty ? mean : values.reduce(0, +) / Double(values.count)
    }
    meanError = Self.errorOfMean(setMeans)
    let setVariances = sets.map { set in
      let values = set.compactMap(\.self)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return values.isEmpty ? variance : squares / Double(values.count)
    }
    widthError = Self.errorOfMean(setVariances) / (2 * max(width, 1e-9))
    func tail(_ p: Double) -> (Double, Double) {
      let fractions = sets.map { set in
        Double(set.count { $0.map { NormalDistribution.survival($0) < p } ?? false })
          / Double(set.count)
      }
      return (fractions.reduce(0, +) / Double(fractions.count), Self.errorOfMean(fractions))
    }
    (below5Percent, below5PercentError) = tail(0.05)
    (below1Percent, below1PercentError) = tail(0.01)
  }

  private static func errorOfMean(_ values: [Double]) -> Double {
    let n = Double(values.count)
    guard n > 1 else { return 0 }
    let mean = values.reduce(0, +) / n
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
  }
}
