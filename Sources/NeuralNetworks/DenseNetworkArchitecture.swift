import Foundation
public import Randomness

/// A layer in which every unit sees every output of the layer below.
public struct DenseLayer: Sendable, Hashable, Codable {
  /// Number of outputs, at least 1.
  public var units: Int
  public var activation: Activation
  /// Probability that an output is dropped in training, 0 ..< 1.
  ///
  /// The outputs that stay are scaled by 1 / (1 - probability), so nothing changes in evaluation.
  /// The probability is resolved to 2^-16.
  public var dropout: Double

  public init(units: Int, activation: Activation, dropout: Double = 0) {
    self.units = units
    self.activation = activation
    self.dropout = dropout
  }

  private enum CodingKeys: String, CodingKey { case units, activation, dropout }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    units = try container.decode(Int.self, forKey: .units)
    activation = try container.decode(Activation.self, forKey: .activation)
    dropout = try container.decodeIfPresent(Double.self, forKey: .dropout) ?? 0
  }
}

/// The shape of a dense network: its inputs and its layers, the last of which is the output.
public struct DenseNetworkArchitecture: Sendable, Hashable, Codable {
  /// Number of inputs, at least 1.
  public let inputs: Int
  /// All layers from the first hidden one to the output, at least one.
  public let layers: [DenseLayer]

  /// Puts layers on top of inputs.
  ///
  /// - Parameters:
  ///   - inputs: Number of inputs.
  ///   - layers: Hidden layers, then the output layer.
  /// - Throws: ``NetworkError`` if there is no layer, a size is below 1, a dropout probability is
  ///   outside 0 ..< 1, a slope is not finite, or the output layer drops.
  public init(inputs: Int, layers: [DenseLayer]) throws(NetworkError) {
    guard inputs >= 1, inputs <= Int32.max else { throw .badSize("inputs", inputs) }
    guard let output = layers.last else { throw .noLayers }
    for (index, layer) in layers.enumerated() {
      guard layer.units >= 1, layer.units <= Int32.max else {
        throw .badSize("units of layer \(index)", layer.units)
      }
      guard layer.dropout >= 0, layer.dropout <= 0.999 else {
        throw .badSetting("dropout of layer \(index)", layer.dropout, allowed: "0 ... 0.999")
      }
      guard layer.activation.slope.isFinite, abs(layer.activation.slope) <= 1 else {
        throw .badSetting(
          "slope of layer \(index)", layer.activation.slope, allowed: "-1 ... 1")
      }
    }
    guard output.dropout == 0 else {
      throw .badSetting("dropout of the output layer", output.dropout, allowed: "0")
    }
    self.inputs = inputs
    self.layers = layers
  }

  /// A network with one output layer on top of hidden layers.
  ///
  /// - Parameters:
  ///   - inputs: Number of inputs.
  ///   - hidden: Hidden layers from the inputs up; may be empty.
  ///   - outputs: Units of the output layer.
  ///   - outputActivation: `sigmoid` for probabilities, `linear` for anything real.
  /// - Throws: ``NetworkError`` as ``init(inputs:layers:)``.
  public init(
    inputs: Int, hidden: [DenseLayer], outputs: Int = 1, outputActivation: Activation
  ) throws(NetworkError) {
    try self.init(
      inputs: inputs, layers: hidden + [DenseLayer(units: outputs, activation: outputActivation)])
  }

  private enum CodingKeys: String, CodingKey { case inputs, layers }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      inputs: container.decode(Int.self, forKey: .inputs),
      layers: container.decode([DenseLayer].self, forKey: .layers))
  }

  /// Units of the output layer.
  public var outputs: Int { layers[layers.count - 1].units }

  /// Inputs of each layer, shape `[layers.count]`.
  var layerInputs: [Int] { [inputs] + layers.dropLast().map(\.units) }

  /// Number of weights and biases.
  public var parameterCount: Int {
    zip(layerInputs, layers).reduce(0) { $0 + ($1.0 + 1) * $1.1.units }
  }

  /// Floating-point operations of one training step for one event (no input gradient).
  public var trainingOperationsPerEvent: Int {
    let products = zip(layerInputs, layers).map { $0 * $1.units }
    return 2 * (3 * products.reduce(0, +) - products[0])
  }

  /// Draws parameters: biases 0, weights uniform in +-limit.
  ///
  /// limit = sqrt(6 / inputs) below ReLU-like units (He et al., arXiv:1502.01852), sqrt(3 / inputs)
  /// below SELU (arXiv:1706.02515), else sqrt(6 / (inputs + units)) (Glorot & Bengio,
  /// AISTATS 2010).
  ///
  /// - Parameter seed: Each layer draws from its own child, "layer-0" and so on.
  /// - Returns: For each layer W[units][inputs], then b[units].
  public func initialParameters(seed: Seed) -> [Float] {
    var parameters: [Float] = []
    parameters.reserveCapacity(parameterCount)
    for (index, (inputs, layer)) in zip(layerInputs, layers).enumerated() {
      var generator = seed.child("layer-\(index)").makeGenerator()
      let variance: Double
      switch layer.activation {
      case .relu, .leakyReLU, .elu: variance = 2 / Double(inputs)
      case .selu: variance = 1 / Double(inputs)
      case .tanh, .sigmoid, .linear: variance = 2 / Double(inputs + layer.units)
      }
      let limit = (3 * variance).squareRoot()
      for _ in 0..<inputs * layer.units {
        parameters.append(Float(limit * (2 * generator.uniform() - 1)))
      }
      parameters.append(contentsOf: repeatElement(0, count: layer.units))
    }
    return parameters
  }
}
