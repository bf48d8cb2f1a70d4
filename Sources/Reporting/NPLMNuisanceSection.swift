import Foundation
import LearnedTestStatistics

/// The fitted nuisances of a reference, in words and tables.
struct NPLMNuisances {
  /// p-value of a closure check below which what was learned is not to be trusted.
  static let leastClosure = 1e-3
  /// Sigmas from which on the data pull a nuisance farther than its measurement allows.
  static let largestPull = 3.0

  let nuisances: FittedNuisances

  /// Where the fits put each nuisance.
  var values: ComparisonTable {
    ComparisonTable(
      titles: ["nuisance", "one sigma", "without network", "with network", "closure"],
      rows: nuisances.fitted.map { nuisance in
        [
          nuisance.name, Self.sigma(nuisance), Self.signed(nuisance.reference),
          Self.signed(nuisance.alternative), Self.worstClosure(nuisance)?.summary ?? "–",
        ]
      }, wordColumns: [1, 4])
  }

  /// How well each learned dependence describes its alternative samples; `nil` if none was learned.
  var closure: ComparisonTable? {
    let rows = nuisances.fitted.flatMap { nuisance in
      (nuisance.dependence?.closure ?? []).map { check in
        [
          nuisance.name, check.direction.rawValue, check.name, "\(check.bins)",
          fixed(check.chi2WithoutReweighting, 1), fixed(check.chi2, 1),
          asciiProbability(check.pValue),
        ]
      }
    }
    return rows.isEmpty
      ? nil
      : ComparisonTable(
        titles: [
          "nuisance", "sample", "column", "bins", "χ2 of the nominal sample", "χ2 reweighted", "p",
        ], rows: rows, wordColumns: [1, 2])
  }

  /// The page's section.
  var section: String {
    let closure = self.closure.map { table in
      """
      <h3>Closure of what was learned</h3>
      \(table.html)<p class="missing">Every fifth event took no part in the learning: the nominal \
      ones, reweighted, against those of the alternative sample. Samples made of the same events \
      fluctuate together, and <i>χ</i>² is then smaller than the number of bins.</p>

      """
    }
    return """
      <section id="nuisances">
      <h2>Nuisance parameters</h2>
      <p>The reference is known up to these. <i>t</i> = <i>τ</i> − Δ, with <i>τ</i> = \
      \(fixed(nuisances.tau, 2)) of the best network and nuisances and Δ = \
      \(fixed(nuisances.delta, 2)) of the best nuisances alone, both relative to the nominal \
      reference. What a nuisance explains is in both and drops out.</p>
      \(values.html)<p class="missing">Fitted values in standard deviations from the measured one, \
      whose uncertainty is in the likelihood. What a nuisance does, the network can do, too, and at \
      no such cost: with it values are nearer to 0, and mean little.</p>
      \(closure ?? "")</section>

      """
  }

  /// For the terminal.
  var line: String {
    "Nuisances, fitted without and with the network, in sigmas: "
      + nuisances.fitted.map {
        "\($0.name) \(Self.signed($0.reference)) and \(Self.signed($0.alternative))"
      }.joined(separator: "; ")
      + "; tau = \(fixed(nuisances.tau, 2)), Delta = \(fixed(nuisances.delta, 2))"
  }

  /// What the numbers say against the answer.
  var warnings: [String] {
    nuisances.fitted.flatMap { nuisance in
      [Self.boundWarning(nuisance), Self.closureWarning(nuisance)].compactMap(\.self)
    }
  }

  private static func boundWarning(_ nuisance: FittedNuisance) -> String? {
    let bound = significantDigits(Nuisance.bound)
    if nuisance.isAtBound {
      return
        "The nuisance '\(nuisance.name)' was fitted to its bound, \(bound) sigma from where it "
        + "was measured: the data are nowhere near the reference, or its uncertainty is too small."
    }
    guard abs(nuisance.reference) > largestPull else { return nil }
    return "Without a network the nuisance '\(nuisance.name)' was fitted to "
      + "\(signed(nuisance.reference)) sigma: a shift as large as that is a tension of its own, which "
      + "t does not count."
  }

  private static func closureWarning(_ nuisance: FittedNuisance) -> String? {
    guard let worst = worstClosure(nuisance), worst.pValue < leastClosure else { return nil }
    return "The dependence on '\(nuisance.name)' was not learned well: the reweighted reference "
      + "differs from the \(worst.direction.rawValue) sample in '\(worst.name)' (\(worst.summary)). "
      + "Alternative samples made of the reference's own events teach most."
  }

  private static func worstClosure(_ nuisance: FittedNuisance) -> DependenceClosure? {
    nuisance.dependence?.closure.min { $0.pValue < $1.pValue }
  }

  private static func sigma(_ nuisance: FittedNuisance) -> String {
    if let relative = nuisance.relativeUncertainty {
      return percentage(relative) + " of the events"
    }
    guard let dependence = nuisance.dependence else { return "–" }
    let yields = "yields \(fixed(dependence.yieldUp, 3)), \(fixed(dependence.yieldDown, 3))"
    let shift =
      dependence.shift == 1 ? "" : " at ±\(significantDigits(dependence.shift))\u{A0}σ"
    return "learned, \(yields)\(shift)"
  }

  private static func signed(_ value: Double) -> String {
    let text = fixed(value, 2)
    return text.hasPrefix("−") || !text.contains { ("1"..."9").contains($0) } ? text : "+" + text
  }
}

extension DependenceClosure {
  fileprivate var summary: String {
    "χ2 \(fixed(chi2, 1)) in \(bins) bins, p = \(asciiProbability(pValue))"
  }
}
