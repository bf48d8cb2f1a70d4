import NeuralNetworks
import Randomness

/// How the minimum of the loss is found.
public enum NPLMMinimisation: Sendable, Hashable {
  /// The paper's: full-batch Adam for a given number of epochs.
  case adam(AdamMinimisation = AdamMinimisation())
  /// Independent searches for the deepest minimum.
  case global(GlobalMinimisation = GlobalMinimisation())

  public var name: String {
    switch self {
    case .adam: "adam"
    case .global: "global"
    }
  }

  func check() throws(NPLMError) {
    switch self {
    case .adam(let settings): try settings.check()
    case .global(let settings): try settings.check()
    }
  }

  func minimum(
    of problem: NPLMProblem, seed: Seed, isCancelled: () -> Bool
  ) throws -> FoundMinimum {
    switch self {
    case .adam(let settings):
      try settings.minimum(of: problem, seed: seed, isCancelled: isCancelled)
    case .global(let settings):
      try settings.minimum(of: problem, seed: seed, isCancelled: isCancelled)
    }
  }
}

/// The deepest minimum met.
struct FoundMinimum {
  let parameters: [Float]
  let loss: Double
  let search: MinimumSearch
  var evolution: [Double]?
}

extension NPLMMinimisation: Codable {
  private enum Name: String, CodingKey { case adam, global }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    if let settings = try container.decodeIfPresent(AdamMinimisation.self, forKey: .adam) {
      self = .adam(settings)
    } else {
      self = .global(try container.decode(GlobalMinimisation.self, forKey: .global))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    switch self {
    case .adam(let settings): try container.encode(settings, forKey: .adam)
    case .global(let settings): try container.encode(settings, forKey: .global)
    }
  }
}

/// The paper's minimisation: Adam with all events in every step, weights clipped after it.
///
/// Learning rate 1e-3, beta 0.9 and 0.99, epsilon 1e-7 (arXiv:1912.12155, section 2.1).
public struct AdamMinimisation: Sendable, Hashable, Codable {
  /// Passes through both samples, at least 1.
  public var epochs: Int

  public init(epochs: Int = 300_000) {
    self.epochs = epochs
  }

  static let learningRate = 1e-3
  /// Values of t that are kept of a training.
  public static let checkpoints = 20

  /// The epochs after which t is kept, ascending, shape `[checkpoints]` or fewer.
  public var checkpointEpochs: [Int] {
    let parts = min(Self.checkpoints, epochs)
    return (1...parts).map { $0 * epochs / parts }
  }

  func check() throws(NPLMError) {
    guard epochs >= 1 else { throw .badSetting("epochs", epochs, allowed: "1 and more") }
  }

  func minimum(
    of problem: NPLMProblem, seed: Seed, isCancelled: () -> Bool
  ) throws -> FoundMinimum {
    let trained = try problem.adam(
      epochs: epochs, learningRate: Self.learningRate, seed: seed, isCancelled: isCancelled)
    let loss = problem.loss(at: trained.network.parameters)
    return FoundMinimum(
      parameters: trained.network.parameters, loss: loss,
      search: MinimumSearch(
        name: "adam", starts: 1, foundDeepest: 1, descents: 1, evaluations: problem.evaluations),
      // An epoch's loss is that before its step.
      evolution: checkpointEpochs.map {
        -2 * ($0 < epochs ? trained.history[$0].trainingLoss : loss)
      })
  }
}
