import Foundation
import Randomness
import StatisticalInference
import Testing

struct BackgroundFitTests {
  @Test func `Fits agree with iminuit and scipy on the same counts`() throws {
    let reference = try FitReference.load()
    for row in reference.cases {
      let spectrum = try Histogram(edges: reference.edges, counts: row.counts)
      let region = row.mask[0]..<row.mask[1]
      let fit = try BackgroundFit(
        spectrum, function: FitReference.function(parameterCount: row.parameterCount),
        excluding: [region], collisionEnergy: reference.collisionEnergy)
      #expect(abs(fit.deviance - row.deviance) < 1e-6, "\(row.name)")
      for (i, expected) in row.parameters.enumerated() {
        let error = row.covariance[i][i].squareRoot()
        #expect(abs(fit.parameters[i] - expected) < 1e-3 * error, "\(row.name), parameter \(i)")
        for j in row.parameters.indices {
          let scale = error * row.covariance[j][j].squareRoot()
          #expect(abs(fit.covariance[i][j] - row.covariance[i][j]) < 3e-4 * scale, "\(row.name)")
        }
      }
      let expectation = fit.expected(in: region)
      #expect(abs(expectation.count / row.expected - 1) < 1e-4, "\(row.name)")
      #expect(abs(expectation.uncertainty / row.expectedUncertainty - 1) < 1e-4, "\(row.name)")
      // HESSE uses observed in place of expected second derivatives.
      #expect(abs(expectation.uncertainty / row.expectedUncertaintyHesse - 1) < 0.02, "\(row.name)")
      for (bin, expected) in row.expectedPerBin.enumerated() {
        let uncertainty = fit.expected[bin].uncertainty
        #expect(abs(fit.expected[bin].count - expected) < 1e-3 * uncertainty + 1e-9 * expected)
      }
    }
  }

  @Test func `The parameters reproduce the density and the counts`() throws {
    var generator = Seed(1).makeGenerator()
    let truth = try PseudoSpectrum(total: 50_000)
    let spectrum = try truth.draw(with: &generator)
    for function in SpectrumFunction.allCases {
      let fit = try BackgroundFit(
        spectrum, function: function, excluding: [truth.signalRegion], collisionEnergy: 13000)
      for mass in [2700.0, 3500, 5000, 6400] {
        let fromParameters = function.density(
          at: mass, parameters: fit.parameters, collisionEnergy: 13000, range: spectrum.range)
        #expect(abs(fromParameters / fit.density(at: mass) - 1) < 1e-7)
      }
      #expect(fit.parameters.count == function.parameterNames.count)
      // The integral is not the density in the middle times the width.
      let first = truth.edges[0]..<truth.edges[4]
      let perBin = fit.expected[0..<4].reduce(0) { $0 + $1.count }
      #expect(abs(fit.expected(in: first).count / perBin - 1) < 1e-9)
    }
  }

  @Test func `The error of a sum knows that neighbouring bins move together`() throws {
    var generator = Seed(2).makeGenerator()
    let truth = try PseudoSpectrum(total: 50_000)
    let fit = try BackgroundFit(
      truth.draw(with: &generator), function: .dijet4, excluding: [truth.signalRegion],
      collisionEnergy: 13000)
    let region = fit.expected(in: truth.signalRegion)
    let bins = (16..<28).map { fit.expected[$0].uncertainty }
    let independent = bins.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let together = bins.reduce(0, +)
    #expect(region.uncertainty > 1.5 * independent)
    #expect(region.uncertainty < together)
  }

  @Test func `Masked bins do not pull the fit`() throws {
    var generator = Seed(3).makeGenerator()
    let truth = try PseudoSpectrum(total: 20_000)
    let spectrum = try truth.draw(with: &generator)
    var disturbed = spectrum.counts
    for bin in 16..<28 { disturbed[bin] = 1e5 }
    let fits = try [spectrum.counts, disturbed].map {
      try BackgroundFit(
        Histogram(edges: truth.edges, counts: $0), function: .dijet4,
        excluding: [truth.signalRegion], collisionEnergy: 13000)
    }
    #expect(fits[0].parameters == fits[1].parameters)
    #expect(fits[0].covariance == fits[1].covariance)
    #expect(fits[0].isUsed.filter { !$0 }.count == 12)
    // A range that cuts a bin masks it.
    let cut = (truth.edges[16] + 1)..<(truth.edges[28] - 1)
    let third = try BackgroundFit(
      spectrum, function: .dijet4, excluding: [cut], collisionEnergy: 13000)
    #expect(third.parameters == fits[0].parameters)
  }

  @Test func `Events of weight two double the counts and not their information`() throws {
    var generator = Seed(4).makeGenerator()
    let truth = try PseudoSpectrum(total: 20_000)
    let single = try truth.draw(with: &generator)
    let double = try Histogram(
      edges: truth.edges, counts: single.counts.map { 2 * $0 },
      sumsOfSquaredWeights: single.counts.map { 4 * $0 })
    let fits = try [single, double].map {
      try BackgroundFit(
        $0, function: .dijet4, excluding: [truth.signalRegion], collisionEnergy: 13000)
    }
    let expectations = fits.map { $0.expected(in: truth.signalRegion) }
    #expect(abs(expectations[1].count / expectations[0].count - 2) < 1e-5)
    #expect(abs(expectations[1].uncertainty / expectations[0].uncertainty - 2) < 1e-5)
    let chi2 = try fits.map { try #require($0.goodnessOfFit).chi2 }
    #expect(abs(chi2[0] - chi2[1]) < 1e-3)
  }

  @Test(arguments: [40.0, 180, 900, 1e4, 1e6])
  func `Spectra of any size converge`(total: Double) throws {
    var generator = Seed(5).child("\(total)").makeGenerator()
    let truth = try PseudoSpectrum(total: total)
    for _ in 0..<50 {
      let fit = try BackgroundFit(
        truth.draw(with: &generator), function: .dijet3, excluding: [truth.signalRegion],
        collisionEnergy: 13000)
      let region = fit.expected(in: truth.signalRegion)
      #expect(region.count > 0)
      #expect(region.uncertainty > 0 && region.uncertainty.isFinite)
      #expect(fit.estimatedDistance < 1e-9)
    }
  }

  @Test func `A fit without data to fit says why`() throws {
    let edges = [3000.0, 3100, 3200, 3300, 3400, 3500]
    let empty = try Histogram(edges: edges, counts: [0, 0, 5, 0, 0])
    #expect(throws: BackgroundFitError.emptySpectrum) {
      try BackgroundFit(
        empty, function: .dijet3, excluding: [3200..<3300], collisionEnergy: 13000)
    }
    let few = try Histogram(edges: edges, counts: [9, 8, 5, 7, 0])
    #expect(throws: BackgroundFitError.tooFewBins(populated: 3, parameters: 3)) {
      try BackgroundFit(few, function: .dijet3, excluding: [3200..<3300], collisionEnergy: 13000)
    }
    #expect(throws: BackgroundFitError.outsideFunction(range: 3000..<3500, collisionEnergy: 3200)) {
      try BackgroundFit(few, function: .dijet3, excluding: [], collisionEnergy: 3200)
    }
    #expect("\(BackgroundFitError.notConverged(estimatedDistance: 2, iterations: 9))".contains("2"))
  }

  @Test func `The chi-square of a good fit is as large as its degrees of freedom`() throws {
    var generator = Seed(6).makeGenerator()
    for total in [300.0, 20_000] {
      let truth = try PseudoSpectrum(total: total)
      var sum = 0.0
      var freedom = 0.0
      var small = 0
      for _ in 0..<100 {
        let fit = try BackgroundFit(
          truth.draw(with: &generator), function: .dijet4, excluding: [truth.signalRegion],
          collisionEnergy: 13000)
        let goodness = try #require(fit.goodnessOfFit)
        sum += goodness.chi2
        freedom += Double(goodness.degreesOfFreedom)
        if goodness.pValue < 0.1 { small += 1 }
      }
      #expect(abs(sum - freedom) < 4 * (2 * freedom).squareRoot())
      #expect(small < 25)
    }
  }
}

struct BackgroundChoiceTests {
  /// Far from a dijet spectrum: flat, with a step.
  private func step() throws -> Histogram {
    let edges = (0...20).map { 3000 + 100 * Double($0) }
    return try Histogram(edges: edges, counts: (0..<20).map { $0 < 10 ? 1000 : 2000 })
  }

  @Test func `The first function that describes the spectrum is taken`() throws {
    var generator = Seed(7).makeGenerator()
    let truth = try PseudoSpectrum(total: 20_000)
    let choice = try fitBackground(
      truth.draw(with: &generator), functions: [.dijet4, .dijet5],
      excluding: [truth.signalRegion], collisionEnergy: 13000, minimumPValue: 0.001)
    #expect(choice.fit?.function == .dijet4)
    #expect(choice.remark == nil)
  }

  @Test func `Without a function that describes the spectrum there is no fit but a reason`() throws
  {
    let choice = try fitBackground(
      step(), functions: [.dijet3, .dijet4], excluding: [], collisionEnergy: 13000,
      minimumPValue: 0.01)
    #expect(choice.fit == nil)
    #expect(choice.rejections.map(\.function) == [.dijet3, .dijet4])
    let remark = try #require(choice.remark)
    #expect(remark.contains("dijet3: fit p-value"))
    #expect(remark.contains("too small"))
    let anything = try fitBackground(
      step(), functions: [.dijet3], excluding: [], collisionEnergy: 13000, minimumPValue: 0)
    #expect(anything.fit != nil)
  }

  @Test func `A later function serves where an earlier one fails, and the reason is kept`() throws {
    // Steep below and flat above: too bent for three parameters.
    let edges = (0...40).map { 2700 * pow(6500.0 / 2700, Double($0) / 40) }
    let counts = zip(edges, edges.dropFirst()).map { low, high in
      let u = log((low + high) / 2 / 3500)
      return (1e5 * exp(-6 * u + 2 * u * u) * (high - low) / 100).rounded()
    }
    let choice = try fitBackground(
      Histogram(edges: edges, counts: counts), functions: [.dijet3, .dijet5], excluding: [],
      collisionEnergy: 13000, minimumPValue: 0.01)
    #expect(choice.fit?.function == .dijet5)
    #expect(choice.remark?.hasPrefix("dijet3: ") == true)
  }

  @Test func `A fit that cannot be tested is not accepted`() throws {
    let edges = (0...10).map { 3000 + 100 * Double($0) }
    let histogram = try Histogram(edges: edges, counts: [3, 2, 2, 1, 1, 0, 1, 0, 1, 0])
    let choice = fitBackground(
      histogram, functions: [.dijet3], excluding: [], collisionEnergy: 13000, minimumPValue: 0.01)
    #expect(choice.fit == nil)
    #expect(choice.rejections.first?.reason == .untested)
  }

  @Test func `With few events the simplest function comes first`() throws {
    var generator = Seed(8).makeGenerator()
    let truth = try PseudoSpectrum(total: 400)
    let spectrum = try truth.draw(with: &generator)
    func choose(_ needed: Double) -> BackgroundChoice {
      fitBackground(
        spectrum, functions: [.dijet4, .dijet5, .dijet3], excluding: [truth.signalRegion],
        collisionEnergy: 13000, minimumPValue: 1e-6, minimumEventsPerParameter: needed)
    }
    #expect(choose(0).fit?.function == .dijet4)
    #expect(choose(20).fit?.function == .dijet4)
    let waiting = choose(300)
    #expect(waiting.fit?.function == .dijet3)
    let remark = try #require(waiting.remark)
    #expect(remark.contains("dijet4"))
    #expect(remark.contains("1200 needed; dijet5"))
    // If the simplest fails, a postponed one may still serve.
    let strict = fitBackground(
      spectrum, functions: [.dijet4, .dijet3], excluding: [truth.signalRegion],
      collisionEnergy: 13000, minimumPValue: 1, minimumEventsPerParameter: 300)
    #expect(strict.rejections.map(\.function) == [.dijet4, .dijet3, .dijet4])
  }
}
