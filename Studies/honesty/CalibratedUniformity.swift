import Execution
import Foundation
import NumericalCore
import Randomness
import ResonanceSearch

/// Whether calibrated local p-values and the global one are uniform on background alone.
///
/// The test was written down before it was run: Documentation/calibration.md, "The declared test".
struct CalibratedUniformity: Encodable {
  struct Row: Encodable {
    /// "global", or a window with its cut.
    let quantity: String
    let meanPValue: Double
    let below5Percent: Double
    let below1Percent: Double
    /// Kolmogorov-Smirnov distance of the randomised p-values to the uniform distribution.
    let distance: Double
    let pValue: Double
    /// Rejected by Holm's procedure at 1 % among the rows of the source.
    let rejected: Bool
    let pValues: [Double]
  }

  struct Source: Encodable {
    let source: String
    let outerSets: Int
    let innerSets: Int
    let rows: [Row]
  }

  /// The function that the outer sets' spectra follow.
  let spectrum: String
  let sources: [Source]
  /// Nominal local p-values of the outer sets, all windows and cuts.
  let nominalPValues: [Double]

  init(_ samples: StudySamples, store: UnitStore, jobs: Int) throws {
    let settings = samples.settings
    spectrum = samples.spectrum.description
    let units = (0..<settings.outerSets).map { outer in
      WorkUnit(label: "calibrated-smooth-\(outer)-\(settings.innerSets)") { isCancelled in
        try JSONEncoder().encode(
          try Self.ensemble(samples, outer: outer, isCancelled: isCancelled))
      }
    }
    let donors = try perform(
      units, jobs: jobs, store: store, progress: HonestyStudy.show("donors")
    ).map { try JSONDecoder().decode([LocalSignificances].self, from: $0) }

    // The other sets of the study serve as samples of simulation: each outer set takes others.
    let variant = RawSpread.Variant.crossEarlyStopping
    let raw = try perform(
      (0..<settings.rawSets).map { number in
        WorkUnit(label: "\(variant.label)-\(number)") { isCancelled in
          try JSONEncoder().encode(
            RawSpread.search(variant, samples, number: number, isCancelled: isCancelled))
        }
      }, jobs: jobs, store: store, progress: HonestyStudy.show("simulation")
    ).map { try JSONDecoder().decode(LocalSignificances.self, from: $0) }
    nominalPValues = donors.flatMap { ensemble in
      ensemble[0].values.joined().map { $0.map { NormalDistribution.survival($0) } ?? 1 }
    }
    let simulation = (0..<min(settings.outerSets, raw.count)).map { outer in
      var generator = samples.seed.child("others-of-\(outer)").makeGenerator()
      let others = generator.sample(min(settings.innerSets, raw.count - 1), of: raw.count - 1)
      return [raw[outer]] + others.map { raw[$0 < outer ? $0 : $0 + 1] }
    }
    sources = [
      Self.test(donors, source: "donors", samples),
      Self.test(simulation, source: "simulation", samples),
    ]
  }

  /// The search on an outer set, then those on its own pseudo-data.
  private static func ensemble(
    _ samples: StudySamples, outer: Int, isCancelled: @Sendable () -> Bool
  ) throws -> [LocalSignificances] {
    let seed = samples.seed.child("outer-\(outer)")
    let events = samples.smoothSet(outer)
    let donors = try DonorEvents(events, plan: samples.plan, seed: seed)
    let inner = try (0..<samples.settings.innerSets).map { number in
      try LocalSignificances(
        of: donors.events(of: number), plan: samples.plan, seed: seed.child("null-\(number)"),
        isCancelled: isCancelled)
    }
    let observed = try LocalSignificances(
      of: events, plan: samples.plan, seed: seed.child("observed"), isCancelled: isCancelled)
    return [observed] + inner
  }

  private static func test(
    _ ensembles: [[LocalSignificances]], source: String, _ samples: StudySamples
  ) -> Source {
    var generator = samples.seed.child("randomisation-\(source)").makeGenerator()
    var quantities: [(name: String, value: (LocalSignificances) -> Double)] = [
      ("global", { $0.largest ?? -.greatestFiniteMagnitude })
    ]
    let windows = samples.plan.mass.windows ?? []
    for (place, window) in windows.enumerated() {
      for (cut, efficiency) in samples.plan.efficiencies.enumerated() {
        quantities.append(
          (
            "window \(window), efficiency \(efficiency)",
            { $0.values[place][cut] ?? -.greatestFiniteMagnitude }
          ))
      }
    }
    let tests = quantities.map { name, value in
      let pValues = ensembles.map { ensemble in
        let observed = value(ensemble[0])
        let inner = ensemble.dropFirst().map(value)
        let above = Double(inner.count { $0 > observed })
        let equal = Double(inner.count { $0 == observed })
        return (above + generator.uniform() * (equal + 1)) / Double(inner.count + 1)
      }
      return (name, pValues, KolmogorovSmirnov(uniform: pValues))
    }
    let rejected = holm(tests.map(\.2.pValue), level: 0.01)
    return Source(
      source: source, outerSets: ensembles.count, innerSets: samples.settings.innerSets,
      rows: zip(tests, rejected).map { test, rejected in
        let n = Double(test.1.count)
        return Row(
          quantity: test.0, meanPValue: test.1.reduce(0, +) / n,
          below5Percent: Double(test.1.count { $0 < 0.05 }) / n,
          below1Percent: Double(test.1.count { $0 < 0.01 }) / n, distance: test.2.distance,
          pValue: test.2.pValue, rejected: rejected, pValues: test.1)
      })
  }

  /// Holm's step-down procedure.
  private static func holm(_ pValues: [Double], level: Double) -> [Bool] {
    var rejected = [Bool](repeating: false, count: pValues.count)
    for (rank, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      guard pValues[index] <= level / Double(pValues.count - rank) else { break }
      rejected[index] = true
    }
    return rejected
  }
}

/// The Kolmogorov-Smirnov test of values against the uniform distribution on [0, 1].
struct KolmogorovSmirnov {
  let distance: Double
  /// Kolmogorov's series with Stephens' correction for small samples.
  ///
  /// J. R. Stat. Soc. B 32 (1970) 115.
  let pValue: Double

  init(uniform values: [Double]) {
    let n = Double(values.count)
    let distance =
      values.sorted().enumerated().map { rank, value in
        max(Double(rank + 1) / n - value, value - Double(rank) / n)
      }.max() ?? 0
    let lambda = (n.squareRoot() + 0.12 + 0.11 / n.squareRoot()) * distance
    let series = (1...100).reduce(0.0) { sum, k in
      sum + (k.isMultiple(of: 2) ? -2 : 2) * exp(-2 * Double(k * k) * lambda * lambda)
    }
    self.distance = distance
    pValue = lambda < 0.2 ? 1 : min(max(series, 0), 1)
  }
}
