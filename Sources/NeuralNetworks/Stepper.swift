import CDenseKernels
import Foundation

/// Parameters on their way down the loss, with the optimizer's memory of earlier steps.
struct Stepper {
  private(set) var parameters: [Float]
  /// Steps taken.
  private(set) var done = 0
  private let plan: TrainingPlan
  private let kernels: NetworkKernels
  private var gradient: [Float]
  private var first: [Float]
  private var second: [Float]

  init(plan: TrainingPlan, parameters: [Float], kernels: NetworkKernels) {
    self.plan = plan
    self.parameters = parameters
    self.kernels = kernels
    let zeros = [Float](repeating: 0, count: parameters.count)
    gradient = zeros
    first = zeros
    second = zeros
    kernels.set(parameters)
  }

  /// Takes one step and returns the loss before it, without the L2 term.
  mutating func step(on batch: cdk_batch, dropoutKey: UInt64?) -> Double {
    var batch = batch
    let loss = kernels.gradient(
      of: plan.loss.kernelCode, on: &batch, dropoutKey: dropoutKey, parameters: &gradient)
    descend()
    return loss
  }

  /// Takes one step on mixed samples of `data` and returns their loss before it.
  mutating func step(
    on samples: [TrainingData.MixedSample], of data: TrainingData, dropoutKey: UInt64?
  ) -> Double {
    let loss = kernels.proportionLoss(
      of: samples, in: data, dropoutKey: dropoutKey, parameters: &gradient)
    descend()
    return loss
  }

  /// Moves the parameters along the gradient.
  private mutating func descend() {
    if plan.l2 > 0 {
      _ = cdk_add_l2(kernels.network, parameters, Float(plan.l2), &gradient)
    }
    let decay = 1 + plan.learningRateDecay * Double(done)
    done += 1
    update(rate: plan.optimizer.learningRate / decay)
    if let limit = plan.weightClipping {
      cdk_clip(Int64(parameters.count), &parameters, Float(limit))
    }
    kernels.set(parameters)
  }

  private mutating func update(rate: Double) {
    let count = Int64(parameters.count)
    let network = kernels.network
    switch plan.optimizer {
    case .sgd(_, let momentum):
      cdk_step_sgd(network, count, &parameters, gradient, &first, Float(rate), Float(momentum))
    case .adam(_, let beta1, let beta2, let epsilon):
      adam(rate, beta1, beta2, epsilon, decay: 0)
    case .adamW(_, let beta1, let beta2, let epsilon, let weightDecay):
      adam(rate, beta1, beta2, epsilon, decay: rate * weightDecay)
    case .adadelta(_, let rho, let epsilon):
      cdk_step_adadelta(
        network, count, &parameters, gradient, &first, &second, Float(rate), Float(rho),
        Float(epsilon))
    case .adagrad(_, let epsilon):
      cdk_step_adagrad(
        network, count, &parameters, gradient, &first, Float(rate), Float(epsilon))
    }
  }

  private mutating func adam(
    _ rate: Double, _ beta1: Double, _ beta2: Double, _ epsilon: Double, decay: Double
  ) {
    let correction1 = 1 / (1 - pow(beta1, Double(done)))
    let correction2 = 1 / (1 - pow(beta2, Double(done)))
    cdk_step_adam(
      kernels.network, Int64(parameters.count), &parameters, gradient, &first, &second,
      Float(rate), Float(beta1), Float(beta2), Float(epsilon), Float(correction1),
      Float(correction2), Float(decay))
  }

  /// The loss of a sample without dropout.
  func loss(of data: TrainingData, scale: Double) -> Double {
    if plan.loss == .labelProportions {
      return kernels.proportionLoss(of: data.mixedSamples(0..<UInt32(data.count)), in: data)
    }
    var batch = data.batch(weightScale: Float(scale))
    return cdk_gradient(kernels.network, &batch, plan.loss.kernelCode, nil, nil, nil, 0)
  }

  /// The network as it stands.
  ///
  /// - Parameters:
  ///   - template: A network of this shape and standardisation.
  ///   - epoch: Said in the error.
  /// - Returns: `template` with the present parameters.
  /// - Throws: ``NetworkError/diverged(epoch:learningRate:)`` if one is not finite.
  func network(_ template: DenseNetwork, epoch: Int) throws(NetworkError) -> DenseNetwork {
    guard parameters.allSatisfy({ $0.isFinite }) else {
      throw .diverged(epoch: epoch, learningRate: plan.optimizer.learningRate)
    }
    return try DenseNetwork(
      architecture: template.architecture, parameters: parameters,
      standardisation: template.standardisation)
  }
}
