import ArgumentParser
import EventFiles
import Foundation
import Reporting
import ResonanceSearch

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show several finished searches in one table and one set of figures.",
    discussion: """
      p-values against the mass, each search at the cut where its smallest one lies; significance
      before and after each cut; with --labels also AUC, ROC and significance improvement. Runs
      that differ in nothing but their seed are summed up: median and the middle 68 %. That runs
      searched different events is said, not refused; --labels must be of the searched events.

      Examples:
        overdensity compare trees/ networks/ --labels events.h5 -o comparison/
        overdensity compare trees-1/ trees-2/ pca/ --names trees,trees,pca
      """)

  @Argument(
    help: ArgumentHelp("Run folders of searches.", valueName: "run"), completion: .directory)
  var runFolders: [String]

  @Option(help: "The searched file, or a copy of it, with truth labels.", completion: .file())
  var labels: String?

  @Option(help: "Text file with one truth label a line, for files without labels.")
  var masterkey: String?

  @Option(help: "A name for each run, separated by commas; by default its folder's.")
  var names: String?

  @Option(help: "Compare cuts at this dijet mass in GeV; by default that of the largest excess.")
  var mass: Double?

  @Option(help: "Mark a signal's two jet masses in GeV, such as 400,200, in efficiency maps.")
  var signalMasses: String?

  @Option(name: [.short, .long], help: "Folder for a page, figures and comparison.json.")
  var output: String?

  @OptionGroup var input: InputOptions
  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if let names, names.split(separator: ",").count != runFolders.count {
      throw ValidationError(
        "--names gives \(names.split(separator: ",").count) names for \(runFolders.count) runs.")
    }
    if signalMasses != nil, markedMasses == nil {
      throw ValidationError("--signal-masses takes two masses in GeV, such as 400,200.")
    }
    if labels == nil, masterkey != nil {
      throw ValidationError("--masterkey labels the events of --labels: give that file too.")
    }
  }

  private var markedMasses: [Double]? {
    let masses = (signalMasses ?? "").split(separator: ",").compactMap { Double($0) }
    return masses.count == 2 && masses.allSatisfy { $0.isFinite && $0 >= 0 } ? masses : nil
  }

  func run() throws {
    let folders = runFolders.map { URL(fileURLWithPath: $0) }
    let names =
      names?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      ?? folders.map(\.lastPathComponent)
    let records = try folders.map { try SearchRecord(run: $0) }
    let labels = try labels.map { path in
      var options = input
      options.masterkey = masterkey
      let reader = InputReader(options: options, jobs: compute.jobs, isSilent: compute.quiet)
      return try LabelFile(path, reader: reader, workFolder: folders[0])
    }
    let runs = try folders.indices.map { index in
      ComparedRun(
        name: names[index], record: records[index],
        evaluations: try labels.map {
          try RunEvaluation(records[index], folder: folders[index], labels: $0).windows
        } ?? [])
    }
    var comparison = try RunComparison(runs, massGeV: mass)
    comparison.signalMassesGeV = markedMasses ?? []
    let json = try JSONEncoder.readable.encode(comparison)
    let files = try output.map { path in
      let folder = URL(fileURLWithPath: path)
      let files = try comparison.write(to: folder)
      try writeAtomically(json, to: folder.appendingPathComponent("comparison.json").path)
      return files
    }
    compute.show(json, table: comparison.text, place: files.map { "Page: \($0.page.path)" })
  }
}
