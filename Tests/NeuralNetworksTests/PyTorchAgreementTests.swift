import Foundation
import NeuralNetworks
import Randomness
import Testing

/// Reference: Validation/networks.py (PyTorch 2.15.0, double precision).
struct PyTorchAgreementTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: Int
    let layers: [DenseLayer]
    let loss: Loss
    let parameters: [Float]
    let columns: [[Float]]
    let targets: [[Float]]
    let weights: [Float]
    let outputs: [[Double]]
    let lossValue: Double
    let gradient: [Double]
    let inputGradient: [[Double]]
    let outputByInput: [[Double]]
    var testDescription: String { name }
  }

  struct Trajectory: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: Int
    let layers: [DenseLayer]
    let columns: [[Float]]
    let targets: [[Float]]
    let weights: [Float]
    let parameters: [Float]
    let losses: [Double]
    let after: [String: [Double]]
    let plan: TrainingPlan
    var testDescription: String { name }
  }

  struct Reference: Decodable {
    let cases: [Case]
    let trajectories: [Trajectory]
  }

  static let reference: Reference? = {
    guard
      let url = Bundle.module.url(
        forResource: "pytorch", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url)
    else { return nil }
    return try? JSONDecoder().decode(Reference.self, from: data)
  }()

  static let sets = InstructionSet.allCases.filter(\.isSupported)

  @Test func `The reference file holds every activation, loss and optimizer`() throws {
    let reference = try #require(Self.reference)
    #expect(reference.cases.count == 28)
    #expect(reference.trajectories.count == 7)
  }

  @Test(arguments: reference?.cases ?? [], sets)
  func `Outputs, loss and derivatives are PyTorch's`(golden: Case, set: InstructionSet) throws {
    let network = try DenseNetwork(
      architecture: .init(inputs: golden.inputs, layers: golden.layers),
      parameters: golden.parameters)
    let sample = try TrainingSample(
      columns: golden.columns, targets: .values(golden.targets), weights: golden.weights)
    let outputs = try network.outputs(golden.columns, using: set)
    let gradient = try network.gradient(of: golden.loss, on: sample, using: set)
    #expect(distance(outputs.joined(), golden.outputs.joined()) < 2e-6)
    #expect(abs(gradient.loss - golden.lossValue) < 2e-6 * (1 + abs(golden.lossValue)))
    #expect(distance(gradient.parameters, golden.gradient) < 4e-6)
    #expect(distance(gradient.inputs.joined(), golden.inputGradient.joined()) < 4e-6)
  }

  @Test(arguments: reference?.cases ?? [])
  func `Derivatives of the output by the inputs are PyTorch's`(golden: Case) throws {
    let network = try DenseNetwork(
      architecture: .init(inputs: golden.inputs, layers: golden.layers),
      parameters: golden.parameters)
    let found = try network.inputGradients(golden.columns)
    #expect(distance(found.joined(), golden.outputByInput.joined()) < 4e-6)
  }

  @Test(arguments: reference?.trajectories ?? [], sets)
  func `Full-batch training walks PyTorch's way`(golden: Trajectory, set: InstructionSet) throws {
    let sample = try TrainingSample(
      columns: golden.columns, targets: .values(golden.targets), weights: golden.weights)
    for steps in [1, 5] {
      var plan = golden.plan
      plan.epochs = steps
      let trained = try train(
        .init(inputs: golden.inputs, layers: golden.layers), on: sample, plan: plan,
        standardise: false, initial: golden.parameters, seed: Seed(0), instructionSet: set)
      let expected = try #require(golden.after["\(steps)"])
      #expect(distance(trained.network.parameters, expected) < 2e-5)
      for (record, loss) in zip(trained.history, golden.losses) {
        #expect(abs(record.trainingLoss - loss) < 1e-5 * (1 + abs(loss)))
      }
    }
  }

  /// Largest difference in units of the largest reference value (single against double precision).
  private func distance(
    _ found: some Sequence<Float>, _ expected: some Sequence<Double>
  ) -> Double {
    let found = Array(found)
    let expected = Array(expected)
    guard found.count == expected.count else { return .infinity }
    let scale = expected.reduce(1e-3) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
  }
}
