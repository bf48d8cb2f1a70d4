internal import Foundation
internal import NumericalCore

/// How significant the largest excess of a mass scan is after looking everywhere.
public struct GlobalSignificance: Sendable, Hashable, Codable {
  /// From the pseudo-experiments whose largest excess is as large.
  public let pValue: GlobalPValue
  /// Pseudo-experiments in which a fit failed; they count as having reached the data.
  public let failed: Int
  /// The global over the local p-value; `nil` where that is below the smallest double.
  public let trialsFactor: Double?
  public let upCrossings: UpCrossings

  /// The global p-value from the number of up-crossings of q₀.
  ///
  /// Gross and Vitells, Eur. Phys. J. C 70 (2010) 525, arXiv:1005.1891, eq. (3):
  /// Global p <= local p + <N(u₀)> exp(-(u - u₀) / 2), with the mean number of times that q₀ rises
  /// above u₀ along the mass. An extrapolation from u₀ to the observed u, good where the p-value is
  /// small.
  public struct UpCrossings: Sendable, Hashable, Codable {
    /// u₀.
    public let level: Double
    public let meanNumber: Double
    public let meanNumberUncertainty: Double
    /// The bound on the p-value, at most 1, and its standard deviation.
    public let pValue: Double
    public let pValueUncertainty: Double
    /// Right where the p-value is below the smallest double.
    public let log10PValue: Double
    /// `true`: this number is extrapolated.
    public let extrapolated: Bool
  }

  /// Scans background-only pseudo-data in the same way as the data.
  ///
  /// Pseudo-data come from the background-only fit to the data; their background is fitted anew at
  /// each mass.
  ///
  /// - Parameters:
  ///   - scan: The spectra and the signal.
  ///   - points: The scan of the data.
  ///   - pseudoExperiments: How many, and their random streams.
  ///   - level: q₀ at which up-crossings are counted, above 0.
  /// - Throws: ``SignalStrengthError`` if the background-only fit fails.
  public init(
    _ scan: MassScan, _ points: [MassScan.Point], pseudoExperiments: PseudoExperiments,
    level: Double = 1
  ) throws {
    let count = pseudoExperiments.count
    precondition(count >= 1 && level > 0 && !points.isEmpty, "an empty look-elsewhere study")
    let masses = points.map(\.mass)
    let models = try masses.map { try scan.model(mass: $0) }
    let background = try scan.likelihood(mass: masses[0]).backgroundOnly
    let largest = points.map(\.localSignificance).max() ?? 0
    struct Outcome: Sendable {
      var largest: Double
      var crossings: Int
    }
    let outcomes: [Outcome?] = try pseudoExperiments.map { generator in
      let observation = models[0].draw(background.parameters, with: &generator)
      do throws(SignalStrengthError) {
        var outcome = Outcome(largest: -.infinity, crossings: 0)
        var previous = Double.infinity
        let first = try ProfileLikelihood(models[0], observation)
        for (index, model) in models.enumerated() {
          let likelihood =
            index == 0
            ? first
            : try ProfileLikelihood(model, observation, backgroundOnly: first.backgroundOnly)
          let q0 = likelihood.q0
          if previous <= level, q0 > level { outcome.crossings += 1 }
          previous = q0
          outcome.largest = max(outcome.largest, likelihood.localSignificance)
        }
        return outcome
      } catch {
        return nil
      }
    }
    let reached = outcomes.count { ($0?.largest ?? .infinity) >= largest - 1e-9 }
    pValue = try GlobalPValue(
      exceeding: reached, of: count,
      method: "mass scans of background-only pseudo-experiments")
    let good = outcomes.compactMap(\.self)
    failed = count - good.count
    let local = NormalDistribution.survival(largest)
    trialsFactor = local > 0 ? pValue.value / local : nil
    upCrossings = UpCrossings(
      level: level, crossings: good.map(\.crossings), largest: largest)
  }
}

extension GlobalSignificance.UpCrossings {
  /// Extrapolates from counted up-crossings to the observed excess.
  package init(level: Double, crossings: [Int], largest: Double) {
    let n = Double(max(1, crossings.count))
    let mean = Double(crossings.reduce(0, +)) / n
    let variance = crossings.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / n
    let u = largest > 0 ? largest * largest : 0
    let logFactor = -(u - level) / 2
    let logLocal = NormalDistribution.logSurvival(largest)
    let logCrossing = mean > 0 ? log(mean) + logFactor : -.infinity
    let top = max(logLocal, logCrossing)
    let logP = min(0, top + log(exp(logLocal - top) + exp(logCrossing - top)))
    self.init(
      level: level, meanNumber: mean, meanNumberUncertainty: (variance / n).squareRoot(),
      pValue: exp(logP), pValueUncertainty: (variance / n).squareRoot() * exp(logFactor),
      log10PValue: logP / log(10), extrapolated: true)
  }
}
