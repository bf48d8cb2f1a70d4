public import ArgumentParser
import Datasets
import Execution
import Foundation
public import JetPhysics

struct Cluster: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cluster particles into jets and write what the searches learn from.",
    discussion: """
      Reads LHC Olympics particles (pandas frame, N x 2101 with or N x 2100 without truth label),
      clusters each event with FastJet (anti-kt, R = 1, pT > 20 GeV) and writes one row an event,
      in the input's order: four-momenta and masses of the leading jets, tau1 to tau4, tau1 at
      beta 2, numbers of constituents, the dijet mass, the rapidity difference, a third jet.
      Events with fewer than two jets stay in their row with m_JJ = 0; their number is printed.
      The output is the same bytes for any number of jobs.

      Examples:
        overdensity cluster events_anomalydetection.h5 -o features.h5
        overdensity cluster blackbox.h5 -o features.h5 --masterkey key.txt --jobs 4
      """)

  @Argument(help: "Particles: HDF5 in the LHC Olympics layout.", completion: .file())
  var particles: String

  @Option(name: [.short, .long], help: "The feature file to write.", completion: .file())
  var output: String

  @Option(help: "Clustering processes at once.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: "Text file with one truth label a line, for files without labels.")
  var masterkey: String?

  @OptionGroup var measurement: ClusteringArguments

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    guard jobs >= 1 else { throw ValidationError("--jobs must be at least 1.") }
  }

  func run() async throws {
    let summary = try Interruption(message: "Stopped. Nothing was written.").deferred(cluster)
    if !quiet { print(describe(summary)) }
  }

  private func cluster(isCancelled: () -> Bool) throws -> ClusteringSummary {
    let display = ProgressDisplay("Clustering", isSilent: quiet)
    let clock = ContinuousClock()
    let start = clock.now
    var options = measurement.options
    options.masterkey = masterkey
    return try clusterRawFile(
      input: particles, output: output, options: options, jobs: jobs, worker: .thisProgram,
      isCancelled: isCancelled
    ) { finished, total in
      let seconds = (clock.now - start).inSeconds
      let rate = seconds > 0 ? Int(Double(finished) / seconds) : 0
      display.show(
        WorkProgress(finished: finished, total: total, resumed: 0, label: "\(rate) events/s"))
    }
  }

  private func describe(_ summary: ClusteringSummary) -> String {
    let labels = summary.hasLabels ? "with truth labels" : "without truth labels"
    var text = "\(output): \(summary.events) events, \(labels)"
    if summary.withoutDijet > 0 {
      text += "; \(summary.withoutDijet) have fewer than two jets and m_JJ = 0"
    }
    return text
  }
}

/// The part of `cluster` that one process does: not for users.
struct ClusterWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster-worker", abstract: "Cluster slices for 'overdensity cluster'.",
    shouldDisplay: false)

  @Argument var particles: String

  @OptionGroup var measurement: ClusteringArguments

  func run() {
    serveClustering(of: particles, options: measurement.options)
  }
}

/// What the tool and its workers must agree on.
struct ClusteringArguments: ParsableArguments {
  @Option(
    help: """
      Axes of N-subjettiness: kt or wta (winner takes all), moved to the minimum; kt-fixed or \
      wta-fixed, as they are.
      """)
  var axes: NSubjettiness.AxisChoice = .onePassKt

  @Option(help: "Key of the pandas frame in the HDF5 file.")
  var key = "df"

  var options: ClusteringOptions {
    ClusteringOptions(axes: axes, key: key)
  }
}

extension NSubjettiness.AxisChoice: ExpressibleByArgument {}

extension ClusteringWorkerProgram {
  /// This tool, as a worker for itself.
  static var thisProgram: ClusteringWorkerProgram {
    ClusteringWorkerProgram(executable: "/proc/self/exe", arguments: ["cluster-worker"])
  }
}
