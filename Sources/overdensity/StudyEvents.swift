import ArgumentParser
import Datasets
import EventModel
import Evaluation
import Foundation
import Randomness
import Reporting
import ResonanceSearch

/// The events of a study's searches, with their truth labels kept for the evaluation.
struct StudyEvents {
  private let plan: StudyPlan
  private let data: LabelledEvents
  private let signal: LabelledEvents?

  /// Reads the files that a study names, or those given instead.
  init(
    _ plan: StudyPlan, data: String?, signal: String?, options: ReadOptions
  ) throws {
    self.plan = plan
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
  func input(of point: StudyPlan.Point) throws -> SearchInput { try events(of: point).input }

  private func events(
    of point: StudyPlan.Point
  ) throws -> (input: SearchInput, truth: TruthLabels?) {
    let data = try sample(of: point)
    guard let signal, let injection = injection(of: point) else {
      return (
        SearchInput(
          events: data.events, name: data.description.name, sha256: data.description.sha256),
        data.truth
      )
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
      return (point, ComparedRun(name: point.label, record: record, evaluations: kept ?? []))
    }
  }
}
