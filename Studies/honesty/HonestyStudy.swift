import ArgumentParser
import Datasets
import Evaluation
import EventFiles
import EventModel
import Execution
import Foundation
import Randomness
import Reporting
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
        case .calibrated: try calibrated(samples, store: store, folder: folder)
        case .sources: try SourceValidation(samples, store: store, jobs: jobs)
        }
      let file = folder.appendingPathComponent("results/\(part.rawValue).json")
      try writeAtomically(JSONEncoder.readable.encode(results), to: file.path)
      print(file.path)
    }
  }

  private func calibrated(
    _ samples: StudySamples, store: UnitStore, folder: URL
  ) throws -> CalibratedUniformity {
    let results = try CalibratedUniformity(samples, store: store, jobs: jobs)
    try writeFigures([results.figure], to: folder.appendingPathComponent("results"))
    return results
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
  /// The fit of the background's spectrum, its rows in the fit range by mass, and the others.
  let spectrum: MassSpectrumSampler
  let ascending: [Int]
  let outside: [Int]

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
    let (background, range) = (background, try plan.binning().range)
    ascending = background.dijetMass.indices
      .filter { range.contains(background.dijetMass[$0]) }
      .sorted { (background.dijetMass[$0], $0) < (background.dijetMass[$1], $1) }
    outside = background.dijetMass.indices.filter { !range.contains(background.dijetMass[$0]) }
    spectrum = try MassSpectrumSampler(ascending.map { background.dijetMass[$0] }, plan: plan)
    self.settings = settings
    self.plan = plan
    seed = Seed(settings.seed)
  }

  /// Set `number` of the study: random events without replacement.
  func set(_ number: Int) -> EventTable {
    background.selecting(rows: rows(ofSet: number))
  }

  /// A set whose spectrum fluctuates around a smooth function instead of around the file's own.
  ///
  /// Random sets share the fluctuations of the file that they are drawn from: a third of a standard
  /// deviation in every spectrum, the same in all sets. Here masses are drawn from the fit of the
  /// whole file, each taking the nearest event that is not yet used; events outside the fit range
  /// are a random subset.
  func smoothSet(_ number: Int) -> EventTable {
    var generator = seed.child("smooth-set-\(number)").makeGenerator()
    let fraction = Double(settings.setSize) / Double(background.count)
    var used = [Bool](repeating: false, count: ascending.count)
    var rows: [Int] = []
    for _ in 0..<Int(fraction * Double(ascending.count)) {
      let mass = spectrum.draw(&generator)
      var place = ascending.partition(at: mass, in: background.dijetMass)
      while used[place] { place = place + 1 < used.count ? place + 1 : 0 }
      used[place] = true
      rows.append(ascending[place])
    }
    let beside = generator.sample(Int(fraction * Double(outside.count)), of: outside.count)
    return background.selecting(rows: (rows + beside.map { outside[$0] }).sorted())
  }

  func rows(ofSet number: Int) -> [Int] {
    var generator = seed.child("set-\(number)").makeGenerator()
    return generator.sample(settings.setSize, of: background.count).sorted()
  }
}

extension [Int] {
  /// The first of these rows, ascending in mass, at or above a mass; the last if there is none.
  fileprivate func partition(at mass: Double, in masses: [Double]) -> Int {
    var low = 0
    var high = count - 1
    while low < high {
      let middle = (low + high) / 2
      if masses[self[middle]] < mass { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
