import Foundation
import Reporting
import Testing

/// Figures for other commands: curves, clouds, histograms and maps.
struct ReusableFigureTests {
  private let heading = FigureHeading(label: "Toy", conditions: "10,000 events a bin")

  @Test func `Curves carry their bands, names and numbers`() throws {
    let figure = Figure.curves(
      name: "sic", caption: "Significance improvement", heading: heading,
      x: Axis("Signal efficiency", from: 0, to: 1), y: Axis("SIC", from: 0, to: 12),
      [
        Curve(
          "CWoLa", x: [0.1, 0.5, 0.9], y: [3, 8, 2], low: [2, 7, 1], high: [4, 9, 3],
          style: .numbered(2)),
        Curve("Random", x: [0, 1], y: [0, 1], style: .reference),
      ])
    let check = XMLCheck(figure.svg)
    #expect(check.problem == nil)
    #expect(check.elements["polyline"] == 2)
    #expect(check.elements["polygon"] == 1)
    #expect(check.texts.contains("CWoLa"))
    let rows = csvRows(figure.table.csv)
    #expect(
      rows[0] == [
        "CWoLa: Signal efficiency", "CWoLa: SIC", "CWoLa: low", "CWoLa: high",
        "Random: Signal efficiency", "Random: SIC",
      ])
    #expect(rows[2] == ["0.5", "8.0", "7.0", "9.0", "1.0", "1.0"])
    #expect(rows[3] == ["0.9", "2.0", "1.0", "3.0", "", ""])
  }

  @Test func `Figures stand side by side without clashing`() {
    var noise = Noise(state: 3)
    let unit = Axis("*x*_{1}", from: -0.5, to: 0.5)
    let points = (0..<400).map { _ in (noise.uniform() - 0.5, noise.uniform() - 0.5) }
    let scatter = Figure.scatter(
      name: "toy-plane", caption: "Events", heading: heading, x: unit,
      y: Axis("*x*_{2}", from: -0.5, to: 0.5),
      [
        PointCloud(
          "All", x: points.map(\.0), y: points.map(\.1), colour: "#b4b4b4", diameter: 3)
      ])
    let histogram = Figure.histograms(
      name: "toy-mass", caption: "Mass", heading: heading,
      x: Axis("*m*_{res}", from: 0, to: 3), y: Axis("Events", from: 0, to: 12_000),
      [
        HistogramSeries(
          "No cut", edges: [0, 1, 2, 3], counts: [10_021, 10_288, 9934], style: .reference)
      ],
      expectations: [Curve("Sidebands", x: [0, 3], y: [10_000, 10_000], style: .numbered(1))])
    let map = Figure.heatMap(
      name: "toy-network", caption: "Network", heading: heading,
      HeatMap(
        x: unit, y: unit, xEdges: [-0.5, 0, 0.5], yEdges: [-0.5, 0, 0.5],
        values: [[0.1, nil], [0.5, 1]], scale: Axis("Output", from: 0, to: 1)))
    let row = Figure.row(name: "toy", caption: "The toy", [histogram, scatter, map])
    let check = XMLCheck(row.svg)
    #expect(check.problem == nil)
    #expect(check.elements["svg"] == 4)
    #expect(Set(check.ids).count == 3)
    #expect(row.width == histogram.width + scatter.width + map.width)
    #expect(row.table.csv.contains("toy-mass: No cut: count"))
    if let folder = ProcessInfo.processInfo.environment["OVERDENSITY_KEEP"] {
      try? row.svg.write(
        toFile: "\(folder)/../toy-row.svg", atomically: true, encoding: .utf8)
    }
  }

  @Test(arguments: [
    ("10^{−3}", "10−3"), ("τ₂₁ of *the* jet", "τ21 of the jet"), ("a*b", "a*b"),
    ("a_b^c", "a_b^c"), ("_{unclosed", "_{unclosed"), ("√(τ₁⁽²⁾/τ₁)", "√(τ1(2)/τ1)"), ("**", "**"),
  ])
  func `Markup that is not complete is plain text`(markup: String, plain: String) {
    #expect(RichText(markup: markup).plain == plain)
  }

  @Test func `A name with a comma or a quote stays one field`() {
    let table = FigureTable([.init("a, \"b\"", [1, nil, .nan]), .init("c", [0.1])])
    #expect(table.csv == "\"a, \"\"b\"\"\",c\n1.0,0.1\n,\n,\n")
  }
}
