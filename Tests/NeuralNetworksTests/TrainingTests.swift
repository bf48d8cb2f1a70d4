import Foundation
import NeuralNetworks
import Randomness
import Synchronization
import Testing

struct TrainingTests {
  /// Two Gaussian blobs, 1 apart in every feature, far from mean 0 and deviation 1.
  private func blobs(events: Int, seed: UInt64, weighted: Bool = false) throws -> TrainingSample {
    var generator = Seed(seed).makeGenerator()
    var columns: [[Float]] = [[], [], [], []]
    var target: [Float] = []
    for event in 0..<events {
      let signal = event % 2
      target.append(Float(signal))
      for feature in 0..<4 {
        columns[feature].append(Float(100 + 20 * (generator.normal() + Double(signal))))
      }
    }
    let weights = weighted ? (0..<events).map { _ in Float(0.5 + generator.uniform()) } : nil
    return try TrainingSample(columns: columns, target: target, weights: weights)
  }

  private func classifier(dropout: Double = 0) throws -> DenseNetworkArchitecture {
    try DenseNetworkArchitecture(
      inputs: 4,
      hidden: [
        DenseLayer(units: 24, activation: .relu, dropout: dropout),
        DenseLayer(units: 12, activation: .elu, dropout: dropout),
      ], outputActivation: .sigmoid)
  }

  private func plan(epochs: Int, rate: Double = 0.003) -> TrainingPlan {
    TrainingPlan(
      loss: .binaryCrossEntropy, optimizer: .adam(learningRate: rate), batchSize: 128,
      epochs: epochs)
  }

  @Test func `A classifier finds the likelihood ratio of two Gaussians`() throws {
    let trained = try train(
      classifier(dropout: 0.1), on: blobs(events: 8000, seed: 1, weighted: true),
      plan: plan(epochs: 12), seed: Seed(1))
    let test = try blobs(events: 4000, seed: 2)
    let found = try trained.network.logits(test.columns)
    // ln p1/p0 = sum of (x - 100) / 20 - 1/2 over four features.
    let ideal = (0..<test.count).map { event in
      test.columns.reduce(Float(0)) { $0 + ($1[event] - 100) / 20 - 0.5 }
    }
    let error = zip(found, ideal).map { abs($0 - $1) }.reduce(0, +) / Float(test.count)
    #expect(error < 0.35)
    let probabilities = try trained.network.predict(test.columns)
    for (p, z) in zip(probabilities, found) { #expect(abs(p - 1 / (1 + exp(-z))) < 1e-6) }
  }

  @Test func `The same seed gives the same bits, any number of trainings at once`() throws {
    let sample = try blobs(events: 3000, seed: 3)
    let architecture = try classifier(dropout: 0.2)
    let alone = try train(architecture, on: sample, plan: plan(epochs: 2), seed: Seed(4))
    let results = Mutex<[TrainedNetwork]>([])
    DispatchQueue.concurrentPerform(iterations: 6) { _ in
      let one = try? train(architecture, on: sample, plan: plan(epochs: 2), seed: Seed(4))
      if let one { results.withLock { $0.append(one) } }
    }
    results.withLock { found in
      #expect(found.count == 6)
      for one in found { #expect(one == alone) }
    }
    let other = try train(architecture, on: sample, plan: plan(epochs: 2), seed: Seed(5))
    #expect(other.network != alone.network)
  }

  @Test func `Instruction sets agree up to rounding`() throws {
    let sample = try blobs(events: 2000, seed: 3, weighted: true)
    let architecture = try classifier(dropout: 0.2)
    let reference = try train(architecture, on: sample, plan: plan(epochs: 1), seed: Seed(4))
    for set in InstructionSet.allCases where set.isSupported {
      let trained = try train(
        architecture, on: sample, plan: plan(epochs: 1), seed: Seed(4), instructionSet: set)
      #expect(trained.instructionSet == set)
      for (a, b) in zip(trained.network.parameters, reference.network.parameters) {
        #expect(abs(a - b) < 1e-5)
      }
      let here = try trained.network.outputs(sample.columns, using: set)[0]
      for (a, b) in zip(here, try reference.network.predict(sample.columns)) {
        #expect(abs(a - b) < 1e-5)
      }
    }
  }

  @Test func `Patience ends training and the best epoch is kept`() throws {
    var plan = plan(epochs: 50)
    plan.earlyStopping = EarlyStopping(metric: .validationScore, patience: 3)
    plan.keepBest = .validationScore
    let scores = Mutex([0.1, 0.5, 0.4, 0.7, 0.6, 0.7, 0.65, 0.9])
    let trained = try train(
      classifier(), on: blobs(events: 500, seed: 1), validation: blobs(events: 100, seed: 2),
      plan: plan, seed: Seed(1),
      validationScore: { outputs in
        #expect(outputs.count == 1 && outputs[0].count == 100)
        return scores.withLock { $0.removeFirst() }
      })
    #expect(trained.stopReason == .patienceExhausted(epoch: 7))
    #expect(trained.keptEpoch == 4)
    #expect(trained.history.map(\.validationScore) == [0.1, 0.5, 0.4, 0.7, 0.6, 0.7, 0.65])
    #expect(trained.keptRecord.validationScore == 0.7)

    var short = self.plan(epochs: 4)
    short.keepBest = nil
    let direct = try train(
      classifier(), on: blobs(events: 500, seed: 1), plan: short, seed: Seed(1))
    #expect(direct.network == trained.network)
    #expect(direct.stopReason == .allEpochsDone(epochs: 4))
  }

  @Test func `The validation loss is that of the network on the validation sample`() throws {
    let validation = try blobs(events: 333, seed: 8)
    var plan = plan(epochs: 3)
    plan.keepBest = .validationLoss
    let trained = try train(
      classifier(dropout: 0.3), on: blobs(events: 600, seed: 1), validation: validation,
      plan: plan, seed: Seed(1))
    let losses = trained.history.compactMap(\.validationLoss)
    #expect(losses.count == 3)
    let recorded = try #require(trained.keptRecord.validationLoss)
    #expect(recorded == losses.min())
    let outputs = try trained.network.logits(validation.columns)
    let direct =
      (0..<validation.count).reduce(0.0) { sum, event in
        let z = Double(outputs[event])
        return sum + log(1 + exp(event % 2 == 1 ? -z : z))
      } / Double(validation.count)
    #expect(abs(recorded - direct) < 1e-5)
  }

  @Test func `Scaling all weights changes nothing, and weight zero means absent`() throws {
    let sample = try blobs(events: 400, seed: 9, weighted: true)
    let weights = try #require(sample.weights)
    let scaled = try TrainingSample(
      columns: sample.columns, targets: sample.targets, weights: weights.map { $0 * 1024 })
    let a = try train(classifier(), on: sample, plan: plan(epochs: 2), seed: Seed(1))
    let b = try train(classifier(), on: scaled, plan: plan(epochs: 2), seed: Seed(1))
    #expect(a.network == b.network)

    var spoiled = sample.columns
    var some = weights
    some[17] = 0
    let plain = try TrainingSample(
      columns: sample.columns, targets: sample.targets, weights: some)
    spoiled[2][17] = 1e6
    let wild = try TrainingSample(columns: spoiled, targets: sample.targets, weights: some)
    let c = try train(
      classifier(), on: plain, plan: plan(epochs: 2), standardise: false, seed: Seed(1))
    let d = try train(
      classifier(), on: wild, plan: plan(epochs: 2), standardise: false, seed: Seed(1))
    #expect(c.network == d.network)
  }

  @Test func `An autoencoder reconstructs correlated inputs better than their mean does`() throws {
    var generator = Seed(11).makeGenerator()
    var columns = [[Float]](repeating: [], count: 5)
    for _ in 0..<3000 {
      let hidden = generator.normal()
      for feature in 0..<5 {
        columns[feature].append(Float(50 + 10 * (hidden + 0.2 * generator.normal())))
      }
    }
    let sample = try TrainingSample(columns: columns, targets: .inputs)
    let architecture = try DenseNetworkArchitecture(
      inputs: 5,
      hidden: [
        DenseLayer(units: 8, activation: .selu), DenseLayer(units: 1, activation: .linear),
        DenseLayer(units: 8, activation: .leakyReLU(slope: 0.1)),
      ], outputs: 5, outputActivation: .linear)
    let trained = try train(
      architecture, on: sample,
      plan: TrainingPlan(
        loss: .meanSquaredError, optimizer: .adam(learningRate: 0.01), batchSize: 100, epochs: 15),
      seed: Seed(2))
    let errors = try trained.network.reconstructionErrors(columns)
    let mean = Double(errors.reduce(0, +)) / Double(errors.count)
    #expect(mean < 0.1)
    let final = try #require(trained.history.last?.trainingLoss)
    #expect(abs(mean - final) < 0.02)
  }

  @Test func `Clipping bounds every parameter`() throws {
    var plan = plan(epochs: 3, rate: 0.1)
    plan.weightClipping = 0.25
    let trained = try train(
      classifier(), on: blobs(events: 500, seed: 1), plan: plan, seed: Seed(1))
    let largest = trained.network.parameters.map(abs).max()
    #expect(largest == 0.25)
  }

  @Test func `Cancelling is asked for once an epoch and ends training`() throws {
    let asked = Mutex(0)
    #expect(throws: NetworkError.cancelled(epoch: 2)) {
      try train(
        classifier(), on: blobs(events: 100, seed: 1), plan: plan(epochs: 9), seed: Seed(1),
        isCancelled: {
          asked.withLock {
            $0 += 1
            return $0 == 3
          }
        })
    }
  }

  @Test func `A loss that overflows is an error`() throws {
    let sample = try blobs(events: 100, seed: 1)
    let architecture = try DenseNetworkArchitecture(
      inputs: 4, hidden: [DenseLayer(units: 8, activation: .relu)], outputActivation: .linear)
    let plan = TrainingPlan(
      loss: .meanSquaredError, optimizer: .sgd(learningRate: 1e30), batchSize: nil, epochs: 9)
    #expect {
      try train(architecture, on: sample, plan: plan, seed: Seed(1))
    } throws: { error in
      guard case .diverged(_, let rate) = error as? NetworkError else { return false }
      return rate == 1e30
    }
  }

  @Test func `Bad input and bad settings are refused with the facts`() throws {
    #expect {
      try TrainingSample(columns: [[1, 2, .nan]], target: [0, 1, 0])
    } throws: { error in
      guard case .notFinite("column", 0, 2, let value) = error as? NetworkError else {
        return false
      }
      return value.isNaN
    }
    #expect(throws: NetworkError.badWeight(row: 1, value: -1)) {
      try TrainingSample(columns: [[1, 2]], target: [0, 1], weights: [1, -1])
    }
    #expect(throws: NetworkError.noWeight) {
      try TrainingSample(columns: [[1, 2]], target: [0, 1], weights: [0, 0])
    }
    #expect(throws: NetworkError.noEvents) { try TrainingSample(columns: [[]], target: []) }
    let sample = try blobs(events: 10, seed: 1)
    let narrow = try DenseNetworkArchitecture(inputs: 3, hidden: [], outputActivation: .sigmoid)
    #expect(throws: NetworkError.columnCount(expected: 3, found: 4)) {
      try train(narrow, on: sample, plan: plan(epochs: 1), seed: Seed(1))
    }
    let relu = try DenseNetworkArchitecture(inputs: 4, hidden: [], outputActivation: .relu)
    #expect(throws: NetworkError.unsuitableOutput(activation: .relu, loss: .binaryCrossEntropy)) {
      try train(relu, on: sample, plan: plan(epochs: 1), seed: Seed(1))
    }
    var watching = plan(epochs: 1)
    watching.keepBest = .validationScore
    #expect(throws: NetworkError.missingValidation(metric: .validationScore)) {
      try train(classifier(), on: sample, validation: sample, plan: watching, seed: Seed(1))
    }
    #expect(throws: NetworkError.badSize("epochs", 0)) {
      try train(classifier(), on: sample, plan: plan(epochs: 0), seed: Seed(1))
    }
    let trained = try train(classifier(), on: sample, plan: plan(epochs: 1), seed: Seed(1))
    var columns = sample.columns
    columns[3][4] = .infinity
    #expect(
      throws: NetworkError.notFinite("column", column: 3, row: 4, value: .infinity)
    ) { try trained.network.predict(columns) }
  }

  @Test func `A network survives JSON unchanged`() throws {
    let sample = try blobs(events: 200, seed: 1)
    let trained = try train(classifier(), on: sample, plan: plan(epochs: 1), seed: Seed(1))
    let data = try JSONEncoder().encode(trained)
    let restored = try JSONDecoder().decode(TrainedNetwork.self, from: data)
    #expect(restored == trained)
    #expect(
      try restored.network.predict(sample.columns) == trained.network.predict(sample.columns))
    #expect(throws: (any Error).self) {
      try DenseNetwork(
        architecture: trained.network.architecture, parameters: [1, 2, 3])
    }
  }

  @Test func `A constant input changes nothing and an unseen shift is not repaired`() throws {
    let sample = try blobs(events: 300, seed: 1)
    var columns = sample.columns
    columns[1] = [Float](repeating: 7, count: 300)
    let constant = try TrainingSample(columns: columns, targets: sample.targets)
    let trained = try train(classifier(), on: constant, plan: plan(epochs: 1), seed: Seed(1))
    #expect(trained.network.standardisation.scales[1] == 1)
    #expect(trained.network.standardisation.means[1] == 7)
  }

  @Test func `Input gradients are per unit of the plain inputs`() throws {
    let sample = try blobs(events: 300, seed: 1)
    let network = try train(classifier(), on: sample, plan: plan(epochs: 3), seed: Seed(1)).network
    let gradients = try network.inputGradients(sample.columns)
    for feature in 0..<4 {
      var up = sample.columns
      var down = sample.columns
      for event in 0..<300 {
        up[feature][event] += 0.125
        down[feature][event] -= 0.125
      }
      let high = try network.predict(up)
      let low = try network.predict(down)
      // A ReLU may switch in between for a few events: the median is safe from those.
      let errors = (0..<300).map { abs((high[$0] - low[$0]) * 4 - gradients[feature][$0]) }
      #expect(errors.sorted()[150] < 2e-5)
    }
  }

  @Test func `Label proportions alone teach which events are signal`() throws {
    var generator = Seed(6).makeGenerator()
    let fractions: [Float] = [0.8, 0.3]
    var (x, target, isSignal) = ([Float](), [Float](), [Bool]())
    for event in 0..<4_000 {
      let fraction = fractions[event % 2]
      isSignal.append(Float(generator.uniform()) < fraction)
      x.append(Float(generator.normal() + (isSignal[event] ? 2 : 0)))
      target.append(fraction)
    }
    let sample = try TrainingSample(columns: [x], target: target)
    let architecture = try DenseNetworkArchitecture(
      inputs: 1, hidden: [DenseLayer(units: 16, activation: .tanh)], outputActivation: .sigmoid)
    let plan = TrainingPlan(
      loss: .labelProportions, optimizer: .adam(learningRate: 0.02), batchSize: 2_000, epochs: 200,
      earlyStopping: EarlyStopping(patience: 200))
    let trained = try train(
      architecture, on: sample, validation: sample, plan: plan, seed: Seed(1))
    let outputs = try trained.network.predict([x])
    // The samples overlap: a cut keeps at most Phi(1) of the signal with 1 - Phi(1) of the background,
    // 0.683 more, so the means cannot be 0.5 apart but 0.5 x 0.683, and share the rest.
    for (offset, fraction) in [0.55 + 0.1707, 0.55 - 0.1707].enumerated() {
      let mean = stride(from: offset, to: x.count, by: 2).reduce(0.0) {
        $0 + Double(outputs[$1]) / 2_000
      }
      #expect(abs(mean - fraction) < 0.02)
    }
    let signal = isSignal.indices.filter { isSignal[$0] }.map { outputs[$0] }
    let background = isSignal.indices.filter { !isSignal[$0] }.map { outputs[$0] }
    // The best cut on two Gaussians two deviations apart misplaces 16 %.
    let wrong = signal.count { $0 < 0.5 } + background.count { $0 >= 0.5 }
    #expect(Double(wrong) / 4_000 < 0.2)
    // 2 (0.8 - 0.7207)^2.
    #expect(abs(try #require(trained.keptRecord.validationLoss) - 0.0126) < 0.003)
  }

  @Test func `A fraction outside 0 to 1 and an output that is none are refused`() throws {
    let plan = TrainingPlan(loss: .labelProportions, batchSize: nil, epochs: 1)
    let bad = try TrainingSample(columns: [[1, 2]], target: [0.5, 1.5])
    let linear = try DenseNetworkArchitecture(inputs: 1, hidden: [], outputActivation: .linear)
    let sigmoid = try DenseNetworkArchitecture(inputs: 1, hidden: [], outputActivation: .sigmoid)
    #expect(
      throws: NetworkError.badSetting("the fraction of a mixed sample", 1.5, allowed: "0 ... 1")
    ) { try train(sigmoid, on: bad, plan: plan, seed: Seed(1)) }
    #expect(throws: NetworkError.unsuitableOutput(activation: .linear, loss: .labelProportions)) {
      try train(
        linear, on: TrainingSample(columns: [[1, 2]], target: [0, 1]), plan: plan, seed: Seed(1))
    }
  }
}
