import Foundation

/// Test statistics of pseudo-experiments that follow one hypothesis.
public struct TestStatisticSample: Sendable, Hashable {
  /// What the legend says: the hypothesis, and what of its significance is to be read there.
  public var name: RichText
  public var values: [Double]
  public var style: SeriesStyle

  public init(_ name: RichText, _ values: [Double], style: SeriesStyle) {
    self.name = name
    self.values = values
    self.style = style
  }
}

/// A chi-square distribution over a histogram of test statistics.
public struct ChiSquareCurve: Sendable, Hashable {
  public var name: RichText
  /// Above 0, need not be whole.
  public var degreesOfFreedom: Double
  public var style: SeriesStyle

  public init(_ name: RichText, degreesOfFreedom: Double, style: SeriesStyle) {
    self.name = name
    self.degreesOfFreedom = degreesOfFreedom
    self.style = style
  }

  /// The probability density at t > 0.
  func density(_ t: Double) -> Double {
    let half = degreesOfFreedom / 2
    let logNormalisation: Double = half * log(2.0) + lgamma(half)
    return exp((half - 1) * log(t) - t / 2 - logNormalisation)
  }

  /// Where it is large enough to be seen.
  var range: ClosedRange<Double> {
    let width = 3.5 * (2 * degreesOfFreedom).squareRoot()
    return max(degreesOfFreedom - width, degreesOfFreedom / 4)...degreesOfFreedom + width
  }
}

/// A single value of the test statistic, drawn as a line upwards.
public struct MarkedTestStatistic: Sendable, Hashable {
  public var name: RichText
  public var value: Double
  public var style: SeriesStyle

  public init(
    _ name: RichText, _ value: Double,
    style: SeriesStyle = SeriesStyle(colour: "#bb4455", marker: .none)
  ) {
    self.name = name
    self.value = value
    self.style = style
  }
}

extension Figure {
  /// Draws distributions of a test statistic.
  ///
  /// As arXiv:1912.12155, Figs. 4 and 5. One sample is drawn in counts, several in fractions. Where they are too far apart to be seen on
  /// one scale, the axis and the bins become logarithmic. More than four are drawn as outlines.
  ///
  /// - Parameters:
  ///   - name: File name without extension.
  ///   - caption: One sentence.
  ///   - heading: Line above the frame.
  ///   - samples: The reference first, then signals; infinite values and NaN are not drawn.
  ///   - chiSquares: Curves, scaled to the first sample.
  ///   - marks: Single values, such as that of the data.
  /// - Returns: A panel with its legend above the frame.
  public static func testStatistics(
    name: String, caption: RichText, heading: FigureHeading, _ samples: [TestStatisticSample],
    chiSquares: [ChiSquareCurve] = [], marks: [MarkedTestStatistic] = []
  ) -> Figure {
    let bins = TestStatisticBins(samples, chiSquares: chiSquares, marks: marks)
    let isCount = samples.count <= 1
    let isCrowded = samples.count > 4
    func scale(_ sample: TestStatisticSample?) -> Double {
      isCount ? 1 : 1 / Double(max(1, sample?.values.count ?? 0))
    }
    let counts = samples.map { bins.counts($0.values) }
    let total = Double(samples.first?.values.count ?? 1) * scale(samples.first)
    let curves = chiSquares.map { curve in
      bins.positions(in: curve.range).map {
        Panel.Point($0, total * curve.density($0) * bins.width(at: $0))
      }
    }
    let heights = zip(samples, counts).flatMap { sample, counts in
      counts.map { poissonInterval($0).high * scale(sample) }
    }
    let top = 1.08 * max(heights.max() ?? 0, curves.joined().map(\.y).max() ?? 0)
    let unit = bins.isLogarithmic ? "bin" : significantDigits(bins.step, 3)
    return framed(
      name: name, caption: caption, heading: heading, x: bins.axis,
      y: Axis(
        RichText(verbatim: "\(isCount ? "Pseudo-experiments" : "Fraction") / \(unit)"), from: 0,
        to: top), height: 430,
      legend: samples.map { sample in
        .init(
          symbol: isCrowded ? .line(sample.outline) : .series(sample.style, hasLine: true),
          text: sample.name)
      }
        + chiSquares.map { .init(symbol: .line($0.style), text: $0.name) }
        + marks.map { .init(symbol: .line($0.style), text: $0.name) }
    ) { panel in
      var columns: [FigureTable.Column] = [
        .init("bin: low", Array(bins.edges.dropLast())),
        .init("bin: high", Array(bins.edges.dropFirst())),
      ]
      for (sample, counts) in zip(samples, counts) {
        panel.draw(
          sample, counts: counts, bins: bins, scale: scale(sample),
          isOutline: isCrowded)
        columns.append(.init("\(sample.name.plain): count", counts))
      }
      for (curve, points) in zip(chiSquares, curves) {
        panel.line(points, style: curve.style, width: 2.2)
        columns.append(.init("\(curve.name.plain): t", points.map(\.x)))
        columns.append(.init("\(curve.name.plain): height", points.map(\.y)))
      }
      for mark in marks {
        panel.line(
          [.init(mark.value, 0), .init(mark.value, top)], style: mark.style, width: 2.5)
        columns.append(.init("\(mark.name.plain): t", [mark.value]))
      }
      columns += samples.map { .init("\($0.name.plain): t", $0.values) }
      return columns
    }
  }
}

extension TestStatisticSample {
  /// Steps are easier to follow without dashes.
  fileprivate var outline: SeriesStyle {
    var style = style
    style.dash = .solid
    return style
  }
}

extension Panel {
  /// A filled histogram with error bars, or its outline alone.
  fileprivate mutating func draw(
    _ sample: TestStatisticSample, counts: [Double], bins: TestStatisticBins, scale: Double,
    isOutline: Bool
  ) {
    guard let first = counts.firstIndex(where: { $0 > 0 }),
      let last = counts.lastIndex(where: { $0 > 0 })
    else { return }
    let edges = Array(bins.edges[first...last + 1])
    let heights = counts[first...last].map { $0 * scale }
    if !isOutline {
      stepBand(
        edges: edges, low: heights.map { _ in 0 }, high: heights, fill: sample.style.colour)
    }
    steps(
      edges: [edges[0]] + edges + [edges[edges.count - 1]], values: [0] + heights + [0],
      style: sample.outline, width: isOutline ? 2 : 1.6)
    guard !isOutline else { return }
    markers(
      (first...last).filter { counts[$0] > 0 }.map { bin in
        let interval = poissonInterval(counts[bin])
        return .init(
          bins.centre(bin), counts[bin] * scale, low: interval.low * scale,
          high: interval.high * scale)
      }, style: sample.style, size: 3.5)
  }
}

/// The bins that samples of a test statistic are drawn in.
///
/// As fine as the reference's distribution needs, over everything that is drawn.
private struct TestStatisticBins {
  let isLogarithmic: Bool
  /// Width of a bin, in t or in ln t.
  let step: Double
  let edges: [Double]

  private static let most = 400.0

  init(
    _ samples: [TestStatisticSample], chiSquares: [ChiSquareCurve], marks: [MarkedTestStatistic]
  ) {
    let reference = (samples.first?.values ?? []).filter(\.isFinite)
    let bulk = reference + chiSquares.flatMap { [$0.range.lowerBound, $0.range.upperBound] }
    let all = (bulk + samples.flatMap(\.values) + marks.map(\.value)).filter(\.isFinite)
    let (low, high) = (all.min() ?? 0, all.max() ?? 1)
    let (bulkLow, bulkHigh) = (bulk.min() ?? low, bulk.max() ?? high)
    let number = min(30, max(10, 2.5 * Double(reference.count).squareRoot()))
    isLogarithmic = low > 0 && bulkHigh - bulkLow < 0.3 * (high - low)
    let position: (Double) -> Double = isLogarithmic ? { log($0) } : { $0 }
    let span = max(position(bulkHigh) - position(bulkLow), 1e-6 * max(1, abs(high)))
    let finest = (position(high) - position(low)) / Self.most
    let step = max(span / number, finest)
    self.step = isLogarithmic ? step : Self.round(step)
    let first = (position(low) / self.step - 0.3).rounded(.down)
    let last = max(first + 1, (position(high) / self.step + 1.2).rounded(.up))
    let start = low >= 0 && !isLogarithmic ? max(0, first) : first
    let (width, isExponent) = (self.step, isLogarithmic)
    edges = stride(from: start, through: last, by: 1).map {
      isExponent ? exp($0 * width) : $0 * width
    }
  }

  /// The next larger number that reads well.
  private static func round(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    return power * ([1.0, 2, 2.5, 5].first { $0 * power >= step * (1 - 1e-9) } ?? 10)
  }

  var axis: Axis {
    Axis(
      "Test statistic *t*", from: edges[0], to: edges[edges.count - 1],
      scale: isLogarithmic ? .logarithmic : .linear)
  }

  func counts(_ values: [Double]) -> [Double] {
    var counts = [Double](repeating: 0, count: edges.count - 1)
    for value in values where value.isFinite {
      let bin = edges.dropLast().lastIndex { $0 <= value } ?? 0
      counts[bin] += 1
    }
    return counts
  }

  func centre(_ bin: Int) -> Double {
    isLogarithmic
      ? (edges[bin] * edges[bin + 1]).squareRoot() : (edges[bin] + edges[bin + 1]) / 2
  }

  /// The width in t of a bin around a value.
  func width(at t: Double) -> Double { isLogarithmic ? t * step : step }

  /// Places for a curve, all above 0.
  func positions(in range: ClosedRange<Double>) -> [Double] {
    let low = max(edges[0], range.lowerBound / 8, 1e-6)
    let high = min(edges[edges.count - 1], 2 * range.upperBound)
    guard high > low else { return [] }
    let ratio = high / low
    return (0...160).map { index in
      let fraction = Double(index) / 160
      return isLogarithmic ? low * pow(ratio, fraction) : low + fraction * (high - low)
    }
  }
}
