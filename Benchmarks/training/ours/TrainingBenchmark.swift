import Foundation
import NeuralNetworks
import Randomness

/// Times training epochs of the workloads that `compare.py` gives to every tool.
///
/// usage: benchmark-training WORKLOAD EPOCHS; prints one JSON object with seconds for each epoch.
@main
struct TrainingBenchmark {
  struct Workload {
    let architecture: DenseNetworkArchitecture
    let loss: Loss
    let batchSize: Int?
    let clipping: Double?

    init?(name: String) throws {
      func layers(_ units: [Int], _ activations: [Activation], _ dropout: [Double]) -> [DenseLayer]
      {
        units.indices.map {
          DenseLayer(units: units[$0], activation: activations[$0], dropout: dropout[$0])
        }
      }
      let elus: [Activation] = [.relu, .elu, .elu, .elu]
      switch name {
      case "A", "A5", "A0":
        let drop = name == "A0" ? 0 : 0.2
        architecture = try .init(
          inputs: 12, hidden: layers([64, 32, 16, 4], elus, [drop, drop, drop, 0]),
          outputActivation: .sigmoid)
        batchSize = name == "A5" ? 5000 : 20480
      case "B":
        architecture = try .init(
          inputs: 6,
          hidden: layers(
            [128, 128, 128, 128], [.leakyReLU(slope: 0.1), .elu, .elu, .elu],
            [0.1, 0.1, 0.1, 0.1]), outputActivation: .sigmoid)
        batchSize = 5000
      case "B0":
        architecture = try .init(
          inputs: 6,
          hidden: layers([128, 128, 128, 128], [.relu, .relu, .relu, .relu], [0, 0, 0, 0]),
          outputActivation: .sigmoid)
        batchSize = 5000
      case "C":
        architecture = try .init(
          inputs: 4, hidden: layers([64, 64, 64], [.relu, .relu, .relu], [0, 0, 0]),
          outputActivation: .sigmoid)
        batchSize = 200
      case "AE":
        architecture = try .init(
          inputs: 6,
          hidden: layers(
            [64, 32, 16, 1, 16, 32, 64], [.relu, .relu, .relu, .linear, .relu, .relu, .relu],
            [0, 0, 0, 0, 0, 0, 0]), outputs: 6, outputActivation: .linear)
        batchSize = 5120
      case "NPLM":
        architecture = try .init(
          inputs: 5,
          hidden: layers([5, 5, 5], [.sigmoid, .sigmoid, .sigmoid], [0, 0, 0]),
          outputActivation: .linear)
        batchSize = nil
      default: return nil
      }
      loss =
        switch name {
        case "NPLM": .nplm
        case "AE": .meanSquaredError
        default: .binaryCrossEntropy
        }
      clipping = name == "NPLM" ? 2.15 : nil
    }

    /// The events of `common.py`, in distribution.
    func sample() throws -> TrainingSample {
      var generator = Seed(1).makeGenerator()
      let count = loss == .nplm ? 120_000 : 300_000
      var columns = [[Float]](repeating: [], count: architecture.inputs)
      var targets: [Float] = []
      var weights: [Float] = []
      for event in 0..<count {
        let label =
          loss == .nplm ? (event < 100_000 ? 0 : 1) : generator.integer(below: 2)
        let shifted = loss != .nplm && label == 1 && generator.uniform() < 0.01
        for feature in columns.indices {
          columns[feature].append(Float(generator.normal() + (shifted ? 1 : 0)))
        }
        targets.append(Float(label))
        weights.append(
          loss == .nplm ? (label == 1 ? 1 : 0.2) : Float(0.5 + generator.uniform()))
      }
      return loss == .meanSquaredError
        ? try TrainingSample(columns: columns, targets: .inputs, weights: weights)
        : try TrainingSample(columns: columns, target: targets, weights: weights)
    }
  }

  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let epochs = Int(arguments[2]),
      let workload = try Workload(name: arguments[1])
    else {
      FileHandle.standardError.write(Data("usage: benchmark-training WORKLOAD EPOCHS\n".utf8))
      exit(2)
    }
    let sample = try workload.sample()
    var cpu: [Double] = []
    var wall: [Double] = []
    _ = try train(
      workload.architecture, on: sample,
      plan: TrainingPlan(
        loss: workload.loss, optimizer: .adam(learningRate: 0.001), batchSize: workload.batchSize,
        epochs: epochs + 1, weightClipping: workload.clipping),
      seed: Seed(1),
      isCancelled: {
        cpu.append(seconds(CLOCK_PROCESS_CPUTIME_ID))
        wall.append(seconds(CLOCK_MONOTONIC))
        return false
      })
    let result = Result(
      workload: arguments[1], tool: "ours (\(InstructionSet.current.rawValue))",
      events: sample.count, cpu: zip(cpu.dropFirst(), cpu).map { $0.0 - $0.1 },
      wall: zip(wall.dropFirst(), wall).map { $0.0 - $0.1 },
      operationsPerEvent: workload.architecture.trainingOperationsPerEvent)
    print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
  }

  struct Result: Encodable {
    let workload: String
    let tool: String
    let events: Int
    let cpu: [Double]
    let wall: [Double]
    let operationsPerEvent: Int
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
