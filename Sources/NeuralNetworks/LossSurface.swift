import CDenseKernels

/// The loss of a network on a fixed sample, as a function of the network's parameters.
///
/// For minimisers other than ``train(_:on:validation:plan:standardise:initial:seed:instructionSet:isCancelled:validationScore:)``.
/// Holds a copy of the sample and one thread's scratch space: make one for each thread.
public final class LossSurface {
  public let architecture: DenseNetworkArchitecture
  public let loss: Loss
  private let kernels: NetworkKernels
  private let data: TrainingData
  private let weightScale: Float

  /// Copies a sample.
  ///
  /// - Parameters:
  ///   - loss: Normalised as in training, except that weights are taken as they are; any but the
  ///     label proportions.
  ///   - architecture: The network's shape; its dropout does not act.
  ///   - sample: Events, targets and weights, the inputs as the network shall see them.
  ///   - instructionSet: Which vector instructions to use.
  /// - Throws: ``NetworkError`` if shapes do not fit or the output does not suit the loss.
  public init(
    _ loss: Loss, of architecture: DenseNetworkArchitecture, on sample: TrainingSample,
    instructionSet: InstructionSet = .current
  ) throws(NetworkError) {
    precondition(loss != .labelProportions, "label proportions are no sum over events")
    try loss.check(architecture)
    self.architecture = architecture
    self.loss = loss
    kernels = try NetworkKernels(architecture, instructionSet)
    data = try TrainingData(sample, architecture, .identity(features: architecture.inputs))
    weightScale = Float(loss.scale(events: sample.count, outputs: architecture.outputs))
  }

  /// Computes the loss and its derivatives.
  ///
  /// - Parameters:
  ///   - parameters: Shape `[architecture.parameterCount]`.
  ///   - gradient: Overwritten, the same shape.
  /// - Returns: The loss; not finite where the network overflows.
  public func value(at parameters: [Float], gradient: inout [Float]) -> Double {
    precondition(
      parameters.count == architecture.parameterCount && gradient.count == parameters.count)
    kernels.set(parameters)
    var batch = data.batch(weightScale: weightScale)
    return kernels.gradient(
      of: loss.kernelCode, on: &batch, dropoutKey: nil, parameters: &gradient)
  }

  /// Gives the events other weights.
  ///
  /// - Parameter weights: Shape `[events]`, finite and not negative; the sample must have had some.
  public func setWeights(_ weights: [Float]) {
    data.setWeights(weights)
  }

  /// The network's first output for the events of the sample, linear outputs as the loss sees them.
  ///
  /// - Parameter parameters: Shape `[architecture.parameterCount]`.
  /// - Returns: Shape `[events]`.
  public func outputs(at parameters: [Float]) -> [Float] {
    precondition(parameters.count == architecture.parameterCount)
    kernels.set(parameters)
    let batch = data.batch(weightScale: 1)
    let answers = ColumnBlock(columns: architecture.outputs, rows: data.count)
    cdk_predict(
      kernels.network, batch.inputs, batch.input_stride, batch.count, false, answers.base,
      Int64(answers.stride))
    return Array(UnsafeBufferPointer(start: answers.base, count: data.count))
  }
}
