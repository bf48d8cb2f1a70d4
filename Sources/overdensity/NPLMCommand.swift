public import ArgumentParser
import Datasets
import EventFiles
import Foundation
public import LearnedTestStatistics
import NeuralNetworks
import Reporting

struct NPLMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nplm",
    abstract: "Test a whole data set against a reference: does it hold anything unexpected?",
    discussion: """
      A network is the alternative hypothesis and its training the maximum-likelihood fit; the test
      statistic t is the log-likelihood ratio at the deepest minimum (NPLM, arXiv:1912.12155). The
      same fit on pseudo-data that follow the reference says how improbable t is. 'nplm tune' finds
      the clipping of the weights, which decides how flexible the network is.
      """,
    subcommands: [
      NPLMTestCommand.self, NPLMTuneCommand.self, NPLMCombineCommand.self, NPLMApplyCommand.self,
    ],
    defaultSubcommand: NPLMTestCommand.self)
}

struct NPLMTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Test data against a reference (what 'overdensity nplm' does).",
    discussion: """
      Files are tables with the same columns (HDF5, CSV or NumPy): events of a collider or of
      anything else. Without --pseudo-data the null distribution comes from permutations of both
      samples. Without --expected only shapes are compared, not the number of events.

      The output folder holds nplm.json, nplm.html, figures and ranked-events.csv: the data's
      events from the most to the least unexpected. A run that was interrupted continues, and
      --pseudo-experiments can be raised later: give the same command again.

      Examples:
        overdensity nplm --reference ref.h5 --data data.h5 --expected 20000 \\
          --columns pt1,pt2,eta1,eta2,deltaphi --network 5-5-5-5-1 --clipping 2.15 \\
          --pseudo-experiments 100 --pseudo-data more-ref.h5 -o test/
        overdensity nplm --reference a.csv --data b.csv -o test/
        overdensity nplm --reference ref.h5 --data data.h5 --select 'mll>95' --show mll -o test/
        overdensity nplm --reference ref.h5 --data data.h5 --expected 20000 \\
          --pseudo-data more-ref.h5 --normalisation-uncertainty 0.05 \\
          --variation scale=ref-up.h5,ref-down.h5 -o test/

      The last takes the reference for uncertain (t = tau - Delta, arXiv:2111.13633): what a shift
      within its uncertainty explains is no tension.
      """)

  @OptionGroup var samples: NPLMSampleOptions
  @OptionGroup var fit: NPLMFitOptions

  @Option(help: "Pseudo-experiments for the null distribution; 0 gives the test statistic alone.")
  var pseudoExperiments = 100

  @Option(name: [.short, .long], help: "Folder for the results.", completion: .directory)
  var output: String

  @Flag(help: "Say what would run and how long it takes, then stop.")
  var dryRun = false

  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func validate() throws {
    guard pseudoExperiments >= 0 else {
      throw ValidationError("--pseudo-experiments must be 0 or more.")
    }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: output)
    if !dryRun { try execution.detachIfAsked(folder) }
    try reproducibility.apply()
    let interruption = execution.interruption()
    defer { withExtendedLifetime(interruption) {} }
    let compared = try samples.read()
    let test = try NPLMTest(
      compared, nplm: fit.nplm(columns: compared.comparison.names.count),
      pseudoExperiments: pseudoExperiments, seed: reproducibility.seed)
    if dryRun {
      print(try NPLMEstimate(test, jobs: compute.jobs))
      return
    }
    try NPLMRun(test: test, folder: folder, compute: compute, execution: execution)()
  }
}

/// Which samples are compared.
struct NPLMSampleOptions: ParsableArguments {
  @Option(help: "Events that follow the reference hypothesis.", completion: .file())
  var reference: String

  @Option(help: "The data.", completion: .file())
  var data: String

  @Option(
    help: """
      Events that the reference predicts for the data (before --select); without it their number is \
      not tested.
      """)
  var expected: Double?

  @Option(
    help: ArgumentHelp(
      "Columns that the network is given, separated by commas; without it all that both files have "
        + "('label' left out).",
      valueName: "names"))
  var columns: NameList?

  @Option(
    help: ArgumentHelp(
      "Further columns to look at, which the network is not given.", valueName: "names"))
  var show: NameList?

  @Option(
    help: "More events of the reference hypothesis, none of them in --reference, for pseudo-data.",
    completion: .file())
  var pseudoData: String?

  @Option(
    help: ArgumentHelp(
      "Of simulated data, for the figures alone: a file of the law behind them and how many of its "
        + "events are expected (before --select); repeat it for each part, such as sm.h5=20000 and "
        + "signal.h5=40.", valueName: "file=events"))
  var truth: [TruthArgument] = []

  @Option(help: "Column with weights of the reference events.")
  var weight: String?

  @OptionGroup var uncertainties: NPLMUncertaintyOptions
  @OptionGroup var table: NPLMTableOptions

  func validate() throws {
    if uncertainties.normalisationUncertainty != nil, expected == nil {
      throw ValidationError(
        "--normalisation-uncertainty needs --expected: the number of events is not tested without.")
    }
    if let expected { try Self.check(expected: expected) }
    try Self.check(weight: weight, pseudoData: pseudoData)
  }

  /// Refuses weights where events would have to be dealt out anew.
  static func check(weight: String?, pseudoData: String?) throws {
    if weight != nil, pseudoData == nil {
      throw ValidationError(
        "A reference with weights cannot be permuted with the data: give --pseudo-data.")
    }
  }

  /// Refuses a value of `--expected` that is no number of events.
  static func check(expected: Double) throws {
    guard SampleComparison.isExpectation(expected) else {
      throw ValidationError("--expected is a number of events above 0, 1e12 at most.")
    }
  }

  /// Reads the files and puts the comparison together.
  func read() throws -> ComparedSamples {
    let reference = try SelectedTable(reference, table.options, cuts: table.select)
    let data = try SelectedTable(data, table.options, cuts: table.select)
    let pool = try pseudoData.map { try SelectedTable($0, table.options, cuts: table.select) }
    let left = [weight].compactMap(\.self) + ["label"] + (show?.values ?? [])
    let names =
      columns?.values
      ?? reference.table.names.filter { data.table.names.contains($0) && !left.contains($0) }
    let weights = try weight.map { try reference.column($0) }
    let (uncertainties, variationSources) = try uncertainties.read(
      beside: reference, columns: names, weight: weight, testsCount: expected != nil, table)
    let comparison = try SampleComparison(
      names: names, reference: names.map { try reference.column($0) }, referenceWeights: weights,
      data: names.map { try data.column($0) },
      expected: expected.map { $0 * reference.passed(weight) } ?? Double(data.rows.count))
    let shown = show?.values ?? []
    let truth = try KnownTruth(
      truth.map { part in
        let sample = try SelectedTable(part.file, table.options, cuts: table.select)
        return KnownTruth.Part(
          events: try (names + shown).map { try sample.column($0) },
          expected: part.expected * sample.passed(nil), source: sample.source("truth"))
      })
    return ComparedSamples(
      comparison: comparison,
      spectators: .init(
        names: shown, reference: try shown.map { try reference.column($0) },
        data: try shown.map { try data.column($0) }), truth: truth,
      pseudoData: try pool.map { pool in
        .independentEvents(try names.map { try pool.column($0) }, testsCount: expected != nil)
      } ?? .permutation(testsCount: expected != nil),
      uncertainties: uncertainties, dataRows: data.rows, referenceRows: reference.rows,
      sources: [reference.source("reference"), data.source("data")]
        + [pool?.source("pseudo-data")].compactMap(\.self) + variationSources)
  }
}

/// A sample, and how many of its events are expected among the data.
struct TruthArgument: ExpressibleByArgument {
  let file: String
  let expected: Double

  init?(argument: String) {
    guard let place = argument.lastIndex(of: "="),
      let expected = Double(argument[argument.index(after: place)...]), expected > 0,
      expected.isFinite
    else { return nil }
    file = String(argument[..<place])
    self.expected = expected
    if file.isEmpty { return nil }
  }
}

/// What is fitted, and how.
struct NPLMFitOptions: ParsableArguments {
  @Option(
    help: "Layers from the inputs to the output; without it N-5-1 for N columns.")
  var network: String?

  @Option(help: "Largest magnitude of the network's weights; 'overdensity nplm tune' finds it.")
  var clipping = 2.0

  @OptionGroup var minimiser: NPLMMinimiserOptions

  func nplm(columns: Int) throws -> NPLM {
    try NPLM(
      network: NPLMNetwork(network ?? "\(columns)-5-1"), clipping: clipping,
      freeBiases: minimiser.freeBiases, scaling: minimiser.scaling,
      minimisation: minimiser.minimisation)
  }
}

/// How tables are read; the same for a test and for tuning.
struct NPLMTableOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keep events that pass a cut with > or <, such as 'pt1>75'; can be repeated.",
      valueName: "cut"))
  var select: [ColumnCut] = []

  @Option(help: "Names of the columns of .npy tables, separated by commas.")
  var names: NameList?

  @Option(help: "Key of the pandas frame or group of columns in an HDF5 file.")
  var key = "df"

  var options: TableOptions { TableOptions(key: key, names: names?.values) }
}

/// How the minimum is found; the same for a test and for tuning.
struct NPLMMinimiserOptions: ParsableArguments {
  @Option(help: "Scaling of the columns: paper, standardise or none.")
  var scaling = InputScaling.paper

  @Flag(
    help: """
      Clip the weights only, so that hidden units can change in the tails of the inputs, too; with \
      --minimiser global.
      """)
  var freeBiases = false

  @Option(help: "global: look for the deepest minimum. adam: the paper's way.")
  var minimiser = Minimiser.global

  @Option(help: "Epochs of --minimiser adam.")
  var epochs = AdamMinimisation().epochs

  @Option(
    help: """
      Independent searches for the deepest minimum; without it up to four, until two agree, of costly \
      fits one.
      """)
  var searches: Int?

  enum Minimiser: String, CaseIterable, ExpressibleByArgument {
    case global
    case adam
  }

  var minimisation: NPLMMinimisation {
    switch minimiser {
    case .global: .global(GlobalMinimisation(exactly: searches))
    case .adam: .adam(AdamMinimisation(epochs: epochs))
    }
  }
}

extension InputScaling: ExpressibleByArgument {}

/// Names separated by commas.
struct NameList: ExpressibleByArgument {
  let values: [String]

  init?(argument: String) {
    values = argument.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    if values.contains("") { return nil }
  }
}

/// A condition on a column, "pt1>75".
struct ColumnCut: ExpressibleByArgument {
  let column: String
  let isAbove: Bool
  let value: Double

  init?(argument: String) {
    guard let place = argument.firstIndex(where: { "<>".contains($0) }) else { return nil }
    column = argument[..<place].trimmingCharacters(in: .whitespaces)
    isAbove = argument[place] == ">"
    let number = argument[argument.index(after: place)...].trimmingCharacters(in: .whitespaces)
    guard !column.isEmpty, let value = Double(number), value.isFinite else { return nil }
    self.value = value
  }

  func passes(_ other: Double) -> Bool { isAbove ? other > value : other < value }
}

/// A table with the rows that pass the cuts.
struct SelectedTable {
  let table: PlainTable
  let rows: [Int]

  init(_ path: String, _ options: TableOptions, cuts: [ColumnCut]) throws {
    table = try readTable(at: path, options: options)
    var rows = Array(0..<table.rowCount)
    for cut in cuts {
      let values = try table.values(of: cut.column)
      rows = rows.filter { cut.passes(values[$0]) }
    }
    self.rows = rows
  }

  func column(_ name: String) throws -> [Float] {
    let values = try table.values(of: name)
    return rows.map { Float(values[$0]) }
  }

  /// The events that pass, by weight.
  func yield(_ weight: String?) throws -> Double {
    guard let weight else { return Double(rows.count) }
    let weights = try table.values(of: weight)
    return rows.reduce(0) { $0 + weights[$1] }
  }

  /// The share of the events that pass, by weight.
  func passed(_ weight: String?) -> Double {
    guard let weight, let weights = try? table.values(of: weight) else {
      return Double(rows.count) / Double(table.rowCount)
    }
    return rows.reduce(0) { $0 + weights[$1] } / weights.reduce(0, +)
  }

  func source(_ role: String) -> ComparedSamples.Source {
    .init(role: role, name: table.name, sha256: table.sha256, events: rows.count)
  }
}
