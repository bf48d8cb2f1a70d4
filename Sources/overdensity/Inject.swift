import ArgumentParser
import Datasets
import EventFiles
import EventModel
import Evaluation
import Foundation
import Randomness

struct Inject: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put signal events into a file of events, to measure what a search finds.",
    discussion: """
      Signal events are drawn without replacement; one seed gives the same events, and a larger
      number contains a smaller one. Of a signal file with truth labels only signal is taken. The
      output is a feature file with truth labels: the data's rows, then the injected events. Data
      without labels count as background.

      Examples:
        overdensity inject background.h5 --signal signal.h5 --events 500 -o mixed.h5
        overdensity inject background.h5 --signal signal.h5 --signal-fraction 0.005 \\
          --region 3300:3700 -o mixed.h5
      """)

  @Argument(help: "Jet features of data or background.", completion: .file())
  var data: String

  @Option(help: "Jet features of signal events, the same columns.", completion: .file())
  var signal: String

  @Option(help: "Signal events to inject.")
  var events: Int?

  @Option(help: "Signal events over background events in --region, instead of --events.")
  var signalFraction: Double?

  @Option(help: "Range of the dijet mass in GeV: LOW:HIGH.")
  var region: MassRange?

  @Option(name: [.short, .long], help: "The feature file to write.", completion: .file())
  var output: String

  @Option(help: "Unit of masses and momenta in the signal file, if not that of the data.")
  var signalUnits: EnergyUnit?

  @Option(help: "Root of every random number.")
  var seed: UInt64 = 1

  @OptionGroup var input: InputOptions

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  func validate() throws {
    switch (events, signalFraction) {
    case (let events?, nil):
      guard events >= 0 else { throw ValidationError("--events must not be negative.") }
    case (nil, let fraction?):
      guard fraction.isFinite, fraction >= 0 else {
        throw ValidationError("--signal-fraction must be a number, 0 or above.")
      }
      guard region != nil else {
        throw ValidationError(
          "--signal-fraction is counted in a mass range: give --region LOW:HIGH.")
      }
    default:
      throw ValidationError("Give either --events or --signal-fraction.")
    }
  }

  func run() throws {
    var signalOptions = input.readOptions
    if let signalUnits { signalOptions.units = signalUnits }
    let data = try readEvents(at: data, options: input.readOptions)
    let signal = try readEvents(at: signal, options: signalOptions)
    let injected = try SignalInjection(strength, seed: Seed(seed))(signal, into: data)
    try injected.featureFile(sourceName: data.description.name).write(to: output)
    if !quiet { print(try summary(injected, data: data, signal: signal)) }
  }

  private var strength: SignalInjection.Strength {
    if let signalFraction, let region {
      .signalToBackground(signalFraction, within: region.bounds)
    } else {
      .events(events ?? 0)
    }
  }

  private func summary(
    _ injected: InjectedEvents, data: LabelledEvents, signal: LabelledEvents
  ) throws -> String {
    var text =
      "\(output): \(data.events.count) events of \(data.description.name) and "
      + "\(injected.injectedCount) of \(signal.description.name), with truth labels"
    if let present = data.truth?.signalCount, present > 0 {
      text += "\n\(data.description.name) held \(present) signal events already: they stay"
    }
    if let region {
      let (signal, background) = try injected.counts(in: region.bounds)
      text +=
        "\nm_JJ in \(Int(region.bounds.lowerBound))-\(Int(region.bounds.upperBound)) GeV: \(signal) signal and \(background) background events"
    }
    return text
  }
}
