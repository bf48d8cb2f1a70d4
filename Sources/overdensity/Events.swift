import ArgumentParser
import EventFiles
import EventModel
import Foundation
import ResonanceSearch

struct Events: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the selected events of a finished search to a CSV file.",
    discussion: """
      Columns: row in the searched file, dijetMass in GeV, fold, score (comparable within a fold
      only) and keptFrom, the smallest efficiency of a cut that keeps the event. With --events the
      columns of the searched file follow.

      Example: overdensity events run/ --window 4 --efficiency 0.01 -o selected.csv
      """)

  @Argument(help: ArgumentHelp("Run folder of a search.", valueName: "run"), completion: .directory)
  var runFolder: String

  @Option(help: "Index of the mass window; by default that of the largest excess.")
  var window: Int?

  @Option(help: "The cut: which fraction of the events it keeps.")
  var efficiency = 0.01

  @Flag(help: "Only events in the window's signal region.")
  var signalRegion = false

  @Option(help: "The searched file, to add its columns.", completion: .file())
  var events: String?

  @Option(name: [.short, .long], help: "The file to write; standard output without it.")
  var output: String?

  @OptionGroup var input: InputOptions

  func validate() throws {
    guard efficiency > 0, efficiency <= 1 else {
      throw ValidationError("--efficiency is a fraction in (0, 1].")
    }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: runFolder)
    let result = try SearchRecord(run: folder).result
    let scores = try ScoresFile(reading: folder.appendingPathComponent("scores.h5").path)
    let index = window ?? result.bestExcess?.window ?? result.windows[0].index
    guard let column = result.windows.firstIndex(where: { $0.index == index }) else {
      let known = result.windows.map { "\($0.index)" }.joined(separator: ", ")
      throw ValidationError("--window \(index) is not in this run, which has \(known).")
    }
    let region = result.windows[column].signalRegionGeV
    let extra = try events.map { path in
      let reader = InputReader(options: input, jobs: 1, isSilent: true)
      let file = try reader.read(path, workFolder: folder).searchInput
      guard file.events.count == result.input.events else {
        throw RunError.otherEvents(
          path: path, expected: "\(result.input.events) events",
          found: "\(file.events.count) events")
      }
      return file.events
    }

    let names = extra?.names ?? []
    var lines = [
      (["row", "dijetMass", "fold", "score", "keptFrom"] + names).joined(separator: ",")
    ]
    for event in scores.row.indices {
      let place = event * scores.windowCount + column
      let keptFrom = 1 - Double(scores.quantiles[place])
      // Quantiles have single precision: half a step of it.
      guard keptFrom <= efficiency + 6e-8,
        !signalRegion || (region[0]..<region[1]).contains(scores.dijetMass[event])
      else { continue }
      let row = Int(scores.row[event])
      lines.append(
        ([
          "\(row)", "\(scores.dijetMass[event])", "\(scores.fold[event])",
          "\(scores.scores[place])", "\(Float(keptFrom))",
        ]
          + names.map { name in extra?[name].map { "\($0[row])" } ?? "" })
          .joined(separator: ","))
    }
    let text = lines.joined(separator: "\n") + "\n"
    if let output {
      try writeAtomically(text, to: output)
      print("\(output): \(lines.count - 1) events of window \(index)")
    } else {
      print(text, terminator: "")
    }
  }
}
