import Execution
import Foundation
import LearnedTestStatistics
import NeuralNetworks
import Randomness
import Testing

/// A falling spectrum, n(x|nu) = N (1.05)^nu₁ exp(-x / s) / s with s = exp(0.05 nu₂).
struct FallingSpectrum {
  static let scale = 0.05
  static let normalisation = 0.05

  let expected: Double
  let reference: [Float]
  let nuisances: [Nuisance]

  static func events(_ count: Int, scale nu: Double = 0, seed: Seed) -> [Float] {
    var generator = seed.makeGenerator()
    return (0..<count).map { _ in Float(generator.exponential() * exp(scale * nu)) }
  }

  static func learned(_ nominal: [Float]) throws -> LearnedDependence {
    func varied(_ nu: Double) -> VariedSample {
      VariedSample(columns: [nominal.map { $0 * Float(exp(scale * nu)) }])
    }
    return try LearnedDependence(
      nominal: varied(0), up: varied(1), down: varied(-1), names: ["x"], seed: Seed(9))
  }

  init(expected: Double, references: Int) throws {
    self.expected = expected
    reference = Self.events(references, seed: Seed(1).child("reference"))
    nuisances = [
      try Nuisance("normalisation", .normalisation(relative: Self.normalisation)),
      try Nuisance("scale", .shape(Self.learned(reference))),
    ]
  }

  /// Data at true nuisances, with a bump of so many expected events at x = 6.4.
  func comparison(
    at nu: [Double] = [0, 0], signal: Double = 0, seed: Seed
  ) throws -> SampleComparison {
    var generator = seed.child("count").makeGenerator()
    let count = generator.poisson(mean: expected * pow(1 + Self.normalisation, nu[0]))
    let bump = (0..<(signal > 0 ? generator.poisson(mean: signal) : 0)).map { _ in
      Float(6.4 + 0.16 * generator.normal())
    }
    return try SampleComparison(
      names: ["x"], reference: [reference],
      data: [Self.events(count, scale: nu[1], seed: seed.child("events")) + bump],
      expected: expected)
  }
}

struct NPLMWithNuisancesTests {
  private static let toy = Result { try FallingSpectrum(expected: 1000, references: 10_000) }

  private static func nplm(
    _ network: String = "1-3-1",
    _ search: GlobalMinimisation = GlobalMinimisation(starts: 2, patience: 3, searches: 1)
  ) throws -> NPLM {
    try NPLM(network: NPLMNetwork(network), clipping: 7, minimisation: .global(search))
  }

  /// The lowest value of a function on a grid of nuisances.
  private static func lowest(_ function: (Double) -> Double) -> Double {
    (-50_000...50_000).reduce(.infinity) { min($0, function(Double($1) / 10_000)) }
  }

  @Test func `The learned dependence is that of the law, and closes`() throws {
    let toy = try Self.toy.get()
    let x: [Float] = [0.1, 0.5, 1, 2, 3, 4]
    let ratio = try toy.nuisances[1].logRatio([x])
    for (row, x) in x.enumerated() {
      // exp(-x / s) / s with s = exp(0.05 nu), to second order in nu.
      #expect(abs(ratio.linear[row] - 0.05 * (Double(x) - 1)) < 0.02)
      #expect(abs(ratio.quadratic[row] + 0.00125 * Double(x)) < 0.005)
    }
    guard case .shape(let learned) = toy.nuisances[1].effect else {
      Issue.record("no learned dependence")
      return
    }
    #expect(learned.closure.map(\.direction) == [.up, .down])
    for closure in learned.closure {
      #expect(closure.bins == 20 && closure.pValue > 0.05)
    }
  }

  @Test func `A large shift that is learned shows in the closure check, and the yield is kept`()
    throws
  {
    let nominal = FallingSpectrum.events(8000, seed: Seed(4))
    func varied(_ factor: Float, seed: UInt64, yield: Double = 1) -> VariedSample {
      VariedSample(
        columns: [FallingSpectrum.events(8000, seed: Seed(seed)).map { $0 * factor }],
        relativeYield: yield)
    }
    let learned = try LearnedDependence(
      nominal: VariedSample(columns: [nominal]), up: varied(1.4, seed: 5, yield: 1.2),
      down: varied(0.7, seed: 6), names: ["x"], seed: Seed(1))
    for closure in learned.closure {
      // Independent samples: about as many as bins, from many times that.
      #expect(closure.chi2WithoutReweighting > 100)
      #expect(closure.pValue > 1e-3)
    }
    let ratio = try Nuisance("scale", .shape(learned)).logRatio([nominal])
    let yields = [1.0, -1].map { nu in
      zip(ratio.linear, ratio.quadratic).reduce(0) { $0 + exp(nu * $1.0 + $1.1) } / 8000
    }
    #expect(abs(yields[0] - 1.2) < 0.02 && abs(yields[1] - 1) < 0.02)
  }

  @Test func `Without nuisances it is the plain test`() throws {
    let comparison = try Self.toy.get().comparison(seed: Seed(2))
    let plain = try Self.nplm().value(of: comparison, seed: Seed(1))
    let fit = try NPLMWithNuisances(Self.nplm(), nuisances: []).fit(comparison, seed: Seed(1))
    #expect(fit.delta == 0 && fit.rounds == 1)
    #expect(abs(fit.testStatistic - plain) < 0.02)
  }

  /// The network's bias can do all that a normalisation can: the alternative keeps the measured
  /// value at no cost, τ = t without nuisances + m², and Δ is a function of one variable.
  @Test func `A normalisation takes away what the number of events alone says`() throws {
    let toy = try Self.toy.get()
    let comparison = try toy.comparison(at: [2, 0], seed: Seed(3))
    // Few minima, so that both fits are at the deepest.
    let nplm = try Self.nplm("1-2-1", GlobalMinimisation())
    let plain = try nplm.value(of: comparison, seed: Seed(1))
    for measured in [0, 1.5] {
      let fit = try NPLMWithNuisances(nplm, nuisances: [toy.nuisances[0]]).fit(
        comparison, measured: [measured], seed: Seed(1))
      let delta =
        -2
        * Self.lowest { nu in
          1000 * (pow(1.05, nu) - 1) - Double(comparison.dataCount) * nu * log(1.05)
            + nu * nu / 2 - measured * nu
        }
      #expect(abs(fit.delta - delta) < 1e-4)
      #expect(abs(fit.tau - (plain + measured * measured)) < 0.2)
      #expect(abs(fit.nuisancesOfAlternative[0] - measured) < 0.02)
      #expect(fit.testStatistic < plain - 3)
    }
  }

  @Test func `Without a network a scale comes out as in the fit with the exact law`() throws {
    let toy = try Self.toy.get()
    let comparison = try toy.comparison(at: [0, 2], seed: Seed(8))
    let fit = try NPLMWithNuisances(Self.nplm(), nuisances: [toy.nuisances[1]]).fit(
      comparison, measured: [1], seed: Seed(1))
    // The reference stands for the law: its own mean is the scale at nu = 0.
    let scale = toy.reference.reduce(0.0) { $0 + Double($1) } / 10_000
    let sum = comparison.data[0].reduce(0.0) { $0 + Double($1) / scale }
    let delta =
      -2
      * Self.lowest { nu in
        0.05 * nu * Double(comparison.dataCount) - sum * -expm1(-0.05 * nu) + nu * nu / 2 - nu
      }
    #expect(delta > 5)
    #expect(abs(fit.delta - delta) < 0.1 * delta)
  }

  /// The statistic written out once more from the answer, and its derivative by the nuisance.
  @Test func `The answer is a minimum by the nuisances, with the value that is told`() throws {
    let toy = try Self.toy.get()
    let comparison = try toy.comparison(at: [1, 1.5], signal: 15, seed: Seed(5))
    let measured = [0.5, 1]
    let fit = try NPLMWithNuisances(Self.nplm(), nuisances: toy.nuisances).fit(
      comparison, measured: measured, seed: Seed(1))
    let nu = fit.nuisancesOfAlternative
    var loss = zip(nu, measured).reduce(0) { $0 + ($1.0 * $1.0 - 2 * $1.0 * $1.1) / 2 }
    var slopes = zip(nu, measured).map { $0 - $1 }
    for (columns, isData) in [(comparison.reference, false), (comparison.data, true)] {
      let outputs = try fit.network.predict(columns)
      let ratios = try toy.nuisances.map { try $0.logRatio(columns) }
      for (row, f) in outputs.enumerated() {
        let change = zip(ratios, nu).map { $0.linear[row] * $1 + $0.quadratic[row] * $1 * $1 }
        let logRatio = Double(f) + change.reduce(0, +)
        let share = isData ? -1 : 0.1 * exp(logRatio)
        loss += isData ? -logRatio : share - 0.1
        for index in nu.indices {
          slopes[index] +=
            share * (ratios[index].linear[row] + 2 * nu[index] * ratios[index].quadratic[row])
        }
      }
    }
    #expect(abs(fit.tau + 2 * loss) < 1e-3)
    #expect(fit.testStatistic == fit.tau - fit.delta)
    for slope in slopes { #expect(abs(slope) < 1e-3) }
  }

  @Test func `A shift within its uncertainty is no discovery any more, a bump still is`() throws {
    let toy = try Self.toy.get()
    let full = try NPLMWithNuisances(Self.nplm(), nuisances: toy.nuisances)
    let shifted = try toy.comparison(at: [0, 3], seed: Seed(6))
    #expect(try Self.nplm().value(of: shifted, seed: Seed(1)) > 30)
    #expect(try full.fit(shifted, measured: [0, 3], seed: Seed(1)).testStatistic < 18.3)
    let bump = try toy.comparison(signal: 20, seed: Seed(7))
    let plain = try Self.nplm().value(of: bump, seed: Seed(1))
    let kept = try full.value(of: bump, seed: Seed(1))
    #expect(plain > 40 && kept > plain - 5)
  }

  @Test func `Auxiliary measurements are drawn around the truth, the same for a seed`() throws {
    let toy = try Self.toy.get()
    let comparison = try toy.comparison(seed: Seed(2))
    func value(_ auxiliary: AuxiliaryMeasurements, seed: UInt64) throws -> Double {
      try NPLMWithNuisances(Self.nplm(), nuisances: toy.nuisances, auxiliary: auxiliary)
        .value(of: comparison, seed: Seed(seed))
    }
    let drawn = try value(.drawn(around: [0, 1]), seed: 1)
    #expect(try drawn == value(.drawn(around: [0, 1]), seed: 1))
    #expect(try drawn != value(.nominal, seed: 1))
    let test = try NPLMWithNuisances(Self.nplm(), nuisances: toy.nuisances)
    #expect(
      try JSONDecoder().decode(NPLMWithNuisances.self, from: JSONEncoder().encode(test)) == test)
  }

  @Test func `Nuisances that make no sense are refused`() throws {
    let toy = try Self.toy.get()
    #expect(throws: NuisanceError.badNormalisation("n", 0)) {
      try Nuisance("n", .normalisation(relative: 0))
    }
    #expect(throws: NuisanceError.measurementCount(1, nuisances: 2)) {
      try NPLMWithNuisances(
        Self.nplm(), nuisances: toy.nuisances, auxiliary: .drawn(around: [0]))
    }
    let full = try NPLMWithNuisances(Self.nplm(), nuisances: toy.nuisances)
    let comparison = try toy.comparison(seed: Seed(2))
    #expect(throws: NuisanceError.badMeasurement(nuisance: "scale", .infinity)) {
      try full.fit(comparison, measured: [0, .infinity], seed: Seed(1))
    }
    let two = comparison.data + comparison.data
    #expect(throws: NuisanceError.columnCount(nuisance: "scale", learned: 1, compared: 2)) {
      try toy.nuisances[1].logRatio(two)
    }
    let good = VariedSample(columns: [toy.reference])
    func learn(up: VariedSample, shift: Double = 1) throws {
      _ = try LearnedDependence(
        nominal: good, up: up, down: good, names: ["x"], shift: shift, seed: Seed(1))
    }
    #expect(throws: NuisanceError.badShift(0)) { try learn(up: good, shift: 0) }
    #expect(throws: NuisanceError.badLearning("clipping", -1)) {
      try LearnedDependence(
        nominal: good, up: good, down: good, names: ["x"],
        learning: DependenceLearning(clipping: -1), seed: Seed(1))
    }
    for bad in [
      VariedSample(columns: []), VariedSample(columns: [[1, 2]]),
      VariedSample(columns: [toy.reference.dropLast() + [.nan]]),
      VariedSample(columns: [toy.reference], weights: [1]),
      VariedSample(columns: [toy.reference], relativeYield: 0),
    ] {
      #expect { try learn(up: bad) } throws: { error in
        if case NuisanceError.badSample(.up, _) = error { true } else { false }
      }
    }
  }

  @Test func `A loss surface takes new weights and tells its outputs`() throws {
    let columns: [[Float]] = [(0..<100).map { Float($0) / 50 - 1 }]
    let target = (0..<100).map { Float($0 % 2) }
    let ones = [Float](repeating: 1, count: 100)
    let weights = (0..<100).map { Float($0 % 7) / 3 }
    let network = try NPLMNetwork("1-3-1").architecture
    func surface(_ weights: [Float]) throws -> LossSurface {
      try LossSurface(
        .nplm, of: network, on: TrainingSample(columns: columns, target: target, weights: weights))
    }
    let parameters = network.initialParameters(seed: Seed(1))
    let changed = try surface(ones)
    changed.setWeights(weights)
    let made = try surface(weights)
    var gradients = [parameters, parameters]
    #expect(
      changed.value(at: parameters, gradient: &gradients[0])
        == made.value(at: parameters, gradient: &gradients[1]))
    #expect(gradients[0] == gradients[1])
    #expect(
      try changed.outputs(at: parameters)
        == DenseNetwork(architecture: network, parameters: parameters).predict(columns))
  }
}
