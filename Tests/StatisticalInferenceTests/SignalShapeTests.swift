import Foundation
import NumericalCore
import StatisticalInference
import Testing

/// Reference values: Validation/signal_shapes.py (mpmath), which names its versions.
private struct ShapeReference: Decodable {
  struct Case: Decodable {
    let mass: Double
    let relativeWidth: Double
    let alphaLow: Double
    let powerLow: Double
    let alphaHigh: Double
    let powerHigh: Double
    let edges: [Double]
    let fractions: [Double]
  }
  let cases: [Case]

  static func load() throws -> ShapeReference {
    let url = try #require(
      Bundle.module.url(
        forResource: "signal_shapes", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(ShapeReference.self, from: Data(contentsOf: url))
  }
}

struct SignalShapeTests {
  @Test func `A double-sided Crystal Ball has the bin contents of a numerical integral`() throws {
    for row in try ShapeReference.load().cases {
      let shape = SignalShape.crystalBall(
        try DoubleSidedCrystalBall(
          relativeWidth: row.relativeWidth, alphaLow: row.alphaLow, powerLow: row.powerLow,
          alphaHigh: row.alphaHigh, powerHigh: row.powerHigh))
      for (ours, reference) in zip(
        shape.fractions(edges: row.edges, mass: row.mass), row.fractions)
      {
        #expect(abs(ours - reference) < 1e-12, "\(row)")
      }
    }
  }

  @Test func `A Gaussian has two thirds of its events within its width`() {
    let shape = SignalShape.gaussian(relativeWidth: 0.03)
    let inside = shape.fractions(edges: [970, 1030], mass: 1000)[0]
    #expect(abs(inside - 0.6826894921370859) < 1e-12)
    #expect(abs(shape.relativeSpread(at: 700) - 0.03) < 1e-9)
  }

  /// A Gaussian of constant relative width, in fine bins.
  private func template(at masses: [Double], width: (Double) -> Double) throws -> SignalTemplate {
    try SignalTemplate(
      masses.map { mass in
        let edges = (0...800).map { mass * (0.6 + Double($0) / 1000) }
        let counts = SignalShape.gaussian(relativeWidth: width(mass)).fractions(
          edges: edges, mass: mass)
        return (mass, try Histogram(edges: edges, counts: counts.map { 1e4 * $0 }))
      })
  }

  @Test(arguments: [1500.0, 2000, 2700, 3000, 5000])
  func `Templates of a constant relative width give that width at every mass`(
    mass: Double
  ) throws {
    let template = try template(at: [3000, 2000]) { _ in 0.04 }
    let edges = (0...40).map { mass * (0.8 + Double($0) / 100) }
    let ours = SignalShape.template(template).fractions(edges: edges, mass: mass)
    let exact = SignalShape.gaussian(relativeWidth: 0.04).fractions(edges: edges, mass: mass)
    for (a, b) in zip(ours, exact) { #expect(abs(a - b) < 2e-4) }
    #expect(template.masses == [2000, 3000])
  }

  @Test func `The width between two templates is interpolated, and beyond them kept`() throws {
    let template = try template(at: [2000, 4000]) { $0 == 2000 ? 0.02 : 0.06 }
    for (mass, width) in [(1000.0, 0.02), (2000, 0.02), (3000, 0.04), (4000, 0.06), (6000, 0.06)] {
      let spread = SignalShape.template(template).relativeSpread(at: mass)
      #expect(abs(spread - width) < 1e-4, "\(mass)")
    }
  }

  @Test func `A template keeps its gaps and its ends`() throws {
    let histogram = try Histogram(
      edges: [800, 900, 950, 1000, 1050, 1200], counts: [0, 30, 0, 70, 0])
    let shape = SignalShape.template(try SignalTemplate([(1000, histogram)]))
    let fractions = shape.fractions(edges: [0, 900, 950, 1000, 1050, 2000], mass: 1000)
    for (ours, exact) in zip(fractions, [0, 0.3, 0, 0.7, 0]) { #expect(abs(ours - exact) < 1e-12) }
    let scaled = shape.fractions(edges: [0, 1800, 1900, 2000, 2100, 4000], mass: 2000)
    for (ours, exact) in zip(scaled, [0, 0.3, 0, 0.7, 0]) { #expect(abs(ours - exact) < 1e-12) }
  }

  @Test func `Shapes without sense are refused`() throws {
    #expect(throws: SignalShapeError.invalidWidth(0)) {
      try DoubleSidedCrystalBall(
        relativeWidth: 0, alphaLow: 1, powerLow: 2, alphaHigh: 1, powerHigh: 2)
    }
    #expect(throws: SignalShapeError.invalidTail(alpha: 1, power: 1)) {
      try DoubleSidedCrystalBall(
        relativeWidth: 0.1, alphaLow: 1, powerLow: 1, alphaHigh: 1, powerHigh: 2)
    }
    #expect(throws: SignalShapeError.noTemplates) { try SignalTemplate([]) }
    let empty = try Histogram(edges: [1, 2], counts: [0])
    let full = try Histogram(edges: [1, 2], counts: [3])
    #expect(throws: SignalShapeError.emptyTemplate(mass: 2)) { try SignalTemplate([(2, empty)]) }
    #expect(throws: SignalShapeError.invalidTemplateMass(-2)) { try SignalTemplate([(-2, full)]) }
    #expect(throws: SignalShapeError.repeatedTemplateMass(2)) {
      try SignalTemplate([(2, full), (2, full)])
    }
  }
}
