public import LearnedTestStatistics
import StatisticalInference

extension NPLMResult {
  /// The p-value in three ways, a line each.
  var pValueTable: ComparisonTable {
    let verdict = NPLMVerdict(result: self)
    var rows: [[String]] = []
    if let counted = pValues.pseudoExperiments {
      let bound = counted.exceeding == 0
      rows.append([
        "pseudo-experiments",
        (bound ? "< " : "") + asciiProbability(log10: counted.probability.log10),
        (bound ? "< " : "") + fixed(counted.probability.log10, 2),
        bound
          ? "> " + (counted.probability.significance.map(verdict.lowerBound) ?? "–")
          : zText(counted.probability), verdict.intervalText(counted) ?? "–",
        "\(counted.exceeding) of \(counted.count) at or above t",
      ])
    }
    if let fitted = pValues.fitted {
      let isBeyond = pValues.pseudoExperiments?.exceeding == 0
      rows.append(
        ["fitted χ2" + (isBeyond ? " (extrapolated)" : "")] + cells(fitted.probability) + [
          verdict.zInterval(fitted.low, fitted.high) ?? "–",
          "\(measured(fitted.degreesOfFreedom, fitted.uncertainty)) degrees of freedom"
            + (fitted.compatibility.map { ", " + verdict.compatibility($0) } ?? "")
            + (isBeyond ? "; t is beyond all of them" : ""),
        ])
    }
    rows.append(
      ["χ2 of the network"] + cells(pValues.chi2.probability) + [
        "–", "\(parameters) degrees of freedom, \(verdict.compatibility)",
      ])
    return ComparisonTable(
      titles: ["p-value by", "p", "log10 p", "Z", "68 % interval of Z", "from"], rows: rows,
      wordColumns: [5])
  }

  private func cells(_ p: TailProbability) -> [String] {
    [asciiProbability(log10: p.log10), fixed(p.log10, 2), zText(p)]
  }

  private func zText(_ p: TailProbability) -> String { p.significance.map(significance) ?? "–" }

  private var clippingText: String {
    significantDigits(clipping) + (freeBiases == true ? " of the weights" : "")
  }

  /// What was compared and how, by name.
  var settings: [(name: String, value: String)] {
    var settings = [
      ("Network", "\(network.name), \(parameters) parameters"),
      ("Clipping", clippingText),
      ("Inputs", columns.joined(separator: ", ")),
      ("Scaling", scaling.explanation),
      ("Expected", "\(significantDigits(expected, 7)) events"),
      ("Observed", "\(observed) events"),
      ("Minimum", NPLMVerdict(result: self).minimum),
    ]
    let count = pseudoExperiments.testStatistics.count
    if count > 0 {
      let confirmed = pseudoExperiments.confirmed.map {
        ", the deepest minimum found more than once in \($0)"
      }
      settings.append(
        ("Pseudo-experiments", "\(count), \(pseudoExperiments.method)" + (confirmed ?? "")))
    }
    settings += [("Seed", "\(seed)"), ("Version", version), ("Instruction set", instructionSet)]
    return settings
  }

  /// What the terminal shows, in ASCII: the answer, the p-values, where, and warnings.
  public var text: String {
    let verdict = NPLMVerdict(result: self)
    var lines = [verdict.answer.plain, ""] + pValueTable.text + [""]
    lines.append(
      "t = \(fixed(testStatistic, 2)); network \(network.name), clipping "
        + "\(clippingText), \(parameters) parameters; "
        + "\(significantDigits(expected, 7)) events expected, \(observed) observed")
    lines += [verdict.nuisances?.line].compactMap(\.self)
    lines.append("Minimum: \(verdict.minimum)")
    lines += [verdict.region, verdict.advice].compactMap(\.self)
    lines += verdict.warnings.map { "WARNING: \($0)" }
    return lines.map(ascii).joined(separator: "\n") + "\n"
  }
}

extension InputScaling {
  fileprivate var explanation: String {
    switch self {
    case .paper: "paper: columns with negative values standardised, others divided by their mean"
    case .standardise: "standardise: mean 0, standard deviation 1"
    case .none: "none"
    }
  }
}
