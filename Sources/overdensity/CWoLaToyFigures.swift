import AnomalyMethods
import Datasets
import Evaluation
import EventModel
import Foundation
import Randomness
import Reporting

extension CWoLaToyStudy {
  /// The figures of the seminar's section 5.1 (4 and 5) for the first toy.
  func figures() throws -> [Figure] {
    let network = try select(Self.network, toy: 0)
    let histogram = try select(Self.histogram, toy: 0)
    let heading = FigureHeading(label: "Toy", conditions: "10 000 background a bin, 300 signal")
    let x = Axis("*x*_{1}", from: -0.5, to: 0.5)
    let y = Axis("*x*_{2}", from: -0.5, to: 0.5)
    let edges = [1.0, 2, 3, 4]
    let spectra = Self.efficiencies.enumerated().map { index, efficiency in
      HistogramSeries(
        RichText(verbatim: efficiency == 1 ? "No cut" : "ε = \(efficiency)"), edges: edges,
        counts: Self.passed(of: network, backgroundEfficiency: efficiency).counts,
        style: efficiency == 1 ? .reference : .numbered(index - 1))
    }
    let clouds = [("signal-region", "Signal region", true), ("sidebands", "Sidebands", false)].map {
      name, title, isInside in
      let rows = network.table.dijetMass.indices.filter {
        (Int(network.table.dijetMass[$0]) - 1 == CWoLaToy.signalBin) == isInside
      }.prefix(4_000)
      return Figure.scatter(
        name: "toy-\(name)", caption: RichText(verbatim: "The mixed sample of the \(title)."),
        heading: heading, x: x, y: y,
        [
          PointCloud(
            RichText(verbatim: title), x: rows.map { Double(network.table.columns[0][$0]) },
            y: rows.map { Double(network.table.columns[1][$0]) },
            colour: isInside ? "#bb4455" : "#004488", diameter: 2.4)
        ])
    }
    return [
      .histograms(
        name: "toy-mass", caption: "Events in the three mass bins, before and after cuts.",
        heading: heading, x: Axis("Mass bin", from: 1, to: 4),
        y: Axis("Events / bin", from: 50, to: 40_000, scale: .logarithmic), spectra)
    ] + clouds + [
      Self.map(network, name: "toy-network", title: "network", heading: heading, x: x, y: y),
      Self.map(histogram, name: "toy-histogram", title: "histogram", heading: heading, x: x, y: y),
    ]
  }

  /// The median efficiency at which events of a cell are still kept: small = signal-like.
  private static func map(
    _ selection: Selection, name: String, title: String, heading: FigureHeading, x: Axis, y: Axis
  ) -> Figure {
    let cells = 25
    let edges = (0...cells).map { Double($0) / Double(cells) - 0.5 }
    var values = [[[Double]]](repeating: [[Double]](repeating: [], count: cells), count: cells)
    func cell(_ value: Float) -> Int { min(max(Int((value + 0.5) * Float(cells)), 0), cells - 1) }
    for row in 0..<selection.table.count {
      guard let kept = selection.scores.keptFrom[row] else { continue }
      values[cell(selection.table.columns[1][row])][cell(selection.table.columns[0][row])]
        .append(kept)
    }
    return .heatMap(
      name: name,
      caption: RichText(
        verbatim: "Median efficiency at which the \(title) keeps the events of a cell."),
      heading: heading,
      HeatMap(
        x: x, y: y, xEdges: edges, yEdges: edges,
        values: values.map { row in
          row.map { $0.isEmpty ? nil : $0.sorted()[$0.count / 2] }
        }, scale: Axis("Efficiency", from: 0.01, to: 1, scale: .logarithmic)))
  }
}
