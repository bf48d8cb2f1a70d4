import ArgumentParser
import Datasets
import Evaluation
import EventFiles
import EventModel
import Execution
import Foundation
import Randomness
import ResonanceSearch

/// How honest the p-values of a learned search are, measured on simulation without a signal.
///
/// One command: `honesty-study DATA`. Settings are in `settings.json`, the search in `plan.yaml`;
/// finished work is kept, so a run that was stopped continues.
@main
struct HonestyStudy: ParsableCommand {
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case raw, calibrated, sources
  }

  @Argument(help: "Folder with simulated/, such as $OVERDENSITY_DATA.")
  var data: String

  @Option(help: "Folder of settings.json and plan.yaml; results are written to results/ in it.")
  var study = "Studies/honesty"

  @Option(help: "Folder where finished work is kept.")
  var work = ".build/honesty"

  @Option(help: "Searches at once.")
  var jobs = 2

  @Option(help: "Parts to do; all by default.")
  var part: [Part] = Part.allCases

  func run() throws {
    let folder = URL(fileURLWithPath: study)
    let settings = try JSONDecoder().decode(
      Settings.self, from: Data(contentsOf: folder.appendingPathComponent("settings.json")))
    let plan = try SearchPlan(contentsOf: folder.appendingPathComponent("plan.yaml"))
    let samples = try StudySamples(folder: URL(fileURLWithPath: data), settings, plan: plan)
    let store = try UnitStore(folder: workFolder(settings, plan))
    for part in part {
      let results: any Encodable =
        switch part {
        case .raw: try RawSpread(samples, store: store, jobs: jobs)
        case .calibrated: try CalibratedUniformity(samples, store: store, jobs: jobs)
        case .sources: try SourceValidation(samples, store: store, jobs: jobs)
        }
      let file = folder.appendingPathComponent("results/\(part.rawValue).json")
      try writeAtomically(JSONEncoder.readable.encode(results), to: file.path)
      print(file.path)
    }
  }

  /// Other settings or another plan begin anew.
  private func workFolder(_ settings: Settings, _ plan: SearchPlan) throws -> URL {
    let root = URL(fileURLWithPath: work)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    return root.appendingPathComponent(
      "\(plan.digest.prefix(8))-\(settings.seed)-\(settings.setSize)")
  }

  static func show(_ title: String) -> @Sendable (WorkProgress) -> Void {
    let start = ContinuousClock.now
    return { progress in
      let done = progress.finished - progress.resumed
      guard done > 0, done.isMultiple(of: 10) || progress.finished == progress.total else { return }
      let left =
        (ContinuousClock.now - start).inSeconds / Double(done)
        * Double(progress.total - progress.finished)
      FileHandle.standardError.write(
        Data("\(title): \(progress.finished)/\(progress.total), \(Int(left)) s left\n".utf8))
    }
  }
}

struct Settings: Codable {
  var background: String
  var signal: String
  var seed: UInt64
  /// Events of a set, at most a tenth of the background file.
  var setSize: Int
  var rawSets: Int
  var outerSets: Int
  var innerSets: Int
  var classifierSets: Int
  var injectedEvents: Int
  var injectedSets: Int
  var injectedInnerSets: Int
}

/// Random sets of background events with the features of the plan.
struct StudySamples {
  let settings: Settings
  let plan: SearchPlan
  let background: EventTable
  let signal: EventTable
  let seed: Seed

  init(folder: URL, _ settings: Settings, plan: SearchPlan) throws {
    func read(_ name: String, label: Bool) throws -> EventTable {
      let file = try readEvents(
        at: folder.appendingPathComponent(name).path,
        options: ReadOptions(requiresLabels: true))
      let all = try EventTable(file.events, features: plan.features.features)
      guard let truth = file.truth else { return all }
      return all.selecting(rows: all.dijetMass.indices.filter { truth.isSignal[$0] == label })
    }
    background = try read(settings.background, label: false)
    signal = try read(settings.signal, label: true)
    guard settings.setSize * 10 <= background.count else {
      throw NullSourceError.poolTooSmall(
        events: background.count, sets: settings.rawSets, setSize: settings.setSize)
    }
    self.settings = settings
    self.plan = plan
    seed = Seed(settings.seed)
  }

  /// Set `number` of the study: random events without replacement.
  func set(_ number: Int) -> EventTable {
    background.selecting(rows: rows(ofSet: number))
  }

  func rows(ofSet number: Int) -> [Int] {
    var generator = seed.child("set-\(number)").makeGenerator()
    return generator.sample(settings.setSize, of: background.count).sorted()
  }
}
