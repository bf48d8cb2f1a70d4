import Foundation
import Reporting

extension CalibratedUniformity {
  /// How often p-values on background alone are below each level: calibrated ones on the diagonal.
  var figure: Figure {
    let levels = (1...100).map { Double($0) / 100 }
    func fractions(_ pValues: [Double]) -> [Double] {
      levels.map { level in
        Double(pValues.count { $0 <= level }) / Double(max(pValues.count, 1))
      }
    }
    let donors = sources.first { $0.source == "donors" }
    let global = donors?.rows.first?.pValues ?? []
    let local = donors?.rows.dropFirst().flatMap(\.pValues) ?? []
    let count = Double(max(global.count, 1))
    return .curves(
      name: "uniformity",
      caption: RichText(
        verbatim: "Fraction of \(global.count) background-only sets with a p-value below a level; "
          + "the band is one standard deviation of as many sets around the diagonal."),
      heading: FigureHeading(label: "", sqrtS: 13_000, luminosity: nil),
      x: Axis("Level", from: 0, to: 1), y: Axis("Fraction of sets below", from: 0, to: 1),
      [
        Curve(
          "Uniform", x: levels, y: levels,
          low: levels.map { $0 - ($0 * (1 - $0) / count).squareRoot() },
          high: levels.map { $0 + ($0 * (1 - $0) / count).squareRoot() }, style: .reference),
        Curve(
          "Nominal local", x: levels, y: fractions(nominalPValues), style: .numbered(0)),
        Curve("Calibrated local", x: levels, y: fractions(local), style: .numbered(1)),
        Curve("Global", x: levels, y: fractions(global), style: .numbered(2)),
      ])
  }
}
