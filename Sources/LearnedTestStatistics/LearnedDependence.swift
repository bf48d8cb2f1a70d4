import Foundation
public import NeuralNetworks
import NumericalCore
public import Randomness

/// How the reference's distribution depends on a nuisance, learned from alternative samples.
///
/// Two classifiers tell the sample at +s sigma, and the one at -s sigma, from the nominal one. With
/// equal total weights a classifier's logit is the log ratio of the densities, which with the
/// yields gives d(x) = ln [n(x|±s) / n(x|0)]; a = (d₊ - d₋) / 2s and b = (d₊ + d₋) / 2s² pass through both.
/// Our choice: arXiv:2111.13633 fits a and b as networks in one squared loss over several values of
/// nu, with the same minimum; two classifiers need no loss of their own.
///
/// The log ratios are small, and it takes many events to learn them: samples made of the *same*
/// events, as shifted calibrations are, teach far more than independent ones, for their
/// fluctuations are common.
public struct LearnedDependence: Sendable, Hashable, Codable {
  /// Names of the inputs, shape `[columns]`.
  public let columns: [String]
  /// Sigmas between the nominal sample and each alternative one.
  public let shift: Double
  /// Its output is the log ratio of densities at +shift, up to ``offsetUp``.
  public let up: DenseNetwork
  /// Its output is the log ratio of densities at -shift, up to ``offsetDown``.
  public let down: DenseNetwork
  /// Expected events of the alternative samples over those of the nominal one.
  public let yieldUp: Double
  public let yieldDown: Double
  /// Added to the outputs, so that the nominal sample gets the alternative one's yield.
  public let offsetUp: Double
  public let offsetDown: Double
  /// How well reweighted nominal events that took no part in the learning look like alternative
  /// ones, for both directions and every column.
  public let closure: [DependenceClosure]

  /// Learns from three samples; every fifth event of each is kept for the closure check.
  ///
  /// - Parameters:
  ///   - nominal: Events of the reference model at nu = 0; its yield is not looked at.
  ///   - up: Events at nu = +shift.
  ///   - down: Events at nu = -shift.
  ///   - names: The columns' names.
  ///   - shift: In sigmas; a larger one than 1 teaches more where the quadratic form holds that far.
  ///   - learning: Size and fit of the networks.
  ///   - seed: Of the networks' first parameters.
  ///   - isCancelled: Asked often.
  /// - Throws: ``NuisanceError``, a `NetworkError` or `CancellationError`.
  public init(
    nominal: VariedSample, up: VariedSample, down: VariedSample, names: [String],
    shift: Double = 1, learning: DependenceLearning = DependenceLearning(), seed: Seed,
    isCancelled: () -> Bool = { false }
  ) throws {
    try Self.check(nominal: nominal, up: up, down: down, columns: names.count, shift: shift)
    try learning.check()
    let (learned, kept) = nominal.split()
    var closure: [DependenceClosure] = []
    func direction(_ sample: VariedSample, _ role: VariedSample.Role) throws -> (
      network: DenseNetwork, offset: Double
    ) {
      let (alternative, keptAlternative) = sample.split()
      let network = try learning.network(
        telling: alternative, from: learned, seed: seed.child(role.rawValue),
        isCancelled: isCancelled)
      let offset =
        Foundation.log(sample.relativeYield)
        - Foundation.log(
          learned.mean(of: try network.predict(learned.columns).map { exp(Double($0)) }))
      guard offset.isFinite else { throw NuisanceError.notLearned }
      let ratios = try network.predict(kept.columns).map {
        exp(Double($0) + offset) / sample.relativeYield
      }
      closure += names.indices.map { column in
        DependenceClosure(
          name: names[column], direction: role, nominal: kept, alternative: keptAlternative,
          column: column, ratios: ratios)
      }
      return (network, offset)
    }
    (self.up, offsetUp) = try direction(up, .up)
    (self.down, offsetDown) = try direction(down, .down)
    (yieldUp, yieldDown) = (up.relativeYield, down.relativeYield)
    columns = names
    self.shift = shift
    self.closure = closure
  }

  static func check(
    nominal: VariedSample, up: VariedSample, down: VariedSample, columns: Int, shift: Double
  ) throws(NuisanceError) {
    guard shift > 0, shift <= Nuisance.bound else { throw .badShift(shift) }
    try nominal.check(.nominal, columns: columns)
    try up.check(.up, columns: columns)
    try down.check(.down, columns: columns)
  }

  func logRatio(_ columns: [[Float]]) throws(NetworkError) -> QuadraticLogRatio {
    let up = try self.up.predict(columns).map { Double($0) + offsetUp }
    let down = try self.down.predict(columns).map { Double($0) + offsetDown }
    return QuadraticLogRatio(
      linear: zip(up, down).map { ($0 - $1) / (2 * shift) },
      quadratic: zip(up, down).map { ($0 + $1) / (2 * shift * shift) })
  }
}

/// The networks that learn a dependence, and their fit.
public struct DependenceLearning: Sendable, Hashable, Codable {
  /// Hidden units of each layer, hyperbolic tangents.
  public var hidden: [Int]
  /// Largest magnitude of every weight and bias.
  public var clipping: Double
  /// Passes through both samples, at most.
  public var evaluations: Int

  public init(hidden: [Int] = [8], clipping: Double = 10, evaluations: Int = 400) {
    self.hidden = hidden
    self.clipping = clipping
    self.evaluations = evaluations
  }

  func check() throws(NuisanceError) {
    guard clipping > 0, clipping.isFinite else { throw .badLearning("clipping", clipping) }
    guard evaluations >= 1 else { throw .badLearning("evaluations", Double(evaluations)) }
  }

  /// A network whose output is the log ratio of two densities.
  func network(
    telling alternative: VariedSample, from nominal: VariedSample, seed: Seed,
    isCancelled: () -> Bool
  ) throws -> DenseNetwork {
    let architecture = try DenseNetworkArchitecture(
      inputs: nominal.columns.count,
      hidden: hidden.map { DenseLayer(units: $0, activation: .tanh) }, outputActivation: .linear)
    let standardisation = InputScaling.standardise.standardisation(of: nominal.columns)
    let columns = zip(alternative.columns, nominal.columns).map { $0 + $1 }
    let half = Double(columns[0].count) / 2
    let surface = try LossSurface(
      .binaryCrossEntropy, of: architecture,
      on: TrainingSample(
        columns: standardisation.applied(to: columns),
        target: Array(repeating: 1, count: alternative.count)
          + Array(repeating: 0, count: nominal.count),
        weights: alternative.weights(summingTo: half) + nominal.weights(summingTo: half)))
    var slope = [Float](repeating: 0, count: architecture.parameterCount)
    // The loss lies but a little below ln 2: the descent must not end at differences it is made of.
    let end = BoundedQuasiNewton(
      relativeTolerance: 1e-10, gradientTolerance: 1e-7, maximumEvaluations: evaluations
    ).minimise(
      from: architecture.initialParameters(seed: seed).map { Double($0) },
      within: -clipping...clipping, isCancelled: isCancelled
    ) { position, gradient in
      let loss = surface.value(at: position.map { Float($0) }, gradient: &slope)
      for index in gradient.indices { gradient[index] = Double(slope[index]) }
      return loss
    }
    if isCancelled() { throw CancellationError() }
    guard end.value.isFinite else { throw NuisanceError.notLearned }
    return try DenseNetwork(
      architecture: architecture, parameters: end.position.map { Float($0) },
      standardisation: standardisation)
  }
}
