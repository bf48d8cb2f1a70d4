import Datasets
import Foundation
import Testing

struct OtherCommandsTests {
  let scratch: ScratchFolder
  let plan: String

  init() throws {
    scratch = try ScratchFolder()
    plan = try scratch.writeQuickPlan()
  }

  @Test func `Inspect names columns, ranges and what is not finite`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 200, signal: 10) {
      $0[8][3] = "nan"
    }
    let inspect = try Tool("inspect", events)
    #expect(inspect.exitCode == 0, "\(inspect.errors)")
    for word in ["210 events", "mj1", "1 NaN", "10 signal, 200 background"] {
      #expect(inspect.output.contains(word), "'\(word)' is not in: \(inspect.output)")
    }
  }

  /// Short column names once crashed the table.
  @Test func `Inspect describes particles`() throws {
    let inspect = try Tool("inspect", try EmbeddedSample.particles.url().path)
    #expect(inspect.exitCode == 0, "\(inspect.errors)")
    for word in ["100 events", "particles an event", "10 signal, 90 background"] {
      #expect(inspect.output.contains(word), "'\(word)' is not in: \(inspect.output)")
    }
  }

  @Test func `Clustering gives the same bytes with one process and with two`() throws {
    let particles = try EmbeddedSample.particles.url().path
    let one = scratch.path("one.h5")
    let two = scratch.path("two.h5")
    let first = try Tool("cluster", particles, "-o", one, "--jobs", "1", "--quiet")
    #expect(first.exitCode == 0, "\(first.errors)")
    let second = try Tool("cluster", particles, "-o", two, "--jobs", "2", "--quiet")
    #expect(second.exitCode == 0, "\(second.errors)")
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: one))
        == Data(contentsOf: URL(fileURLWithPath: two)))
    let inspect = try Tool("inspect", one)
    #expect(inspect.output.contains("tau4j1") && inspect.output.contains("10 signal"))
  }

  @Test func `A search of particles clusters them first, once`() throws {
    let particles = try EmbeddedSample.particles.url().path
    let run = scratch.path("run")
    let search = try Tool("search", particles, "-o", run, "--plan", plan)
    #expect(search.exitCode == 0, "\(search.errors)")
    #expect(search.errors.contains("particles, clustered into jets"))
    #expect(search.errors.contains("Clustering"))
    #expect(FileManager.default.fileExists(atPath: run + "/tiny.raw.features.h5"))
    let again = try Tool("search", particles, "-o", run, "--plan", plan)
    #expect(again.exitCode == 0 && !again.errors.contains("Clustering"), "\(again.errors)")
  }

  @Test func `Evaluate compares a run with the labels, events writes the selected`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 5_000, signal: 150)
    let run = scratch.path("run")
    #expect(try Tool("search", events, "-o", run, "--plan", plan, "--quiet").exitCode == 0)

    let evaluate = try Tool("evaluate", run, "--labels", events)
    #expect(evaluate.exitCode == 0, "\(evaluate.errors)")
    #expect(evaluate.output.contains("max SIC") && evaluate.output.contains("floor"))
    #expect(FileManager.default.fileExists(atPath: run + "/figures/sic.svg"))

    let selected = scratch.path("selected.csv")
    let write = try Tool(
      "events", run, "--efficiency", "0.1", "--events", events, "-o", selected)
    #expect(write.exitCode == 0, "\(write.errors)")
    let lines = try String(contentsOfFile: selected, encoding: .utf8).split(separator: "\n")
    #expect(lines[0].hasPrefix("row,dijetMass,fold,score,keptFrom,pxj1"))
    // A tenth of the events in the fit range, fold by fold.
    let result = try String(contentsOfFile: run + "/result.json", encoding: .utf8)
    let object = try JSONSerialization.jsonObject(with: Data(result.utf8)) as? [String: Any]
    let cutflow = object?["cutflow"] as? [[String: Any]]
    let inRange = try #require(cutflow?.last?["events"] as? Int)
    #expect(abs(lines.count - 1 - inRange / 10) <= 3)

    let different = try scratch.writeToyEvents("different.csv", background: 5_150)
    let swapped = try Tool("evaluate", run, "--labels", different)
    #expect(swapped.exitCode == 1 && swapped.errors.contains("m_JJ"), "\(swapped.errors)")

    let unlabelled = try scratch.write("mjj\n3000\n", as: "other.csv")
    let wrong = try Tool("evaluate", run, "--labels", unlabelled)
    #expect(wrong.exitCode == 1 && wrong.errors.contains("5150 events"), "\(wrong.errors)")
  }

  @Test func `The printed plan is a plan`() throws {
    let printed = try Tool("plan")
    #expect(printed.exitCode == 0)
    let file = try scratch.write(printed.output, as: "printed.yaml")
    let again = try Tool("plan", file)
    #expect(again.output == printed.output)
  }

  @Test func `Of two Gaussians full supervision learns the optimum, no labels fail at one half`()
    throws
  {
    struct Outcome: Decodable {
      struct Row: Decodable {
        struct Area: Decodable { let median, low, high: Double }
        let f1: Double
        let areaUnderCurve: [String: Area]
      }
      let optimalAreaUnderCurve: Double
      let rows: [Row]
    }
    let scratch = try ScratchFolder()
    let tool = try Tool(
      "toy", "proportions", "--repetitions", "5", "--json", "--output", scratch.path("toy"))
    #expect(tool.exitCode == 0, "\(tool.errors)")
    let outcome = try JSONDecoder().decode(Outcome.self, from: Data(tool.output.utf8))
    #expect(abs(outcome.optimalAreaUnderCurve - 0.760_25) < 1e-5)
    for row in outcome.rows {
      let full = try #require(row.areaUnderCurve["full supervision"])
      #expect(abs(full.median - outcome.optimalAreaUnderCurve) < 0.01)
      for way in ["LLP", "CWoLa"] {
        let area = try #require(row.areaUnderCurve[way])
        if row.f1 >= 0.65 { #expect(area.median > 0.74, "\(way) at \(row.f1)") }
        // Equal samples: what is learned is noise, one way round or the other.
        if row.f1 == 0.5 { #expect(area.high - area.low > 0.1, "\(way)") }
      }
    }
    #expect(outcome.rows.first?.f1 == 0.5 && outcome.rows.last?.f1 == 1)
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path("toy"))
    #expect(files.contains("toy-proportions.json") && files.contains("toy-proportions.svg"))
    #expect(try Tool("toy", "proportions", "--repetitions", "0").exitCode != 0)
  }

  @Test func `A bump is seen by every test of two samples, and best by the ideal one`() throws {
    struct Outcome: Decodable {
      struct Row: Decodable {
        struct Spread: Decodable { let median: Double }
        let test: String
        let withoutSignal: [Double]
        let withSignal: [Double]
        let gaussianSignificance: Spread
        let exceeding: Int
      }
      let idealSignificance: Double
      let rows: [Row]
    }
    let arguments = [
      "toy", "two-sample", "gaussian-bump", "--pseudo-experiments", "6", "--data-sets", "3",
      "--reference-events", "5000",
    ]
    let tool = try Tool(arguments + ["--json"])
    #expect(tool.exitCode == 0, "\(tool.errors)")
    let outcome = try JSONDecoder().decode(Outcome.self, from: Data(tool.output.utf8))
    // Reference: numerical integration in Validation/two_sample_tests.py.
    #expect(abs(outcome.idealSignificance - 27.2636) < 0.1)
    #expect(outcome.rows.count == 3)
    for row in outcome.rows {
      #expect(row.withoutSignal.count == 6 && row.withSignal.count == 3)
      #expect(row.exceeding == 0 && row.gaussianSignificance.median > 1.5, "\(row.test)")
    }
    let table = try Tool(arguments + ["--jobs", "1"])
    #expect(table.output.contains("0 of 6") && table.output.contains("arXiv:1807.10261"))
    #expect(try Tool("toy", "two-sample", "muon-momentum").exitCode != 0)
  }

  @Test func `Methods are listed with their papers`() throws {
    let methods = try Tool("methods")
    for word in [
      "cwola-trees", "cwola-network", "pca", "autoencoder", "tag-n-train-inclusive",
      "arXiv:1902.02634", "arXiv:2002.12376",
    ] {
      #expect(methods.output.contains(word))
    }
  }

  @Test func `Ctrl-C stops within a second and says how to go on`() throws {
    let events = try scratch.writeToyEvents("events.csv", background: 20_000)
    // Trainings of many seconds, which keep every thread busy.
    let plan = try scratch.write(
      """
      features: lhco-rnd
      method: cwola-network
      mass: {bins: 8, signalRegionBins: 2}
      network:
        hidden: [64, 64, 64]
        activations: [relu, relu, relu]
        dropout: [0, 0, 0]
        epochs: 3000
        patience: 3000
      """, as: "long.yaml")
    let process = Process()
    let errors = Pipe()
    process.executableURL = Tool.executable
    process.arguments = ["search", events, "-o", scratch.path("run"), "--plan", plan]
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let units = scratch.path("run/units")
    while process.isRunning, !FileManager.default.fileExists(atPath: units) { usleep(2_000) }
    usleep(500_000)
    let clock = ContinuousClock()
    let elapsed = clock.measure {
      process.interrupt()
      process.waitUntilExit()
    }
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(process.terminationStatus == 130)
    #expect(text.contains("same command again"))
    // Generous: the machine may be busy.
    #expect(elapsed < .seconds(5))
  }
}

/// The two embedded searches with the default plan: minutes on a busy machine.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["OVERDENSITY_SLOW"] != nil))
struct DemoTests {
  struct Result: Decodable {
    struct Window: Decodable {
      let signalRegionGeV: [Double]
      let efficiencies: [Cut]
    }
    struct Cut: Decodable {
      let efficiency: Double
      let localSignificance: Double?
    }
    struct Excess: Decodable {
      let window: Int
      let localSignificance: Double
      let massGeV: Double?
    }
    let windows: [Window]
    let bestExcess: Excess?
  }

  func search(_ arguments: String...) throws -> Result {
    let scratch = try ScratchFolder()
    let tool = try Tool(["demo", "-o", scratch.path("run"), "--json"] + arguments)
    #expect(tool.exitCode == 0, "\(tool.errors)")
    return try JSONDecoder().decode(Result.self, from: Data(tool.output.utf8))
  }

  @Test func `The demo finds the hidden resonance at its mass, and only after a cut`() throws {
    let result = try search()
    for window in result.windows {
      for cut in window.efficiencies where cut.efficiency == 1 {
        #expect((cut.localSignificance ?? 0) < 2.5)
      }
    }
    let best = try #require(result.bestExcess)
    let region = result.windows[best.window].signalRegionGeV
    #expect(region[0] <= 3_500 && region[1] > 3_500)
    #expect(best.localSignificance >= 5)
    #expect(abs(try #require(best.massGeV) / 3_500 - 1) < 0.03)
  }

  @Test func `The demo without a signal finds nothing`() throws {
    for window in try search("--null").windows {
      for cut in window.efficiencies { #expect((cut.localSignificance ?? 0) < 4) }
    }
  }
}
