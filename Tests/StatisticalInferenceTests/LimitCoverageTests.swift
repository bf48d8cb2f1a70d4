import Foundation
import Randomness
import StatisticalInference
import Testing

/// Coverage over 2000 pseudo-experiments at three strengths, with the background function profiled.
///
/// Slow; `OVERDENSITY_SLOW=1 swift test -c release --filter LimitCoverage` prints the numbers of
/// Documentation/limits.md.
@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["OVERDENSITY_SLOW"] != nil,
    "minutes long; set OVERDENSITY_SLOW"))
struct LimitCoverageTests {
  /// A falling spectrum of 9000 events in 32 bins with a narrow signal in its middle.
  private struct Truth {
    let edges: [Double]
    let background: [Double]
    let signal: [Double]
    let mass = 3700.0
    let shape = SignalShape.gaussian(relativeWidth: 0.03)
    let reference: BackgroundFit

    init() throws {
      let fine = try PseudoSpectrum(total: 9000)
      edges = fine.edges.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      background = stride(from: 0, to: 64, by: 2).map { fine.expected[$0] + fine.expected[$0 + 1] }
      signal = shape.fractions(edges: edges, mass: mass)
      reference = try BackgroundFit(
        Histogram(edges: edges, counts: background), function: .dijet3, excluding: [],
        collisionEnergy: 13000)
    }

    func draw(_ events: Double, with generator: inout SplitMix64) throws -> Histogram {
      try Histogram(
        edges: edges,
        counts: zip(background, signal).map {
          Double(generator.poisson(mean: $0 + events * $1))
        })
    }

    func scan(_ spectrum: Histogram) -> MassScan {
      MassScan([ScannedSpectrum(spectrum, background: reference)], shape: shape)
    }
  }

  @Test func `Limits lie above the true strength as often as they should`() throws {
    let truth = try Truth()
    let asimov = try truth.scan(Histogram(edges: truth.edges, counts: truth.background))
      .likelihood(mass: truth.mass)
    let sigma = try asimov.strengthUncertainty()
    let count = 2000
    for separation in [1.0, 2, 4] {
      let events = separation * sigma
      let covered = try PseudoExperiments(
        count: count, seed: Seed(41).child("\(separation)"),
        jobs: ProcessInfo.processInfo.activeProcessorCount
      ).map { generator -> [Bool] in
        let likelihood = try truth.scan(truth.draw(events, with: &generator))
          .likelihood(mass: truth.mass)
        // The true strength is covered if it is not excluded: no need to find the limit.
        let cls = try AsymptoticLimits(likelihood).cls(strength: events)
        return [cls.clsPlusB >= 0.05, cls.observed >= 0.05]
      }
      let rates = [0, 1].map { index in
        Double(covered.count { $0[index] }) / Double(count)
      }
      let computed = AsymptoticLimits.clsCoverage(separation: separation)
      print(
        "coverage at \(separation) sigma (\(events) events): CLs+b \(rates[0]), CLs \(rates[1]), "
          + "computed \(computed)")
      #expect(abs(rates[0] - 0.95) <= 0.015)
      #expect(rates[1] >= 0.935)
      // Three binomial standard deviations, and half a per cent for the asymptotic formulas.
      let error = 3 * (computed * (1 - computed) / Double(count)).squareRoot() + 0.005
      #expect(abs(rates[1] - computed) < error)
    }
  }

  @Test func `Fitted mass and events have the errors that they state`() throws {
    let truth = try Truth()
    let asimov = try truth.scan(Histogram(edges: truth.edges, counts: truth.background))
      .likelihood(mass: truth.mass)
    let events = 7 * (try asimov.strengthUncertainty())
    let masses = (-6...6).map { truth.mass * (1 + 0.015 * Double($0)) }
    let pulls = try PseudoExperiments(
      count: 600, seed: Seed(42), jobs: ProcessInfo.processInfo.activeProcessorCount
    ).map { generator -> [Double]? in
      let scan = truth.scan(try truth.draw(events, with: &generator))
      guard let best = try scan.bestMass(scan.points(at: masses)), let low = best.massLow,
        let high = best.massHigh
      else { return nil }
      // The error on the side of the truth.
      let difference = best.mass - truth.mass
      return [
        difference / (difference > 0 ? best.mass - low : high - best.mass),
        (best.point.signalEvents - events) / best.point.signalEventsUncertainty,
      ]
    }.compactMap(\.self)
    #expect(pulls.count >= 598)
    for (index, name) in ["mass", "events"].enumerated() {
      let values = pulls.map { $0[index] }
      let n = Double(values.count)
      let mean = values.reduce(0, +) / n
      let width = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n).squareRoot()
      print("pull of \(name): mean \(mean), width \(width), \(values.count) pseudo-experiments")
      #expect(abs(width - 1) < 0.1)
      #expect(abs(mean) < 0.2)
    }
  }
}
