import CDenseKernels

/// A trained network: a value that answers, with its standardisation inside.
///
/// Columns are feature-major and plain: `columns[feature][event]`, in the units of training.
public struct DenseNetwork: Sendable, Hashable, Codable {
  public let architecture: DenseNetworkArchitecture
  /// For each layer W[units][inputs], then b[units].
  public let parameters: [Float]
  public let standardisation: Standardisation

  /// Makes a network of given parameters.
  ///
  /// - Parameters:
  ///   - architecture: The shape.
  ///   - parameters: For each layer W[units][inputs], then b[units]; finite.
  ///   - standardisation: Applied to the inputs; `nil` leaves them as they are.
  /// - Throws: ``NetworkError`` if a count is wrong or a number is not finite.
  public init(
    architecture: DenseNetworkArchitecture, parameters: [Float],
    standardisation: Standardisation? = nil
  ) throws(NetworkError) {
    let standardisation = standardisation ?? .identity(features: architecture.inputs)
    guard parameters.count == architecture.parameterCount else {
      throw .parameterCount(expected: architecture.parameterCount, found: parameters.count)
    }
    if let row = parameters.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite("parameter", column: 0, row: row, value: parameters[row])
    }
    let features = min(standardisation.means.count, standardisation.scales.count)
    guard features == architecture.inputs, standardisation.scales.count == features else {
      throw .columnCount(expected: architecture.inputs, found: features)
    }
    if let row = standardisation.scales.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .notFinite("scale", column: row, row: 0, value: standardisation.scales[row])
    }
    self.architecture = architecture
    self.parameters = parameters
    self.standardisation = standardisation
  }

  private enum CodingKeys: String, CodingKey { case architecture, parameters, standardisation }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      architecture: container.decode(DenseNetworkArchitecture.self, forKey: .architecture),
      parameters: container.decode([Float].self, forKey: .parameters),
      standardisation: container.decode(Standardisation.self, forKey: .standardisation))
  }

  /// The first output of every event.
  ///
  /// - Parameter columns: Shape `[inputs][events]`, finite.
  /// - Returns: Shape `[events]`, after the output activation.
  /// - Throws: ``NetworkError`` if shapes do not fit or a number is not finite.
  public func predict(_ columns: [[Float]]) throws(NetworkError) -> [Float] {
    try outputs(columns)[0]
  }

  /// The first output before its activation: the logit of a classifier.
  ///
  /// Probabilities near 0 and 1 run into each other in single precision, logits do not: rank
  /// events by these.
  ///
  /// - Parameter columns: Shape `[inputs][events]`, finite.
  /// - Returns: Shape `[events]`.
  /// - Throws: ``NetworkError`` if shapes do not fit or a number is not finite.
  public func logits(_ columns: [[Float]]) throws(NetworkError) -> [Float] {
    try outputs(columns, beforeActivation: true)[0]
  }

  /// All outputs of every event.
  ///
  /// - Parameters:
  ///   - columns: Shape `[inputs][events]`, finite.
  ///   - beforeActivation: Whether to leave out the output activation.
  /// - Returns: Shape `[outputs][events]`.
  /// - Throws: ``NetworkError`` if shapes do not fit or a number is not finite.
  public func outputs(
    _ columns: [[Float]], beforeActivation: Bool = false
  ) throws(NetworkError) -> [[Float]] {
    try outputs(columns, beforeActivation: beforeActivation, using: .current)
  }

  package func outputs(
    _ columns: [[Float]], beforeActivation: Bool = false, using set: InstructionSet
  ) throws(NetworkError) -> [[Float]] {
    let count = try checkedCount(columns)
    let kernels = try makeKernels(set)
    let chunk = 4096
    let inputs = ColumnBlock(columns: architecture.inputs, rows: min(chunk, count))
    let answers = ColumnBlock(columns: architecture.outputs, rows: count)
    for first in Swift.stride(from: 0, to: count, by: chunk) {
      let rows = min(chunk, count - first)
      standardisation.apply(
        to: columns, first: first, count: rows, stride: inputs.stride, out: inputs.base)
      cdk_predict(
        kernels.network, inputs.base, Int64(inputs.stride), Int64(rows), beforeActivation,
        answers.base + first, Int64(answers.stride))
    }
    return (0..<architecture.outputs).map { output in
      Array(UnsafeBufferPointer(start: answers.base + output * answers.stride, count: count))
    }
  }

  /// Mean squared difference between outputs and standardised inputs: an autoencoder's error.
  ///
  /// - Parameter columns: Shape `[inputs][events]`, finite; the network has as many outputs.
  /// - Returns: Shape `[events]`, averaged over features.
  /// - Throws: ``NetworkError`` if shapes do not fit or a number is not finite.
  public func reconstructionErrors(_ columns: [[Float]]) throws(NetworkError) -> [Float] {
    guard architecture.outputs == architecture.inputs else {
      throw .targetCount(expected: architecture.outputs, found: architecture.inputs)
    }
    let answers = try outputs(columns)
    var errors = [Float](repeating: 0, count: answers[0].count)
    for (feature, (column, answer)) in zip(columns, answers).enumerated() {
      let mean = standardisation.means[feature]
      let scale = 1 / standardisation.scales[feature]
      for row in errors.indices {
        let difference = answer[row] - (column[row] - mean) * scale
        errors[row] += difference * difference
      }
    }
    return errors.map { $0 / Float(architecture.outputs) }
  }

  /// Derivative of the outputs with respect to the inputs: a vector-Jacobian product.
  ///
  /// - Parameters:
  ///   - columns: Shape `[inputs][events]`, finite.
  ///   - outputDerivatives: Derivative of an outer function with respect to each output, shape
  ///     `[outputs][events]`; `nil` takes 1 everywhere.
  /// - Returns: Shape `[inputs][events]`, per unit of the plain (not standardised) inputs.
  /// - Throws: ``NetworkError`` if shapes do not fit or a number is not finite.
  public func inputGradients(
    _ columns: [[Float]], outputDerivatives: [[Float]]? = nil
  ) throws(NetworkError) -> [[Float]] {
    let count = try checkedCount(columns)
    guard count > 0 else { return columns }
    let ones = [Float](repeating: 1, count: count)
    let sample = try TrainingSample(
      columns: columns,
      targets: .values(
        outputDerivatives ?? Array(repeating: ones, count: architecture.outputs)))
    return try derivatives(of: sample, code: Int32(CDK_OUTER_DERIVATIVE), weightScale: 1)
      .inputs
  }

  /// A loss with its derivatives.
  public struct LossGradient: Sendable {
    public let loss: Double
    /// In the order of ``DenseNetwork/parameters``.
    public let parameters: [Float]
    /// Shape `[inputs][events]`, per unit of the plain inputs.
    public let inputs: [[Float]]
  }

  /// The loss of a sample and its derivatives, without dropout.
  ///
  /// - Parameters:
  ///   - loss: Normalised as in training, except that weights are taken as they are.
  ///   - sample: Events, targets and weights.
  /// - Returns: Loss, derivatives by parameter and by input.
  /// - Throws: ``NetworkError`` if shapes do not fit or the output does not suit the loss.
  public func gradient(
    of loss: Loss, on sample: TrainingSample
  ) throws(NetworkError) -> LossGradient {
    try gradient(of: loss, on: sample, using: .current)
  }

  package func gradient(
    of loss: Loss, on sample: TrainingSample, using set: InstructionSet,
    dropoutKey: UInt64? = nil
  ) throws(NetworkError) -> LossGradient {
    try loss.check(architecture)
    return try derivatives(
      of: sample, code: loss.kernelCode,
      weightScale: loss.scale(events: sample.count, outputs: architecture.outputs), using: set,
      dropoutKey: dropoutKey, hasFractions: loss == .labelProportions)
  }

  private func derivatives(
    of sample: TrainingSample, code: Int32, weightScale: Double,
    using set: InstructionSet = .current, dropoutKey: UInt64? = nil, hasFractions: Bool = false
  ) throws(NetworkError) -> LossGradient {
    let kernels = try makeKernels(set)
    let data = try TrainingData(
      sample, architecture, standardisation, hasFractions: hasFractions)
    var gradient = [Float](repeating: 0, count: parameters.count)
    let byInput = ColumnBlock(columns: architecture.inputs, rows: data.count)
    let value: Double
    if hasFractions {
      value = kernels.proportionLoss(
        of: data.mixedSamples(0..<UInt32(data.count)), in: data, dropoutKey: dropoutKey,
        parameters: &gradient, inputs: byInput)
    } else {
      var batch = data.batch(weightScale: Float(weightScale))
      value = kernels.gradient(
        of: code, on: &batch, dropoutKey: dropoutKey, parameters: &gradient, inputs: byInput)
    }
    let inputs = (0..<architecture.inputs).map { feature in
      UnsafeBufferPointer(start: byInput.base + feature * byInput.stride, count: data.count)
        .map { $0 / standardisation.scales[feature] }
    }
    return LossGradient(loss: value, parameters: gradient, inputs: inputs)
  }

  private func makeKernels(_ set: InstructionSet) throws(NetworkError) -> NetworkKernels {
    let kernels = try NetworkKernels(architecture, set)
    kernels.set(parameters)
    return kernels
  }

  private func checkedCount(_ columns: [[Float]]) throws(NetworkError) -> Int {
    guard columns.count == architecture.inputs else {
      throw .columnCount(expected: architecture.inputs, found: columns.count)
    }
    return try eventCount(columns)
  }
}
