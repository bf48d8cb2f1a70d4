import Evaluation
import EventModel
import Foundation
import Reporting
import ResonanceSearch
import StatisticalInference
import Testing

struct StudyReportTests {
  private func study(_ injections: String) throws -> StudyPlan {
    try StudyPlan(
      yaml: "seeds: [1, 2, 3]\ninjections: \(injections)\n"
        + "variants: [{name: trees}, {name: others, trees.members: 3}]",
      folder: URL(fileURLWithPath: "/"))
  }

  /// Of each point a record with its own fluctuation, labels and times.
  private func runs(of study: StudyPlan, seconds: Double = 10) throws
    -> [(point: StudyPlan.Point, run: ComparedRun)]
  {
    try study.points.enumerated().map { index, point in
      var synthetic = SyntheticRecord()
      synthetic.signalEvents = 20 * Double(index) + (point.injection?.isNothing == true ? 0 : 200)
      var record = synthetic.make()
      record.result.seed = point.seed
      record.result.planDigest = point.variant.name
      let region = record.result.windows[4].signalRegionGeV
      let signal = point.injection?.isNothing == true ? 0 : 200
      let evaluation = try WindowEvaluation(
        index: 4, signalRegion: region[0]..<region[1],
        dijetMass: [Double](repeating: region[0], count: 20_000),
        scores: (0..<20_000).map { Double($0 < signal ? 8_000 + $0 * 60 : $0) },
        truth: TruthLabels(isSignal: (0..<20_000).map { $0 < signal }))
      return (
        point,
        ComparedRun(
          name: point.label, record: record, evaluations: [evaluation],
          timing: SearchTiming(
            [.init(stage: "training and scoring", seconds: seconds + Double(index))], jobs: 2,
            events: nil))
      )
    }
  }

  private func cut(
    _ runs: [(point: StudyPlan.Point, run: ComparedRun)], variant: String, seed: UInt64,
    isNothing: Bool, efficiency: Double
  ) throws -> SearchResult.Measurement {
    let run = try #require(
      runs.first {
        $0.point.variant.name == variant && $0.point.seed == seed
          && $0.point.injection?.isNothing == isNothing
      })
    return try #require(
      run.run.record.result.windows[4].efficiencies.first { $0.efficiency == efficiency })
  }

  private func column(_ figure: Figure, _ title: String) throws -> [Double?] {
    try #require(figure.table.columns.first { $0.name == title }).values
  }

  @Test func `The corrected excess is that with signal minus that without, seed by seed`() throws {
    let study = try study("{events: [0, 200]}")
    let runs = try runs(of: study)
    let report = try StudyReport(study, runs: runs)
    let corrected = try #require(report.figures.first { $0.name == "excess-corrected" })
    let shifted = try #require(
      report.figures.first { $0.name == "excess-without-signal-shifted" })
    for variant in ["trees", "others"] {
      let title = "\(variant): Corrected significance [σ]"
      let shiftedTitle = "\(variant): Significance minus that before the cut [σ]"
      for (place, efficiency) in [0.002, 0.01, 0.1, 1].enumerated() {
        func cuts(isNothing: Bool, _ efficiency: Double) throws -> [SearchResult.Measurement] {
          try [1, 2, 3].map {
            try cut(
              runs, variant: variant, seed: $0, isNothing: isNothing, efficiency: efficiency)
          }
        }
        let none = try cuts(isNothing: true, efficiency)
        let expected = try zip(try cuts(isNothing: false, efficiency), none).map { own, null in
          let residual = try #require(null.observed) - #require(null.expected)
          return try CountingExperiment(
            observed: max(0, #require(own.observed) - residual), background: #require(own.expected),
            backgroundUncertainty: #require(own.expectedUncertainty)
          ).localSignificance
        }
        #expect(try column(corrected, title)[place] == expected.sorted()[1])
        let before = try cuts(isNothing: true, 1)
        let shifts = try zip(none, before).map {
          try #require($0.localSignificance) - #require($1.localSignificance)
        }
        #expect(try column(shifted, shiftedTitle)[place] == shifts.sorted()[1])
      }
      #expect(try column(shifted, shiftedTitle)[3] == 0)
    }
    let names = Set(report.figures.map(\.name))
    #expect(names.count == report.figures.count)
    #expect(names.isSuperset(of: ["spectra-without-signal-1", "spectra-without-signal-2"]))
  }

  @Test func `A study without a search of nothing has no residual to subtract`() throws {
    for injections in ["{events: [100, 200]}", "{events: [0]}"] {
      let study = try study(injections)
      let names = try StudyReport(study, runs: runs(of: study)).figures.map(\.name)
      #expect(!names.contains { $0.hasPrefix("excess") || $0.hasPrefix("spectra-without") })
    }
  }

  @Test func `Times stand on the page and in a file of their own, and nowhere else`() throws {
    let study = try study("{events: [0, 200]}")
    let (slow, fast) = (
      try StudyReport(study, runs: runs(of: study, seconds: 1_000)),
      try StudyReport(study, runs: runs(of: study))
    )
    #expect(slow.csv == fast.csv)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(slow) == encoder.encode(fast))
    // Trees without signal are the searches 0, 2 and 4.
    #expect(slow.text.contains("training [s]") && slow.text.contains("1002.0 [1000.6, 1003.4]"))
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("overdensity-study-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let page = try String(contentsOf: slow.write(to: folder).page, encoding: .utf8)
    #expect(page.contains("1002.0 [1000.6, 1003.4]"))
    let timing = try String(contentsOf: folder.appending(path: "timing.csv"), encoding: .utf8)
      .split(separator: "\n")
    #expect(timing.count == 1 + study.points.count)
    #expect(timing[1] == "trees.0-events.seed-1,trees,0 events,1,2,training and scoring,1000.0")
  }

  @Test func `Improvements stand at three background efficiencies beside their floor`() throws {
    let study = try study("{events: [0, 200]}")
    let runs = try runs(of: study)
    let report = try StudyReport(study, runs: runs)
    let evaluation = try #require(
      runs.first { $0.point.injection?.isNothing == false }?.run.evaluations.first)
    for efficiency in [0.1, 0.01] {
      let point = try #require(evaluation.point(nearBackgroundEfficiency: efficiency))
      #expect(abs(point.backgroundEfficiency / efficiency - 1) < 0.2)
      #expect(report.text.contains(String(format: "%.1f", point.significanceImprovement)))
    }
    for word in ["SIC at 10 %", "SIC at 1 %", "SIC at 0.1 %", "floor"] {
      #expect(report.text.contains(word))
    }
    let floor = try #require(evaluation.floor)
    #expect(report.text.contains(String(format: "%.5f", floor)))
  }

  @Test func `The dependence on the dijet mass has a table with what chance gives`() throws {
    let study = try study("{events: [0, 200]}")
    var runs = try runs(of: study)
    #expect(try !StudyReport(study, runs: runs).text.contains("Dependence on m_JJ"))
    for index in runs.indices {
      runs[index].run.record.result.windows[4].massDependence = try JSONDecoder().decode(
        MassDependence.self,
        from: Data(
          """
          {"events": 2000, "distanceCorrelation": 0.37, "distanceCorrelationExpected": 0.018,
           "distanceCorrelationPValue": 0.01, "mutualInformation": 0.0731,
           "mutualInformationExpected": 0.0005, "mutualInformationPValue": 0}
          """.utf8))
    }
    let text = try StudyReport(study, runs: runs).text
    for number in ["0.370", "0.018", "0.0731", "0.0005"] { #expect(text.contains(number)) }
    let section = ReportPage(runs[0].run.record).html()
    #expect(section.contains("0.370") && section.contains("by chance 0.018"))
    #expect(section.contains("≤ 0.01"))
  }
}
