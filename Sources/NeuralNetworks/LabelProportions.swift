import CDenseKernels

extension NetworkKernels {
  /// The loss of label-proportion learning: sum over mixed samples of (mean output - fraction)^2.
  ///
  /// Its derivative is 2 (mean - fraction) times that of the mean, which is what the kernels give
  /// for an outer derivative of 1: one pass for each sample over its own events.
  ///
  /// - Parameters:
  ///   - samples: Of one batch.
  ///   - data: Where their events are.
  ///   - dropoutKey: As for the kernels; an event's place is that in its sample.
  ///   - parameters: Overwritten with the derivatives.
  ///   - inputs: Overwritten with the derivatives by input, in the rows of `data`; only if given.
  /// - Returns: The loss.
  func proportionLoss(
    of samples: [TrainingData.MixedSample], in data: TrainingData, dropoutKey: UInt64?,
    parameters: inout [Float], inputs: ColumnBlock? = nil
  ) -> Double {
    var loss = 0.0
    var ofMean = [Float](repeating: 0, count: parameters.count)
    for index in parameters.indices { parameters[index] = 0 }
    for sample in samples {
      let ofInputs = inputs.map { ColumnBlock(columns: $0.columns, rows: sample.rows.count) }
      let mean = data.withBatch(sample) { batch in
        gradient(
          of: Int32(CDK_OUTER_DERIVATIVE), on: &batch, dropoutKey: dropoutKey,
          parameters: &ofMean, inputs: ofInputs)
      }
      let distance = mean - sample.fraction
      loss += distance * distance
      let slope = Float(2 * distance)
      for index in parameters.indices { parameters[index] += slope * ofMean[index] }
      if let inputs, let ofInputs { inputs.add(slope, ofInputs, at: sample.rows) }
    }
    return loss
  }

  /// The same loss without derivatives and without dropout.
  func proportionLoss(of samples: [TrainingData.MixedSample], in data: TrainingData) -> Double {
    samples.reduce(0) { sum, sample in
      let mean = data.withBatch(sample) { batch in
        cdk_gradient(network, &batch, Int32(CDK_OUTER_DERIVATIVE), nil, nil, nil, 0)
      }
      return sum + (mean - sample.fraction) * (mean - sample.fraction)
    }
  }
}

extension TrainingData {
  /// A mixed sample as a batch whose weights add up to 1.
  fileprivate func withBatch<Value>(
    _ sample: MixedSample, _ body: (inout cdk_batch) -> Value
  ) -> Value {
    sample.rows.withUnsafeBufferPointer { rows in
      guard let base = rows.baseAddress else { preconditionFailure("a sample has events") }
      var batch = batch(weightScale: Float(1 / sample.weight), rows: base, count: rows.count)
      return body(&batch)
    }
  }
}

extension ColumnBlock {
  /// Adds `factor` times consecutive rows of a block to some rows of this one.
  fileprivate func add(_ factor: Float, _ block: ColumnBlock, at rows: [UInt32]) {
    for column in 0..<columns {
      for (place, row) in rows.enumerated() {
        base[column * stride + Int(row)] += factor * block.base[column * block.stride + place]
      }
    }
  }
}
