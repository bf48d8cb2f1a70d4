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

  /// Losses that are sums over events.
  static let sums: [Loss] = [.binaryCrossEntropy, .meanSquaredError, .nplm]

  @Test(arguments: smooth, sums)
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

  @Test func `Gradients of label proportions are differences of the loss`() throws {
    for set in Self.sets {
      let architecture = try DenseNetworkArchitecture(
        inputs: 3,
        hidden: [
          DenseLayer(units: 9, activation: .tanh, dropout: 0.25),
          DenseLayer(units: 5, activation: .elu, dropout: 0),
        ], outputActivation: .sigmoid)
      var parameters = architecture.initialParameters(seed: Seed(3))
      var generator = Seed(5).makeGenerator()
      for i in parameters.indices { parameters[i] += Float(0.1 * generator.normal()) }
      let base = try sample(inputs: 3, outputs: 1, loss: .labelProportions)
      // Three mixed samples, one of them with events of weight zero only.
      let fractions: [Float] = [0.2, 0.7, 1]
      let place = { (event: Int) in event == 50 ? 2 : event % 5 == 0 ? 1 : 0 }
      var weights = try #require(base.weights)
      weights[50] = 0
      func shifted(_ shift: Float, feature: Int, event: Int) throws -> TrainingSample {
        var columns = base.columns
        columns[feature][event] += shift
        return try TrainingSample(
          columns: columns, target: (0..<base.count).map { fractions[place($0)] },
          weights: weights)
      }
      let mixed = try shifted(0, feature: 0, event: 0)
      func value(_ parameters: [Float], _ sample: TrainingSample) throws -> Double {
        try DenseNetwork(architecture: architecture, parameters: parameters)
          .gradient(of: .labelProportions, on: sample, using: set, dropoutKey: 99).loss
      }
      let network = try DenseNetwork(architecture: architecture, parameters: parameters)
      let gradient = try network.gradient(
        of: .labelProportions, on: mixed, using: set, dropoutKey: 99)
      let largest = Double(gradient.parameters.map(abs).max() ?? 0)
      #expect(largest > 0)
      for i in parameters.indices {
        var up = parameters
        var down = parameters
        up[i] += 0x1p-6
        down[i] -= 0x1p-6
        let slope = try (value(up, mixed) - value(down, mixed)) / Double(up[i] - down[i])
        #expect(abs(slope - Double(gradient.parameters[i])) < 3e-3 * largest)
      }
      for event in [1, 100, 200] {
        let largest = Double(gradient.inputs.joined().map(abs).max() ?? 0)
        for feature in 0..<3 {
          let slope =
            try
            (value(parameters, shifted(0x1p-3, feature: feature, event: event))
            - value(parameters, shifted(-0x1p-3, feature: feature, event: event))) * 0x1p2
          #expect(abs(slope - Double(gradient.inputs[feature][event])) < 2e-2 * largest)
        }
      }
    }
  }

  @Test func `The loss of label proportions is that of the means`() throws {
    let architecture = try DenseNetworkArchitecture(
      inputs: 1, hidden: [DenseLayer(units: 4, activation: .tanh)], outputActivation: .sigmoid)
    let network = try DenseNetwork(
      architecture: architecture, parameters: architecture.initialParameters(seed: Seed(8)))
    let x: [Float] = [-1, 0, 1, 2, 3]
    let weights: [Float] = [1, 2, 1, 1, 3]
    let sample = try TrainingSample(
      columns: [x], target: [0.25, 0.25, 0.75, 0.75, 0.75], weights: weights)
    let outputs = try network.predict([x]).map { Double($0) }
    let means = [
      (outputs[0] + 2 * outputs[1]) / 3, (outputs[2] + outputs[3] + 3 * outputs[4]) / 5,
    ]
    let expected = (means[0] - 0.25) * (means[0] - 0.25) + (means[1] - 0.75) * (means[1] - 0.75)
    let loss = try network.gradient(of: .labelProportions, on: sample).loss
    #expect(abs(loss - expected) < 1e-6)
  }
}
