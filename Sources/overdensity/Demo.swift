import ArgumentParser
import Datasets
import Foundation

struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Search the embedded sample: simulated dijet events with a hidden resonance.",
    discussion: """
      The sample is our own simulation with a hidden Z'(3500 GeV) -> X(500 GeV) Y(100 GeV);
      --null searches a second one without any signal.
      """)

  @Flag(help: "Search the sample without a signal.")
  var null = false

  @Option(name: [.short, .long], help: "Folder for the results.", completion: .directory)
  var output: String?

  @OptionGroup var search: SearchOptions

  func run() throws {
    let sample: EmbeddedSample = null ? .null : .signal
    let folder = output ?? (null ? "overdensity-demo-null" : "overdensity-demo")
    try search.run(on: try sample.url().path, output: URL(fileURLWithPath: folder))
  }
}
