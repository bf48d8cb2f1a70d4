public import ArgumentParser
public import Datasets
import Foundation
public import NeuralNetworks
import Reporting
import ResonanceSearch

/// How to read a file of events; the same for every command.
struct InputOptions: ParsableArguments {
  @Option(help: "Unit of masses and momenta in the file: gev or tev. Never guessed.")
  var units: EnergyUnit = .gev

  @Option(help: "Column names of a .npy table, separated by commas.")
  var columns: String?

  @Option(help: "Key of the pandas frame or group of columns in an HDF5 file.")
  var key = "df"

  @Option(help: "Column with event weights.")
  var weight: String?

  /// Text file with truth labels; only commands that evaluate set it.
  var masterkey: String?

  var readOptions: ReadOptions {
    ReadOptions(
      units: units, columns: columns?.split(separator: ",").map(String.init), key: key,
      weightColumn: weight, masterkey: masterkey)
  }
}

/// Simulated background for methods that learn from it; the same for every command.
struct SimulationOptions: ParsableArguments {
  @Option(
    name: .customLong("simulation"),
    help: ArgumentHelp(
      "Simulated background, for methods that learn from it (SALAD, SA-CWoLa); as the events.",
      valueName: "simulation"), completion: .file())
  var path: String?

  /// The same, or without a path the simulation that a run learned from, if it is where it was.
  func ofRun(_ run: URL) -> SimulationOptions {
    var options = self
    if path == nil, let used = SearchTiming(run: run)?.simulation,
      FileManager.default.fileExists(atPath: used)
    {
      options.path = used
    }
    return options
  }

  /// Events with the simulation beside them; a packed search has its own.
  func adding(
    to input: SearchInput, reader: InputReader, workFolder: URL
  ) throws -> SearchInput {
    guard let path else { return input }
    guard input.simulation == nil else { throw PackedSearchError.ownSimulation(path: input.name) }
    var input = input
    input.simulation = SearchInput.Simulation(
      try reader.read(path, workFolder: workFolder).searchInput)
    return input
  }
}

extension EnergyUnit: ExpressibleByArgument {}

extension InstructionSet: ExpressibleByArgument {}

/// What every command that computes has in common.
struct ComputeOptions: ParsableArguments {
  @Option(
    name: .customLong("jobs"),
    help: ArgumentHelp(
      "Trainings (or clustering processes) at once; without it, one for each processor.",
      valueName: "jobs"))
  var givenJobs: Int?

  var jobs: Int { givenJobs ?? ProcessInfo.processInfo.activeProcessorCount }

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print the result as JSON instead of a table.")
  var json = false

  /// Whether progress and notes are out of place.
  var isSilent: Bool { quiet || json }

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs must be at least 1.") }
  }

  /// Prints a result as asked: as JSON, as a table with the place of its files, or not at all.
  func show(_ result: Data, table: @autoclosure () -> String, place: String?) {
    if json {
      print(String(decoding: result, as: UTF8.self))
    } else if !quiet {
      print(table())
      if let place { print("\n\(place)") }
    }
  }

  /// Prints what a search found.
  func show(_ result: SearchResult, report: ReportFiles) throws {
    show(try result.json, table: resultTable(result), place: "Report: \(report.page.path)")
  }
}

/// What every command with randomness has in common.
struct ReproducibilityOptions: ParsableArguments {
  @Option(help: "Root of every random number.")
  var seed: UInt64 = 1

  @Option(
    help: "Pin the instruction set: sse2, avx2 or avx512. Results are the same bytes on one set.")
  var instructionSet: InstructionSet?

  /// Pins the instruction set if asked to.
  func apply() throws {
    if let instructionSet { try InstructionSet.pin(instructionSet) }
  }
}

extension SearchPlan {
  /// The plan of `--plan`, or the default one without it.
  init(atPath path: String?) throws(PlanError) {
    if let path { try self.init(contentsOf: URL(fileURLWithPath: path)) } else { self.init() }
  }
}
