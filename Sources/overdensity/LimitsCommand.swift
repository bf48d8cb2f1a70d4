import ArgumentParser
import EventModel
import Evaluation
import Foundation
import ResonanceSearch

struct LimitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits",
    abstract: "Set upper limits on signals by injecting them and learning the selection anew.",
    discussion: """
      For each signal, each injected strength and each random choice of the injected events:
      models learn from the data with the injected events; the data without them are cut and
      fitted; a CLs limit is set. A limit below the injected strength counts as that strength; the
      median over the choices is taken, and the strength with the smallest expected limit is
      quoted. The limit without a cut stands beside it: the ratio says where learning helps.

      Limits count events of the signal file; with --luminosity and --acceptance (or --generated)
      they are also given in fb. The output folder holds limits.json, limits.csv, limits-scan.csv,
      hepdata/, limits.html and figures. A run that was interrupted continues: give the same
      command again.

      Examples:
        overdensity limits data.h5 --signal zprime.h5 --plan plan.yaml -o limits/
        overdensity limits data.h5 --signal 'm=100=a.h5' --signal 'm=200=b.h5' -o limits/ \\
          --strengths 50,100,200 --samplings 5
        overdensity limits data.h5 --signal zprime.h5 --jet-mass-scale 0.02 -o limits/ --dry-run
        overdensity limits search.odsearch --signal my-model.h5 -o limits/

      The last takes a search that 'overdensity pack' made, with its events, plan and seed.
      """)

  @Argument(
    help: "Data: HDF5 (particles or features), CSV, NumPy or a packed search.", completion: .file())
  var data: String

  @OptionGroup var limits: LimitOptions

  @Option(help: "Plan in YAML; 'overdensity plan' prints one.", completion: .file())
  var plan: String?

  @Option(name: [.short, .long], help: "Folder for the results.", completion: .directory)
  var output: String

  @Flag(help: "Say what would run and how long it takes, then stop.")
  var dryRun = false

  @OptionGroup var simulation: SimulationOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func run() throws {
    let folder = URL(fileURLWithPath: output)
    if !dryRun { try execution.detachIfAsked(folder) }
    var plan = try SearchPlan(atPath: plan)
    var reproducibility = reproducibility
    if PackedSearch.isPacked(data) {
      guard self.plan == nil else { throw PackedSearchError.ownPlan(path: data) }
      let packed = try PackedSearch(reading: data)
      plan = packed.plan
      try reproducibility.take(from: packed)
    } else {
      try reproducibility.apply()
    }
    let interruption = execution.interruption()
    defer { withExtendedLifetime(interruption) {} }
    let reader = InputReader(input, compute, execution, interruption: interruption)
    let search = try LimitSearch(
      simulation.adding(
        to: reader.read(data, workFolder: folder).searchInput, reader: reader, workFolder: folder),
      signals: limits.signalSamples(reader, workFolder: folder), plan: plan,
      settings: limits.settings, seed: reproducibility.seed)
    if dryRun {
      print(try LimitEstimate(search) { try execution.estimate($0, compute) })
      return
    }
    try LimitRun(search: search, folder: folder, compute: compute, execution: execution)()
  }
}

/// Which signals, and how limits on them are made.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Signal events; repeat for each signal. Of a file with truth labels only signal is taken.",
      valueName: "[name=]file"), completion: .file())
  var signal: [SignalArgument] = []

  @Option(
    help: ArgumentHelp(
      "Injected signal events, such as 50,100,200; by default a scan around the limit without a "
        + "cut."))
  var strengths: IntegerList?

  @Option(help: "Random choices of the injected events for each strength.")
  var samplings = 5

  @Option(help: "Index of the window; by default the one that holds the signal's median mass.")
  var window: Int?

  @Option(help: "The cut whose limit is quoted; by default that of the smallest expected limit.")
  var efficiency: Double?

  @Option(help: "Confidence level of the limits.")
  var confidenceLevel = 0.95

  @Option(help: "Integrated luminosity in 1/fb, for limits in fb.")
  var luminosity: Double?

  @Option(help: "Fraction of the produced signal events that is in the signal file.")
  var acceptance: Double?

  @Option(help: "Events that were generated for a signal file, instead of --acceptance.")
  var generated: Int?

  @Option(
    help: ArgumentHelp(
      "A systematic uncertainty as other simulations of the signal, one standard deviation up and "
        + "down; mirrored without a second file. Of several signals, name the one that it belongs to.",
      valueName: "[signal:]name=up[,down]"))
  var variation: [SignalVariationArgument] = []

  @Option(help: "Uncertainty of the jet mass scale, such as 0.02.")
  var jetMassScale: Double?

  @Option(help: "Uncertainty of the jet mass resolution: a Gaussian smearing, such as 0.1.")
  var jetMassResolution: Double?

  func validate() throws {
    guard !signal.isEmpty else {
      throw ValidationError("Give --signal FILE, once for each signal.")
    }
    if acceptance != nil, generated != nil {
      throw ValidationError("Give either --acceptance or --generated.")
    }
    if acceptance != nil || generated != nil, luminosity == nil {
      throw ValidationError("Limits in fb need --luminosity, the data's in 1/fb.")
    }
    if luminosity != nil, acceptance == nil, generated == nil {
      throw ValidationError(
        "Limits in fb need the share of signal that reaches the file: --acceptance or --generated.")
    }
    for variation in variation {
      guard let owner = variation.signal else {
        if signal.count == 1 { continue }
        throw ValidationError(
          "Of several signals, --variation must name the one that it belongs to: "
            + "\(signal[0].name):\(variation.samples.name)=UP,DOWN.")
      }
      if !signal.contains(where: { $0.name == owner }) {
        throw ValidationError(
          "--variation is of '\(owner)', which is none of the signals: "
            + "\(signal.map(\.name).joined(separator: ", ")).")
      }
    }
    for (name, value) in [
      ("--jet-mass-scale", jetMassScale), ("--jet-mass-resolution", jetMassResolution),
    ] {
      if let value, !(value > 0 && value < 1) {
        throw ValidationError("\(name) is a fraction, above 0 and below 1.")
      }
    }
  }

  var settings: LimitSettings {
    var settings = LimitSettings()
    settings.strengths = strengths?.values
    settings.samplings = samplings
    settings.window = window
    settings.efficiency = efficiency
    settings.confidenceLevel = confidenceLevel
    settings.luminosity = luminosity
    settings.acceptance = acceptance
    return settings
  }

  /// Reads the signal files, cut down to signal where they have labels.
  func signalSamples(_ reader: InputReader, workFolder: URL) throws -> [SignalSample] {
    func read(_ path: String) throws -> (input: SearchInput, leftOut: Int) {
      let file = try reader.read(path, workFolder: workFolder)
      guard let isSignal = file.truth?.isSignal, isSignal.contains(false) else {
        return (file.searchInput, 0)
      }
      let rows = isSignal.indices.filter { isSignal[$0] }
      return (
        SearchInput(
          events: file.searchInput.events.selecting(rows: rows), name: file.searchInput.name,
          sha256: file.searchInput.sha256),
        isSignal.count - rows.count
      )
    }
    let jetMass: [SignalSample.Systematic] =
      [jetMassScale.map { .jetMassScale($0) }].compactMap(\.self)
      + [jetMassResolution.map { .jetMassResolution($0) }].compactMap(\.self)
    return try signal.map { argument in
      let (input, leftOut) = try read(argument.path)
      let own = variation.filter { $0.signal == nil || $0.signal == argument.name }
      let varied = try own.map(\.samples).map {
        SignalSample.Systematic.samples(
          name: $0.name, up: try read($0.up).input, down: try $0.down.map { try read($0).input })
      }
      return SignalSample(
        name: argument.name, input: input, backgroundLeftOut: leftOut, generated: generated,
        systematics: varied + jetMass)
    }
  }
}

/// A signal file with the name that figures give it.
struct SignalArgument: ExpressibleByArgument {
  let name: String
  let path: String

  /// Reads "NAME=FILE", or "FILE", named by its file name up to the first dot.
  init?(argument: String) {
    if let separator = argument.lastIndex(of: "=") {
      name = String(argument[..<separator])
      path = String(argument[argument.index(after: separator)...])
    } else {
      path = argument
      let file = URL(fileURLWithPath: argument).lastPathComponent
      name = String(file.prefix { $0 != "." })
    }
    if name.isEmpty || path.isEmpty { return nil }
  }
}

/// A systematic uncertainty of a signal, which several signals have to be told apart by.
struct SignalVariationArgument: ExpressibleByArgument {
  /// The signal that it belongs to, if it says so.
  let signal: String?
  let samples: VariationArgument

  /// Reads a variation, or one behind "SIGNAL:"; a signal's name may hold "=".
  init?(argument: String) {
    var rest = argument
    if let colon = argument.firstIndex(of: ":"), argument[colon...].contains("=") {
      signal = String(argument[..<colon])
      rest = String(argument[argument.index(after: colon)...])
    } else {
      signal = nil
    }
    guard let samples = VariationArgument(argument: rest) else { return nil }
    self.samples = samples
  }
}

/// A systematic uncertainty by its simulations.
struct VariationArgument: ExpressibleByArgument {
  let name: String
  let up: String
  let down: String?

  init?(argument: String) {
    guard let separator = argument.firstIndex(of: "="), separator != argument.startIndex else {
      return nil
    }
    name = String(argument[..<separator])
    let files = argument[argument.index(after: separator)...].split(
      separator: ",", omittingEmptySubsequences: false)
    guard (1...2).contains(files.count), files.allSatisfy({ !$0.isEmpty }) else { return nil }
    up = String(files[0])
    down = files.count == 2 ? String(files[1]) : nil
  }
}

/// Integers separated by commas.
struct IntegerList: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Int($0) }
    if values.isEmpty || values.count < parts.count { return nil }
  }
}
