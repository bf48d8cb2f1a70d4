import AnomalyMethods
import Datasets
import Evaluation
import EventModel
import Execution
import Foundation
import Learners
import NeuralNetworks
import Randomness
import Reporting
import ResonanceSearch

/// The seminar's three-bin toy (section 5.1), through the same cross-fit as a search.
struct CWoLaToyStudy {
  let seed: Seed
  let toys: Int
  let toy = CWoLaToy()
  static let efficiencies = [1, 0.1, 0.04, 0.01]

  /// What a classifier makes of one toy.
  struct Selection {
    let table: EventTable
    let scores: ScoreTable
    let folds: Folds
    let truth: TruthLabels
  }

  /// Of one selection at each background efficiency.
  struct Significances: Codable {
    /// (n - b) / √b from counts alone.
    let measured: [Double]
    /// s / √b with the signal events that passed, by truth: without the fluctuation of background.
    let byTruth: [Double]
  }

  struct Outcome: Codable {
    struct Row: Codable {
      let backgroundEfficiency: Double
      let ideal: Double
      /// Medians over the toys.
      let network: Double
      let networkByTruth: Double
      let histogram: Double
      let histogramByTruth: Double
    }
    let toys: Int
    let rows: [Row]

    var table: String {
      let lines = textTable(
        header: [["efficiency", "ideal", "network", "by truth", "histogram", "by truth"]],
        rows: rows.map { row in
          ["\(row.backgroundEfficiency)"]
            + [
              row.ideal, row.network, row.networkByTruth, row.histogram, row.histogramByTruth,
            ].map { fixed($0, 1) }
        })
      return
        (lines + [
          "Median significance of \(toys) toys: (n - b) / √b, and s / √b with the signal that passed."
        ]).joined(separator: "\n")
    }
  }

  func run(jobs: Int, progress: @escaping @Sendable (WorkProgress) -> Void) throws -> Outcome {
    let units = (0..<toys).map { number in
      WorkUnit(label: "toy-\(number)") { [self] _ in
        let values = [
          try significances(of: select(Self.network, toy: number)),
          try significances(of: select(Self.histogram, toy: number)),
        ]
        return try JSONEncoder().encode(values)
      }
    }
    let results = try perform(units, jobs: jobs, store: nil, progress: progress).map {
      try JSONDecoder().decode([Significances].self, from: $0)
    }
    return Outcome(
      toys: toys,
      rows: Self.efficiencies.enumerated().map { index, efficiency in
        func median(_ method: Int, _ kind: KeyPath<Significances, [Double]>) -> Double {
          let values = results.map { $0[method][keyPath: kind][index] }.sorted()
          return (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
        }
        return Outcome.Row(
          backgroundEfficiency: efficiency,
          ideal: toy.idealSignificance(backgroundEfficiency: efficiency),
          network: median(0, \.measured), networkByTruth: median(0, \.byTruth),
          histogram: median(1, \.measured), histogramByTruth: median(1, \.byTruth))
      })
  }

  /// Three hidden layers, as in the seminar; the best epoch by validation loss.
  static let network = CWoLa(
    learner: NetworkClassifier(
      hidden: [
        DenseLayer(units: 64, activation: .relu), DenseLayer(units: 64, activation: .relu),
        DenseLayer(units: 64, activation: .relu),
      ],
      optimizer: .adam(learningRate: 0.005), batchSize: 3_000, epochs: 300, patience: 60),
    validation: .crossValidation(folds: 8, restarts: 1), metric: .logLoss)

  static let histogram = CWoLa(
    learner: HistogramClassifier(bins: 10),
    validation: .crossValidation(folds: 4, restarts: 1), metric: .logLoss)

  func select(_ method: some AnomalyMethod, toy number: Int) throws -> Selection {
    let seed = seed.child("toy-\(number)")
    let events = toy.events(seed: seed)
    let table = try EventTable(
      dijetMass: events.bin.map { Double($0) + 1.5 }, features: [.toyX1, .toyX2],
      columns: [events.x1, events.x2])
    let binning = try MassBinning(edges: [1, 2, 3, 4])
    let window = try binning.windows(signalRegionBins: 1, sidebandBins: 1)[0]
    let folds = Folds(count: 10, of: table, stratifiedBy: binning, seed: seed.child("folds"))
    let scores = try CrossFit(
      method, samples: Samples(data: table), windows: [window], folds: folds,
      seed: seed.child("training"))()[0]
    return Selection(table: table, scores: scores, folds: folds, truth: events.truth)
  }

  /// What a cut at each background efficiency gives.
  ///
  /// b comes from a straight line through the two sidebands: at the middle bin, their mean. The
  /// background efficiency is that of the sidebands, the same in every fold.
  func significances(of selection: Selection) -> Significances {
    let passed = Self.efficiencies.map {
      Self.passed(of: selection, backgroundEfficiency: $0)
    }
    func values(_ excess: (Passed, _ background: Double) -> Double) -> [Double] {
      passed.map {
        let background = ($0.counts[0] + $0.counts[2]) / 2
        return excess($0, background) / background.squareRoot()
      }
    }
    return Significances(
      measured: values { $0.counts[CWoLaToy.signalBin] - $1 },
      byTruth: values { passed, _ in passed.signal })
  }

  /// Events that pass a cut.
  struct Passed {
    /// In each of the three bins.
    var counts = [0.0, 0, 0]
    /// The signal among them.
    var signal = 0.0
  }

  static func passed(of selection: Selection, backgroundEfficiency: Double) -> Passed {
    var passed = Passed()
    for fold in 0..<selection.folds.count {
      let rows = selection.folds.rows(in: fold)
      func bin(_ row: Int) -> Int { Int(selection.table.dijetMass[row]) - 1 }
      let sidebands = rows.filter { bin($0) != CWoLaToy.signalBin }
        .compactMap { selection.scores.keptFrom[$0] }.sorted()
      let kept = max(Int((Double(sidebands.count) * backgroundEfficiency).rounded()), 1)
      let threshold = sidebands[kept - 1]
      for row in rows where (selection.scores.keptFrom[row] ?? 2) <= threshold {
        passed.counts[bin(row)] += 1
        if selection.truth.isSignal[row] { passed.signal += 1 }
      }
    }
    return passed
  }
}
