import Foundation
import Learners
public import NeuralNetworks
public import Randomness

/// A test of two samples by how well a classifier tells them apart on events it has not seen.
///
/// Friedman, PHYSTAT 2003; Lopez-Paz & Oquab, arXiv:1610.06545. Both samples are dealt out into
/// folds; a small network learns on all but one, with both samples at equal weight, and scores
/// that one. Shapes are compared only, not the number of events.
public struct ClassifierTest: TestStatistic, Hashable, Codable {
  /// What is made of the scores of events that took no part in the training.
  public enum Measure: String, Sendable, Hashable, Codable, CaseIterable {
    /// The probability that a data event scores above a reference event.
    case areaUnderCurve = "area-under-curve"
    /// The fraction on the right side of 1/2, averaged over both samples.
    case accuracy
    /// The mean log likelihood ratio f of the data, less ln of the reference's mean e^f: a lower
    /// bound on the Kullback-Leibler distance (Donsker & Varadhan).
    ///
    /// Without a difference its distribution is far from a Gaussian: what a distance in standard
    /// deviations says there is wrong.
    case logLikelihoodRatio = "log-likelihood-ratio"
  }

  public var measure: Measure
  /// Hidden layers from the inputs up.
  public var hidden: [DenseLayer]
  public var learningRate: Double
  /// Events a step.
  public var batchSize: Int
  /// Passes through the training events.
  public var epochs: Int
  /// Parts that the samples are dealt out into, at least 2.
  public var folds: Int

  public init(
    measure: Measure = .areaUnderCurve,
    hidden: [DenseLayer] = Array(repeating: DenseLayer(units: 16, activation: .tanh), count: 2),
    learningRate: Double = 0.02, batchSize: Int = 1_000, epochs: Int = 20, folds: Int = 2
  ) {
    self.measure = measure
    self.hidden = hidden
    self.learningRate = learningRate
    self.batchSize = batchSize
    self.epochs = epochs
    self.folds = folds
  }

  /// Trains one network a fold and averages the measure over folds.
  ///
  /// - Parameters:
  ///   - comparison: Data and reference.
  ///   - seed: Of the folds, the networks' first parameters and the order of events.
  ///   - isCancelled: Asked before every epoch.
  /// - Returns: About 0.5 (areas and accuracies) or at most about 0 where data follow the reference.
  /// - Throws: ``ClassifierTestError``, an error of the training, or `CancellationError`.
  public func value(
    of comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool
  ) throws -> Double {
    guard folds >= 2 else { throw ClassifierTestError.badFolds(folds) }
    let data = try Dealt(
      comparison.data, weights: nil, sample: .data, folds: folds, seed: seed.child("data"))
    let reference = try Dealt(
      comparison.reference, weights: comparison.referenceWeights, sample: .reference, folds: folds,
      seed: seed.child("reference"))
    let architecture = try DenseNetworkArchitecture(
      inputs: comparison.names.count, hidden: hidden, outputActivation: .sigmoid)
    var sum = 0.0
    for fold in 0..<folds {
      let network = try network(
        architecture, data: data.outside(fold), reference: reference.outside(fold),
        seed: seed.child("fold-\(fold)"), isCancelled: isCancelled)
      func scored(_ events: Events) throws -> Scored {
        (try network.logits(events.columns), events.weights.map { Double($0) })
      }
      sum += try measure.value(
        data: scored(data.inside(fold)), reference: scored(reference.inside(fold)))
    }
    return sum / Double(folds)
  }

  private func network(
    _ architecture: DenseNetworkArchitecture, data: Events, reference: Events, seed: Seed,
    isCancelled: () -> Bool
  ) throws -> DenseNetwork {
    let total = reference.weights.reduce(0.0) { $0 + Double($1) }
    let scale = Float(Double(data.weights.count) / total)
    let sample = try TrainingSample(
      columns: zip(data.columns, reference.columns).map { $0 + $1 },
      target: data.weights + reference.weights.map { _ in 0 },
      weights: data.weights + reference.weights.map { $0 * scale })
    let plan = TrainingPlan(
      loss: .binaryCrossEntropy, optimizer: .adam(learningRate: learningRate),
      batchSize: batchSize, epochs: epochs)
    do {
      return try train(
        architecture, on: sample, plan: plan, seed: seed, isCancelled: isCancelled
      ).network
    } catch {
      if case .cancelled = error { throw CancellationError() }
      throw error
    }
  }
}

private typealias Events = (columns: [[Float]], weights: [Float])
private typealias Scored = (scores: [Float], weights: [Double])

/// A sample dealt out into folds of equal size.
private struct Dealt {
  let columns: [[Float]]
  let weights: [Float]
  let fold: [Int]

  init(
    _ columns: [[Float]], weights: [Float]?, sample: ComparedSample, folds: Int, seed: Seed
  ) throws(ClassifierTestError) {
    let count = columns[0].count
    var generator = seed.makeGenerator()
    let fold = generator.permutation(of: count).map { $0 % folds }
    var total = [Float](repeating: 0, count: folds)
    for (fold, weight) in zip(fold, weights ?? Array(repeating: 1, count: count)) {
      total[fold] += weight
    }
    guard total.allSatisfy({ $0 > 0 }) else { throw .emptyFold(sample, folds: folds) }
    self.columns = columns
    self.weights = weights ?? Array(repeating: 1, count: count)
    self.fold = fold
  }

  func inside(_ number: Int) -> Events { events { $0 == number } }
  func outside(_ number: Int) -> Events { events { $0 != number } }

  private func events(_ isIncluded: (Int) -> Bool) -> Events {
    let rows = fold.indices.filter { isIncluded(fold[$0]) }
    return (columns.map { column in rows.map { column[$0] } }, rows.map { weights[$0] })
  }
}

extension ClassifierTest.Measure {
  fileprivate func value(data: Scored, reference: Scored) throws -> Double {
    switch self {
    case .areaUnderCurve:
      return try ValidationMetric.areaUnderCurve.value(positive: data, negative: reference)
    case .accuracy:
      return
        (Self.mean(data) { $0 > 0 ? 1 : 0 } + Self.mean(reference) { $0 > 0 ? 0 : 1 }) / 2
    case .logLikelihoodRatio:
      return Self.mean(data) { $0 } - log(Self.mean(reference) { exp($0) })
    }
  }

  private static func mean(_ events: Scored, _ value: (Double) -> Double) -> Double {
    zip(events.scores, events.weights).reduce(0) { $0 + $1.1 * value(Double($1.0)) }
      / events.weights.reduce(0, +)
  }
}

/// Why a classifier gives no test.
public enum ClassifierTestError: Error, Sendable, Equatable {
  case badFolds(Int)
  case emptyFold(ComparedSample, folds: Int)
}

extension ClassifierTestError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badFolds(let folds):
      "\(folds) folds: at least 2 are needed, one to learn from and one to look at"
    case .emptyFold(let sample, let folds):
      "the \(sample.rawValue) sample has too few events with weight for \(folds) folds: give more, "
        + "or take fewer folds"
    }
  }
}
