import CDenseKernels

/// A sample as the kernels read it: standardised, in one block of memory.
final class TrainingData {
  let count: Int
  private let inputs: ColumnBlock
  private let targets: ColumnBlock
  private let weights: ColumnBlock?
  private let outputs: Int
  private let features: Int
  /// The events once more, each in one piece, for batches in random order.
  private var records: ColumnBlock?
  /// The known fractions of mixed samples, ascending, and the sample of each event; empty unless the
  /// targets are fractions.
  private var fractions: [Float] = []
  private var sampleOf: [Int] = []

  /// Copies and standardises a sample.
  ///
  /// - Parameters:
  ///   - sample: Events in plain units.
  ///   - architecture: The network that will see them.
  ///   - standardisation: Its change of units.
  ///   - meanWeight: The weights are divided by it.
  ///   - hasFractions: Whether targets are known fractions of mixed samples.
  /// - Throws: ``NetworkError`` if the sample's shape does not fit the network.
  init(
    _ sample: TrainingSample, _ architecture: DenseNetworkArchitecture,
    _ standardisation: Standardisation, meanWeight: Double = 1, hasFractions: Bool = false
  ) throws(NetworkError) {
    guard sample.columns.count == architecture.inputs else {
      throw .columnCount(expected: architecture.inputs, found: sample.columns.count)
    }
    count = sample.count
    features = architecture.inputs
    outputs = architecture.outputs
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
    if hasFractions { try makeSamples() }
  }

  /// Moves the targets into samples: the kernels then sum up plain outputs.
  private func makeSamples() throws(NetworkError) {
    let values = Array(UnsafeBufferPointer(start: targets.base, count: count))
    fractions = Set(values).sorted()
    for fraction in fractions where !(0...1).contains(fraction) {
      throw .badSetting("the fraction of a mixed sample", Double(fraction), allowed: "0 ... 1")
    }
    let places = Dictionary(uniqueKeysWithValues: fractions.enumerated().map { ($1, $0) })
    sampleOf = values.map { places[$0] ?? 0 }
    targets.base.update(repeating: 1, count: count)
  }

  /// Events of one mixed sample.
  struct MixedSample {
    let fraction: Double
    var rows: [UInt32] = []
    var weight = 0.0
  }

  /// Deals rows out to their mixed samples; those without weight are left out.
  func mixedSamples(_ rows: some Sequence<UInt32>) -> [MixedSample] {
    var samples = fractions.map { MixedSample(fraction: Double($0)) }
    for row in rows {
      let sample = sampleOf[Int(row)]
      samples[sample].rows.append(row)
      samples[sample].weight += Double(weights?.base[Int(row)] ?? 1)
    }
    return samples.filter { $0.weight > 0 }
  }

  /// Replaces the weights of all events, which must have had some.
  func setWeights(_ values: [Float]) {
    precondition(values.count == count && weights != nil, "one new weight for every old one")
    weights?.base.update(from: values, count: count)
    records = nil
  }

  /// All events in their order.
  func batch(weightScale: Float) -> cdk_batch {
    cdk_batch(
      inputs: inputs.base, input_stride: Int64(inputs.stride), targets: targets.base,
      target_stride: Int64(targets.stride), weights: weights?.base, rows: nil, records: nil,
      record_stride: 0, record_targets: 0, record_weight: 0, count: Int64(count),
      weight_scale: weightScale)
  }

  /// The events of the given rows.
  func batch(weightScale: Float, rows: UnsafePointer<UInt32>, count: Int) -> cdk_batch {
    let ownTargets = targets === inputs ? 0 : outputs
    let width = (features + ownTargets + 1 + 3) / 4 * 4
    let records = self.records ?? makeRecords(width: width, ownTargets: ownTargets)
    self.records = records
    return cdk_batch(
      inputs: nil, input_stride: 0, targets: nil, target_stride: 0, weights: nil, rows: rows,
      records: records.base, record_stride: Int32(width),
      record_targets: ownTargets == 0 ? 0 : Int32(features),
      record_weight: Int32(features + ownTargets), count: Int64(count), weight_scale: weightScale)
  }

  private func makeRecords(width: Int, ownTargets: Int) -> ColumnBlock {
    let records = ColumnBlock(columns: 1, rows: width * count)
    func put(_ column: UnsafePointer<Float>, at place: Int) {
      for row in 0..<count { records.base[row * width + place] = column[row] }
    }
    for feature in 0..<features { put(inputs.base + feature * inputs.stride, at: feature) }
    for output in 0..<ownTargets {
      put(targets.base + output * targets.stride, at: features + output)
    }
    for row in 0..<count {
      records.base[row * width + features + ownTargets] = weights?.base[row] ?? 1
    }
    return records
  }
}
