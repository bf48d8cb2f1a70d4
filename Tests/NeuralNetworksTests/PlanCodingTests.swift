import Foundation
import NeuralNetworks
import Testing

struct PlanCodingTests {
  @Test(arguments: [
    Activation.linear, .relu, .leakyReLU(slope: 0.1), .elu, .selu, .tanh, .sigmoid,
  ])
  func `An activation survives coding`(activation: Activation) throws {
    let data = try JSONEncoder().encode([activation])
    #expect(try JSONDecoder().decode([Activation].self, from: data) == [activation])
  }

  @Test(arguments: [
    Optimizer.sgd(learningRate: 0.3, momentum: 0.5), .adam(beta1: 0.8, beta2: 0.99),
    .adamW(weightDecay: 0.1), .adadelta(rho: 0.9), .adagrad(),
  ])
  func `A plan survives coding with every optimizer`(optimizer: Optimizer) throws {
    let plan = TrainingPlan(
      loss: .nplm, optimizer: optimizer, batchSize: nil, epochs: 7, learningRateDecay: 5e-4,
      l2: 0.1, weightClipping: 2, earlyStopping: .init(patience: 3), keepBest: .validationLoss)
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(TrainingPlan.self, from: data) == plan)
  }

  @Test func `Settings left out have their defaults`() throws {
    let text = """
      {"loss": "binary-cross-entropy", "batchSize": 5000, "epochs": 100,
       "optimizer": {"adam": {"beta1": 0.8, "beta2": 0.99}}, "learningRateDecay": 5e-4,
       "earlyStopping": {"metric": "validation-score", "patience": 250}}
      """
    let plan = try JSONDecoder().decode(TrainingPlan.self, from: Data(text.utf8))
    #expect(plan.optimizer == .adam(beta1: 0.8, beta2: 0.99))
    #expect(plan.earlyStopping == EarlyStopping(metric: .validationScore, patience: 250))
    #expect(plan.keepBest == nil && plan.weightClipping == nil && plan.l2 == 0)
  }

  @Test(arguments: [
    #"{"units": 8, "activation": "swish"}"#, #"{"units": 8, "activation": "leaky-relu"}"#,
  ])
  func `An unknown activation is refused`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DenseLayer.self, from: Data(text.utf8))
    }
  }

  @Test func `An instruction set that is not there cannot be pinned`() {
    for set in InstructionSet.allCases where !set.isSupported {
      #expect(throws: InstructionSetError.unsupported(set, best: .best)) {
        try InstructionSet.pin(set)
      }
    }
    #expect(InstructionSet.best.isSupported)
  }
}
