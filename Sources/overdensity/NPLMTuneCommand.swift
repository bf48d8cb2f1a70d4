import ArgumentParser
import Datasets
import Execution
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import Reporting

struct NPLMTuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Choose network and clipping from the reference alone.",
    discussion: """
      Pseudo-data that follow the reference are fitted with every network and clipping. The largest
      clipping with which t follows the chi-square distribution with as many degrees of freedom as
      the network has parameters is taken, and of several networks the one with most parameters
      that has such a clipping. No signal and no data are looked at. With --minimiser adam the
      distributions are followed through the epochs, as in the paper (arXiv:1912.12155, section
      2.1, Figs. 1-3).

      Example:
        overdensity nplm tune --reference ref.h5 --pseudo-data more.h5 --expected 2000 --columns px \\
          --networks 1-3-1,1-10-1 --clippings 1,2,4,7,15,30 -o tune/
        overdensity nplm tune --problem muon-momentum --networks 1-3-1,1-10-1 -o tune/
      """)

  @Option(help: "Events that follow the reference hypothesis.", completion: .file())
  var reference: String?

  @Option(help: "In place of files, a problem of 'overdensity toy nplm'.")
  var problem: ComparisonProblem.Name?

  @Option(
    help: "More of them for pseudo-data; without it the reference is dealt out anew each time.",
    completion: .file())
  var pseudoData: String?

  @Option(help: "Events that the reference file predicts for the data (before --select).")
  var expected: Double?

  @Option(help: "Columns that the network is given, separated by commas; without it all.")
  var columns: NameList?

  @Option(help: "Column with weights of the reference events; needs --pseudo-data.")
  var weight: String?

  @Option(help: "Networks, separated by commas; without it N-3-1,N-5-1,N-10-1 for N columns.")
  var networks: NameList?

  @Option(help: "Clippings, separated by commas.")
  var clippings: NumberList = .init(values: [0.5, 1, 2, 4, 8])

  @Option(help: "Pseudo-experiments for each of them.")
  var pseudoExperiments = 100

  @Option(name: [.short, .long], help: "Folder for the results.", completion: .directory)
  var output: String

  @Flag(help: "Say what would run and how long it takes, then stop.")
  var dryRun = false

  @OptionGroup var table: NPLMTableOptions
  @OptionGroup var minimiser: NPLMMinimiserOptions
  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func validate() throws {
    if problem == nil {
      guard reference != nil, let expected else {
        throw ValidationError("Give --reference and --expected, or a --problem.")
      }
      try NPLMSampleOptions.check(expected: expected)
      try NPLMSampleOptions.check(weight: weight, pseudoData: pseudoData)
    } else {
      guard reference == nil, pseudoData == nil, expected == nil, columns == nil, weight == nil,
        table.select.isEmpty
      else {
        throw ValidationError("A --problem brings its events, their number and its columns.")
      }
    }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: output)
    if !dryRun { try execution.detachIfAsked(folder) }
    try reproducibility.apply()
    let interruption = execution.interruption()
    defer { withExtendedLifetime(interruption) {} }
    let samples = try self.samples()
    let inputs = samples.comparison.names.count
    let names = networks?.values ?? [3, 5, 10].map { "\(inputs)-\($0)-1" }
    let tuning = try NPLMTuning(
      samples, networks: names.map { try NPLMNetwork($0) }, clippings: clippings.values,
      freeBiases: minimiser.freeBiases, scaling: minimiser.scaling,
      minimisation: minimiser.minimisation,
      pseudoExperiments: pseudoExperiments, seed: reproducibility.seed)
    if dryRun {
      print(try NPLMTuningEstimate(tuning, jobs: compute.jobs))
      return
    }
    let environment = (Overdensity.version, InstructionSet.current.rawValue)
    let executor = try execution.makeExecutor(compute)
    let run = try RunFolder(
      folder, key: tuning.key(version: environment.0, instructionSet: environment.1))
    let lock = try execution.lock(folder)
    defer { withExtendedLifetime(lock) {} }
    let display = ProgressDisplay("Fitting", isSilent: compute.isSilent)
    let result = try tuning(
      environment: environment, executor: executor, store: run.units, progress: display.show)
    let json = try result.json
    try run.write(json, as: "tune.json")
    let report = try writeNPLMTuning(result, to: folder)
    for remark in report.remarks where !compute.isSilent { print("remark: \(remark)") }
    compute.show(json, table: result.text, place: "Page: \(report.page.path)")
  }

  private func samples() throws -> ComparedSamples {
    if let problem { return try samples(of: ComparisonProblem(problem)) }
    guard let reference, let expected else { preconditionFailure("validated") }
    return try samples(reference: reference, expected: expected)
  }

  /// A reference of the problem, and for each pseudo-experiment as many events as it expects.
  private func samples(of problem: ComparisonProblem) throws -> ComparedSamples {
    let seed = Seed(reproducibility.seed)
    let count = Int((problem.expected * Double(max(pseudoExperiments, 1))).rounded(.up))
    return ComparedSamples(
      comparison: try problem.comparison(withSignal: false, seed: seed),
      pseudoData: .independentEvents(
        problem.reference(count: count, seed: seed.child("pseudo-data"))),
      sources: [])
  }

  /// The reference with data taken out of it, which pseudo-data replace.
  private func samples(reference file: String, expected: Double) throws -> ComparedSamples {
    let reference = try SelectedTable(file, table.options, cuts: table.select)
    let pool = try pseudoData.map { try SelectedTable($0, table.options, cuts: table.select) }
    let names = columns?.values ?? reference.table.names.filter { $0 != "label" && $0 != weight }
    let expected = expected * reference.passed(weight)
    let all = try names.map { try reference.column($0) }
    let sources =
      [reference.source("reference")] + [pool?.source("pseudo-data")].compactMap(\.self)
    if let pool {
      let events = try names.map { try pool.column($0) }
      return ComparedSamples(
        comparison: try SampleComparison(
          names: names, reference: all,
          referenceWeights: try weight.map { try reference.column($0) }, data: events,
          expected: expected),
        pseudoData: .independentEvents(events), sources: sources)
    }
    let order = Seed(reproducibility.seed).child("dealing").ordered(reference.rows.indices)
    let taken = min(Int(expected), order.count / 2)
    func deal(_ rows: ArraySlice<Int>) -> [[Float]] {
      all.map { column in rows.map { column[$0] } }
    }
    return ComparedSamples(
      comparison: try SampleComparison(
        names: names, reference: deal(order[taken...]), data: deal(order[..<taken]),
        expected: expected),
      pseudoData: .permutation(testsCount: true), sources: sources)
  }
}

/// What a tuning would take, measured by one fit of each network.
struct NPLMTuningEstimate: CustomStringConvertible {
  let description: String

  init(_ tuning: NPLMTuning, jobs: Int) throws {
    let clock = ContinuousClock()
    let units = try tuning.units
    let perNetwork = units.count / tuning.networks.count
    // A large clipping has more minima to look for: the first fit with the largest one.
    let firstOfLargest = perNetwork - tuning.pseudoExperiments
    let seconds = try tuning.networks.indices.map { network in
      try clock.measure {
        _ = try units[network * perNetwork + firstOfLargest].work { false }
      }.inSeconds * Double(perNetwork)
    }.reduce(0, +)
    let comparison = tuning.samples.comparison
    description = """
      Would fit pseudo-data of \(comparison.expected) expected events against \(comparison.referenceCount) reference events:
        columns               \(comparison.names.joined(separator: ", "))
        networks              \(tuning.networks.map(\.name).joined(separator: ", "))
        clippings             \(NumberList(values: tuning.clippings).defaultValueDescription)
        fits                  \(units.count)
        time, \(jobs) at once      about \(CostEstimate.time(seconds / Double(min(jobs, units.count)))) (from one fit of each network)
      """
  }
}

/// Numbers separated by commas.
struct NumberList: ExpressibleByArgument {
  let values: [Double]

  init(values: [Double]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Double($0) }
    if values.isEmpty || values.count < parts.count { return nil }
  }

  var defaultValueDescription: String {
    values.map { $0 == $0.rounded() ? "\(Int($0))" : "\($0)" }.joined(separator: ",")
  }
}
