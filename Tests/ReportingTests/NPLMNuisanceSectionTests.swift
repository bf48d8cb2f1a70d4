import Foundation
import LearnedTestStatistics
import Reporting
import Testing

/// Made-up nuisances in the form of `nplm.json`: a normalisation, and a scale that was learned.
private struct SyntheticNuisances: Encodable {
  var tau = 41.25
  var delta = 20.25
  var fitted = [
    Fitted(name: "normalisation", reference: 0.4, alternative: -0.26, relativeUncertainty: 0.05),
    Fitted(name: "scale", reference: 1.87, alternative: 1.5, dependence: Dependence()),
  ]

  struct Fitted: Encodable {
    var name: String
    var reference: Double
    var alternative: Double
    var relativeUncertainty: Double?
    var dependence: Dependence?

    private enum CodingKeys: String, CodingKey {
      case name, reference, alternative, relativeUncertainty, dependence
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(reference, forKey: .reference)
      try container.encode(alternative, forKey: .alternative)
      try container.encode(relativeUncertainty, forKey: .relativeUncertainty)
      try container.encode(dependence, forKey: .dependence)
    }
  }

  struct Dependence: Encodable {
    var columns = ["pT1", "eta1"]
    var shift = 2.0
    var up = SyntheticNPLM.FittedNetwork()
    var down = SyntheticNPLM.FittedNetwork()
    var offsetUp = 0.1
    var offsetDown = -0.1
    var yieldUp = 1.25
    var yieldDown = 0.8
    var closure = [
      Closure(direction: "up", chi2: 14.3, pValue: 0.77),
      Closure(direction: "down", chi2: 22.6, pValue: 0.26),
    ]
  }

  struct Closure: Encodable {
    var name = "pT1"
    var direction: String
    var bins = 20
    var chi2: Double
    var chi2WithoutReweighting = 345.6
    var pValue: Double
  }

  func make() throws -> NPLMResult {
    var synthetic = SyntheticNPLM(testStatistic: 21, count: 40)
    synthetic.nuisances = try JSONDecoder().decode(
      FittedNuisances.self, from: JSONEncoder().encode(self))
    return try synthetic.make()
  }
}

struct NPLMNuisanceSectionTests {
  @Test func `Page and terminal tell where the fits put the nuisances, and the closure`() throws {
    let result = try SyntheticNuisances().make()
    let html = NPLMPage(result).html()
    for part in [
      "<a href=\"#nuisances\">", "<section id=\"nuisances\">", "5\u{A0}% of the events",
      "learned, yields 1.250, 0.800 at ±2\u{A0}σ", "<td>+0.40</td><td>−0.26</td>",
      "<td>+1.87</td><td>+1.50</td>", "χ2 22.6 in 20 bins, p = 0.26", "<td>345.6</td><td>14.3</td>",
      "<i>τ</i> = 41.25", "Δ = 20.25", "likelihood ratio of the best network to the best reference",
    ] {
      #expect(html.contains(part), "\(part)")
    }
    #expect(
      result.text.contains(
        """
        Nuisances, fitted without and with the network, in sigmas: normalisation +0.40 and -0.26; \
        scale +1.87 and +1.50; tau = 41.25, Delta = 20.25

        """))
    #expect(!result.text.contains("WARNING"))
    #expect(try JSONDecoder().decode(NPLMResult.self, from: result.json) == result)
  }

  @Test func `Without nuisances there is no word of them`() throws {
    let result = try SyntheticNPLM(testStatistic: 21, count: 40).make()
    #expect(!NPLMPage(result).html().lowercased().contains("nuisance"))
    #expect(!result.text.lowercased().contains("nuisance"))
  }

  @Test func `A dependence that does not close is a warning`() throws {
    var nuisances = SyntheticNuisances()
    nuisances.fitted[1].dependence?.closure[1] = .init(direction: "down", chi2: 60, pValue: 4e-6)
    let result = try nuisances.make()
    let warning = """
      The dependence on 'scale' was not learned well: the reweighted reference differs from the down \
      sample in 'pT1' (χ2 60.0 in 20 bins, p = 4.0e-06).
      """
    #expect(
      NPLMPage(result).html().contains("<b>Warning.</b> \(warning.replacing("'", with: "&#39;"))"))
    #expect(result.text.contains("WARNING: " + warning.replacing("χ2", with: "chi2")))
  }

  @Test func `A nuisance far from where it was measured is a warning`() throws {
    var nuisances = SyntheticNuisances()
    nuisances.fitted[0].reference = -3.5
    let far = try nuisances.make().text
    #expect(
      far.contains(
        "WARNING: Without a network the nuisance 'normalisation' was fitted to -3.50 sigma"))
    nuisances.fitted[0].reference = 0
    nuisances.fitted[1].alternative = 5
    let bound = try nuisances.make().text
    #expect(bound.contains("WARNING: The nuisance 'scale' was fitted to its bound, 5 sigma"))
    #expect(!bound.contains("'normalisation' was"))
  }

  @Test func `Names hold no markup`() throws {
    var nuisances = SyntheticNuisances()
    nuisances.fitted[1].name = "<b>&"
    nuisances.fitted[1].reference = 4
    let html = NPLMPage(try nuisances.make()).html()
    #expect(html.contains("&lt;b&gt;&amp;") && !html.contains("<b>&"))
    let ids = html.matches(of: /\sid="([^"]+)"/).map { String($0.1) }
    for link in html.matches(of: /href="#([^"]+)"/) { #expect(ids.contains(String(link.1))) }
  }
}
