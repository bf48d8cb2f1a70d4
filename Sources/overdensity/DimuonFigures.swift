import Datasets
import Evaluation
import Foundation
import LearnedTestStatistics
import Reporting

extension DimuonStudy.Outcome {
  /// Draws what the paper draws.
  ///
  /// Probability of a tension against the reference significance (arXiv:1912.12155, Fig. 8), the
  /// significances against what the plan says (Figs. 9, 11 and 12 left), clippings that pass against
  /// the size of the reference (12 right), distributions of t (13 and 14).
  func figures(against abscissa: DimuonPlan.Abscissa) -> [Figure] {
    let distributions = nulls.enumerated().map { distribution($1, number: $0) }
    let summaries = [detection, significances(against: abscissa), clippings]
    return summaries.compactMap(\.self) + distributions
  }

  private var heading: FigureHeading { FigureHeading(label: title, conditions: "") }

  /// Names of variants in the order of the plan, with their points.
  private var groups: [(variant: String, points: [DimuonStudy.Point])] {
    nulls.map { null in (null.variant, points.filter { $0.variant == null.variant }) }
  }

  /// Points that belong together, with their names.
  private func lines(
    against abscissa: DimuonPlan.Abscissa
  ) -> [(String, [DimuonStudy.Point])] {
    switch abscissa {
    case .expected, .referenceRatio, .referenceShift: pointsByKind
    case .signalFraction: groups.map { ($0.variant, $0.points) }
    case .referenceSignificance:
      groups.flatMap { group in
        [("Z'", false), ("contact interaction", true)].map { name, isContact in
          (
            group.variant.isEmpty ? name : "\(name), \(group.variant)",
            group.points.filter { $0.signal.isContact == isContact }
          )
        }
      }
    }
  }

  /// Points of the same kind of signal in all variants.
  private var pointsByKind: [(String, [DimuonStudy.Point])] {
    var kinds: [String] = []
    for point in points where !kinds.contains(point.signal.kind) { kinds.append(point.signal.kind) }
    return kinds.map { kind in (kind, points.filter { $0.signal.kind == kind }) }
  }

  private func style(_ group: Int, _ level: Int) -> SeriesStyle {
    var style = SeriesStyle.numbered(level)
    style.isFilled = group.isMultiple(of: 2)
    style.dash = group.isMultiple(of: 2) ? .solid : .dashed
    return style
  }

  /// How far from its place a point is drawn, so that those of several variants stay apart.
  private func displacement(_ number: Int, of count: Int) -> Double {
    guard nulls.count > 1 else { return 0 }
    let most = points.compactMap { $0.reference?.significance }.max() ?? 0
    return 0.01 * most * (Double(number) - Double(count - 1) / 2)
  }

  private var arrangement: String { nulls.count > 1 ? " Variants are drawn side by side." : "" }

  private var detection: Figure? {
    let groups = groups
    let series = groups.enumerated().flatMap { number, group in
      [0, 1, 2].map { level in
        let points = group.points.compactMap { point -> PointSeries.Point? in
          let detection = point.observed.detections[level]
          return point.reference.map {
            PointSeries.Point(
              $0.significance + displacement(number, of: groups.count), detection.probability,
              low: detection.low, high: detection.high)
          }
        }.sorted { $0.x < $1.x }
        let sigmas = Int(group.points.first?.observed.detections[level].standardDeviations ?? 0)
        return PointSeries(
          RichText(verbatim: "\(sigmas)σ" + (group.variant.isEmpty ? "" : ", \(group.variant)")),
          points, style: style(number, level),
          isJoined: Set(group.points.map(\.signal.kind)).count == 1)
      }
    }.filter { !$0.points.isEmpty }
    guard let most = series.flatMap({ $0.points.map(\.x) }).max() else { return nil }
    return .points(
      name: "detection-probability",
      caption: RichText(
        verbatim: "How often a tension is found, with 68 % intervals of the counts." + arrangement),
      heading: heading, x: Axis("Reference significance *Z*_{ref}", from: 0, to: 1.08 * most),
      y: Axis("Probability of a tension", from: 0, to: 1.05), series)
  }

  private func significances(against abscissa: DimuonPlan.Abscissa) -> Figure? {
    func series(
      _ name: String, _ points: [DimuonStudy.Point], style: SeriesStyle,
      _ make: (Double, DimuonStudy.Point) -> PointSeries.Point?
    ) -> PointSeries {
      PointSeries(
        RichText(verbatim: name),
        points.compactMap { point in point.value(of: abscissa).flatMap { make($0, point) } }
          .sorted { $0.x < $1.x }, style: style, isJoined: !isScattered)
    }
    let lines = lines(against: abscissa).filter { !$0.1.isEmpty }
    let isScattered = abscissa == .referenceSignificance
    var drawn = lines.enumerated().map { number, line in
      series(
        line.0.isEmpty ? "observed: median, middle 68 %" : line.0, line.1,
        style: .numbered(number)
      ) { x, point in
        point.observed.significance.map {
          PointSeries.Point(
            x + (isScattered ? displacement(number, of: lines.count) : 0), $0.median, low: $0.low,
            high: $0.high)
        }
      }
    }
    if !isScattered {
      drawn += lines.enumerated().map { number, line in
        var style = SeriesStyle.reference
        style.marker = SeriesStyle.numbered(number).marker
        let name = line.0.isEmpty ? "" : ", \(line.0)"
        return series("reference significance\(name)", line.1, style: style) { x, point in
          point.reference.map { PointSeries.Point(x, $0.significance) }
        }
      }
    }
    drawn = drawn.filter { !$0.points.isEmpty }
    let all = drawn.flatMap(\.points)
    guard let most = all.map(\.x).max(), let least = all.map(\.x).min() else { return nil }
    let margin = 0.08 * max(most - least, abs(most) * 0.1)
    let top = all.map { $0.high ?? $0.y }.max() ?? 1
    let bottom = all.map { $0.low ?? $0.y }.min() ?? 0
    return .points(
      name: "significance",
      caption: RichText(
        verbatim: "The observed significance of data sets with signal."
          + (isScattered ? arrangement : "")),
      heading: heading,
      x: Axis(
        abscissa.axisTitle, from: least < 0 ? least - margin : 0, to: most + margin),
      y: Axis("Significance [σ]", from: min(0, 1.1 * bottom), to: 1.1 * top), drawn)
  }

  /// Which clippings pass: t without signal follows the chi-square distribution.
  private var clippings: Figure? {
    let compared = Dictionary(grouping: nulls, by: \.setting).values.filter {
      Set($0.map(\.clipping)).count > 1
    }
    guard !compared.isEmpty else { return nil }
    func points(_ nulls: [DimuonStudy.Null]) -> [PointSeries.Point] {
      nulls.map { PointSeries.Point($0.setting.referenceRatio, $0.clipping) }
    }
    let passed = nulls.filter { $0.compatibility?.isCompatible == true }
    let largest = Dictionary(grouping: passed, by: \.setting.referenceRatio).values
      .compactMap { $0.max { $0.clipping < $1.clipping } }
      .sorted { $0.setting.referenceRatio < $1.setting.referenceRatio }
    var line = SeriesStyle.numbered(2)
    line.marker = .none
    let series = [
      PointSeries("largest that passes", points(largest), style: line, isJoined: true),
      PointSeries("passes", points(passed), style: .numbered(0), isJoined: false),
      PointSeries(
        "does not", points(nulls.filter { $0.compatibility?.isCompatible != true }),
        style: .reference, isJoined: false),
    ].filter { !$0.points.isEmpty }
    let (ratios, clippings) = (nulls.map(\.setting.referenceRatio), nulls.map(\.clipping))
    return .points(
      name: "clipping",
      caption: "Clippings with which *t* without signal follows the chi-square distribution.",
      heading: heading,
      x: Axis(
        DimuonPlan.Abscissa.referenceRatio.axisTitle, from: 0, to: 1.08 * (ratios.max() ?? 1)),
      y: Axis("Clipping", from: 0, to: 1.25 * (clippings.max() ?? 1)), series)
  }

  private func distribution(_ null: DimuonStudy.Null, number: Int) -> Figure {
    let own = points.filter { $0.variant == null.variant }.prefix(4)
    return .testStatistics(
      name: "test-statistics-\(number + 1)",
      caption: "The test statistic with and without signal.",
      heading: FigureHeading(
        label: title, conditions: RichText(verbatim: null.variant)),
      [TestStatisticSample("without signal", null.testStatistics, style: .reference)]
        + own.enumerated().map { number, point in
          TestStatisticSample(
            RichText(verbatim: point.signal.name), point.testStatistics,
            style: .numbered(number + 1))
        },
      chiSquares: [
        ChiSquareCurve(
          RichText(verbatim: "chi-square, \(null.parameters) degrees of freedom"),
          degreesOfFreedom: Double(null.parameters), style: .numbered(0))
      ])
  }

  /// One line a point.
  var csv: String {
    let header = [
      "variant", "signal", "expected", "reference_events", "expected_selected", "network",
      "clipping", "reference_shift", "z_reference", "z_median_chi2", "z_low_chi2", "z_high_chi2",
      "z_median_fitted", "z_low_fitted", "z_high_fitted", "z_median_counted", "z_low_counted",
      "z_high_counted", "p_2sigma", "p_2sigma_low", "p_2sigma_high", "p_3sigma", "p_3sigma_low",
      "p_3sigma_high", "p_5sigma", "p_5sigma_low", "p_5sigma_high", "data_sets",
    ]
    func field(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
    let rows = points.map { point -> [String] in
      let settings = [
        field(point.variant), field(point.signal.name), "\(point.setting.expected)",
        "\(point.setting.referenceCount)", "\(point.expectedAfterSelection)",
        point.network.name, "\(point.clipping)", "\(point.setting.referenceShift)",
      ]
      var numbers: [Double?] = [point.reference?.significance]
      for spread in [
        point.chi2.significance, point.fitted?.significance, point.counted.significance,
      ] {
        numbers += [spread?.median, spread?.low, spread?.high]
      }
      for detection in point.observed.detections {
        numbers += [detection.probability, detection.low, detection.high]
      }
      return settings + numbers.map { number in number.map { "\($0)" } ?? "" }
        + ["\(point.testStatistics.count)"]
    }
    return ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  var text: String {
    let lines = textTable(
      header: [
        [
          "variant", "signal", "Z_ref", "Z chi2", "Z fitted", "Z counted", "P(2σ)", "P(3σ)",
          "P(5σ)",
        ]
      ],
      rows: points.map { point in
        func spread(_ observed: DimuonStudy.Point.Observed?) -> String {
          guard let z = observed?.significance else { return "-" }
          return "\(fixed(z.median, 1)) [\(fixed(z.low, 1)), \(fixed(z.high, 1))]"
        }
        return [
          point.variant, point.signal.name,
          point.reference.map { fixed($0.significance, 1) } ?? "-", spread(point.chi2),
          spread(point.fitted), spread(point.counted),
        ] + point.observed.detections.map { fixed($0.probability, 2) }
      }, leftAligned: [0, 1])
    let notes = nulls.map { null in
      let sorted = null.testStatistics.sorted()
      return "\(null.variant.isEmpty ? "" : null.variant + ": ")\(sorted.count) data sets without "
        + "signal, median t \(fixed(sorted[sorted.count / 2], 1)); compatible with chi2 of "
        + "\(null.parameters) degrees of freedom: p = "
        + "\(null.compatibility.map { asciiProbability($0.pValue) } ?? "-")"
        + (null.fittedCompatibility.map { fitted in
          ", of \(fixed(fitted.degreesOfFreedom, 1)): p = \(asciiProbability(fitted.pValue))"
            + (fitted.isCompatible ? "" : ". No chi2 describes t: P is by counting")
        } ?? "") + "."
    }
    return ((points.isEmpty ? [] : lines) + notes).joined(separator: "\n")
  }
}

extension DimuonStudy.Point {
  fileprivate func value(of abscissa: DimuonPlan.Abscissa) -> Double? {
    switch abscissa {
    case .referenceSignificance: reference?.significance
    case .expected: setting.expected
    case .signalFraction:
      if case .zPrime(_, let count) = signal { count / setting.expected } else { nil }
    case .referenceRatio: setting.referenceRatio
    case .referenceShift: setting.referenceShift
    }
  }
}

extension DimuonPlan.Abscissa {
  fileprivate var axisTitle: RichText {
    switch self {
    case .referenceSignificance: "Reference significance *Z*_{ref}"
    case .expected: "Expected events *N*(R)"
    case .signalFraction: "Signal fraction *N*(S) / *N*(R)"
    case .referenceRatio: "Reference events / *N*(R)"
    case .referenceShift: "Shift of the reference's momenta"
    }
  }
}

extension DimuonSignal {
  /// Without the number of events.
  fileprivate var kind: String {
    if case .zPrime(let mass, _) = self { "Z'(\(mass))" } else { name }
  }

  fileprivate var isContact: Bool {
    if case .contact = self { true } else { false }
  }

  /// For legends and tables.
  var name: String {
    switch self {
    case .none: "no signal"
    case .zPrime(let mass, let expected): "Z'(\(mass)), N(S) = \(significantDigits(expected, 4))"
    case .contact(let coupling): "contact, c_W = \(significantDigits(coupling, 4))"
    }
  }
}
