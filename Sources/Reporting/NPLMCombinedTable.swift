package import LearnedTestStatistics
import StatisticalInference

extension CombinedTests {
  /// The tests, a line each, and their common p-value.
  package var text: String {
    let global = smallest.global
    let lines = textTable(
      header: [["test", "network", "clipping", "columns", "t", "p"]],
      rows: tests.enumerated().map { place, test in
        [
          test.name + (place == smallest.configuration ? " *" : ""), test.network.name,
          significantDigits(test.clipping), test.columns.joined(separator: ","),
          fixed(test.testStatistic, 1), asciiProbability(test.localPValue),
        ]
      }, leftAligned: [0, 1, 3])
    let bound = global.exceeding == 0 ? "< " : "= "
    return """
      Common p-value \(bound)\(asciiProbability(global.value)): \(global.exceeding) of \
      \(global.pseudoExperiments) pseudo-experiments have a test with a p-value as small as that of \
      the one marked *.

      \(lines.joined(separator: "\n"))
      """
  }
}

extension AppliedTest {
  /// The count and what it means, as lines.
  package var text: String {
    let significance = count.pValue.significance.map { fixed($0, 1) } ?? "-"
    let verdict =
      switch count.pValue.significance ?? 0 {
      case 3...: "The new data confirm what the network found."
      case 2...: "The new data lean towards what the network found."
      default: "The new data do not confirm what the network found."
      }
    var lines = [
      verdict,
      "\(count.observed) events with f > \(fixed(threshold, 3)), expected "
        + "\(fixed(count.expected, 1)) +- \(fixed(count.expectedUncertainty, 1)): p = "
        + "\(asciiProbability(log10: count.pValue.log10)), Z = \(significance).",
    ]
    if isChosen {
      lines.append("Every other reference event chose the cut, the others were counted.")
    }
    return (lines + warnings.map { "warning: \($0)" }).joined(separator: "\n")
  }
}
