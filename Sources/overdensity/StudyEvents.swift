import AnomalyMethods
import ArgumentParser
import Datasets
import EventModel
import Evaluation
import Foundation
import Randomness
import ReferenceLines
import Reporting
import ResonanceSearch

/// The events of a study's searches, with their truth labels kept for the evaluation.
struct StudyEvents {
  private let plan: StudyPlan
  private let data: LabelledEvents
  private let signal: LabelledEvents?
  private let simulation: LabelledEvents?

  /// Reads the files that a study names, or those given instead.
  init(
    _ plan: StudyPlan, data: String?, signal: String?, simulation: String?, options: ReadOptions
  ) throws {
    self.plan = plan
    self.simulation = try (simulation ?? plan.simulation).map {
      try Self.read($0, options: options)
    }
    guard let dataPath = data ?? plan.data else {
      throw ValidationError("The study names no data: give --data FILE, or its key 'data'.")
    }
    self.data = try Self.read(dataPath, options: options)
    guard plan.injections != nil else {
      self.signal = nil
      return
    }
    guard let signalPath = signal ?? plan.signal else {
      throw ValidationError(
        "The study injects signal and names none: give --signal FILE, or its key 'signal'.")
    }
    self.signal = try Self.read(signalPath, options: options)
    // Too little signal for the last search is said before the first.
    for point in plan.points
    where point.seed == plan.seeds.first && point.variant == plan.variants.first {
      if let injection = injection(of: point), let signal = self.signal {
        _ = try injection.rows(of: signal, into: sample(of: point))
      }
    }
  }

  private static func read(_ path: String, options: ReadOptions) throws -> LabelledEvents {
    let prefix = "embedded:"
    guard path.hasPrefix(prefix) else { return try readEvents(at: path, options: options) }
    let names = ["signal": EmbeddedSample.signal, "null": .null]
    guard let sample = names[String(path.dropFirst(prefix.count))] else {
      throw ValidationError(
        "There is no sample '\(path)': the embedded ones are embedded:signal and embedded:null.")
    }
    return try readEvents(at: try sample.url().path)
  }

  /// The events of one search.
  func input(of point: StudyPlan.Point) throws -> SearchInput {
    var input = try events(of: point).input
    input.simulation = try simulation(of: point)
    return input
  }

  private func simulation(of point: StudyPlan.Point) throws -> SearchInput.Simulation? {
    try simulation.map { simulation in
      let drawn = try plan.simulationEvents.map {
        try simulation.drawing($0, seed: Seed(point.seed).child("simulation"))
      }
      return SearchInput.Simulation((drawn ?? simulation).searchInput)
    }
  }

  private func events(
    of point: StudyPlan.Point
  ) throws -> (input: SearchInput, truth: TruthLabels?) {
    let data = try sample(of: point)
    guard let signal, let injection = injection(of: point) else {
      return (data.searchInput, data.truth)
    }
    let injected = try injection(signal, into: data)
    return (
      SearchInput(
        events: injected.events,
        name: "\(data.description.name) with \(injected.injectedCount) events of "
          + signal.description.name,
        sha256: injected.sha256),
      injected.truth
    )
  }

  /// Scores of a reference line on the events of one search.
  ///
  /// Background beside the data are the events that the point did not draw, signal beside them what
  /// was not injected.
  func scores(
    of line: ReferenceLine, _ point: StudyPlan.Point, _ search: Search
  ) throws -> [ScoreTable] {
    guard let truth = try events(of: point).truth else {
      throw ReferenceLineError.noLabels(file: data.description.name)
    }
    let (plan, prepared) = (search.plan, search.prepared)
    let left = self.plan.dataEvents.map {
      data.rows(leftAfterDrawing: $0, seed: Seed(point.seed))
    }
    let background = (left ?? []).filter { !(data.truth?.isSignal[$0] ?? false) }
    var spared: [Int] = []
    if let signal {
      let sample = try sample(of: point)
      let injected = try injection(of: point).map { try Set($0.rows(of: signal, into: sample)) }
      spared = signal.events.identifiers.indices.filter {
        signal.truth?.isSignal[$0] ?? true && !(injected?.contains($0) ?? false)
      }
    }
    func table(_ events: EventColumns, sample: String) throws -> EventTable {
      try plan.table(of: events, sample: sample, seed: Seed(point.seed))
    }
    let scores = ReferenceScores(
      data: prepared.table, truth: truth.selecting(rows: prepared.rows),
      background: try table(data.events.selecting(rows: background), sample: "data"),
      signal: try table((signal ?? data).events.selecting(rows: spared), sample: "signal"),
      simulation: try simulation(of: point).map { try table($0.events, sample: "simulation") },
      folds: prepared.folds, ensemble: plan.treeEnsemble,
      seed: Seed(point.seed).child("reference"))
    return try prepared.windows.map { try scores(line, window: $0.window) }
  }

  private func sample(of point: StudyPlan.Point) throws -> LabelledEvents {
    try plan.dataEvents.map { try data.drawing($0, seed: Seed(point.seed)) } ?? data
  }

  private func injection(of point: StudyPlan.Point) -> SignalInjection? {
    let strength: SignalInjection.Strength? =
      switch point.injection {
      case .events(let count): .events(count)
      case .signalToBackground(let ratio):
        plan.signalRegion.map { .signalToBackground(ratio, within: $0) }
      case nil: nil
      }
    return strength.map { SignalInjection($0, seed: Seed(point.seed)) }
  }

  /// Reads the finished searches and compares them with the labels; only where signal is strongest
  /// curves are kept.
  func evaluate(_ study: Study) throws -> [(point: StudyPlan.Point, run: ComparedRun)] {
    let mass = plan.signalRegion.map { ($0.lowerBound + $0.upperBound) / 2 }
    return try plan.points.map { point in
      let folder = study.runFolder(of: point)
      let record = try SearchRecord(run: folder)
      let (input, truth) = try events(of: point)
      let evaluations = try truth.map { truth in
        try RunEvaluation(
          record, folder: folder,
          labels: LabelFile(
            input.name, dijetMass: input.events.dijetMass(), truth: truth), at: mass
        ).windows
      }
      let kept =
        plan.isStrongest(point.injection)
        ? evaluations : evaluations?.map { $0.withoutCurves() }
      return (
        point,
        ComparedRun(
          name: point.label, record: record, evaluations: kept ?? [],
          timing: SearchTiming(run: folder))
      )
    }
  }
}
