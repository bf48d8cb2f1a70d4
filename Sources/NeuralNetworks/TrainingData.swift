import CDenseKernels

/// A sample as the kernels read it: standardised, in one block of memory.
final class TrainingData {
  let count: Int
  private let inputs: ColumnBlock
  private let targets: ColumnBlock
  private let weights: ColumnBlock?

  /// Copies and standardises a sample.
  ///
  /// - Parameters:
  ///   - sample: Events in plain units.
  ///   - architecture: The network that will see them.
  ///   - standardisation: Its change of units.
  ///   - meanWeight: The weights are divided by it.
  /// - Throws: ``NetworkError`` if the sample's shape does not fit the network.
  init(
    _ sample: TrainingSample, _ architecture: DenseNetworkArchitecture,
    _ standardisation: Standardisation, meanWeight: Double = 1
  ) throws(NetworkError) {
    guard sample.columns.count == architecture.inputs else {
      throw .columnCount(expected: architecture.inputs, found: sample.columns.count)
    }
    count = sample.count
    inputs = ColumnBlock(columns: architecture.inputs, rows: count)
    standardisation.apply(
      to: sample.columns, count: count, stride: inputs.stride, out: inputs.base)
    switch sample.targets {
    case .inputs:
      guard architecture.outputs == architecture.inputs else {
        throw .targetCount(expected: architecture.outputs, found: architecture.inputs)
      }
      targets = inputs
    case .values(let values):
      guard values.count == architecture.outputs else {
        throw .targetCount(expected: architecture.outputs, found: values.count)
      }
      targets = ColumnBlock(columns: values.count, rows: count)
      for (output, column) in values.enumerated() {
        (targets.base + output * targets.stride).update(from: column, count: count)
      }
    }
    weights = sample.weights.map { values in
      let block = ColumnBlock(columns: 1, rows: values.count)
      for (row, weight) in values.enumerated() {
        block.base[row] = Float(Double(weight) / meanWeight)
      }
      return block
    }
  }

  /// All events in their order, or the given rows.
  func batch(
    weightScale: Float, rows: UnsafePointer<UInt32>? = nil, count: Int? = nil
  ) -> cdk_batch {
    cdk_batch(
      inputs: inputs.base, input_stride: Int64(inputs.stride), targets: targets.base,
      target_stride: Int64(targets.stride), weights: weights?.base, rows: rows,
      count: Int64(count ?? self.count), weight_scale: weightScale)
  }
}
