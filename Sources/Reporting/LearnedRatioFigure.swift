import Foundation
public import LearnedTestStatistics

extension Figure {
  /// Draws what a fitted network says of one variable.
  ///
  /// As arXiv:1912.12155, Fig. 10. Above, the events of data, reference and network; below, both over the reference.
  ///
  /// - Parameters:
  ///   - ratio: The variable's numbers.
  ///   - name: File name without extension.
  ///   - heading: Line above the frame.
  ///   - names: What the legend calls reference and reweighted reference.
  /// - Returns: Two frames, 640 wide.
  public static func learnedRatio(
    _ ratio: LearnedRatio, name: String, heading: FigureHeading,
    names: (reference: RichText, learned: RichText) = (
      "Reference ± 1σ", "Network, reference × exp(*f*)"
    )
  ) -> Figure {
    let drawn = DrawnRatio(ratio)
    let title = ratio.variable + (ratio.isInput ? "" : " (not given to the network)")
    let x = Axis(
      RichText(verbatim: title), from: ratio.edges.first ?? 0, to: ratio.edges.last ?? 1,
      scale: ratio.isLogarithmic ? .logarithmic : .linear)
    let legend = Legend(
      entries: [
        .init(symbol: .data(dataStyle), text: "Data"),
        .init(symbol: .band(referenceStyle), text: names.reference),
        .init(symbol: .line(learnedStyle), text: names.learned),
      ] + (drawn.truth == nil ? [] : [.init(symbol: .line(truthStyle), text: "Truth")]))
    let (y, ratioAxis) = (drawn.eventAxis, drawn.ratioAxis)
    let (width, height, ratioHeight) = (640.0, 250.0, 200.0)
    let left =
      18 + Lettering.title
      + max(
        Panel.tickLabelWidth(y, height: height),
        Panel.tickLabelWidth(ratioAxis, height: ratioHeight))
    let box = Box(
      x: left, y: FigureHeading.height + legend.rowsHeight(width: width - left - 26) + 8,
      width: width - left - 26, height: height)
    let below = Box(x: left, y: box.bottom, width: box.width, height: ratioHeight)
    let top = Box(x: left, y: FigureHeading.height, width: box.width, height: 0)
    return Figure(
      name: name,
      caption: RichText(
        verbatim: "Events in bins of \(ratio.variable)"
          + (ratio.isInput ? "" : ", which the network was not given")
          + ": data with Poisson errors, reference with its statistical error, and the reference "
          + "reweighted by the fitted network\(drawn.truth == nil ? "" : ", and the law behind the data")"
          + "; below, over the reference."),
      width: width, height: below.bottom + 62,
      content: heading.svg(over: top)
        + legend.rows(x: left, y: FigureHeading.height, width: box.width)
        + drawn.events(Panel(id: "\(name)-events", box: box, x: x, y: y))
        .svg([.yLabels, .yTitle, .stacked])
        + drawn.ratios(Panel(id: "\(name)-ratios", box: below, x: x, y: ratioAxis))
        .svg([.xLabels, .xTitle, .yLabels, .yTitle, .stacked, .centredYTitle]),
      table: drawn.table)
  }
}

private let dataStyle = SeriesStyle(colour: "#000000", marker: .circle)
private let referenceStyle = SeriesStyle(colour: "#0b63a5", marker: .none)
private let learnedStyle = SeriesStyle(colour: "#c0392b", marker: .none, dash: .dashed)
private let truthStyle = SeriesStyle(colour: "#d09a17", marker: .none)

/// A learned ratio as it is drawn: only bins in which something is expected have a ratio.
private struct DrawnRatio {
  let ratio: LearnedRatio
  /// Shape `[bins]`; `nil` if it is not known, or of another shape.
  let truth: [Double]?
  /// What a bin's events are multiplied by, so that joined bins stand for one of them.
  let factors: [Double]

  init(_ ratio: LearnedRatio) {
    self.ratio = ratio
    truth = ratio.truth?.count == ratio.expected.count ? ratio.truth : nil
    let widths = zip(ratio.edges, ratio.edges.dropFirst()).map { low, high in
      ratio.isLogarithmic && low > 0 ? log(high / low) : high - low
    }
    let narrowest = widths.filter { $0 > 0 }.min() ?? 1
    factors = widths.map { $0 > 0 ? narrowest / $0 : 1 }
  }

  private var bins: Range<Int> {
    0..<min(
      factors.count, ratio.expected.count, ratio.expectedUncertainty.count, ratio.observed.count,
      ratio.learned.count)
  }

  private func centre(_ bin: Int) -> Double {
    let (low, high) = (ratio.edges[bin], ratio.edges[bin + 1])
    return ratio.isLogarithmic ? (low * high).squareRoot() : (low + high) / 2
  }

  /// A number of events over the expected one; NaN, which no line goes through, where there is none.
  private func overReference(_ events: Double, _ bin: Int) -> Double {
    ratio.expected[bin] > 0 ? events / ratio.expected[bin] : .nan
  }

  // MARK: Axes

  var eventAxis: Axis {
    let values = bins.flatMap { bin in
      [
        ratio.expected[bin], ratio.learned[bin], poissonInterval(ratio.observed[bin]).high,
        truth?[bin] ?? 0,
      ].map { $0 * factors[bin] }
    }
    let high = values.max() ?? 1
    let low = bins.map { ratio.expected[$0] * factors[$0] }.filter { $0 > 0 }.min() ?? high
    let isSteep = high > 30 * low
    return Axis(
      "Events / bin", from: isSteep ? 0.5 * low : 0, to: (isSteep ? 2 : 1.1) * high,
      scale: isSteep ? .logarithmic : .linear)
  }

  var ratioAxis: Axis {
    let middle = bins.flatMap { bin in
      [ratio.learned[bin], ratio.observed[bin], truth?[bin] ?? ratio.expected[bin]].map {
        overReference($0, bin)
      }
    }.filter(\.isFinite)
    let ends = bins.flatMap { bin in
      let interval = poissonInterval(ratio.observed[bin])
      let band = ratio.expectedUncertainty[bin]
      return [
        interval.low, interval.high, ratio.expected[bin] - band, ratio.expected[bin] + band,
      ].map { overReference($0, bin) }
    }.filter(\.isFinite)
    let high = max(1.1, middle.max() ?? 1)
    if high > 8 {
      let low = min(0.5, middle.filter { $0 > 0 }.min() ?? 0.5)
      return Axis("Over reference", from: 0.6 * low, to: 2 * high, scale: .logarithmic)
    }
    let low = max(0, min(0.9, (middle + ends).min() ?? 0))
    let top = min(max(high, ends.max() ?? high), 2 * high)
    let margin = 0.06 * (top - low)
    return Axis("Over reference", from: low - margin, to: top + margin)
  }

  // MARK: Panels

  func events(_ frame: Panel) -> Panel {
    draw(in: frame) { events, bin in events * factors[bin] }
  }

  func ratios(_ frame: Panel) -> Panel { draw(in: frame, overReference) }

  private func draw(in frame: Panel, _ value: (_ events: Double, _ bin: Int) -> Double) -> Panel {
    var panel = frame
    // Runs of bins that have a value, so that a gap breaks bands and lines.
    for run in bins.filter({ value(ratio.expected[$0], $0).isFinite }).runs {
      let edges = Array(ratio.edges[run.lowerBound...run.upperBound])
      func values(_ events: (Int) -> Double) -> [Double] { run.map { value(events($0), $0) } }
      panel.stepBand(
        edges: edges, low: values { ratio.expected[$0] - ratio.expectedUncertainty[$0] },
        high: values { ratio.expected[$0] + ratio.expectedUncertainty[$0] },
        fill: referenceStyle.colour)
      panel.steps(
        edges: edges, values: values { ratio.expected[$0] }, style: referenceStyle, width: 1.4)
      if let truth {
        panel.steps(edges: edges, values: values { truth[$0] }, style: truthStyle, width: 2.4)
      }
      panel.steps(
        edges: edges, values: values { ratio.learned[$0] }, style: learnedStyle, width: 2.4)
    }
    panel.markers(
      bins.map { bin in
        let interval = poissonInterval(ratio.observed[bin])
        return .init(
          centre(bin), value(ratio.observed[bin], bin), low: value(interval.low, bin),
          high: value(interval.high, bin))
      }, style: dataStyle, size: 3.6)
    return panel
  }

  var table: FigureTable {
    FigureTable(
      [
        .init("\(ratio.variable): low", Array(ratio.edges.dropLast())),
        .init("\(ratio.variable): high", Array(ratio.edges.dropFirst())),
        .init("observed", ratio.observed), .init("expected", ratio.expected),
        .init("expectedUncertainty", ratio.expectedUncertainty), .init("learned", ratio.learned),
      ] + (truth.map { [.init("truth", $0)] } ?? []))
  }
}

extension [Int] {
  /// Ranges of successive numbers in an ascending list.
  fileprivate var runs: [Range<Int>] {
    reduce(into: []) { runs, number in
      if let last = runs.last, last.upperBound == number {
        runs[runs.count - 1] = last.lowerBound..<number + 1
      } else {
        runs.append(number..<number + 1)
      }
    }
  }
}
