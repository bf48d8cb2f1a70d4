import Execution
import Foundation
public import Randomness
import StatisticalInference

extension SearchRecord {
  /// Fluctuates the fitted background of every selected spectrum and fits again: networks frozen.
  ///
  /// Seconds instead of hours, and approximate: what a training makes of a fluctuation is missing,
  /// so the spread of Z after a learned cut is too small and p-values are too small with it. Cuts
  /// of one window keep their overlap: what lies between two cuts fluctuates on its own.
  ///
  /// - Parameters:
  ///   - count: Pseudo-experiments, at least 1.
  ///   - plan: The search.
  ///   - seed: Root of every random number.
  ///   - jobs: How many run at once.
  /// - Returns: The searches, in the order of their numbers.
  /// - Throws: ``NullSourceError`` or an error about a spectrum.
  public func spectrumFluctuations(
    count: Int, plan: SearchPlan, seed: Seed, jobs: Int
  ) throws -> NullDistribution {
    guard count >= 1 else { throw NullSourceError.noPseudoExperiments(count) }
    guard !result.blind else { throw NullSourceError.blind }
    guard plan.fit.folds == .merged else { throw NullSourceError.foldsFittedApart }
    let spectra = result.windows.map { window in
      self.spectra.filter { $0.window == window.index }
    }
    let root = seed.child("spectrum")
    // Batches: a single one takes a millisecond.
    let batch = 25
    let units = stride(from: 0, to: count, by: batch).map { first in
      WorkUnit(label: "spectrum-\(first)") { _ in
        try JSONEncoder().encode(
          (first..<min(first + batch, count)).map { number in
            LocalSignificances(
              try spectra.enumerated().map { window, spectra in
                try Self.fluctuated(
                  spectra, plan: plan, seed: root.child("\(number)").child("window-\(window)"))
              })
          })
      }
    }
    let searches = try perform(units, jobs: jobs, store: nil).flatMap {
      try JSONDecoder().decode([LocalSignificances].self, from: $0)
    }
    return NullDistribution(
      method: .spectrum, source: nil,
      assumptions: [
        "Approximate: the networks are frozen, and what a training would make of a fluctuation is "
          + "missing; after a learned cut such p-values are too small.",
        "The fitted functions are the true backgrounds; the spectra of different windows fluctuate "
          + "independently, which over-counts the looks.",
      ], searches: searches)
  }

  /// Significances of the cuts of one window in one pseudo-experiment.
  private static func fluctuated(
    _ spectra: [Spectrum], plan: SearchPlan, seed: Seed
  ) throws -> [Double?] {
    let ascending = spectra.indices.sorted { spectra[$0].efficiency < spectra[$1].efficiency }
    var generator = seed.makeGenerator()
    var counts = [Double](repeating: 0, count: spectra.first.map { $0.edges.count - 1 } ?? 0)
    var expectedBelow = counts
    var significances = [Double?](repeating: nil, count: spectra.count)
    for cut in ascending {
      let spectrum = spectra[cut]
      // A cut without a fit has p = 1, and is no part of the next one's expectation.
      guard let expected = spectrum.expected else { continue }
      let scale = spectrum.weightScale ?? 1
      for bin in counts.indices {
        let mean = max(expected[bin] - expectedBelow[bin], 0) / scale
        counts[bin] += Double(generator.poisson(mean: mean)) * scale
      }
      expectedBelow = zip(expected, expectedBelow).map(max)
      significances[cut] = try SelectedSpectrum(
        Histogram(
          edges: spectrum.edges, counts: counts,
          sumsOfSquaredWeights: spectrum.weightScale.map { scale in counts.map { $0 * scale } }),
        signalRegion: spectrum.signalRegionGeV[0]..<spectrum.signalRegionGeV[1], plan: plan
      ).counting()?.localSignificance
    }
    return significances
  }
}
