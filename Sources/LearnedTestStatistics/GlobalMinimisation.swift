import NeuralNetworks
import NumericalCore
import Randomness

/// Looks for the deepest minimum of a loss that has many.
///
/// One search: some short runs of Adam from random parameters, each brought down to its minimum by a
/// bounded quasi-Newton method with the clipping as bounds; then, from the deepest, one hidden unit
/// at a time is drawn anew and the minimum found again, until that fails to go deeper some times in
/// a row. A descent that is unlikely to end below the search's deepest minimum is given up. Searches
/// are repeated, with random numbers of their own, until two end at the deepest minimum, or as often
/// as allowed; two that agree can still have missed a deeper one. Where a search costs more than an
/// allowance it is the only one: of large networks with many events two hardly ever end at the same
/// minimum (`Documentation/Methods/NPLM.md`).
public struct GlobalMinimisation: Sendable, Hashable, Codable {
  /// Random starts of one search, at least 1.
  public var starts: Int
  /// Hidden units drawn anew without success after which a search ends; 0 draws none.
  public var patience: Int
  /// Most searches, at least 1.
  public var searches: Int
  /// Searches that end at the deepest minimum after which no further one is begun, at least 1.
  public var agreement: Int
  /// Events, of both samples, times evaluations of the loss after which no further search is begun.
  public var allowance: Int
  /// Epochs of Adam before a start's descent; 0 descends at once.
  public var warmUpEpochs: Int

  public init(
    starts: Int = 4, patience: Int = 8, searches: Int = 4, agreement: Int = 2,
    allowance: Int = 720_000_000, warmUpEpochs: Int = 300
  ) {
    self.starts = starts
    self.patience = patience
    self.searches = searches
    self.agreement = agreement
    self.allowance = allowance
    self.warmUpEpochs = warmUpEpochs
  }

  /// As many searches as a user asked for, whatever they find and cost; the default ones for `nil`.
  public init(exactly searches: Int?) {
    self.init()
    guard let searches else { return }
    self.searches = searches
    agreement = searches
    allowance = .max
  }

  /// Ten times the paper's: these runs only look for a valley.
  static let warmUpLearningRate = 1e-2
  /// Losses nearer than this are the same minimum: 0.1 in t.
  static let tolerance = 0.05

  func check() throws(NPLMError) {
    for (name, value, least) in [
      ("starts", starts, 1), ("patience", patience, 0), ("searches", searches, 1),
      ("agreement", agreement, 1), ("allowance", allowance, 0), ("warmUpEpochs", warmUpEpochs, 0),
    ] where value < least {
      throw .badSetting(name, value, allowed: "\(least) and more")
    }
  }

  func minimum(
    of problem: NPLMProblem, seed: Seed, isCancelled: () -> Bool
  ) throws -> FoundMinimum {
    var ends: [Descent.Minimum] = []
    var descents = 0
    repeat {
      var search = MinimumChain(
        problem: problem, settings: self, seed: seed.child("search-\(ends.count)"))
      ends.append(try search.run(isCancelled: isCancelled))
      descents += search.descents
    } while ends.count < searches && Self.count(atDeepestOf: ends) < agreement
      && problem.evaluations < allowance / problem.sample.count
    guard let deepest = ends.min(by: { $0.loss < $1.loss }), deepest.loss.isFinite else {
      throw NPLMError.notFinite
    }
    return FoundMinimum(
      parameters: deepest.parameters.map { Float($0) }, loss: deepest.loss,
      search: MinimumSearch(
        name: "global", starts: ends.count, foundDeepest: Self.count(atDeepestOf: ends),
        descents: descents, evaluations: problem.evaluations))
  }

  private static func count(atDeepestOf ends: [Descent.Minimum]) -> Int {
    let deepest = ends.map(\.loss).min() ?? .infinity
    return ends.count { $0.loss <= deepest + tolerance }
  }
}

/// One way down to a local minimum.
enum Descent {
  struct Minimum {
    let parameters: [Double]
    let loss: Double
  }

  /// Evaluations over which a descent's progress is measured.
  private static let stretch = 100
  /// Stretches that a descent is granted to reach a deeper minimum at its present rate.
  private static let grantedStretches = 2.0

  /// Goes down from a start; given up if it is far above another minimum and slow.
  ///
  /// - Parameters:
  ///   - start: Shape `[parameters]`.
  ///   - problem: What is minimised.
  ///   - deepest: The loss to go below; infinite to go down to the end in any case.
  ///   - isCancelled: Asked before every evaluation.
  /// - Returns: The lowest point met.
  /// - Throws: `CancellationError` if it was asked to stop.
  static func from(
    _ start: [Double], of problem: NPLMProblem, deepest: Double = .infinity,
    isCancelled: () -> Bool
  ) throws -> Minimum {
    var lowest: [Double] = []
    func isHopeless() -> Bool {
      guard lowest.count > stretch, let now = lowest.last else { return false }
      let gain = lowest[lowest.count - 1 - stretch] - now
      return now - deepest > grantedStretches * gain
    }
    let end = BoundedQuasiNewton().minimise(
      from: start, within: problem.bounds,
      isCancelled: { isHopeless() || isCancelled() }
    ) {
      let loss = problem.loss(at: $0, gradient: &$1)
      lowest.append(min(loss, lowest.last ?? .infinity))
      return loss
    }
    if isCancelled() { throw CancellationError() }
    return Minimum(parameters: end.position, loss: end.value)
  }
}

/// One search: random starts, then hidden units drawn anew.
private struct MinimumChain {
  let problem: NPLMProblem
  let settings: GlobalMinimisation
  let seed: Seed
  private(set) var descents = 0

  init(problem: NPLMProblem, settings: GlobalMinimisation, seed: Seed) {
    self.problem = problem
    self.settings = settings
    self.seed = seed
  }

  mutating func run(isCancelled: () -> Bool) throws -> Descent.Minimum {
    var best = Descent.Minimum(parameters: [], loss: .infinity)
    for number in 0..<settings.starts {
      let start = try self.start(seed.child("start-\(number)"), isCancelled)
      let end = try descend(start, below: best, isCancelled)
      if end.loss < best.loss || best.parameters.isEmpty { best = end }
    }
    var generator = seed.child("units").makeGenerator()
    var failures = 0
    while failures < settings.patience {
      let end = try descend(
        redrawingUnit(of: best.parameters, &generator), below: best, isCancelled)
      if end.loss < best.loss - GlobalMinimisation.tolerance {
        best = end
        failures = 0
      } else {
        failures += 1
      }
    }
    return best
  }

  private func start(_ seed: Seed, _ isCancelled: () -> Bool) throws -> [Double] {
    guard settings.warmUpEpochs > 0 else {
      return problem.network.architecture.initialParameters(seed: seed).map { Double($0) }
    }
    return try problem.adam(
      epochs: settings.warmUpEpochs, learningRate: GlobalMinimisation.warmUpLearningRate,
      seed: seed, isCancelled: isCancelled
    ).network.parameters.map { Double($0) }
  }

  private mutating func descend(
    _ start: [Double], below best: Descent.Minimum, _ isCancelled: () -> Bool
  ) throws -> Descent.Minimum {
    descents += 1
    return try Descent.from(
      start, of: problem, deepest: best.loss, isCancelled: isCancelled)
  }

  /// Draws what goes into and comes out of one hidden unit, uniformly within the clipping; its bias,
  /// if it is free, so that the unit changes at an event (behind the first layer: at any outputs of
  /// the units before it).
  private func redrawingUnit(of parameters: [Double], _ generator: inout SplitMix64) -> [Double] {
    let layers = problem.network.layers
    let layer = 1 + generator.integer(below: layers.count - 2)
    let unit = generator.integer(below: layers[layer])
    func start(of layer: Int) -> Int {
      (1..<layer).reduce(0) { $0 + (layers[$1 - 1] + 1) * layers[$1] }
    }
    let (inputs, units, outputs) = (layers[layer - 1], layers[layer], layers[layer + 1])
    let weights = start(of: layer)
    let next = start(of: layer + 1)
    let places =
      (0..<inputs).map { weights + unit * inputs + $0 } + [weights + inputs * units + unit]
      + (0..<outputs).map { next + $0 * units + unit }
    var parameters = parameters
    for place in places {
      parameters[place] = problem.clipping * (2 * generator.uniform() - 1)
    }
    let bias = weights + inputs * units + unit
    if problem.bounds[bias].upperBound > problem.clipping {
      let event = generator.integer(below: problem.sample.count)
      parameters[bias] = -(0..<inputs).reduce(0) { sum, input in
        let x = layer == 1 ? Double(problem.sample.columns[input][event]) : generator.uniform()
        return sum + x * parameters[weights + unit * inputs + input]
      }
    }
    return parameters
  }
}
