public import NeuralNetworks
public import Randomness

/// New Physics Learning Machine: a network is the alternative hypothesis, and its training the
/// maximum-likelihood fit.
///
/// With f the network's output, the loss is
/// L = N(R) / N_ref Σ_ref (exp(f) - 1) - Σ_data f, and t = -2 min L is the log-likelihood ratio of the
/// best alternative exp(f) n(x|R) to the reference (D'Agnolo & Wulzer, arXiv:1806.02350; D'Agnolo et
/// al., arXiv:1912.12155, eqs. 1, 2). Every weight is kept within ± the clipping, and every bias unless
/// ``freeBiases``.
///
/// Columns are scaled on data and reference together; the paper scales on the training sample, which
/// is the same. Deviation: the minimum is searched for by ``GlobalMinimisation`` unless
/// ``AdamMinimisation``, the paper's way, is asked for.
public struct NPLM: TestStatistic, Hashable, Codable {
  public let network: NPLMNetwork
  /// Largest magnitude of every weight, and of every bias unless ``freeBiases``, above 0.
  public let clipping: Double
  /// Whether only weights are clipped, as by the paper's code, where the paper says "each weight".
  ///
  /// A hidden unit changes at w · x = -b: with |b| below the clipping only near the middle of the
  /// events, with a free bias also in their tails.
  public let freeBiases: Bool
  public var scaling: InputScaling
  public var minimisation: NPLMMinimisation

  /// Joins settings.
  ///
  /// - Throws: ``NPLMError/badClipping(_:)``, ``NPLMError/badSetting(_:_:allowed:)``,
  ///   ``NPLMError/freeBiasesWithAdam``.
  public init(
    network: NPLMNetwork, clipping: Double, freeBiases: Bool = false,
    scaling: InputScaling = .paper, minimisation: NPLMMinimisation = .global()
  ) throws(NPLMError) {
    guard clipping > 0, clipping.isFinite else { throw .badClipping(clipping) }
    try minimisation.check()
    if freeBiases, case .adam = minimisation { throw .freeBiasesWithAdam }
    self.network = network
    self.clipping = clipping
    self.freeBiases = freeBiases
    self.scaling = scaling
    self.minimisation = minimisation
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      network: container.decode(NPLMNetwork.self, forKey: .network),
      clipping: container.decode(Double.self, forKey: .clipping),
      freeBiases: container.decode(Bool.self, forKey: .freeBiases),
      scaling: container.decode(InputScaling.self, forKey: .scaling),
      minimisation: container.decode(NPLMMinimisation.self, forKey: .minimisation))
  }

  private enum CodingKeys: String, CodingKey {
    case network, clipping, freeBiases, scaling, minimisation
  }

  /// Largest magnitude of a free bias: far beyond where a hidden unit still changes.
  static let freeBound = 100.0

  /// What each parameter is kept in, in the order of the network's parameters: for each layer its
  /// weights, then its biases.
  var bounds: [ClosedRange<Double>] {
    let bias = freeBiases ? Self.freeBound : clipping
    return zip(network.layers, network.layers.dropFirst()).flatMap { inputs, units in
      Array(repeating: -clipping...clipping, count: inputs * units)
        + Array(repeating: -bias...bias, count: units)
    }
  }

  public func value(
    of comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool = { false }
  ) throws -> Double {
    try fit(comparison, seed: seed, isCancelled: isCancelled).testStatistic
  }

  /// Fits the network to the difference of two samples.
  ///
  /// - Parameters:
  ///   - comparison: Data and reference.
  ///   - seed: Of every random number.
  ///   - isCancelled: Asked about once a second.
  /// - Returns: The deepest minimum that was found.
  /// - Throws: ``NPLMError``, `NetworkError`, or `CancellationError`.
  public func fit(
    _ comparison: SampleComparison, seed: Seed, isCancelled: () -> Bool = { false }
  ) throws -> NPLMFit {
    let columns = zip(comparison.reference, comparison.data).map { $0 + $1 }
    guard columns.count == network.layers[0] else {
      throw NPLMError.inputCount(network: network.name, columns: columns.count)
    }
    let standardisation = scaling.standardisation(of: columns)
    let problem = try NPLMProblem(
      network: network, bounds: bounds, clipping: clipping, comparison: comparison,
      columns: columns, standardisation: standardisation)
    let minimum = try minimisation.minimum(of: problem, seed: seed, isCancelled: isCancelled)
    return NPLMFit(
      testStatistic: -2 * minimum.loss,
      network: try DenseNetwork(
        architecture: network.architecture, parameters: minimum.parameters,
        standardisation: standardisation),
      search: minimum.search, evolution: minimum.evolution)
  }
}

/// A fitted network: the test statistic and what the network has learned.
public struct NPLMFit: Sendable, Hashable, Codable {
  /// t = -2 min L.
  public let testStatistic: Double
  /// Its output is f(x) = ln n(x|fit) / n(x|R); inputs are the plain columns.
  public let network: DenseNetwork
  public let search: MinimumSearch
  /// t after equal parts of the epochs, shape `[AdamMinimisation.checkpoints]`; `nil` for a global
  /// minimisation.
  public let evolution: [Double]?
}

/// How a minimum was looked for, and with what success.
public struct MinimumSearch: Sendable, Hashable, Codable {
  /// Name of the minimisation: "adam" or "global".
  public let name: String
  /// Independent searches, each from random numbers of its own.
  public let starts: Int
  /// How many of them ended at the deepest minimum, within 0.1 in t.
  public let foundDeepest: Int
  /// Descents in all of them.
  public let descents: Int
  /// How often loss and gradient were computed: an epoch each.
  public let evaluations: Int
}

/// Why a fit is not possible.
public enum NPLMError: Error, Sendable, Equatable {
  case badClipping(Double)
  case badSetting(String, Int, allowed: String)
  case freeBiasesWithAdam
  case inputCount(network: String, columns: Int)
  case notFinite
}

extension NPLMError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badClipping(let value):
      "a clipping of \(value) bounds nothing: give a number above 0, such as 2"
    case .freeBiasesWithAdam:
      "free biases need the global minimisation: Adam clips every parameter"
    case .badSetting(let name, let value, let allowed):
      "\(name) is \(value), allowed: \(allowed)"
    case .inputCount(let network, let columns):
      "the network \(network) does not begin with \(columns), the number of columns compared"
    case .notFinite:
      "the likelihood overflows wherever the search looked: use a smaller clipping or scale inputs"
    }
  }
}
