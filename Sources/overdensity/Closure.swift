import AnomalyMethods
import ArgumentParser
import EventFiles
import Execution
import Foundation
import NeuralNetworks
import Randomness
import Reporting
import ResonanceSearch

struct Closure: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Reweight simulation to data in sidebands and see whether it describes the signal region.",
    discussion: """
      What SALAD rests on: networks learn the ratio of data to simulation in the long sidebands of
      a window, with the dijet mass as a parameter, and are interpolated. Compared are every
      feature, a classifier of data against simulation, and the events after cuts on it that
      simulation predicts (arXiv:2101.08320, eqs. 4.5 and 4.8, Figs. 40 and 41).

      On background, or in a window without a signal, that is a test of the method. Where there may
      be a signal, the numbers of events are a search without a fit: Z says how far the data lie
      above the prediction (finite samples only: what does not close comes on top).

      Examples:
        overdensity closure data.h5 --simulation simulation.h5 --output closure/
        overdensity closure data.h5 --simulation simulation.h5 --window 2 -o closure/
      """)

  @Argument(help: "Events: HDF5 (particles or features), CSV or NumPy.", completion: .file())
  var events: String

  @Option(help: "Index of the plan's window; by default the first that it searches.")
  var window: Int?

  @Option(help: "Plan in YAML; 'overdensity plan' prints one.", completion: .file())
  var plan: String?

  @Option(name: [.short, .long], help: "Folder for the results.", completion: .directory)
  var output: String

  @OptionGroup var simulation: SimulationOptions
  @OptionGroup var input: InputOptions
  @OptionGroup var reproducibility: ReproducibilityOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var execution: ExecutorOptions

  func run() throws {
    let folder = URL(fileURLWithPath: output)
    try execution.detachIfAsked(folder)
    try reproducibility.apply()
    var plan = try SearchPlan(atPath: plan)
    // The reweighting is that of SALAD, whatever the plan searches with.
    plan.method = .saladTrees
    if let window { plan.mass.windows = [window] }
    let interruption = execution.interruption()
    defer { withExtendedLifetime(interruption) {} }
    let reader = InputReader(input, compute, execution, interruption: interruption)
    let search = try Search(
      simulation.adding(
        to: reader.read(events, workFolder: folder).searchInput, reader: reader,
        workFolder: folder), plan: plan, seed: reproducibility.seed)
    var key = search.key(
      version: Overdensity.version, instructionSet: InstructionSet.current.rawValue)
    key["test"] = "closure"
    let run = try RunFolder(folder, key: key)
    let lock = try execution.lock(folder)
    defer { withExtendedLifetime(lock) {} }
    let display = ProgressDisplay("Reweighting", isSilent: compute.isSilent)
    let closure = try ReweightingClosure(
      SALAD(reweighting: plan.reweightingOfSimulation, ensemble: plan.treeEnsemble),
      search.prepared, window: 0, seed: Seed(reproducibility.seed),
      executor: execution.makeExecutor(compute), store: run.units, progress: display.show)
    let json = try JSONEncoder.readable.encode(closure)
    try run.write(json, as: "closure.json")
    let report = try writeClosure(
      closure,
      heading: FigureHeading(label: plan.label, sqrtS: plan.sqrtS, luminosity: plan.luminosity),
      to: folder)
    for remark in report.remarks where !compute.isSilent { print("remark: \(remark)") }
    compute.show(json, table: closure.text, place: "Page: \(report.page.path)")
  }
}
