import ArgumentParser
import Datasets
import EventFiles
import Execution
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import Reporting
import StatisticalInference

struct NPLMToyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nplm",
    abstract: "A problem of the NPLM paper: distributions of t with and without signal.",
    discussion: """
      The problems are those of arXiv:1912.12155, section 3 (Figs. 4 and 5): shifted-gaussian,
      deformed-gaussian, gaussian-bump, box; and of section 4: dimuon, 4,000 simulated muon pairs
      with 20 of a Z' of 300 GeV. The paper's network and clipping are taken unless others are
      given; 'overdensity toy dimuon' measures many points of that problem;
      'overdensity toy two-sample' runs other tests on the same problems; 'overdensity nplm tune
      --problem' chooses network and clipping, also for section 2's muon-momentum.
      With --output a run that was interrupted continues.
      """)

  @Argument(help: "The problem.")
  var problem: ComparisonProblem.Name

  @Option(help: "Data sets without signal.")
  var pseudoExperiments = 100

  @Option(help: "Data sets with signal.")
  var dataSets = 30

  @Option(help: "Layers of the network; without it the paper's.")
  var network: String?

  @Option(help: "Largest magnitude of the network's weights; without it the paper's.")
  var clipping: Double?

  @Option(name: [.short, .long], help: "Folder for figure, numbers and finished fits.")
  var output: String?

  @OptionGroup var minimiser: NPLMMinimiserOptions
  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func validate() throws {
    guard problem != .muonMomentum else {
      throw ValidationError(
        "muon-momentum has no signal: take another problem, or 'overdensity nplm tune --problem'.")
    }
    guard pseudoExperiments >= 20 else {
      throw ValidationError("--pseudo-experiments must be at least 20.")
    }
    guard dataSets >= 1 else { throw ValidationError("--data-sets must be at least 1.") }
    guard output != nil || (execution.executor == .threads && !execution.detach) else {
      throw ValidationError("Work outside this process needs --output.")
    }
  }

  func run() throws {
    let folder = output.map { URL(fileURLWithPath: $0) }
    if let folder { try execution.detachIfAsked(folder) }
    try reproducibility.apply()
    let interruption = execution.interruption()
    defer { withExtendedLifetime(interruption) {} }
    let problem = try ComparisonProblem(problem)
    let study = NPLMToyStudy(
      problem: problem,
      nplm: try NPLM(
        network: network.map { try NPLMNetwork($0) }
          ?? NPLMNetwork(layers: problem.network.layers),
        clipping: clipping ?? problem.network.clipping, freeBiases: minimiser.freeBiases,
        scaling: minimiser.scaling,
        minimisation: minimiser.minimisation),
      pseudoExperiments: pseudoExperiments, dataSets: dataSets, seed: Seed(reproducibility.seed))
    let run = try folder.map { try RunFolder($0, key: study.key) }
    let lock = try folder.flatMap { try execution.lock($0) }
    defer { withExtendedLifetime(lock) {} }
    let display = ProgressDisplay("Fitting", isSilent: compute.isSilent)
    let outcome = try study.run(
      executor: execution.makeExecutor(compute), store: run?.units, progress: display.show)
    let json = try JSONEncoder.readable.encode(outcome)
    if let folder {
      _ = try writeFigures([outcome.figure], to: folder)
      try run?.write(json, as: "toy-nplm.json")
    }
    compute.show(
      json, table: outcome.text, place: output.map { "Figure and numbers: \($0)" })
  }
}

/// NPLM on data sets with and without signal.
struct NPLMToyStudy {
  let problem: ComparisonProblem
  let nplm: NPLM
  let pseudoExperiments: Int
  let dataSets: Int
  let seed: Seed

  var key: [String: String] {
    get throws {
      [
        "toy": "nplm \(problem.name.rawValue)", "seed": "\(seed.value)",
        "settings": String(decoding: try JSONEncoder.sorted.encode(nplm), as: UTF8.self),
        "version": Overdensity.version, "instructionSet": InstructionSet.current.rawValue,
      ]
    }
  }

  struct Outcome: Codable {
    let problem: ComparisonProblem.Name
    let network: NPLMNetwork
    let clipping: Double
    let minimisation: NPLMMinimisation
    /// t of each data set.
    let withoutSignal: [Double]
    let withSignal: [Double]
    let compatibility: ChiSquareCompatibility?
    /// P-values of the median and of the lowest t with signal.
    let median: NPLMPValues
    let lowest: NPLMPValues
    let medianTestStatistic: Double
    let published: [ComparisonProblem.PublishedSignificance]
  }

  func run(
    executor: any Executor, store: UnitStore?, progress: @escaping @Sendable (WorkProgress) -> Void
  ) throws -> Outcome {
    let values = try RepeatedTest.values(
      of: [
        RepeatedTest(
          problem, nplm, withSignal: false, label: "without-signal", count: pseudoExperiments,
          seed: seed.child("without-signal")),
        RepeatedTest(
          problem, nplm, withSignal: true, label: "with-signal", count: dataSets,
          seed: seed.child("with-signal")),
      ], executor: executor, store: store, progress: progress)
    let (null, signal) = (values[0], values[1].sorted())
    let median = (signal[(signal.count - 1) / 2] + signal[signal.count / 2]) / 2
    func pValues(_ observed: Double) -> NPLMPValues {
      NPLMPValues(
        observed: observed, pseudoExperiments: null, parameters: nplm.network.parameterCount)
    }
    return Outcome(
      problem: problem.name, network: nplm.network, clipping: nplm.clipping,
      minimisation: nplm.minimisation, withoutSignal: null, withSignal: values[1],
      compatibility: ChiSquareCompatibility(
        null, degreesOfFreedom: Double(nplm.network.parameterCount)),
      median: pValues(median), lowest: pValues(signal[0]), medianTestStatistic: median,
      published: problem.published)
  }
}

extension NPLMToyStudy.Outcome {
  private var parameters: Int { network.parameterCount }

  var text: String {
    func significance(_ probability: TailProbability?) -> String {
      probability?.significance.map { fixed($0, 1) } ?? "-"
    }
    func row(_ name: String, _ values: NPLMPValues) -> [String] {
      let counted = values.pseudoExperiments
      let isLimit = counted?.exceeding == 0
      return [
        name, significance(values.chi2.probability), significance(values.fitted?.probability),
        (isLimit ? "> " : "") + significance(counted?.probability),
      ]
    }
    let lines = textTable(
      header: [["Z with signal", "chi2, \(parameters) dof", "fitted chi2", "counted"]],
      rows: [row("median", median), row("lowest", lowest)], leftAligned: [0])
    let sorted = withoutSignal.sorted()
    let fit = median.fitted.map {
      "; fitted degrees of freedom \(fixed($0.degreesOfFreedom, 1)) +- \(fixed($0.uncertainty, 1))"
        + ($0.compatibility.map { ", p = \(asciiProbability($0.pValue))" } ?? "")
    }
    let notes = [
      "\(problem.rawValue), \(network.name), clipping \(clipping), \(minimisation.name): "
        + "\(withoutSignal.count) data sets without and \(withSignal.count) with signal.",
      "Median t \(fixed(sorted[sorted.count / 2], 1)) without signal, "
        + "\(fixed(medianTestStatistic, 1)) with; compatible with chi2: p = "
        + "\(compatibility.map { significantDigits($0.pValue, 2) } ?? "-")\(fit ?? "").",
    ]
    let published = published.map {
      let range = $0.low == $0.high ? "\($0.low)" : "\($0.low) to \($0.high)"
      return "Published: \($0.test): \(range) (\($0.meaning))."
    }
    return (lines + notes + published).joined(separator: "\n")
  }

  var figure: Figure {
    let z = median.chi2.probability.significance.map { ", median Z \(fixed($0, 1))" } ?? ""
    return .testStatistics(
      name: "toy-nplm-\(problem.rawValue)",
      caption: "The test statistic with and without signal.",
      heading: FigureHeading(
        label: problem.rawValue,
        conditions: RichText(verbatim: "\(network.name), clipping \(clipping)")),
      [
        TestStatisticSample("without signal", withoutSignal, style: .reference),
        TestStatisticSample(RichText(verbatim: "with signal\(z)"), withSignal, style: .numbered(1)),
      ],
      chiSquares: [
        ChiSquareCurve(
          RichText(verbatim: "chi-square, \(parameters) degrees of freedom"),
          degreesOfFreedom: Double(parameters), style: .numbered(2))
      ])
  }
}
