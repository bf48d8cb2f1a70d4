public import ResonanceSearch
import StatisticalInference

/// In which unit limits are drawn: fb where every limit has a cross section, else events.
enum LimitUnit {
  case events
  case femtobarn

  init(_ result: LimitResult) {
    let limits = result.signals.flatMap {
      [$0.inclusive.limit, $0.quoted?.limit].compactMap(\.self)
    }
    let isComplete = !limits.isEmpty && limits.allSatisfy { $0.observedCrossSection != nil }
    self = isComplete ? .femtobarn : .events
  }

  var name: String { self == .femtobarn ? "fb" : "events" }

  func observed(_ limit: LimitResult.Limit) -> Double {
    self == .femtobarn ? limit.observedCrossSection ?? limit.observed : limit.observed
  }

  func expected(_ limit: LimitResult.Limit) -> [Double] {
    self == .femtobarn ? limit.expectedCrossSection ?? limit.expected : limit.expected
  }
}

private let bandColours = (inner: "#7bbf6a", outer: "#f2d55c")

extension Figure {
  /// Draws the quoted limits of all signals beside those without a cut.
  ///
  /// Observed and expected limits, the bands of one and two standard deviations, and the expected
  /// limit without a cut; the signals stand side by side under their names.
  public static func limits(_ result: LimitResult, heading: FigureHeading) -> Figure {
    let unit = LimitUnit(result)
    let learned = result.signals.map { $0.quoted?.limit }
    let inclusive = result.signals.map(\.inclusive.limit)
    let all = (learned + inclusive).compactMap(\.self).flatMap {
      [unit.observed($0)] + unit.expected($0)
    }.filter { $0 > 0 }
    let observedStyle = SeriesStyle(colour: "#000000", marker: .circle)
    let expectedStyle = SeriesStyle(colour: "#000000", marker: .none, dash: .dashed)
    let inclusiveStyle = SeriesStyle(
      colour: "#004488", marker: .square, isFilled: false, dash: .dotted)
    return framed(
      name: "limits",
      caption: RichText(
        verbatim: "CLs upper limits at \(percentage(result.confidenceLevel)) with the selection "
          + "learned from data with injected signal, and without a selection."), heading: heading,
      x: Axis("Signal", names: result.signals.map { RichText(verbatim: $0.name) }),
      y: Axis(
        RichText(verbatim: "Upper limit [\(unit.name)]"), from: 0.6 * (all.min() ?? 1),
        to: 1.6 * (all.max() ?? 10), scale: .logarithmic), height: 430,
      legend: [
        .init(symbol: .series(observedStyle, hasLine: false), text: "Observed"),
        .init(symbol: .line(expectedStyle), text: "Expected"),
        .init(symbol: .area(bandColours.inner), text: "±1σ"),
        .init(symbol: .area(bandColours.outer), text: "±2σ"),
        .init(symbol: .series(inclusiveStyle, hasLine: true), text: "Expected without a cut"),
      ]
    ) { panel in
      for (index, limit) in learned.enumerated() {
        guard let limit else { continue }
        let ends = [Double(index) + 0.2, Double(index) + 0.8]
        let band = unit.expected(limit)
        func both(_ value: Double) -> [Double] { [value, value] }
        panel.band(
          x: ends, low: both(band[0]), high: both(band[4]), fill: bandColours.outer, opacity: 1)
        panel.band(
          x: ends, low: both(band[1]), high: both(band[3]), fill: bandColours.inner, opacity: 1)
        panel.line(ends.map { Panel.Point($0, band[2]) }, style: expectedStyle)
      }
      func points(_ values: [Double?]) -> [Panel.Point] {
        values.enumerated().compactMap { index, value in
          value.map { Panel.Point(Double(index) + 0.5, $0) }
        }
      }
      let unselected = points(inclusive.map { $0.map { unit.expected($0)[2] } })
      panel.line(unselected, style: inclusiveStyle)
      panel.markers(unselected, style: inclusiveStyle)
      panel.markers(points(learned.map { $0.map(unit.observed) }), style: observedStyle)
      return [
        .init("massGeV", result.signals.map(\.massGeV)),
        .init("observed", learned.map { $0.map(unit.observed) }),
      ]
        + ["-2", "-1", "0", "+1", "+2"].enumerated().map { index, sigma in
          .init("expected(\(sigma) sigma)", learned.map { $0.map { unit.expected($0)[index] } })
        } + [
          .init("observed without a cut", inclusive.map { $0.map(unit.observed) }),
          .init("expected without a cut", inclusive.map { $0.map { unit.expected($0)[2] } }),
        ]
    }
  }

  /// Draws the limits of a cut against the injected strength, each sampling and their median.
  ///
  /// Below the diagonal a network learned from more signal than its limit: there the strength itself
  /// counts.
  public static func strengthScan(
    _ signal: LimitResult.Signal, cut: LimitResult.Cut, heading: FigureHeading
  ) -> Figure {
    let strengths = cut.strengths.map(\.combined.strength)
    let positive = strengths.filter { $0 > 0 }
    let isLogarithmic = positive.count == strengths.count && strengths.count > 1
    let observed = cut.strengths.map { strength in
      strength.samplings.map { $0.limit?.observed }
    }
    let expected = cut.strengths.map { strength in
      strength.samplings.map { $0.limit?.expected[2] }
    }
    let values =
      (observed + expected).joined().compactMap(\.self) + positive
      + [signal.inclusive.limit?.expected[2]].compactMap(\.self)
    let (first, last) = (strengths.first ?? 0, strengths.last ?? 1)
    let spread = isLogarithmic ? 1.6 : 1
    let x = Axis(
      "Injected signal events *μ*", from: isLogarithmic ? first / spread : first - 0.05 * last,
      to: isLogarithmic ? last * spread : 1.05 * max(last, 1),
      scale: isLogarithmic ? .logarithmic : .linear)
    let y = Axis(
      "Upper limit CL(*μ*) [events]", from: 0.7 * (values.filter { $0 > 0 }.min() ?? 1),
      to: 1.5 * (values.max() ?? 10), scale: .logarithmic)
    let observedStyle = SeriesStyle(colour: "#000000", marker: .circle)
    let expectedStyle = SeriesStyle(
      colour: "#bb4455", marker: .triangle, isFilled: false, dash: .dashed)
    let diagonal = SeriesStyle(colour: "#888888", marker: .none)
    let inclusiveStyle = SeriesStyle(colour: "#004488", marker: .none, dash: .dotted)
    return framed(
      name: "scan-\(fileSafe(signal.name))-\(exact(cut.efficiency))",
      caption: RichText(
        verbatim: "Limits on \(signal.name) after a cut of \(percentage(cut.efficiency)) learned "
          + "with injected signal: one point a sampling, lines through the medians of the larger of "
          + "limit and strength."), heading: heading, x: x, y: y, height: 400,
      legend: [
        .init(symbol: .series(observedStyle, hasLine: true), text: "Observed"),
        .init(symbol: .series(expectedStyle, hasLine: true), text: "Expected"),
        .init(symbol: .line(diagonal), text: RichText(markup: "CL = *μ*")),
        .init(symbol: .line(inclusiveStyle), text: "Expected without a cut"),
      ]
        + (cut.quoted == nil
          ? []
          : [
            .init(
              symbol: .dot("#d09a17", diameter: 11),
              text: "Smallest expected")
          ])
    ) { panel in
      let low = isLogarithmic ? x.range.lowerBound : max(x.range.lowerBound, 1e-3)
      let steps = (0...60).map { low + (x.range.upperBound - low) * Double($0) / 60 }
      panel.line(steps.map { Panel.Point($0, $0) }, style: diagonal)
      if let limit = signal.inclusive.limit?.expected[2] {
        panel.line(
          [x.range.lowerBound, x.range.upperBound].map { Panel.Point($0, limit) },
          style: inclusiveStyle)
      }
      if let quoted = cut.quoted {
        panel.dots(
          x: [quoted.strength], y: [quoted.expected[2]], colour: "#d09a17", diameter: 19)
      }
      for (limits, style) in [(expected, expectedStyle), (observed, observedStyle)] {
        let points = zip(strengths, limits).flatMap { strength, limits in
          limits.compactMap { $0.map { Panel.Point(strength, $0) } }
        }
        panel.markers(points, style: style, size: 3)
      }
      func line(_ values: [Double?], _ style: SeriesStyle) {
        panel.line(
          zip(strengths, values).compactMap { strength, value in
            value.map { Panel.Point(strength, $0) }
          }, style: style)
      }
      line(cut.strengths.map(\.combined.expected), expectedStyle)
      line(cut.strengths.map(\.combined.observed), observedStyle)
      let samplings = cut.strengths.map(\.samplings.count).max() ?? 0
      return [
        .init("strength", strengths),
        .init("median observed", cut.strengths.map(\.combined.observed)),
        .init("median expected", cut.strengths.map(\.combined.expected)),
      ]
        + (0..<samplings).flatMap { sampling -> [FigureTable.Column] in
          [
            .init("observed(sampling \(sampling))", observed.map { $0[sampling] }),
            .init("expected(sampling \(sampling))", expected.map { $0[sampling] }),
          ]
        }
    }
  }
}

/// A name with everything but letters, digits, dots and signs replaced by a dash.
func fileSafe(_ name: String) -> String {
  String(
    name.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "._+-".contains(character))
        ? character : "-"
    })
}
