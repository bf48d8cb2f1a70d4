import ArgumentParser
import EventModel
import Foundation
import NeuralNetworks
import ResonanceSearch

struct Pack: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a finished search into one file, to be made again or reinterpreted anywhere.",
    discussion: """
      The file holds the events (and the simulation that the search learned from) with all their
      columns but no truth labels, plan, seed, version and instruction set. 'overdensity search'
      makes the search again from it, byte for byte on the same instruction set, and 'overdensity
      limits' sets limits on a signal of one's own, with all models trained anew. Blinded and
      unfinished runs are refused.

      Examples:
        overdensity pack run/ -o search.odsearch
        overdensity search search.odsearch -o again/
        overdensity limits search.odsearch --signal my-model.h5 -o limits/
      """)

  @Argument(help: "The run folder of a finished search.", completion: .directory)
  var runFolder: String

  @Option(help: "The events that were searched, if they have moved.", completion: .file())
  var events: String?

  @Option(name: [.short, .long], help: "The file to write.", completion: .file())
  var output: String

  @OptionGroup var simulation: SimulationOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var compute: ComputeOptions

  func run() throws {
    let run = URL(fileURLWithPath: runFolder)
    // An unfinished run is refused before its events are looked for.
    let record = try SearchRecord(run: run)
    guard !record.result.blind else { throw PackedSearchError.blind(path: run.path) }
    let path = try record.searchedFile(events, run: run)
    let interruption = Interruption(message: "Stopped. Nothing was written.")
    defer { withExtendedLifetime(interruption) {} }
    let reader = InputReader(
      options: input, jobs: compute.jobs, isSilent: compute.isSilent, interruption: interruption)
    let packed = try PackedSearch(
      run: run,
      input: simulation.ofRun(run).adding(
        to: reader.read(path, workFolder: run).searchInput, reader: reader, workFolder: run))
    try packed.write(to: output)
    let size = try FileManager.default.attributesOfItem(atPath: output)[.size] as? Int ?? 0
    if !compute.isSilent {
      print(
        "\(output): \(packed.input.events.count) events of \(packed.input.name), seed "
          + "\(packed.seed), \(packed.instructionSet), \(max(size >> 20, 1)) MiB")
    }
  }
}

extension ReproducibilityOptions {
  /// Takes seed and instruction set of a packed search; another set only if asked for.
  mutating func take(from packed: PackedSearch) throws {
    seed = packed.seed
    instructionSet = instructionSet ?? InstructionSet(rawValue: packed.instructionSet)
    try apply()
  }
}
