import Foundation
import LearnedTestStatistics
import StatisticalInference

/// The answer of a test of data against a reference, in words.
///
/// What counts is the p-value by pseudo-experiments. Where none of them reaches the data it is a
/// bound, and the bound decides the words; a chi-square distribution fitted to the
/// pseudo-experiments is quoted beside it as an extrapolation, never alone.
struct NPLMVerdict {
  /// Standard deviations from which on there is a tension, as in arXiv:1912.12155, section 5.
  static let tension = 2.0

  let result: NPLMResult

  private var t: String { "*t*\u{A0}=\u{A0}\(fixed(result.testStatistic, 1))" }

  /// `nil` if the reference has none.
  var nuisances: NPLMNuisances? { result.nuisances.map(NPLMNuisances.init) }

  /// The answer in one or two sentences.
  var answer: RichText {
    guard let counted = result.pValues.pseudoExperiments else {
      return RichText(
        markup: "No *p*-value yet: \(t), and without pseudo-experiments nothing says how often the "
          + "reference alone gives as much.")
    }
    let p = probability(log10: counted.probability.log10).markup
    guard counted.exceeding > 0 else {
      let z = counted.probability.significance ?? 0
      let bound = "*p*\u{A0}<\u{A0}\(p), *Z*\u{A0}>\u{A0}\(lowerBound(z))"
      let none = "none of \(counted.count) pseudo-experiments reaches \(t)"
      return RichText(
        markup: (z >= Self.tension
          ? "Tension: \(bound), for \(none)."
          : "Undecided: \(none), which says no more than \(bound); more are needed.")
          + largest + extrapolation)
    }
    let isTense = (counted.probability.significance ?? 0) >= Self.tension
    return RichText(
      markup: "\(isTense ? "Tension" : "No tension"): \(zText(counted.probability))"
        + " (\(intervalText(counted).map { "68\u{A0}% interval \($0), " } ?? "")"
        + "*p*\u{A0}=\u{A0}\(p)): \(counted.exceeding) of \(counted.count)"
        + " pseudo-experiments reach \(t).")
  }

  /// Rounded down, as a bound must be.
  func lowerBound(_ z: Double) -> String { significance((z * 10).rounded(.down) / 10) }

  private func zText(_ p: TailProbability) -> String {
    p.significance.map { "*Z*\u{A0}=\u{A0}\(significance($0))" } ?? "no excess at all"
  }

  private var largest: String {
    result.pseudoExperiments.testStatistics.max().map {
      " The largest of them is \(fixed($0, 1))."
    } ?? ""
  }

  private var extrapolation: String {
    guard let fitted = result.pValues.fitted, let z = fitted.probability.significance else {
      return ""
    }
    guard !fitted.isRefuted else {
      return " They follow no *χ*² distribution that could be extrapolated."
    }
    return
      " Extrapolated by the *χ*² distribution fitted to them: *Z*\u{A0}=\u{A0}\(significance(z))."
  }

  /// The 68 % interval of Z by pseudo-experiments.
  func intervalText(_ counted: CountedPValue) -> String? {
    counted.low.flatMap { zInterval($0, counted.high) }
  }

  /// "1.9 to 2.3": a larger p-value is a smaller significance.
  func zInterval(_ low: TailProbability, _ high: TailProbability) -> String? {
    guard let most = low.significance, let least = high.significance else { return nil }
    return "\(significance(least)) to \(significance(most))"
  }

  /// What a reader without pseudo-experiments should do.
  var advice: String? {
    result.pValues.pseudoExperiments == nil
      ? "For p-values repeat the test with pseudo-experiments: --pseudo-experiments 100 allows Z up "
        + "to 2.3, and tests whether t follows the chi-square distribution with "
        + "\(result.parameters) degrees of freedom."
      : nil
  }

  /// Where the network sees the difference; `nil` if it is nowhere larger than in total.
  var region: String? {
    result.discrepantRegion.map { region in
      let cuts = region.description.replacing("≥ ", with: "≥\u{A0}").replacing(
        "≤ ", with: "≤\u{A0}")
      return "The network sees the largest difference where \(cuts): there "
        + "\(significantDigits(region.expected, 4)) events are expected from the reference, "
        + "\(significantDigits(region.learned, 4)) from the network, and \(region.observed) are "
        + "observed. The region was chosen after looking, so these counts are no test of their own."
    }
  }

  /// Whether pseudo-experiments allow the chi-square distribution with the network's parameters.
  var compatibility: String {
    result.chiSquareCompatibility.map(compatibility)
      ?? "not tested: that needs \(FittedChiSquarePValue.fewestPseudoExperiments)"
      + " pseudo-experiments"
  }

  /// Whether pseudo-experiments allow a distribution.
  func compatibility(_ test: ChiSquareCompatibility) -> String {
    let isCompatible = test.isCompatible
    let relation = test.pValue > leastProbability ? "= " : ""
    return (isCompatible ? "compatible" : "NOT compatible")
      + " with the pseudo-experiments (Pearson p \(relation)\(asciiProbability(test.pValue)))"
  }

  /// How the minimum was found.
  var minimum: String {
    let search = result.optimizer
    guard search.name == "global" else {
      return "\(search.name), \(search.evaluations) epochs"
    }
    let searches = search.starts == 1 ? "search" : "searches"
    return
      "\(search.name), the deepest minimum found by \(search.foundDeepest) of \(search.starts) "
      + "\(searches) (\(search.descents) descents, \(search.evaluations) epochs)"
  }

  /// What came with the result, and what its numbers say against themselves.
  var warnings: [String] {
    var warnings = result.warnings
    let search = result.optimizer
    if search.name == "global", search.foundDeepest < 2 {
      warnings.append(
        search.starts == 1
          ? "Only one search for the deepest minimum was made: there may be a deeper one, and t may "
            + "be larger; the pseudo-experiments were treated alike. --searches 4 looks further."
          : "The deepest minimum was found by one search only, of \(search.starts): there may be a "
            + "deeper one, and t may be larger.")
    }
    if let fitted = result.pValues.fitted, fitted.isRefuted {
      warnings.append(
        "The pseudo-experiments do not follow any chi-square distribution: only the p-value by "
          + "counting them is to be quoted. 'overdensity nplm tune' finds a smaller clipping.")
    } else if let test = result.chiSquareCompatibility, !test.isCompatible {
      warnings.append(
        "The pseudo-experiments do not follow the chi-square distribution with "
          + "\(result.parameters) degrees of freedom: its p-value is not to be quoted; tune the "
          + "clipping.")
    }
    return warnings + (nuisances?.warnings ?? [])
  }
}
