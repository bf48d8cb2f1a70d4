import Foundation
import NumericalCore
import Randomness
import StatisticalInference
import Testing

struct FitQualityTests {
  @Test func `Probabilities of F, Kolmogorov's statistic and runs agree with scipy`() throws {
    let tests = try SpectrumReference.load().tests
    for row in tests.f {
      let ours = FDistribution.survival(
        row[0], degreesOfFreedom: Int(row[1]), residualDegreesOfFreedom: Int(row[2]))
      #expect(abs(ours / row[3] - 1) < 1e-10, "F = \(row[0])")
    }
    for row in tests.kolmogorov {
      #expect(abs(FitQuality.kolmogorovSurvival(row[0]) - row[1]) < 1e-12 + 1e-10 * row[1])
    }
    for row in tests.runs {
      // A sequence of that many runs of both kinds: the first runs have one member each.
      let sequence = Self.sequence(above: Int(row[0]), below: Int(row[1]), runs: Int(row[2]))
      let test = FitQuality.runs(sequence)
      #expect(test.value == row[2])
      #expect(abs(test.pValue / row[3] - 1) < 1e-9)
    }
    #expect(FitQuality.runs([true, true, true]).pValue == 1)
  }

  private static func sequence(above: Int, below: Int, runs: Int) -> [Bool] {
    var left = [true: above, false: below]
    var signs: [Bool] = []
    for run in 0..<runs {
      // The kind with more members starts, so that an odd number of runs can be made.
      let kind = (run % 2 == 0) == (above > below)
      let isLast = run + 2 >= runs
      let count = isLast ? left[kind, default: 0] : 1
      signs += [Bool](repeating: kind, count: count)
      left[kind, default: 0] -= count
    }
    return signs
  }

  @Test func `The tests of a fit agree with scipy`() throws {
    let reference = try SpectrumReference.load()
    let fit = try BackgroundFit(
      reference.spectrum, function: .dijet4, excluding: [reference.mask[0]..<reference.mask[1]],
      collisionEnergy: reference.collisionEnergy)
    let quality = fit.quality
    #expect(abs(quality.kolmogorovSmirnov.value - reference.tests.kolmogorovSmirnov[0]) < 1e-8)
    #expect(abs(quality.kolmogorovSmirnov.pValue - reference.tests.kolmogorovSmirnov[1]) < 1e-5)
    #expect(quality.deviance?.degreesOfFreedom == 26 - 4)
    #expect(quality.chi2?.value == fit.goodnessOfFit?.chi2)
  }

  @Test func `p-values from pseudo-experiments are uniform where the asymptotic ones are not`()
    throws
  {
    // About one event in each of the upper bins: the deviance is no chi-square there.
    let truth = try PseudoSpectrum(total: 300)
    var generator = Seed(11).makeGenerator()
    var calibrated: [Double] = []
    var asymptotic: [Double] = []
    for set in 0..<60 {
      let fit = try BackgroundFit(
        truth.draw(with: &generator), function: .dijet3, excluding: [], collisionEnergy: 13000)
      asymptotic.append(try #require(fit.quality.deviance).pValue)
      let quality = fit.calibratedQuality(
        PseudoExperiments(count: 60, seed: Seed(12).child("\(set)")))
      #expect(quality.failures < 3)
      calibrated.append(try #require(quality.deviance))
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    // Four standard deviations of the mean of 60 uniform numbers.
    #expect(abs(mean(calibrated) - 0.5) < 4 * (1.0 / 12 / 60).squareRoot())
    #expect(abs(mean(asymptotic) - 0.5) > 0.2)
  }

  @Test func `A wave in the data is seen by the runs and not by the chi-square`() throws {
    let truth = try PseudoSpectrum(total: 20_000)
    let counts = truth.expected.enumerated().map { bin, mean in
      (mean * (1 + 0.7 / mean.squareRoot() * (sin(Double(bin) / 5) > 0 ? 1 : -1))).rounded()
    }
    let fit = try BackgroundFit(
      Histogram(edges: truth.edges, counts: counts), function: .dijet3, excluding: [],
      collisionEnergy: 13000)
    #expect(try #require(fit.quality.chi2).pValue > 0.5)
    #expect(fit.quality.runs.pValue < 1e-6)
  }
}
