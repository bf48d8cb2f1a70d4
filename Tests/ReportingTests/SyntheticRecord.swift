import Foundation
import ResonanceSearch

/// A record with plausible numbers: 90,000 events that fall smoothly with the mass, and a bump.
struct SyntheticRecord {
  var signalEvents = 250.0
  var mass = 3500.0
  var blind = false
  /// Window and efficiency of fits that failed.
  var failed: Set<[Double]> = []
  var binCount = 16
  var label = "Overdensity demo"
  var scatterPoints = 2500

  static let efficiencies = [1, 0.1, 0.01, 0.002]

  func make() -> SearchRecord {
    var noise = Noise(state: 7)
    let edges = (0...binCount).map { 2300 * pow(7000 / 2300, Double($0) / Double(binCount)) }
    let shape = zip(edges, edges.dropFirst()).map { integral($0, $1, Self.background) }
    let total = shape.reduce(0, +)
    let bump = zip(edges, edges.dropFirst()).map { low, high in
      integral(low, high) { exp(-0.5 * pow(($0 - mass) / 110, 2)) / (110 * 2.5066) }
    }
    var windows: [SearchResult.Window] = []
    var spectra: [SearchRecord.Spectrum] = []
    var maps: [SearchRecord.EfficiencyMap] = []
    var substructure: [SearchRecord.Substructure] = []
    for (index, first) in (2...11).enumerated() {
      let region = first..<(first + 3)
      let signalRegion = [edges[first], edges[first + 3]]
      let holdsBump = signalRegion[0] < mass - 50 && mass + 50 < signalRegion[1]
      var measurements: [SearchResult.Measurement] = []
      for efficiency in Self.efficiencies {
        let kept = efficiency == 1 ? 1 : (holdsBump ? 1 - 0.22 * -log10(efficiency) : efficiency)
        let expected = shape.map { 90_000 * efficiency * $0 / total }
        let signal = bump.map { signalEvents * kept * $0 }
        let counts = zip(expected, signal).map { noise.poisson($0 + $1) }
        let deviation = expected.map { $0 * (0.01 + 0.25 / ($0 + 9).squareRoot()) }
        var measurement = SearchResult.Measurement(efficiency: efficiency)
        let hasFailed = failed.contains([Double(index), efficiency])
        if hasFailed {
          measurement.observed = blind ? nil : region.map { counts[$0] }.reduce(0, +)
          measurement.fit = SearchResult.Fit(
            function: "dijet4", parameters: [], covariance: [], chi2: nil, ndf: nil, pValue: nil,
            converged: false, remark: "dijet4 & dijet3: no minimum after 200 iterations")
        } else {
          measurement.expected = region.map { expected[$0] }.reduce(0, +)
          measurement.expectedUncertainty = region.map { deviation[$0] }.reduce(0, +)
          measurement.fit = SearchResult.Fit(
            function: "dijet4", parameters: [1, 2, 3, 4], covariance: [], chi2: 9.4, ndf: 9,
            pValue: 0.401, converged: true, remark: nil)
          if !blind {
            fill(&measurement, counts: region.map { counts[$0] }.reduce(0, +), holdsBump: holdsBump)
          }
        }
        measurements.append(measurement)
        spectra.append(
          .init(
            window: index, efficiency: efficiency, edges: edges,
            counts: counts.indices.map { blind && region.contains($0) ? nil : counts[$0] },
            expected: hasFailed ? nil : expected, expectedUncertainty: hasFailed ? nil : deviation,
            signal: blind || hasFailed ? nil : signal, signalRegionGeV: signalRegion))
      }
      windows.append(
        .init(
          index: index, signalRegionGeV: signalRegion,
          sidebandsGeV: [
            [edges[first - 2], edges[first]], [edges[first + 3], edges[min(binCount, first + 5)]],
          ], efficiencies: measurements))
      maps.append(map(index, holdsBump: holdsBump, noise: &noise))
      substructure.append(sample(index, holdsBump: holdsBump, noise: &noise))
    }
    let best = windows.flatMap { window in
      window.efficiencies.compactMap { measurement in
        measurement.log10LocalPValue.map { (window, measurement, $0) }
      }
    }.min { $0.2 < $1.2 }
    let result = SearchResult(
      version: "0.1.0", method: "cwola-trees", seed: 20_261_121, instructionSet: "avx2",
      calibrated: false, blind: blind, planDigest: String(repeating: "5e", count: 32),
      input: .init(
        name: "demo.h5", sha256: String(repeating: "0af1", count: 16), events: 100_000),
      cutflow: [
        .init(step: "All events", events: 100_000), .init(step: "Two jets", events: 99_988),
        .init(step: "In the fit range", events: 90_214),
      ], windows: windows,
      bestExcess: best.map { window, measurement, exponent in
        .init(
          window: window.index, efficiency: measurement.efficiency, massGeV: measurement.massGeV,
          massUncertaintyGeV: measurement.massUncertaintyGeV,
          windowCenterGeV: (window.signalRegionGeV[0] + window.signalRegionGeV[1]) / 2,
          localPValue: measurement.localPValue ?? 0, log10LocalPValue: exponent,
          localSignificance: measurement.localSignificance ?? 0)
      })
    return SearchRecord(
      result: result,
      plan: .init(
        label: label, sqrtS: 13_000, luminosity: 100,
        yaml: "method: cwola-trees\nseed: 20261121\nefficiencies: [1, 0.1, 0.01, 0.002]\n",
        methodTitle: "CWoLa hunting with boosted trees",
        methodReference: "arXiv:1902.02634",
        command: "overdensity search demo.h5 --output run/ --seed 20261121"),
      spectra: spectra, efficiencyMaps: maps, substructure: substructure,
      timing: [
        .init(stage: "Features", seconds: 1.2), .init(stage: "Training", seconds: 41.5),
        .init(stage: "Fits", seconds: 0.4),
      ])
  }

  /// An approximate significance: what the numbers are matters less than that they agree.
  private func fill(
    _ measurement: inout SearchResult.Measurement, counts: Double, holdsBump: Bool
  ) {
    let expected = measurement.expected ?? 1
    let sigma = measurement.expectedUncertainty ?? 0
    let excess = counts - expected
    let q = max(0, 2 * (counts * log(max(counts, 1e-9) / expected) - excess))
    let scale = (expected / (expected + sigma * sigma)).squareRoot()
    let z = (excess < 0 ? -1 : 1) * q.squareRoot() * scale
    measurement.observed = counts
    measurement.localSignificance = z
    measurement.localPValue = 0.5 * erfc(z / 2.0.squareRoot())
    measurement.log10LocalPValue = log10(0.5 * erfc(z / 2.0.squareRoot()))
    measurement.marginalPValue = 0.52 * erfc(z / 2.0.squareRoot())
    measurement.signalEvents = excess * 1.04
    measurement.signalEventsUncertainty = (expected + abs(excess)).squareRoot()
    measurement.massGeV = holdsBump ? mass + 12.3 : nil
    measurement.massUncertaintyGeV = holdsBump ? 14.2 : nil
  }

  private func map(_ index: Int, holdsBump: Bool, noise: inout Noise) -> SearchRecord.EfficiencyMap
  {
    let xEdges = (0...40).map { Double($0) * 20 }
    let yEdges = (0...40).map { Double($0) * 20 }
    let rows = (0..<40).map { iy -> [Double?] in
      (0..<40).map { ix -> Double? in
        let x = xEdges[ix] + 10
        let y = yEdges[iy] + 10
        guard y >= x * 0.98, x + y < 1150 else { return nil }
        let distance = pow((x - 100) / 60, 2) + pow((y - 500) / 70, 2)
        let signal = holdsBump ? exp(-distance / 2) : 0
        return max(0.002, 0.9 * (1 - signal) * (0.75 + 0.25 * noise.uniform()) * (1 - y / 1400))
      }
    }
    return .init(
      window: index, xLabel: "lighter jet mass [GeV]", yLabel: "heavier jet mass [GeV]",
      xEdges: xEdges, yEdges: yEdges, efficiency: rows)
  }

  private func sample(_ index: Int, holdsBump: Bool, noise: inout Noise)
    -> SearchRecord.Substructure
  {
    func draw(_ count: Int, _ one: () -> (Double, Double)) -> ([Double], [Double]) {
      let pairs = (0..<count).map { _ in one() }
      return (pairs.map(\.0), pairs.map(\.1))
    }
    let all = draw(scatterPoints) {
      let a = 40 - 110 * log(noise.uniform())
      let b = 40 - 110 * log(noise.uniform())
      return (min(a, b), max(a, b))
    }
    let taus = draw(scatterPoints) {
      (0.15 + 0.8 * noise.uniform().squareRoot(), 0.15 + 0.8 * noise.uniform().squareRoot())
    }
    let selected = draw(90) {
      if holdsBump { return (100 + 14 * noise.normal(), 500 + 28 * noise.normal()) }
      let row = Int(noise.uniform() * Double(scatterPoints - 1))
      return (all.0[row], all.1[row])
    }
    let selectedTaus = draw(90) { (0.2 + 0.25 * noise.uniform(), 0.18 + 0.25 * noise.uniform()) }
    return .init(
      window: index, efficiency: 0.01,
      panels: [
        .init(
          xLabel: "lighter jet mass [GeV]", yLabel: "heavier jet mass [GeV]", allX: all.0,
          allY: all.1, selectedX: selected.0, selectedY: selected.1),
        .init(
          xLabel: "τ₂₁ of the lighter jet", yLabel: "τ₂₁ of the heavier jet", allX: taus.0,
          allY: taus.1, selectedX: selectedTaus.0, selectedY: selectedTaus.1),
      ])
  }

  private static func background(_ mass: Double) -> Double {
    let x = mass / 13_000
    return pow(1 - x, 10) * pow(x, -(5.5 + 0.3 * log(x)))
  }

  private func integral(_ low: Double, _ high: Double, _ f: (Double) -> Double) -> Double {
    let step = (high - low) / 20
    return (0..<20).map { f(low + (Double($0) + 0.5) * step) * step }.reduce(0, +)
  }
}

/// A small generator: the same numbers on every machine.
struct Noise {
  var state: UInt64

  mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Double(state >> 33) + 0.5) / Double(1 << 31)
  }

  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  mutating func poisson(_ mean: Double) -> Double {
    if mean > 40 { return max(0, (mean + mean.squareRoot() * normal()).rounded()) }
    var product = uniform()
    var count = 0.0
    while product > exp(-mean) {
      product *= uniform()
      count += 1
    }
    return count
  }
}
