import Foundation
import Reporting
import Testing

/// Axes as a reader meets them: by the labels of a drawing.
struct AxisTests {
  @Test(arguments: [
    (0.0, 10.0, ["0", "2", "4", "6", "8", "10"]),
    (2300, 7000, ["3000", "4000", "5000", "6000", "7000"]),
    (-0.3, 0.3, ["−0.2", "0.0", "0.2"]), (0, 0.006, ["0.000", "0.002", "0.004", "0.006"]),
  ])
  func `Linear ticks are round numbers inside the range`(
    low: Double, high: Double, expected: [String]
  ) {
    #expect(labels(Axis("x", from: low, to: high)) == expected)
  }

  @Test(arguments: [
    (1.0, 1e4, ["1", "10", "102", "103", "104"]), (0.01, 1, ["10−2", "10−1", "1"]),
    (2, 20, ["2", "5", "10", "20"]), (21, 720, ["50", "100", "200", "500"]),
    (1e-12, 1, ["10−12", "10−9", "10−6", "10−3", "1"]),
  ])
  func `Logarithmic ticks are powers of ten, or plain numbers in a short range`(
    low: Double, high: Double, expected: [String]
  ) {
    #expect(labels(Axis("x", from: low, to: high, scale: .logarithmic)) == expected)
  }

  @Test func `An exponent axis labels what a double cannot hold`() {
    #expect(
      labels(Axis("x", from: -400, to: 0, scale: .exponent))
        == ["10−400", "10−300", "10−200", "10−100", "1"])
  }

  @Test(arguments: [(5.0, 5.0), (3, 1), (.nan, 2), (0, .infinity)])
  func `A range that cannot be drawn is widened`(low: Double, high: Double) {
    let axis = Axis("x", from: low, to: high)
    #expect(axis.range.upperBound > axis.range.lowerBound)
    let logarithmic = Axis("x", from: -low, to: high, scale: .logarithmic)
    #expect(logarithmic.range.lowerBound > 0)
  }

  /// The labels below the frame of a curve without points, from left to right.
  private func labels(_ x: Axis) -> [String] {
    let figure = Figure.curves(
      name: "axis", caption: "An axis", heading: FigureHeading(label: "", conditions: ""), x: x,
      y: Axis("q", from: 100, to: 101), [])
    let texts = XMLCheck(figure.svg).texts
    let firstOfY = texts.firstIndex(of: "100.0") ?? texts.endIndex
    return texts[..<firstOfY].filter { !$0.isEmpty }
  }
}
