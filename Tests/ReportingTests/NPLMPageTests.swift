import Foundation
import LearnedTestStatistics
import Reporting
import StatisticalInference
import Testing

struct NPLMPageTests {
  @Test(arguments: [
    // (t of the data, pseudo-experiments, beginning of the answer)
    (21.0, 100, "No tension: Z = "), (36.0, 100, "Tension: Z = "),
    (
      800.0, 100,
      "Tension: p < 0.010, Z > 2.3, for none of 100 pseudo-experiments reaches t = 800.0."
    ),
    (
      800.0, 30,
      "Undecided: none of 30 pseudo-experiments reaches t = 800.0, which says no more than p"
    ),
    (800.0, 0, "No p-value yet: t = 800.0, and without pseudo-experiments nothing says"),
  ])
  func `The terminal's first line is the answer`(t: Double, count: Int, beginning: String) throws {
    let text = try SyntheticNPLM(testStatistic: t, count: count).make().text
    #expect(text.hasPrefix(beginning), "\(text.prefix(200))")
    #expect(text.allSatisfy { $0.isASCII })
  }

  @Test func `A counted answer says how many reach it, and its interval`() throws {
    let result = try SyntheticNPLM(testStatistic: 21, count: 100).make()
    let counted = try #require(result.pValues.pseudoExperiments)
    let answer = try #require(result.text.split(separator: "\n").first)
    #expect(answer.hasSuffix("\(counted.exceeding) of 100 pseudo-experiments reach t = 21.0."))
    let z = try #require(counted.probability.significance)
    let low = try #require(counted.high.significance)
    let high = try #require(counted.low?.significance)
    #expect(low < z && z < high)
    func text(_ value: Double) -> String { ascii(significance(value)) }
    #expect(answer.contains("Z = \(text(z)) (68 % interval \(text(low)) to \(text(high)), p = "))
  }

  @Test func `A data set below every pseudo-experiment has p = 1 and no significance`() throws {
    let result = try SyntheticNPLM(testStatistic: 0.5, count: 50).make()
    #expect(result.text.hasPrefix("No tension: no excess at all (p = 1.00)"))
    #expect(!result.text.lowercased().contains("nan"))
  }

  @Test func `An extrapolation is marked, and never quoted alone`() throws {
    let beyond = try SyntheticNPLM(testStatistic: 800, count: 100).make()
    let lines = beyond.text.split(separator: "\n").map(String.init)
    #expect(lines[0].contains("Extrapolated by the chi2 distribution fitted to them: Z = "))
    #expect(lines.contains { $0.hasPrefix("fitted chi2 (extrapolated)") })
    let within = try SyntheticNPLM(testStatistic: 25, count: 100).make()
    #expect(!within.text.lowercased().contains("extrapolated"))
    let few = try SyntheticNPLM(testStatistic: 800, count: 10).make()
    #expect(few.pValues.fitted == nil)
    #expect(!few.text.lowercased().contains("extrapolated"))
  }

  @Test func `Pseudo-experiments that do not follow the chi-square are a warning`() throws {
    let followed = try SyntheticNPLM(testStatistic: 25, count: 100).make()
    #expect(followed.text.contains("21 degrees of freedom, compatible with the pseudo-experiments"))
    #expect(!followed.text.contains("WARNING"))
    let other = try SyntheticNPLM(testStatistic: 25, count: 100, degreesOfFreedom: 10).make()
    #expect(other.text.contains("NOT compatible"))
    #expect(other.text.contains("WARNING: The pseudo-experiments do not follow"))
    #expect(NPLMPage(other).html().contains("<b>Warning.</b> The pseudo-experiments do not"))
  }

  @Test func `Pseudo-experiments that follow no chi-square are only counted`() throws {
    var synthetic = SyntheticNPLM(testStatistic: 400, count: 100)
    #expect(try synthetic.make().text.contains("Extrapolated by the chi2 distribution"))
    let tailed = synthetic.pseudoExperiments.testStatistics.enumerated().map {
      $1 * ($0.isMultiple(of: 4) ? 3 : 1)
    }
    synthetic.pValues = NPLMPValues(observed: 400, pseudoExperiments: tailed, parameters: 21)
    let result = try synthetic.make()
    #expect(result.text.contains("They follow no chi2 distribution that could be extrapolated."))
    #expect(!result.text.contains("Extrapolated by"))
    #expect(result.text.contains("WARNING: The pseudo-experiments do not follow any chi-square"))
    #expect(NPLMPage(result).html().contains("only the p-value by counting them is to be quoted"))
  }

  @Test func `A bound of the significance is rounded down`() throws {
    // 1 of 41: Z = 1.97.
    let text = try SyntheticNPLM(testStatistic: 400, count: 40).make().text
    #expect(text.hasPrefix("Undecided: none of 40 pseudo-experiments reaches t = 400.0"))
    #expect(text.contains("Z > 1.9;") && !text.contains("Z > 2.0"))
  }

  @Test func `A minimum found once is a warning`() throws {
    var synthetic = SyntheticNPLM(testStatistic: 25, count: 100)
    synthetic.optimizer.starts = 3
    synthetic.optimizer.foundDeepest = 1
    let once = "WARNING: The deepest minimum was found by one search only, of 3"
    let text = try synthetic.make().text
    #expect(text.contains(once))
    // The paper's training is a single one by design.
    synthetic.optimizer.name = "adam"
    let single = try synthetic.make().text
    #expect(!single.contains("WARNING"))
  }

  @Test(arguments: [21.0, 60, 800, 1e6], [1, 30, 300])
  func `The data's line lies inside the frame, with all pseudo-experiments`(
    t: Double, count: Int
  ) throws {
    let result = try SyntheticNPLM(testStatistic: t, count: count).make()
    let heading = FigureHeading(label: "", conditions: "")
    let figure = try #require(Figure.nullDistribution(result, heading: heading))
    let check = XMLCheck(figure.svg)
    #expect(check.problem == nil)
    let (low, high) = (try figure.column("bin: low"), try figure.column("bin: high"))
    #expect(try figure.column("Data, t = \(String(format: "%.1f", t)): t") == [t])
    let (start, end) = (try #require(low.first), try #require(high.last))
    #expect(start < t && t < end)
    #expect(try figure.column("Pseudo-experiments: count").reduce(0, +) == Double(count))
    let values = result.pseudoExperiments.testStatistics
    #expect(values.allSatisfy { start <= $0 && $0 <= end })
    // Both are to be seen: what is full of pseudo-experiments is no sliver.
    let frame = try #require(
      figure.svg.firstMatch(of: /<rect x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)"/))
    let polygon = try #require(figure.svg.firstMatch(of: /<polygon [^>]*points="([^"]+)"/))
    let xs = polygon.1.split(separator: " ").compactMap { Double($0.prefix { $0 != "," }) }
    let width = try #require(Double(frame.2))
    if count > 1 { #expect((xs.max() ?? 0) - (xs.min() ?? 0) > 0.05 * width) }
    let left = try #require(Double(frame.1))
    #expect((xs.max() ?? 0) <= left + width + 0.01)
  }

  @Test func `The chi-square curve holds as many pseudo-experiments as there are`() throws {
    for t in [25.0, 5000] {
      let result = try SyntheticNPLM(testStatistic: t, count: 200).make()
      let figure = try #require(
        Figure.nullDistribution(result, heading: FigureHeading(label: "", conditions: "")))
      let name = "χ2, 21 degrees of freedom"
      let (x, y) = (try figure.column("\(name): t"), try figure.column("\(name): height"))
      let (low, high) = (try figure.column("bin: low"), try figure.column("bin: high"))
      // Heights are events a bin: their integral over bins, of equal width in t or ln t.
      let isLogarithmic = t > 1000
      let position: (Double) -> Double = isLogarithmic ? { log($0) } : { $0 }
      let step = position(high[0]) - position(low[0])
      var integral = 0.0
      var moment = 0.0
      for index in 1..<x.count {
        let area =
          (y[index] + y[index - 1]) / 2 * (position(x[index]) - position(x[index - 1])) / step
        integral += area
        moment += area * (x[index] + x[index - 1]) / 2
      }
      #expect(abs(integral - 200) < 1, "\(integral)")
      // The mean of the distribution is its degrees of freedom.
      #expect(abs(moment / integral - 21) < 0.1, "\(moment / integral)")
    }
  }

  @Test func `Every figure and the page are well formed, whatever names hold`() throws {
    var synthetic = SyntheticNPLM(testStatistic: 800, count: 40)
    let name = "p_{T}*<b>&\"x\"/é"
    synthetic.columns = [name, "eta1"]
    synthetic.ratios = ["a/b", "a-b", name].map { name in
      LearnedRatio(
        name, isInput: true, reference: (0..<300).map { Float($0 % 20) }, data: [1, 2, 30],
        weights: [Double](repeating: 0.01, count: 300),
        logRatios: [Float](repeating: 0.1, count: 300))
    }
    synthetic.inputs = [
      .init(role: "data", name: "<script>.h5", sha256: "00", events: 3)
    ]
    synthetic.warnings = ["<i>5 & 6"]
    let page = NPLMPage(try synthetic.make())
    #expect(Set(page.figures.map(\.name)).count == 4)
    for figure in page.figures {
      let check = XMLCheck(figure.svg)
      #expect(check.problem == nil, "\(figure.name)")
      #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"))
      #expect(figure.name.allSatisfy { $0.isASCII && !$0.isWhitespace && $0 != "/" })
    }
    #expect(XMLCheck(page.figures[3].svg).texts.contains(name), "names hold no markup")
    let html = page.html()
    #expect(html.contains("&lt;i&gt;5 &amp; 6"))
    for forbidden in ["<script", "src=", "<i>5", "<b>&", "nan", "url(http"] {
      #expect(!html.contains(forbidden), "\(forbidden)")
    }
    let ids = html.matches(of: /\sid="([^"]+)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    for link in html.matches(of: /href="#([^"]+)"/) { #expect(ids.contains(String(link.1))) }
  }

  @Test func `Where nothing is expected there is no ratio, and the line breaks`() throws {
    // Reference events in the middle count nothing.
    let reference = (0..<800).map { Float($0 % 40) }
    let ratio = LearnedRatio(
      "x", isInput: true, reference: reference, data: [1, 20, 39],
      weights: reference.map { (10..<30).contains($0) ? 0 : 0.1 },
      logRatios: [Float](repeating: 0.2, count: 800))
    #expect(ratio.expected.contains(0))
    let heading = FigureHeading(label: "", conditions: "")
    let figure = Figure.learnedRatio(ratio, name: "ratio", heading: heading)
    let check = XMLCheck(figure.svg)
    #expect(check.problem == nil)
    // Reference and network over the whole of the events, and on either side of the gap below.
    #expect(check.elements["polyline"] == 2 + 4)
    #expect(!figure.svg.contains("nan") && !figure.svg.contains("inf"))
    var twice = ratio
    twice.truth = ratio.expected.map { 2 * $0 }
    let known = Figure.learnedRatio(twice, name: "ratio", heading: heading)
    let second = XMLCheck(known.svg)
    #expect(second.elements["polyline"] == 3 + 6)
    #expect(second.texts.contains("Truth"))
    #expect(try known.column("truth") == ratio.expected.map { 2 * $0 })
  }

  @Test func `Inputs come before variables that the network was not given`() throws {
    let page = NPLMPage(try SyntheticNPLM(testStatistic: 25, count: 40).make())
    #expect(
      page.figures.map(\.name) == [
        "null-distribution", "ratio-1-pT1", "ratio-2-eta1", "ratio-3-mass",
      ])
    #expect(XMLCheck(page.figures[3].svg).texts.contains("mass (not given to the network)"))
    #expect(XMLCheck(page.figures[1].svg).texts.contains("pT1"))
  }

  @Test func `The page says what was compared, how, and where it differs`() throws {
    let result = try SyntheticNPLM(testStatistic: 36, count: 100).make()
    let html = NPLMPage(result).html()
    for part in [
      "data.h5 against reference.h5", "2-5-1, 21 parameters", "1.35", "1000 events",
      "1040 events", String(repeating: "cd", count: 32), "<dd>7</dd>", "1.2.3", "avx2",
      "global, the deepest minimum found by 2 of 2 searches",
      "permutations of the pooled samples", "Where the difference is largest",
    ] {
      #expect(html.contains(part), "\(part)")
    }
    let region = try #require(result.discrepantRegion)
    #expect(html.contains("<td>data</td><td>\(region.observed)</td>"))
  }

  @Test func `Without pseudo-experiments the page gives t and how to get p-values`() throws {
    let page = NPLMPage(try SyntheticNPLM(testStatistic: 36, count: 0).make())
    #expect(!page.figures.contains { $0.name == "null-distribution" })
    let html = page.html()
    #expect(html.contains("--pseudo-experiments 100"))
    #expect(html.contains("<i>t</i> = 36.00"))
    #expect(html.contains("not tested: that needs 20 pseudo-experiments"))
  }

  @Test func `A result leaves a page and its figures`() throws {
    let folder = try TemporaryFolder(isKept: false)
    let result = try SyntheticNPLM(testStatistic: 36, count: 40).make()
    let files = try writeNPLM(result, to: folder.url)
    #expect(files.page.lastPathComponent == "nplm.html")
    let kinds = files.remarks.isEmpty ? 3 : 2
    #expect(files.figures.count == kinds * NPLMPage(result).figures.count)
    for file in files.figures + [files.page] {
      #expect(try Data(contentsOf: file).count > 40, "\(file.lastPathComponent)")
    }
  }
}

private func ascii(_ text: String) -> String { text.replacing("−", with: "-") }
private func significance(_ value: Double) -> String {
  let text = String(format: "%.1f", value)
  return text == "-0.0" ? "0.0" : text
}
