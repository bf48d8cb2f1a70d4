import NeuralNetworks
import Randomness
import Testing

/// Analytic derivatives against differences of the loss, also where dropout acts.
struct GradientTests {
  static let smooth: [Activation] = [.linear, .elu, .tanh, .sigmoid]
  static let sets = InstructionSet.allCases.filter(\.isSupported)

  /// Two Gaussian blobs in `inputs` dimensions with uneven weights, some of them zero.
  private func sample(
    inputs: Int, outputs: Int, loss: Loss, events: Int = 203
  ) throws -> TrainingSample {
    var generator = Seed(7).child("sample").makeGenerator()
    let columns = (0..<inputs).map { _ in (0..<events).map { _ in Float(generator.normal()) } }
    let targets = (0..<outputs).map { _ in
      (0..<events).map { _ in
        loss == .meanSquaredError ? Float(generator.normal()) : Float(generator.integer(below: 2))
      }
    }
    let weights = (0..<events).map { $0 % 9 == 0 ? 0 : Float(generator.uniform()) }
    return try TrainingSample(columns: columns, targets: .values(targets), weights: weights)
  }

  @Test(arguments: smooth, Loss.allCases)
  func `Gradients are differences of the loss`(activation: Activation, loss: Loss) throws {
    for set in Self.sets {
      for (inputs, hidden, outputs) in [(5, [5, 5], 1), (12, [16, 9], 1), (3, [7, 24], 3)] {
        guard outputs == 1 || loss == .meanSquaredError else { continue }
        let architecture = try DenseNetworkArchitecture(
          inputs: inputs,
          hidden: hidden.map { DenseLayer(units: $0, activation: activation, dropout: 0.25) },
          outputs: outputs,
          outputActivation: loss == .nplm ? .linear : loss == .binaryCrossEntropy ? .sigmoid : .tanh
        )
        var parameters = architecture.initialParameters(seed: Seed(3))
        var generator = Seed(5).makeGenerator()
        for i in parameters.indices { parameters[i] += Float(0.1 * generator.normal()) }
        let sample = try sample(inputs: inputs, outputs: outputs, loss: loss)

        func value(_ parameters: [Float], _ sample: TrainingSample) throws -> Double {
          try DenseNetwork(architecture: architecture, parameters: parameters)
            .gradient(of: loss, on: sample, using: set, dropoutKey: 99).loss
        }
        let network = try DenseNetwork(architecture: architecture, parameters: parameters)
        let gradient = try network.gradient(of: loss, on: sample, using: set, dropoutKey: 99)
        let largest = gradient.parameters.map(abs).max() ?? 0
        #expect(largest > 0)
        for i in stride(from: 0, to: parameters.count, by: 7) {
          var up = parameters
          var down = parameters
          up[i] += 0x1p-8
          down[i] -= 0x1p-8
          let slope =
            try (value(up, sample) - value(down, sample)) / Double(up[i] - down[i])
          #expect(abs(slope - Double(gradient.parameters[i])) < 3e-3 * Double(largest))
        }
        // One event at a time: the sum's rounding would drown a single event's share.
        let weights = try #require(sample.weights)
        for event in [1, 100, 202] {
          func alone(_ shift: Float, _ feature: Int) throws -> TrainingSample {
            var columns = sample.columns
            columns[feature][event] += shift
            let weight = weights.indices.map { $0 == event ? weights[$0] : 0 }
            return try TrainingSample(columns: columns, targets: sample.targets, weights: weight)
          }
          let scale = gradient.inputs.map { abs($0[event]) }.max() ?? 0
          for feature in 0..<inputs {
            let slope =
              try
              (value(parameters, alone(0x1p-6, feature))
              - value(parameters, alone(-0x1p-6, feature))) * 0x1p5
            let found = Double(gradient.inputs[feature][event])
            #expect(abs(slope - found) < 6e-3 * Double(scale) + 1e-7)
          }
        }
      }
    }
  }

  @Test(arguments: 1...9)
  func `The gradient of a linear layer is a sum over events, whatever its shape`(
    inputs: Int
  ) throws {
    for set in Self.sets {
      for outputs in 1...8 {
        let architecture = try DenseNetworkArchitecture(
          inputs: inputs, layers: [DenseLayer(units: outputs, activation: .linear)])
        let sample = try sample(inputs: inputs, outputs: outputs, loss: .meanSquaredError)
        guard case .values(let targets) = sample.targets else { return }
        let weights = try #require(sample.weights)
        let network = try DenseNetwork(
          architecture: architecture,
          parameters: architecture.initialParameters(seed: Seed(3)).map { $0 + 0.1 })
        let found = try network.gradient(of: .meanSquaredError, on: sample, using: set).parameters
        let answers = try network.outputs(sample.columns, using: set)
        // The columns and, for the bias, ones.
        let columns = sample.columns + [[Float](repeating: 1, count: sample.count)]
        for output in 0..<outputs {
          for (input, column) in columns.enumerated() {
            let expected = (0..<sample.count).reduce(0.0) { sum, event in
              sum + 2 * Double(weights[event]) / Double(sample.count * outputs)
                * Double(answers[output][event] - targets[output][event]) * Double(column[event])
            }
            let place = input < inputs ? output * inputs + input : outputs * inputs + output
            #expect(abs(Double(found[place]) - expected) < 1e-6)
          }
        }
      }
    }
  }

  @Test func `A ReLU is a leaky ReLU of slope zero, dropped or not`() throws {
    let sample = try sample(inputs: 4, outputs: 1, loss: .binaryCrossEntropy)
    for set in Self.sets {
      for (dropout, key) in [(0.0, nil), (0.3, UInt64(5))] {
        let gradients = try [Activation.relu, .leakyReLU(slope: 0)].map { activation in
          let layer = DenseLayer(units: 13, activation: activation, dropout: dropout)
          let architecture = try DenseNetworkArchitecture(
            inputs: 4, hidden: [layer, layer], outputActivation: .sigmoid)
          return try DenseNetwork(
            architecture: architecture,
            parameters: architecture.initialParameters(seed: Seed(8))
          ).gradient(of: .binaryCrossEntropy, on: sample, using: set, dropoutKey: key).parameters
        }
        #expect(gradients[0].contains { $0 != 0 })
        #expect(gradients[0] == gradients[1])
      }
    }
  }
}
