import CDenseKernels

/// What training makes small.
///
/// Training weights are divided by their mean first, and the sums of the first two losses by the
/// number of events (and of outputs), so that neither the scale of the weights nor the batch size
/// changes the learning rate's meaning. The third is a plain sum with the weights as they are. The
/// fourth is made of means, and no sum over events at all.
public enum Loss: String, Sendable, Hashable, Codable, CaseIterable {
  /// -t ln p - (1 - t) ln(1 - p), computed from the logit.
  ///
  /// The output activation must be `sigmoid` (p is the output) or `linear` (the output is the
  /// logit).
  case binaryCrossEntropy = "binary-cross-entropy"
  /// (y - t)^2, averaged over outputs.
  case meanSquaredError = "mean-squared-error"
  /// Sum of (1 - t) w (exp(f) - 1) - t w f: minus half the NPLM test statistic at its minimum.
  ///
  /// t = 1 marks data (w = 1), t = 0 the reference sample (w scales it to the expectation);
  /// D'Agnolo & Wulzer, arXiv:1912.12155, eq. (1). The output activation must be `linear`.
  case nplm
  /// Sum over mixed samples of (weighted mean of p - t)^2, t being the sample's known fraction.
  ///
  /// Label-proportion learning (Dery et al., arXiv:1702.00414; arXiv:1708.02949, section 2.2):
  /// events of equal target are one mixed sample, and only its mean output in a batch is told
  /// how large it should be. The output activation must be `sigmoid`. A batch should hold many
  /// events of every sample: the mean of n outputs scatters by their variance over n, and small
  /// batches make that small instead of the loss.
  case labelProportions = "label-proportions"

  /// Of the sum that the kernels compute.
  var kernelCode: Int32 {
    switch self {
    case .binaryCrossEntropy: Int32(CDK_BINARY_CROSS_ENTROPY)
    case .meanSquaredError: Int32(CDK_SQUARED_ERROR)
    case .nplm: Int32(CDK_NPLM)
    case .labelProportions: Int32(CDK_OUTER_DERIVATIVE)
    }
  }

  /// Checks that the output layer suits the loss.
  func check(_ architecture: DenseNetworkArchitecture) throws(NetworkError) {
    let activation = architecture.layers[architecture.layers.count - 1].activation
    let suits =
      switch self {
      case .binaryCrossEntropy: activation == .sigmoid || activation == .linear
      case .meanSquaredError: true
      case .nplm: activation == .linear
      case .labelProportions: activation == .sigmoid && architecture.outputs == 1
      }
    guard suits else { throw .unsuitableOutput(activation: activation, loss: self) }
  }
}
