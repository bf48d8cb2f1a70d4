import Foundation
import StatisticalInference
import Testing

struct SpectrumFunctionTests {
  @Test func `Every family agrees with iminuit and scipy on the same counts`() throws {
    let reference = try SpectrumReference.load()
    for spectrum in [reference.wide, reference.narrow] {
      let histogram = try Histogram(edges: spectrum.edges, counts: spectrum.counts)
      let mask = spectrum.mask[0]..<spectrum.mask[1]
      for row in spectrum.functions {
        let name = row.function.rawValue
        let fit = try BackgroundFit(
          histogram, function: row.function, excluding: [mask],
          collisionEnergy: reference.collisionEnergy)
        #expect(abs(fit.deviance - row.deviance) < 1e-6 * row.deviance, "\(name)")
        for (bin, expected) in row.expected.enumerated() {
          let error = fit.expected[bin].uncertainty
          #expect(
            abs(fit.expected[bin].count - expected) < 2e-3 * error + 1e-6 * expected, "\(name)")
        }
        #expect(fit.isHeld.contains(true) == (row.uncertainties == nil), "\(name)")
        for (index, expected) in (row.uncertainties ?? []).enumerated() {
          let error = fit.covariance[index][index].squareRoot()
          #expect(abs(error / expected - 1) < 1e-3, "\(name), parameter \(index)")
          #expect(
            abs(fit.parameters[index] - row.parameters[index]) < 2e-3 * expected,
            "\(name), parameter \(index)")
        }
      }
    }
  }

  @Test func `A name leads back to its function, and other names to none`() {
    for function in SpectrumFunction.allCases {
      #expect(SpectrumFunction(rawValue: function.rawValue) == function)
      #expect(function.parameterNames.count == function.parameterCount)
      #expect(function.formula.contains(function.family == .bernstein ? "pk" : "y"))
    }
    #expect(Set(SpectrumFunction.allCases.map(\.rawValue)).count == 22)
    for name in ["dijet2", "dijet6", "dijet", "bernstein1", "Dijet4", ""] {
      #expect(SpectrumFunction(rawValue: name) == nil)
    }
    #expect(SpectrumFunction.dijet5.formula == "p0 (1 - y)^p1 y^-(p2 + p3 ln y + p4 ln^2 y)")
  }

  @Test(arguments: [
    (SpectrumFunction.dijet3, SpectrumFunction.dijet4, true), (.dijet4, .dijet3, false),
    (.atlas3, .dijet4, true), (.atlas4, .dijet5, true), (.dijet3, .atlasExponential4, false),
    (.dijet4, .dijet4, false),
  ])
  func `A function is nested in those that add terms to it`(
    simpler: SpectrumFunction, larger: SpectrumFunction, nested: Bool
  ) {
    #expect(simpler.isNested(in: larger) == nested)
  }

  @Test func `Decorrelated ATLAS parameters change no fit and are uncorrelated`() throws {
    let reference = try SpectrumReference.load()
    let spectrum = try reference.spectrum
    for function in [SpectrumFunction.atlas3, .atlas4, .atlasExponential4] {
      let fit = try BackgroundFit(
        spectrum, function: function, excluding: [], collisionEnergy: reference.collisionEnergy)
      let decorrelated = try #require(fit.decorrelated)
      #expect(decorrelated.xi.count == (function.parameterCount == 3 ? 1 : 3))
      let errors = (0..<function.parameterCount).map {
        decorrelated.covariance[$0][$0].squareRoot()
      }
      for a in 1..<function.parameterCount {
        for b in 1..<a {
          let correlation = decorrelated.covariance[a][b] / (errors[a] * errors[b])
          #expect(abs(correlation) < 1e-5, "\(function.rawValue), p\(a + 1) and p\(b + 1)")
          let before =
            fit.covariance[a][b]
            / (fit.covariance[a][a] * fit.covariance[b][b]).squareRoot()
          #expect(abs(before) > 0.5)
        }
      }
      // The published formula, with ξ, at some masses.
      let p = decorrelated.values
      let xi = decorrelated.xi
      for mass in [1900.0, 2800, 4700] {
        let x = mass / reference.collisionEnergy
        let density: Double
        switch function {
        case .atlas3:
          density = exp(p[0]) * pow(1 - x, p[1] - xi[0] * p[2]) * pow(x, -p[2])
        case .atlas4:
          let power = -p[2] + (p[3] - xi[1] * p[2] - xi[2] * p[1]) * log(x)
          density = exp(p[0]) * pow(1 - x, p[1] - xi[0] * p[2]) * pow(x, power)
        default:
          let square = p[3] - xi[1] * p[2] - xi[2] * p[1]
          density = exp(p[0]) * pow(x, p[1] - xi[0] * p[2]) * exp(-p[2] * x + square * x * x)
        }
        #expect(abs(density / fit.density(at: mass) - 1) < 1e-7)
      }
    }
    let dijet = try BackgroundFit(
      spectrum, function: .dijet4, excluding: [], collisionEnergy: reference.collisionEnergy)
    #expect(dijet.decorrelated == nil)
  }

  @Test func `A refit to other counts is the fit to those counts`() throws {
    let reference = try SpectrumReference.load()
    let spectrum = try reference.spectrum
    let other = try Histogram(edges: reference.edges, counts: reference.spurious.truth)
    for function in [SpectrumFunction.dijet4, .atlasExponential4, .bernstein8] {
      let first = try BackgroundFit(
        spectrum, function: function, excluding: [2500..<3100], collisionEnergy: 13000)
      let fresh = try BackgroundFit(
        other, function: function, excluding: [2500..<3100], collisionEnergy: 13000)
      let again = try first.refitted(to: other)
      #expect(abs(again.deviance - fresh.deviance) < 1e-7 * (1 + fresh.deviance))
      #expect(again.isUsed == fresh.isUsed)
      for (a, b) in zip(again.expected, fresh.expected) {
        #expect(abs(a.count - b.count) < 1e-3 * b.uncertainty)
        #expect(abs(a.uncertainty / b.uncertainty - 1) < 1e-3)
      }
    }
    let first = try BackgroundFit(
      spectrum, function: .dijet4, excluding: [], collisionEnergy: 13000)
    let shifted = try Histogram(edges: reference.edges.map { $0 + 1 }, counts: reference.counts)
    #expect(throws: BackgroundFitError.otherBinning) { try first.refitted(to: shifted) }
  }
}

extension SpectrumFunction {
  fileprivate static let bernstein8 =
    SpectrumFunction(.bernstein, parameterCount: 8) ?? .dijet3
}
