import Foundation
public import Randomness

/// A toy problem for tests that compare a whole data sample with a reference, with a known answer.
///
/// "Learning Multivariate New Physics", arXiv:1912.12155, sections 2.1, 3 and 4. What the paper does
/// not give, ours: the sizes of the reference samples in section 3 (its benchmark, five times the
/// expected events), and the law of the muon momentum (see ``init(_:)``).
public struct ComparisonProblem: Sendable {
  /// Names as in commands.
  public enum Name: String, Sendable, Hashable, Codable, CaseIterable {
    /// NP1: the data's two-dimensional Gaussian has another mean.
    case shiftedGaussian = "shifted-gaussian"
    /// NP2: the data's two-dimensional Gaussian has another covariance.
    case deformedGaussian = "deformed-gaussian"
    /// A narrow Gaussian on top of a wide one, in two dimensions.
    case gaussianBump = "gaussian-bump"
    /// A small box of signal in a large uniform one, in three dimensions.
    case box
    /// Momentum of the leading muon of Drell-Yan events in the x direction; no signal.
    case muonMomentum = "muon-momentum"
    /// Simulated muon pairs in five variables with a Z' or a contact interaction: section 4.
    case dimuon
  }

  /// The paper's network and its training.
  public struct Network: Sendable, Hashable, Codable {
    /// Neurons a layer from the inputs to the output, such as `[2, 5, 1]`.
    public let layers: [Int]
    /// Upper bound on the size of each weight and bias.
    public let clipping: Double
    /// `nil` where the paper does not say.
    public let epochs: Int?
  }

  /// A significance that a paper gives for this problem, in standard deviations.
  public struct PublishedSignificance: Sendable, Hashable, Codable {
    /// The test, with its source.
    public let test: String
    public let low: Double
    /// Equal to ``low`` where one number is given.
    public let high: Double
    /// What the number is: median, lowest of so many.
    public let meaning: String
  }

  public let name: Name
  /// Names of the columns, shape `[columns]`.
  public let columns: [String]
  /// Size of the reference sample.
  public let referenceCount: Int
  public let network: Network
  public let published: [PublishedSignificance]
  private let reference: Component
  private let alternative: [Component]

  /// Expected events without signal, N(R).
  public var expected: Double { reference.expected }
  /// Expected events with signal, N(NP); `nil` if the problem has none.
  public var expectedWithSignal: Double? {
    alternative.isEmpty ? nil : alternative.reduce(0) { $0 + $1.expected }
  }

  /// Draws a reference sample; equal seeds give equal events.
  ///
  /// - Parameters:
  ///   - count: How many events, by default ``referenceCount``.
  ///   - seed: Of every random number.
  /// - Returns: Shape `[columns][events]`.
  public func reference(count: Int? = nil, seed: Seed) -> [[Float]] {
    var generator = seed.child("reference").makeGenerator()
    return Self.columns(
      (0..<(count ?? referenceCount)).map { _ in reference.law.draw(&generator) },
      width: columns.count)
  }

  /// Draws a data sample with a Poisson number of events, in random order.
  ///
  /// - Parameters:
  ///   - withSignal: Whether data follow the alternative or the reference.
  ///   - seed: Of every random number.
  /// - Returns: Shape `[columns][events]`.
  /// - Throws: ``ComparisonProblemError`` if a signal is asked for and there is none.
  public func data(
    withSignal: Bool, seed: Seed
  ) throws(ComparisonProblemError) -> [[Float]] {
    if withSignal, alternative.isEmpty { throw .noSignal(name) }
    var generator = seed.child(withSignal ? "data-with-signal" : "data").makeGenerator()
    var events: [[Double]] = []
    for component in withSignal ? alternative : [reference] {
      let count = Int(PoissonSampler(mean: component.expected).draw(with: &generator))
      for _ in 0..<count { events.append(component.law.draw(&generator)) }
    }
    let order = generator.permutation(of: events.count)
    return Self.columns(order.map { events[$0] }, width: columns.count)
  }

  /// The logarithm of n(x|NP) / n(x|R), the expected densities of events; `nil` where not known.
  ///
  /// Takes one event, shape `[columns]`. Infinite where the reference predicts nothing.
  public var logDensityRatio: (@Sendable (_ event: [Float]) -> Double)? {
    guard !alternative.isEmpty, let reference = reference.density else { return nil }
    let parts = alternative.compactMap(\.density)
    guard parts.count == alternative.count else { return nil }
    return { event in
      let x = event.map { Double($0) }
      let expected = reference(x)
      return expected > 0 ? log(parts.reduce(0) { $0 + $1(x) } / expected) : .infinity
    }
  }

  private static func columns(_ events: [[Double]], width: Int) -> [[Float]] {
    (0..<width).map { column in events.map { Float($0[column]) } }
  }
}

extension ComparisonProblem {
  /// Makes a problem with the paper's numbers.
  ///
  /// The muons come from a simple law of ours instead of simulated collisions: a dimuon mass of
  /// 60 GeV or more, the Z resonance (91.19 GeV, width 2.50 GeV) below 120 GeV in 97 % of events and
  /// a continuum that falls as m^-4 otherwise; decays distributed as 1 + cos²θ; an exponential
  /// transverse momentum of the pair of mean 12 GeV in a random direction, shared in halves;
  /// momenta measured with a spread of 1.5 %; both muons above 20 GeV. For simulated muons see
  /// ``muonMomentum(transverseMomenta:)``.
  ///
  /// - Throws: What keeps the embedded samples of ``Name/dimuon`` from being read.
  public init(_ name: Name) throws {
    let plane = ["x1", "x2"]
    switch name {
    case .shiftedGaussian:
      self.init(
        name, plane, Component(.gaussian(mean: (1, 1)), 20_000),
        [Component(.gaussian(mean: (1.12, 1.12)), 20_000)],
        Network(layers: [2, 5, 1], clipping: 1.2, epochs: 150_000),
        [.nplm(19, "lowest of 300 data sets"), .nearestNeighbours(2.2)])
    case .deformedGaussian:
      self.init(
        name, plane, Component(.gaussian(mean: (1, 1)), 20_000),
        [
          Component(
            .gaussian(mean: (1, 1), variances: (0.95, 0.8), covariance: 0.1), 20_000)
        ],
        Network(layers: [2, 5, 1], clipping: 1.2, epochs: 150_000),
        [.nplm(24, "lowest of 300 data sets"), .nearestNeighbours(3.5)])
    case .gaussianBump:
      let reference = Component(.gaussian(mean: (0, 0)), 10_000)
      self.init(
        name, plane, reference,
        [reference, Component(.gaussian(mean: (1.5, 1.5), variances: (0.1, 0.1)), 500)],
        Network(layers: [2, 5, 1], clipping: 1.35, epochs: 150_000),
        [
          .nplm(20, "median of 300 data sets"),
          PublishedSignificance(
            test: "nearest neighbours, Hajer et al., arXiv:1807.10261", low: 5, high: 16,
            meaning: "range over the cut on the discriminating variable"),
        ])
    case .box:
      let reference = Component(.uniform(halfWidths: [2, 0.5, 0.5]), 10_000)
      self.init(
        name, ["m", "x", "y"], reference,
        [reference, Component(.uniform(halfWidths: [1, 0.1, 0.1]), 300)],
        Network(layers: [3, 5, 1], clipping: 3.4, epochs: 150_000),
        [
          .nplm(8.1, "median of 300 data sets"),
          PublishedSignificance(
            test: "CWoLa bump hunt, arXiv:1902.02634", low: 10.8, high: 10.8,
            meaning: "local, at the best threshold"),
        ])
    case .muonMomentum:
      self.init(muons: .muonMomentum)
    case .dimuon:
      self = try DimuonExperiment(DimuonEvents(), .embedded)
        .problem(.zPrime(mass: 300, expected: 20))
    }
  }

  /// The problem of the muon momentum with simulated or measured muons.
  ///
  /// A transverse momentum is drawn from the list, an azimuth from all: data, reference and
  /// pseudo-data then follow one law exactly, however short the list is.
  ///
  /// - Parameter transverseMomenta: Of leading muons, in GeV, above 0.
  /// - Returns: ``Name/muonMomentum`` with this law.
  /// - Throws: ``ComparisonProblemError`` if there are none or one is not above 0.
  public static func muonMomentum(
    transverseMomenta: [Float]
  ) throws(ComparisonProblemError) -> ComparisonProblem {
    guard !transverseMomenta.isEmpty else { throw .noMuons }
    if let row = transverseMomenta.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .badMomentum(row: row, value: transverseMomenta[row])
    }
    return ComparisonProblem(
      muons: Law { generator in
        let momentum = transverseMomenta[generator.integer(below: transverseMomenta.count)]
        return [Double(momentum) * cos(2 * .pi * generator.uniform())]
      })
  }

  private init(muons: Law) {
    self.init(
      .muonMomentum, ["px1"], Component(muons, 2_000), [],
      Network(layers: [1, 3, 1], clipping: 7, epochs: nil), [], referenceCount: 20_000)
  }

  init(
    _ name: Name, _ columns: [String], _ reference: Component, _ alternative: [Component],
    _ network: Network, _ published: [PublishedSignificance], referenceCount: Int? = nil
  ) {
    self.name = name
    self.columns = columns
    self.reference = reference
    self.alternative = alternative
    self.network = network
    self.published = published
    self.referenceCount = referenceCount ?? Int(5 * reference.expected)
  }
}

extension ComparisonProblem.PublishedSignificance {
  fileprivate static func nplm(_ value: Double, _ meaning: String) -> Self {
    Self(
      test: "NPLM, arXiv:1912.12155", low: value, high: value,
      meaning: "\(meaning), by chi-square")
  }

  fileprivate static func nearestNeighbours(_ value: Double) -> Self {
    Self(
      test: "nearest neighbours, arXiv:1807.06038", low: value, high: value,
      meaning: "five neighbours, 1000 permutations")
  }
}

/// Why a toy problem cannot be made or drawn from.
public enum ComparisonProblemError: Error, Sendable, Equatable {
  case noSignal(ComparisonProblem.Name)
  case noMuons
  case badMomentum(row: Int, value: Float)
}

extension ComparisonProblemError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSignal(let name):
      "the problem \(name.rawValue) has no signal: draw data without, or take another problem"
    case .noMuons:
      "the list of leading muons' transverse momenta is empty"
    case .badMomentum(let row, let value):
      "the transverse momentum in row \(row) is \(value): momenta must be finite and above 0"
    }
  }
}
