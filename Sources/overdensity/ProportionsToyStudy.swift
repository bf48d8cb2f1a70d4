import Datasets
import Evaluation
import EventFiles
import Execution
import Foundation
import NeuralNetworks
import Randomness
import Reporting
import ResonanceSearch

/// Full supervision, label-proportion learning and classification without labels on two Gaussians.
///
/// Slides of the ATLAS search: one observable, two mixed samples with signal fractions f1 and
/// f2 = 1 - f1, and the area under the ROC curve of the same network trained in the three ways.
struct ProportionsToyStudy {
  let seed: Seed
  let repetitions: Int
  let eventsPerSample: Int
  let toy = MixedGaussians()
  static let fractions = [
    0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.575, 0.6, 0.65, 0.7, 0.8, 0.9, 1,
  ]

  /// What a training is told about an event.
  enum Supervision: String, CaseIterable, Codable, CodingKeyRepresentable {
    /// Whether it is signal.
    case full = "full supervision"
    /// Its mixed sample and that sample's fraction of signal.
    case labelProportions = "LLP"
    /// Its mixed sample.
    case withoutLabels = "CWoLa"
  }

  struct Outcome: Codable {
    struct Row: Codable {
      let f1: Double
      let f2: Double
      /// Over the repetitions.
      let areaUnderCurve: [Supervision: Spread]
    }
    let eventsPerSample: Int
    let repetitions: Int
    let optimalAreaUnderCurve: Double
    let rows: [Row]

    var table: String {
      let lines = textTable(
        header: [["f1", "f2"] + Supervision.allCases.map(\.rawValue)],
        rows: rows.map { row in
          [fixed(row.f1, 3), fixed(row.f2, 3)]
            + Supervision.allCases.map { way in
              row.areaUnderCurve[way].map {
                "\(fixed($0.median, 3)) [\(fixed($0.low, 3)), \(fixed($0.high, 3))]"
              } ?? ""
            }
        })
      return
        (lines + [
          "AUC: median and middle 68 % of \(repetitions) repetitions; "
            + "no classifier can beat \(fixed(optimalAreaUnderCurve, 4))."
        ]).joined(separator: "\n")
    }
  }

  func run(jobs: Int, progress: @escaping @Sendable (WorkProgress) -> Void) throws -> Outcome {
    let units = (0..<repetitions).map { number in
      WorkUnit(label: "repetition-\(number)") { [self] isCancelled in
        let seed = seed.child("repetition-\(number)")
        return try JSONEncoder().encode(
          Self.fractions.map { fraction in
            try Supervision.allCases.map {
              try areaUnderCurve($0, f1: fraction, seed: seed, isCancelled: isCancelled)
            }
          })
      }
    }
    let results = try perform(units, jobs: jobs, store: nil, progress: progress).map {
      try JSONDecoder().decode([[Double]].self, from: $0)
    }
    return Outcome(
      eventsPerSample: eventsPerSample, repetitions: repetitions,
      optimalAreaUnderCurve: toy.optimalAreaUnderCurve,
      rows: Self.fractions.enumerated().map { place, fraction in
        Outcome.Row(
          f1: fraction, f2: 1 - fraction,
          areaUnderCurve: Dictionary(
            uniqueKeysWithValues: Supervision.allCases.enumerated().compactMap { way, supervision in
              Spread(results.map { $0[place][way] }).map { (supervision, $0) }
            }))
      })
  }

  /// Trains one network and compares its scores with the truth of other events.
  private func areaUnderCurve(
    _ supervision: Supervision, f1: Double, seed: Seed, isCancelled: () -> Bool
  ) throws -> Double {
    let fractions = [f1, 1 - f1]
    let events = toy.events(
      eventsPerSample, fractions: fractions, seed: seed.child("f1-\(f1)"))
    let target = events.x.indices.map { event -> Float in
      switch supervision {
      case .full: events.truth.isSignal[event] ? 1 : 0
      case .labelProportions: Float(fractions[events.sample[event]])
      case .withoutLabels: events.sample[event] == 0 ? 1 : 0
      }
    }
    let trained = try train(
      DenseNetworkArchitecture(
        inputs: 1, hidden: [DenseLayer(units: 30, activation: .relu)], outputActivation: .sigmoid),
      on: TrainingSample(columns: [events.x], target: target), plan: plan(supervision),
      seed: seed.child(supervision.rawValue), isCancelled: isCancelled)
    let test = toy.events(20_000, fractions: [1, 0], seed: seed.child("test"))
    return try ROCCurve(
      scores: trained.network.logits([test.x]).map { Double($0) }, truth: test.truth
    ).areaUnderCurve
  }

  /// The same in all three but for the loss, with all events at once: the mean of few outputs is no
  /// measure of a proportion.
  private func plan(_ supervision: Supervision) -> TrainingPlan {
    TrainingPlan(
      loss: supervision == .labelProportions ? .labelProportions : .binaryCrossEntropy,
      optimizer: .adam(learningRate: 0.005), batchSize: nil, epochs: 400)
  }
}

extension ProportionsToyStudy.Outcome {
  /// The area under the curve against the signal fraction.
  var figure: Figure {
    let curves = ProportionsToyStudy.Supervision.allCases.enumerated().map { index, way in
      let spreads = rows.compactMap { row in row.areaUnderCurve[way].map { (row.f1, $0) } }
      return Curve(
        RichText(verbatim: way.rawValue.prefix(1).uppercased() + way.rawValue.dropFirst()),
        x: spreads.map(\.0), y: spreads.map(\.1.median), low: spreads.map(\.1.low),
        high: spreads.map(\.1.high), style: .numbered(index), showsMarkers: true)
    }
    let ends = [rows.first?.f1 ?? 0, rows.last?.f1 ?? 1]
    let optimum = Curve(
      "Optimum", x: ends, y: ends.map { _ in optimalAreaUnderCurve }, style: .reference)
    let lowest = curves.flatMap { $0.low ?? $0.y }.min() ?? 0.5
    return .curves(
      name: "toy-proportions",
      caption: RichText(
        verbatim: "Area under the ROC curve of one network trained in three ways, against the "
          + "signal fraction of the first mixed sample: median and middle 68 % of "
          + "\(repetitions) repetitions."),
      heading: FigureHeading(
        label: "Toy", conditions: RichText(verbatim: "\(eventsPerSample) events a sample")),
      x: Axis("Signal fraction *f*_{1} = 1 − *f*_{2}", from: 0.48, to: 1.02),
      y: Axis("AUC", from: min(0.45, lowest - 0.02), to: 0.85), [optimum] + curves)
  }
}
