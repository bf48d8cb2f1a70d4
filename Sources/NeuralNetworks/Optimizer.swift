/// The rule that turns a gradient into a step, with its settings.
///
/// Formulas as in PyTorch 2: epsilon stands outside the root, moments start at zero and are
/// corrected for it.
public enum Optimizer: Sendable, Hashable {
  /// v <- momentum v + g, p <- p - rate v.
  case sgd(learningRate: Double = 0.01, momentum: Double = 0)
  /// Kingma & Ba, arXiv:1412.6980, algorithm 1.
  case adam(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7)
  /// Adam with p <- (1 - rate weightDecay) p beforehand; Loshchilov & Hutter, arXiv:1711.05101.
  case adamW(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, weightDecay: Double = 0.01)
  /// Zeiler, arXiv:1212.5701.
  case adadelta(learningRate: Double = 1, rho: Double = 0.95, epsilon: Double = 1e-7)
  /// Duchi, Hazan & Singer, JMLR 12 (2011) 2121.
  case adagrad(learningRate: Double = 0.01, epsilon: Double = 1e-7)

  /// The step size before any decay.
  public var learningRate: Double {
    switch self {
    case .sgd(let rate, _), .adam(let rate, _, _, _), .adamW(let rate, _, _, _, _),
      .adadelta(let rate, _, _), .adagrad(let rate, _):
      rate
    }
  }

  func check() throws(NetworkError) {
    func require(_ name: String, _ value: Double, _ allowed: String, _ holds: Bool)
      throws(NetworkError)
    {
      guard value.isFinite, holds else { throw .badSetting(name, value, allowed: allowed) }
    }
    try require("learningRate", learningRate, "> 0", learningRate > 0)
    switch self {
    case .sgd(_, let momentum):
      try require("momentum", momentum, "0 ..< 1", momentum >= 0 && momentum < 1)
    case .adam(_, let beta1, let beta2, let epsilon),
      .adamW(_, let beta1, let beta2, let epsilon, _):
      try require("beta1", beta1, "0 ..< 1", beta1 >= 0 && beta1 < 1)
      try require("beta2", beta2, "0 ..< 1", beta2 >= 0 && beta2 < 1)
      try require("epsilon", epsilon, "> 0", epsilon > 0)
      if case .adamW(_, _, _, _, let decay) = self {
        try require("weightDecay", decay, ">= 0", decay >= 0)
      }
    case .adadelta(_, let rho, let epsilon):
      try require("rho", rho, "0 ..< 1", rho >= 0 && rho < 1)
      try require("epsilon", epsilon, "> 0", epsilon > 0)
    case .adagrad(_, let epsilon):
      try require("epsilon", epsilon, "> 0", epsilon > 0)
    }
  }
}

extension Optimizer: Codable {
  private enum Name: String, CodingKey, CaseIterable {
    case sgd, adam, adamW, adadelta, adagrad
  }
  private enum Setting: String, CodingKey {
    case learningRate, momentum, beta1, beta2, epsilon, weightDecay, rho
  }

  /// Decodes `adam: {learningRate: 0.001, beta1: 0.8}`; settings left out have their defaults.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    guard container.allKeys.count == 1, let name = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "exactly one optimizer is needed: "
            + Name.allCases.map(\.rawValue).joined(separator: ", ")))
    }
    let settings = try container.nestedContainer(keyedBy: Setting.self, forKey: name)
    func value(_ setting: Setting, _ standard: Double) throws -> Double {
      try settings.decodeIfPresent(Double.self, forKey: setting) ?? standard
    }
    switch name {
    case .sgd:
      self = try .sgd(learningRate: value(.learningRate, 0.01), momentum: value(.momentum, 0))
    case .adam:
      self = try .adam(
        learningRate: value(.learningRate, 0.001), beta1: value(.beta1, 0.9),
        beta2: value(.beta2, 0.999), epsilon: value(.epsilon, 1e-7))
    case .adamW:
      self = try .adamW(
        learningRate: value(.learningRate, 0.001), beta1: value(.beta1, 0.9),
        beta2: value(.beta2, 0.999), epsilon: value(.epsilon, 1e-7),
        weightDecay: value(.weightDecay, 0.01))
    case .adadelta:
      self = try .adadelta(
        learningRate: value(.learningRate, 1), rho: value(.rho, 0.95),
        epsilon: value(.epsilon, 1e-7))
    case .adagrad:
      self = try .adagrad(
        learningRate: value(.learningRate, 0.01), epsilon: value(.epsilon, 1e-7))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    func encode(_ name: Name, _ values: [(Setting, Double)]) throws {
      var settings = container.nestedContainer(keyedBy: Setting.self, forKey: name)
      for (setting, value) in values { try settings.encode(value, forKey: setting) }
    }
    switch self {
    case .sgd(let rate, let momentum):
      try encode(.sgd, [(.learningRate, rate), (.momentum, momentum)])
    case .adam(let rate, let beta1, let beta2, let epsilon):
      try encode(
        .adam, [(.learningRate, rate), (.beta1, beta1), (.beta2, beta2), (.epsilon, epsilon)])
    case .adamW(let rate, let beta1, let beta2, let epsilon, let decay):
      try encode(
        .adamW,
        [
          (.learningRate, rate), (.beta1, beta1), (.beta2, beta2), (.epsilon, epsilon),
          (.weightDecay, decay),
        ])
    case .adadelta(let rate, let rho, let epsilon):
      try encode(.adadelta, [(.learningRate, rate), (.rho, rho), (.epsilon, epsilon)])
    case .adagrad(let rate, let epsilon):
      try encode(.adagrad, [(.learningRate, rate), (.epsilon, epsilon)])
    }
  }
}
