import NeuralNetworks
import Randomness
import Testing

struct DropoutTests {
  /// What 64 outputs of 1 look like to the next layer after dropout, for one event of a batch.
  ///
  /// With a linear output y = 0 and target -1/2, the derivative by a last weight is that output.
  private func survivors(
    probability: Double, key: UInt64, event: Int, events: Int = 50,
    set: InstructionSet = .current
  ) throws -> [Float] {
    let architecture = try DenseNetworkArchitecture(
      inputs: 1, hidden: [DenseLayer(units: 64, activation: .linear, dropout: probability)],
      outputActivation: .linear)
    let ones = [Float](repeating: 1, count: 64)
    let network = try DenseNetwork(
      architecture: architecture,
      parameters: ones.map { _ in 0 } + ones + ones.map { _ in 0 } + [0])
    let sample = try TrainingSample(
      columns: [[Float](repeating: 0, count: events)],
      target: [Float](repeating: -0.5, count: events),
      weights: (0..<events).map { $0 == event ? Float(events) : 0 })
    let gradient = try network.gradient(
      of: .meanSquaredError, on: sample, using: set, dropoutKey: key)
    return Array(gradient.parameters[128..<192])
  }

  @Test(arguments: [0.1, 0.2, 0.5])
  func `Outputs are dropped at the rate asked for and keep their mean`(probability: Double) throws {
    var dropped = 0
    var sum = 0.0
    var perUnit = [Int](repeating: 0, count: 64)
    let draws = 60 * 50
    for key in 0..<UInt64(60) {
      for event in 0..<50 {
        let outputs = try survivors(probability: probability, key: key, event: event)
        for (unit, output) in outputs.enumerated() {
          #expect(output == 0 || abs(Double(output) * (1 - probability) - 1) < 1e-4)
          sum += Double(output)
          if output == 0 {
            dropped += 1
            perUnit[unit] += 1
          }
        }
      }
    }
    let total = Double(draws * 64)
    let sigma = (probability * (1 - probability) / total).squareRoot()
    #expect(abs(Double(dropped) / total - probability) < 4 * sigma)
    #expect(abs(sum / total - 1) < 4 * sigma / (1 - probability))
    let unitSigma = (probability * (1 - probability) * Double(draws)).squareRoot()
    for count in perUnit {
      #expect(abs(Double(count) - probability * Double(draws)) < 4.5 * unitSigma)
    }
  }

  @Test func `Masks of units, events and steps are uncorrelated`() throws {
    var agree = (units: 0, events: 0, keys: 0)
    var pairs = 0
    for key in 0..<UInt64(150) {
      let here = try survivors(probability: 0.5, key: key, event: 3)
      let next = try survivors(probability: 0.5, key: key, event: 4)
      let later = try survivors(probability: 0.5, key: key + 1, event: 3)
      for unit in 0..<63 {
        pairs += 1
        if (here[unit] == 0) == (here[unit + 1] == 0) { agree.units += 1 }
        if (here[unit] == 0) == (next[unit] == 0) { agree.events += 1 }
        if (here[unit] == 0) == (later[unit] == 0) { agree.keys += 1 }
      }
    }
    let limit = 4 * 0.5 * Double(pairs).squareRoot()
    for count in [agree.units, agree.events, agree.keys] {
      #expect(abs(Double(count) - 0.5 * Double(pairs)) < limit)
    }
  }

  @Test func `Masks are the same on every instruction set and in any batch`() throws {
    let reference = try survivors(probability: 0.3, key: 5, event: 37)
    for set in InstructionSet.allCases where set.isSupported {
      #expect(try survivors(probability: 0.3, key: 5, event: 37, set: set) == reference)
      let longer = try survivors(probability: 0.3, key: 5, event: 37, events: 1000, set: set)
      #expect(longer.map { $0 == 0 } == reference.map { $0 == 0 })
    }
  }
}
