public import NeuralNetworks

/// The shape of the network that stands for the alternative hypothesis, such as 5-5-5-5-1.
///
/// Inputs, hidden layers of logistic sigmoids, one linear output: ln of the ratio of densities.
public struct NPLMNetwork: Sendable, Hashable {
  /// Sizes of the layers from the inputs to the output, the last 1.
  public let layers: [Int]
  public let architecture: DenseNetworkArchitecture

  /// Joins layers.
  ///
  /// - Parameter layers: Inputs, at least one hidden layer, and 1.
  /// - Throws: ``NPLMNetworkError`` if a layer is missing or a size is below 1.
  public init(layers: [Int]) throws(NPLMNetworkError) {
    let name = layers.map(String.init).joined(separator: "-")
    guard layers.count >= 3, layers.last == 1, layers.allSatisfy({ (1...10_000).contains($0) })
    else { throw .badShape(name) }
    self.layers = layers
    do {
      architecture = try DenseNetworkArchitecture(
        inputs: layers[0],
        hidden: layers[1..<layers.count - 1].map { DenseLayer(units: $0, activation: .sigmoid) },
        outputActivation: .linear)
    } catch {
      throw .badShape(name)
    }
  }

  /// Reads sizes with hyphens between them, "5-5-5-5-1".
  ///
  /// - Throws: ``NPLMNetworkError``.
  public init(_ text: String) throws(NPLMNetworkError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let layers = parts.compactMap { Int($0) }
    guard layers.count == parts.count else { throw .badShape(text) }
    try self.init(layers: layers)
  }

  /// "5-5-5-5-1".
  public var name: String { layers.map(String.init).joined(separator: "-") }
  /// Number of weights and biases: equation (5) of arXiv:1912.12155.
  public var parameterCount: Int { architecture.parameterCount }
}

extension NPLMNetwork: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

/// Why a text is no network.
public enum NPLMNetworkError: Error, Sendable, Equatable {
  case badShape(String)
}

extension NPLMNetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badShape(let text):
      "'\(text)' is no network: give the sizes of its layers from the inputs to the one output, "
        + "with at least one hidden layer, such as 5-5-5-5-1"
    }
  }
}
