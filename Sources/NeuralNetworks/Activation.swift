import CDenseKernels

/// What a unit makes of the weighted sum of its inputs.
///
/// In plans: `relu`, `elu`, `selu`, `tanh`, `sigmoid`, `linear`, or `leaky-relu: 0.1` with its
/// slope.
public enum Activation: Sendable, Hashable {
  case linear
  /// max(x, 0).
  case relu
  /// x above zero, `slope` x below.
  case leakyReLU(slope: Double)
  /// x above zero, exp(x) - 1 below (arXiv:1511.07289, alpha = 1).
  case elu
  /// The self-normalising unit, arXiv:1706.02515.
  case selu
  case tanh
  /// 1 / (1 + exp(-x)).
  case sigmoid

  var kernelCode: Int32 {
    switch self {
    case .linear: Int32(CDK_LINEAR)
    case .relu: Int32(CDK_RELU)
    case .leakyReLU: Int32(CDK_LEAKY_RELU)
    case .elu: Int32(CDK_ELU)
    case .selu: Int32(CDK_SELU)
    case .tanh: Int32(CDK_TANH)
    case .sigmoid: Int32(CDK_SIGMOID)
    }
  }

  var slope: Double {
    if case .leakyReLU(let slope) = self { slope } else { 0 }
  }
}

extension Activation: Codable {
  private enum Name: String, CodingKey, CaseIterable {
    case linear, relu, elu, selu, tanh, sigmoid
    case leakyReLU = "leaky-relu"
  }

  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.singleValueContainer(),
      let text = try? container.decode(String.self)
    {
      switch Name(rawValue: text) {
      case .linear: self = .linear
      case .relu: self = .relu
      case .elu: self = .elu
      case .selu: self = .selu
      case .tanh: self = .tanh
      case .sigmoid: self = .sigmoid
      case .leakyReLU, nil:
        throw DecodingError.dataCorruptedError(
          in: container,
          debugDescription: "'\(text)' is no activation: use relu, elu, selu, tanh, sigmoid, "
            + "linear or 'leaky-relu: SLOPE'")
      }
      return
    }
    let container = try decoder.container(keyedBy: Name.self)
    self = .leakyReLU(slope: try container.decode(Double.self, forKey: .leakyReLU))
  }

  public func encode(to encoder: any Encoder) throws {
    let name: Name
    switch self {
    case .linear: name = .linear
    case .relu: name = .relu
    case .elu: name = .elu
    case .selu: name = .selu
    case .tanh: name = .tanh
    case .sigmoid: name = .sigmoid
    case .leakyReLU(let slope):
      var container = encoder.container(keyedBy: Name.self)
      try container.encode(slope, forKey: .leakyReLU)
      return
    }
    var container = encoder.singleValueContainer()
    try container.encode(name.rawValue)
  }
}
