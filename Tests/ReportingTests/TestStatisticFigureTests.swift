import Foundation
import Reporting
import Testing

/// Figures of the distributions of a test statistic, of tuning, and of sensitivity.
struct TestStatisticFigureTests {
  private let heading = FigureHeading(label: "NP1", conditions: "2-5-1")
  private let style = SeriesStyle.numbered(0)

  private func figure(_ reference: [Double], _ signal: [Double]) -> Figure {
    .testStatistics(
      name: "t", caption: "Test statistics", heading: heading,
      [
        TestStatisticSample("Reference", reference, style: style),
        TestStatisticSample("NP1, median *Z* = 19", signal, style: .numbered(1)),
      ],
      chiSquares: [ChiSquareCurve("*χ*²", degreesOfFreedom: 21, style: .reference)])
  }

  @Test func `Each sample's values are all counted, in common bins`() throws {
    let reference = (0..<200).map { 10 + 0.1 * Double($0) }
    let signal = (0..<50).map { 400 + Double($0) }
    for far in [true, false] {
      let values = far ? signal : signal.map { $0 - 370 }
      let figure = figure(reference, values)
      #expect(XMLCheck(figure.svg).problem == nil)
      #expect(try figure.column("Reference: count").reduce(0, +) == 200)
      #expect(try figure.column("NP1, median Z = 19: count").reduce(0, +) == 50)
      #expect(try figure.column("Reference: t") == reference)
      let low = try figure.column("bin: low")
      let high = try figure.column("bin: high")
      #expect(zip(low.dropFirst(), high).allSatisfy { abs($0 - $1) < 1e-9 * $1 })
      // Equal in ln t where the samples are far apart, in t where they are not.
      let widths = zip(low, high).map { far ? log($1 / $0) : $1 - $0 }
      #expect(widths.allSatisfy { abs($0 - widths[0]) < 1e-6 * widths[0] })
      #expect(XMLCheck(figure.svg).texts.contains { $0.hasPrefix("Fraction / ") })
    }
  }

  @Test(arguments: [
    [Double](), [5], [5, 5, 5], [0, 0.1, 1], [-3, 2, 90], [1, .nan, .infinity], [1e-9, 1e9],
  ])
  func `Any values can be drawn`(values: [Double]) throws {
    for signal in [[], [30.0], [1e5]] {
      let figure = figure(values, signal)
      #expect(XMLCheck(figure.svg).problem == nil)
      #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"))
      let finite = values.count { $0.isFinite }
      #expect(try figure.column("Reference: count").reduce(0, +) == Double(finite))
    }
  }

  @Test func `Quantiles stand beside those of the chi-square distribution`() throws {
    let epochs = [1000.0, 2000, 3000]
    let quantiles = (1...5).map { level in epochs.map { Double(level) * $0 / 1000 } }
    let figure = Figure.quantiles(
      name: "q", heading: heading,
      QuantileEvolution("clipping 7", epochs: epochs, quantiles: quantiles),
      chiSquare: [4, 6.5, 9, 12, 18])
    let check = XMLCheck(figure.svg)
    #expect(check.problem == nil)
    #expect(check.elements["polyline"] == 10)
    #expect(try figure.column("epochs") == epochs)
    #expect(try figure.column("95 %") == [5, 10, 15])
    #expect(try figure.column("chi2 95 %") == [18])
    #expect(figure.caption.plain.contains("clipping 7"))
  }

  @Test(arguments: [CompatibilityEvolution.Measure.pValue, .reducedChiSquare])
  func `Compatibility is drawn for each clipping, also where p underflows`(
    measure: CompatibilityEvolution.Measure
  ) throws {
    let epochs = [100.0, 1e4, 1e5]
    let figure = Figure.compatibility(
      name: "c", caption: "Compatibility", heading: heading, measure,
      [
        CompatibilityEvolution("Clipping 7", epochs: epochs, values: [0, 0.2, 0.9]),
        CompatibilityEvolution("Clipping 30", epochs: epochs, values: [nil, 40, 0]),
      ])
    let check = XMLCheck(figure.svg)
    #expect(check.problem == nil)
    #expect(check.elements["polyline"] == 3)
    #expect(check.texts.contains("Clipping 30"))
    let (name, y) =
      measure == .pValue
      ? ("p = 0.01: p of Pearson's test", 0.01) : ("Expected, 1: Reduced χ2", 1)
    #expect(try figure.column(name) == [y, y])
  }

  @Test func `Points carry asymmetric errors and a curve to be read against`() throws {
    let figure = Figure.points(
      name: "s", caption: "Sensitivity", heading: heading, x: Axis("*Z*_{ref}", from: 0, to: 10),
      y: Axis("*Z*", from: 0, to: 10),
      [
        PointSeries(
          "300 GeV", [.init(2, 1, low: 0.5, high: 3), .init(5, 2), .init(8, 4, low: 3, high: 4.5)],
          style: style),
        PointSeries("EFT", [.init(1, 1), .init(9, 9)], style: .numbered(1), isJoined: true),
      ],
      curves: [Curve("Equal", x: [0, 10], y: [0, 10], style: .reference)])
    let check = XMLCheck(figure.svg)
    #expect(check.problem == nil)
    #expect(check.elements["polyline"] == 2)
    let rows = csvRows(figure.table.csv)
    #expect(rows[0].prefix(4) == ["300 GeV: Zref", "300 GeV: Z", "300 GeV: low", "300 GeV: high"])
    #expect(rows[1].prefix(4) == ["2.0", "1.0", "0.5", "3.0"])
    #expect(rows[2].prefix(4) == ["5.0", "2.0", "", ""])
  }
}
