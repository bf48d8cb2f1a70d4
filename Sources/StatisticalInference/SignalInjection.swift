internal import Foundation
internal import Randomness

/// How significant a signal of given strength would be in a bump hunt.
public struct SignalInjection: Sendable, Hashable {
  /// Pseudo-experiments with one number of signal events.
  public struct Step: Sendable, Hashable {
    /// Expected signal events in the spectrum.
    public let events: Double
    /// Median of the test statistic.
    public let statistic: Double
    /// Of the median statistic, among background pseudo-experiments.
    public let globalPValue: GlobalPValue
    /// Of the statistic that 84 % of the pseudo-experiments exceed.
    public let unlucky: GlobalPValue
    /// Of the statistic that 16 % of the pseudo-experiments exceed.
    public let lucky: GlobalPValue
  }

  /// In the order of the strengths asked for.
  public let steps: [Step]

  /// The fewest expected signal events with a median global significance of z.
  ///
  /// Linear between the steps around it; `nil` unless a step reaches it that is not the first.
  public func events(reaching significance: Double) -> Double? {
    let points = steps.map { ($0.events, $0.globalPValue.significance ?? -.infinity) }
    for (before, after) in zip(points, points.dropFirst())
    where before.1 < significance && after.1 >= significance && before.1.isFinite {
      return before.0 + (after.0 - before.0) * (significance - before.1) / (after.1 - before.1)
    }
    return nil
  }
}

extension BumpHunter {
  /// Injects a signal into background pseudo-experiments and searches them.
  ///
  /// Background is drawn from the reference, or from the fit to the background spectrum given. A
  /// deficit takes the signal away, down to empty bins.
  ///
  /// - Parameters:
  ///   - signal: Expected signal events per bin, of any sum.
  ///   - events: Numbers of expected signal events to inject, all bins together.
  ///   - background: Background events: what a ``BumpReference/fitted(_:collisionEnergy:excluding:_:)``
  ///     is fitted to, and what a ``BumpReference/sidebandNormalised(_:)`` is scaled to.
  ///   - reference: What the pseudo-experiments are compared with.
  ///   - repetitions: Pseudo-experiments with signal for each number of events.
  ///   - pseudoExperiments: Those without signal.
  /// - Returns: One step for each number of events.
  /// - Throws: ``BumpHunterError``.
  public func injectSignal(
    _ signal: [Double], events: [Double], background: Histogram, reference: BumpReference,
    repetitions: Int, pseudoExperiments: PseudoExperiments
  ) throws(BumpHunterError) -> SignalInjection {
    let total = signal.reduce(0, +)
    guard signal.count == background.binCount, signal.allSatisfy({ $0 >= 0 && $0.isFinite }),
      total > 0, events.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { throw .invalidSignal }
    guard repetitions > 0 else { throw .tooFewPseudoExperiments(repetitions) }
    let channel = try ScannedChannel(
      background, reference: reference, windows: windows, direction: direction)
    let null = try channel.nullStatistics(pseudoExperiments).map { $0 ?? 0 }
    var steps: [SignalInjection.Step] = []
    for count in events {
      var injected = pseudoExperiments
      injected.count = repetitions
      injected.seed = pseudoExperiments.seed.child("signal-\(count)")
      injected.progress = { _ in }
      let samplers = signal.map { PoissonSampler(mean: $0 * count / total) }
      let statistics = injected.map {
        ScanWorkspace(channel.test.sums)
      } _: { workspace, generator in
        channel.test.draw(into: &workspace, with: &generator)
        for bin in samplers.indices {
          let change = samplers[bin].draw(with: &generator)
          workspace.counts[bin] =
            direction == .excess
            ? workspace.counts[bin] + change : max(0, workspace.counts[bin] - change)
        }
        return channel.test.peak(&workspace)?.statistic ?? 0
      }.sorted()
      func pValue(at statistic: Double) throws(BumpHunterError) -> GlobalPValue {
        do throws(GlobalPValueError) {
          return try .extrapolated(
            observed: statistic, pseudoExperiments: null, method: channel.test.method)
        } catch { throw .globalPValue(error) }
      }
      func quantile(_ fraction: Double) -> Double {
        statistics[min(statistics.count - 1, Int(fraction * Double(statistics.count)))]
      }
      steps.append(
        SignalInjection.Step(
          events: count, statistic: quantile(0.5), globalPValue: try pValue(at: quantile(0.5)),
          unlucky: try pValue(at: quantile(0.16)), lucky: try pValue(at: quantile(0.84))))
    }
    return SignalInjection(steps: steps)
  }
}
