import EventModel
import Execution
import Foundation
import Learners
import Randomness
import ResonanceSearch

/// Whether pseudo-data from donors look like background, and hold no signal.
struct SourceValidation: Encodable {
  /// Area under the curve of trees that tell two samples apart, trained on one half, tested on the
  /// other; copies of an event are on one side.
  struct Separation: Encodable {
    let samples: String
    let areaUnderCurve: Double
    let error: Double
    let values: [Double]
  }

  /// Searches on data with injected signal and on pseudo-data made from them.
  struct Injection: Encodable {
    let injectedEvents: Int
    let window: Int
    let efficiency: Double
    /// Mean and width of Z over data sets, and over all of their pseudo-data.
    let data: Spread
    let pseudoData: Spread
  }

  let duplicates: Double
  let separations: [Separation]
  let injections: [Injection]

  init(_ samples: StudySamples, store: UnitStore, jobs: Int) throws {
    let settings = samples.settings
    duplicates = try DonorEvents(
      samples.set(0), plan: samples.plan, seed: samples.seed
    ).duplicates
    let areas = try perform(
      (0..<settings.classifierSets).map { number in
        WorkUnit(label: "separation-\(number)") { isCancelled in
          try JSONEncoder().encode(
            Self.separation(samples, number: number, isCancelled: isCancelled))
        }
      }, jobs: jobs, store: store, progress: HonestyStudy.show("classifiers")
    ).map { try JSONDecoder().decode([Double].self, from: $0) }
    separations = ["donors against background", "background against background"].enumerated().map {
      index, name in
      let values = areas.map { $0[index] }
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(n - 1, 1)
      return Separation(
        samples: name, areaUnderCurve: mean, error: (variance / n).squareRoot(), values: values)
    }
    injections = try [0, settings.injectedEvents].flatMap { injected in
      let ensembles = try perform(
        (0..<settings.injectedSets).map { number in
          WorkUnit(label: "injection-\(injected)-\(number)-\(settings.injectedInnerSets)") {
            isCancelled in
            try JSONEncoder().encode(
              Self.ensemble(samples, injected: injected, number: number, isCancelled: isCancelled))
          }
        }, jobs: jobs, store: store, progress: HonestyStudy.show("\(injected) injected")
      ).map { try JSONDecoder().decode([LocalSignificances].self, from: $0) }
      return (samples.plan.mass.windows ?? []).enumerated().flatMap { place, window in
        samples.plan.efficiencies.enumerated().map { cut, efficiency in
          Injection(
            injectedEvents: injected, window: window, efficiency: efficiency,
            data: Spread(ensembles.map { [$0[0].values[place][cut]] }),
            pseudoData: Spread(ensembles.map { $0.dropFirst().map { $0.values[place][cut] } }))
        }
      }
    }
  }

  /// Background and signal, shuffled together under names of their own.
  private static func data(
    _ samples: StudySamples, injected: Int, number: Int
  ) throws -> EventTable {
    let background = samples.set(number)
    var generator = samples.seed.child("injection-\(number)").makeGenerator()
    let signal = samples.signal.selecting(
      rows: generator.sample(injected, of: samples.signal.count))
    let columns = zip(background.columns, signal.columns).map { $0 + $1 }
    let count = background.count + signal.count
    return background.replacing(
      dijetMass: background.dijetMass + signal.dijetMass, columns: columns,
      identifiers: Array(0..<Int64(count)))
  }

  private static func ensemble(
    _ samples: StudySamples, injected: Int, number: Int, isCancelled: @Sendable () -> Bool
  ) throws -> [LocalSignificances] {
    let seed = samples.seed.child("injected-\(injected)-\(number)")
    let data = try data(samples, injected: injected, number: number)
    let donors = try DonorEvents(data, plan: samples.plan, seed: seed)
    return try [
      LocalSignificances(of: data, plan: samples.plan, seed: seed, isCancelled: isCancelled)
    ]
      + (0..<samples.settings.injectedInnerSets).map { inner in
        try LocalSignificances(
          of: donors.events(of: inner), plan: samples.plan, seed: seed.child("null-\(inner)"),
          isCancelled: isCancelled)
      }
  }

  /// Donors, then true background, against other true background.
  private static func separation(
    _ samples: StudySamples, number: Int, isCancelled: @Sendable () -> Bool
  ) throws -> [Double] {
    let seed = samples.seed.child("separation-\(number)")
    let used = Set(samples.rows(ofSet: number))
    let others = samples.background.dijetMass.indices.filter { !used.contains($0) }
    var generator = seed.makeGenerator()
    let chosen = generator.sample(3 * samples.settings.setSize, of: others.count)
    let range = try samples.plan.binning().range
    func inRange(_ rows: some Sequence<Int>) -> EventTable {
      samples.background.selecting(
        rows: rows.map { others[$0] }.filter { range.contains(samples.background.dijetMass[$0]) })
    }
    let pseudo = try DonorEvents(samples.set(number), plan: samples.plan, seed: seed).events(of: 0)
    let reference = inRange(chosen.dropFirst(samples.settings.setSize))
    let control = inRange(chosen.prefix(samples.settings.setSize))
    return try [pseudo, control].map { sample in
      try area(sample, against: reference, seed: seed, isCancelled: isCancelled)
    }
  }

  private static func area(
    _ sample: EventTable, against reference: EventTable, seed: Seed,
    isCancelled: @Sendable () -> Bool
  ) throws -> Double {
    func withMass(_ table: EventTable) throws -> EventTable {
      // m_JJ is no feature of a search; here it stands under a name that the plan does not use.
      try EventTable(
        dijetMass: table.dijetMass, features: table.features + [.toyX1],
        columns: table.columns + [table.dijetMass.map { Float($0) }],
        identifiers: table.identifiers)
    }
    let (positive, negative) = (try withMass(sample), try withMass(reference))
    let hash = seed.child("quarters")
    func quarters(_ table: EventTable, _ parts: [UInt64]) -> WeightedEvents {
      WeightedEvents(
        table[
          table.identifiers.indices.filter {
            parts.contains(hash.hash(of: table.identifiers[$0]) % 4)
          }])
    }
    func balanced(_ positive: WeightedEvents, _ negative: WeightedEvents) -> Contrast {
      let scale = Double(negative.count) / Double(positive.count)
      return Contrast(
        positive: WeightedEvents(
          positive.events, weights: [Double](repeating: scale, count: positive.count)),
        negative: negative)
    }
    let trees = BoostedTrees(
      maximumDepth: 4, learningRate: 0.1, minimumRounds: 20, maximumRounds: 100, patience: 10,
      minimumChildWeight: 100, subsample: 1, l2: 10, bins: 256)
    let fitted = try trees.fit(
      training: balanced(quarters(positive, [0]), quarters(negative, [0])),
      validation: balanced(quarters(positive, [1]), quarters(negative, [1])), metric: .logLoss,
      seed: seed,
      isCancelled: isCancelled)
    let (tested, against) = (quarters(positive, [2, 3]), quarters(negative, [2, 3]))
    return try ValidationMetric.areaUnderCurve.value(
      positive: (try fitted.model.scores(tested.events), tested.weights),
      negative: (try fitted.model.scores(against.events), against.weights))
  }
}
