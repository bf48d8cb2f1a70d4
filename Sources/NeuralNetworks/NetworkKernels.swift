import CDenseKernels

/// The C kernels of one network on one thread, with its scratch space.
final class NetworkKernels {
  let network: OpaquePointer
  let parameterCount: Int

  init(_ architecture: DenseNetworkArchitecture, _ set: InstructionSet) throws(NetworkError) {
    guard set.isSupported else { throw .unsupported(set) }
    let layers = architecture.layers.map { layer in
      cdk_layer(
        outputs: Int32(layer.units), activation: layer.activation.kernelCode,
        slope: Float(layer.activation.slope), dropout: Float(layer.dropout))
    }
    let made = cdk_create(
      Int32(architecture.inputs), layers, Int32(layers.count), set.kernelCode)
    guard let made else { throw .outOfMemory }
    network = made
    parameterCount = architecture.parameterCount
  }

  deinit {
    cdk_free(network)
  }

  /// Packs parameters, shape `[parameterCount]`.
  func set(_ parameters: [Float]) {
    parameters.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { cdk_set_parameters(network, base) }
    }
  }
}

extension NetworkKernels {
  /// The loss of a batch; overwrites its derivatives, `inputs` only if given.
  func gradient(
    of loss: Int32, on batch: inout cdk_batch, dropoutKey: UInt64?, parameters: inout [Float],
    inputs: ColumnBlock? = nil
  ) -> Double {
    let stride = Int64(inputs?.stride ?? 0)
    guard var key = dropoutKey else {
      return cdk_gradient(network, &batch, loss, nil, &parameters, inputs?.base, stride)
    }
    return cdk_gradient(network, &batch, loss, &key, &parameters, inputs?.base, stride)
  }
}

/// Columns of floats in one block of memory, feature-major.
final class ColumnBlock {
  let stride: Int
  let base: UnsafeMutablePointer<Float>
  let columns: Int
  private let count: Int

  init(columns: Int, rows: Int) {
    // Behind the rows, so that columns do not share cache sets when `rows` is a power of two.
    stride = rows + 16
    self.columns = columns
    count = columns * stride
    // Aligned to a line of the cache.
    base = UnsafeMutableRawPointer.allocate(byteCount: 4 * max(count, 1), alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit {
    base.deinitialize(count: max(count, 1))
    base.deallocate()
  }
}
